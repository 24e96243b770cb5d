// Writes that are executed once, however often they are repeated. For stores that have `once`.

import assert from 'node:assert/strict';
import type { Documents, Json, Store } from '../store';
import { follow, idsOf, refusal, type Promises } from './support';

type Once = NonNullable<Store['once']>;

const onceOf = (store: Store): Once => store.once?.bind(store) ?? assert.fail('It has no `once`.');

/** Without an id, so that executing it twice would create two documents. */
const create = (n: number) => async (documents: Documents): Promise<Json> => ({ ...(await documents.create({ n })) });

const never = async (): Promise<Json> => assert.fail('It has run again.');

const failure = new Error('This write fails on purpose.');

export const once: Promises = {
  'executes a write once, and returns the same answer whenever it is repeated': async store => {
    const { settled } = follow(store);
    const once = onceOf(store);
    const first = await once('key', 'digest', create(1));
    await store.patch(String((first as { id: string }).id), { n: 2 });
    assert.deepEqual([await once('key', 'digest', never), await once('key', 'digest', never)], [first, first]);
    assert.deepEqual((await store.list()).map(({ attributes }) => attributes), [{ n: 2 }]);
    assert.deepEqual((await settled()).map(({ action, head }) => [action, head]), [['create', 1], ['update', 2]]);
  },

  'answers a repeated write with any JSON value, a copy for each caller': async store => {
    const answer: Json = { list: [1, null, 'ä\u0000😀\ufeff', { deep: true }], n: -1.5e-7 };
    const once = onceOf(store);
    const first = await once('key', 'digest', async () => structuredClone(answer));
    first.list = 'mine';
    const second = await once<Json>('key', 'digest', never);
    assert.deepEqual(second, answer);
    Object.assign(second, { n: 0 });
    assert.deepEqual(await once('key', 'digest', never), answer);
    for (const scalar of [null, true, 0, '', 'ä']) {
      await once(JSON.stringify(scalar), '', async () => scalar);
      assert.deepEqual(await once<Json>(JSON.stringify(scalar), '', never), scalar);
    }
  },

  'lets a repeated write wait for the first one': async store => {
    const once = onceOf(store);
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => once('key', 'digest', create(n))));
    assert.equal((await store.list()).length, 1);
    for (const answer of answers) assert.deepEqual(answer, answers[0]);
  },

  'refuses another write with the same key': async store => {
    const once = onceOf(store);
    const first = await once('key', 'digest', create(1));
    await refusal('invalid', once('key', 'other', never));
    assert.deepEqual(await once('key', 'digest', never), first);
    const codes = await Promise.allSettled(['a', 'b'].map(digest => once('two', digest, create(2))));
    assert.deepEqual(codes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    assert.equal((await store.list()).length, 2);
  },

  'tells all keys apart, also long and unusual ones': async store => {
    const once = onceOf(store);
    const keys = ['', 'a', 'A', 'a ', 'ä', '\u0000', '__proto__', 'constructor', 'x'.repeat(10_000), `${'x'.repeat(10_000)}y`];
    const answers: Json[] = [];
    for (const [n, key] of keys.entries()) answers.push(await once(key, 'digest', create(n)));
    for (const [n, key] of keys.entries()) assert.deepEqual(await once(key, 'digest', never), answers[n]);
    assert.equal((await store.list()).length, keys.length);
  },

  'keeps nothing of a write that throws, and executes it again when it is repeated': async store => {
    const { settled } = follow(store);
    const once = onceOf(store);
    const failing = once('key', 'digest', async documents => {
      await documents.create({}, { id: 'a' });
      throw failure;
    });
    await assert.rejects(failing, error => error === failure);
    await refusal('not_found', once('key', 'digest', async documents => ({ ...(await documents.patch('a', {})) })));
    const done = await once('key', 'another', create(1));
    assert.deepEqual(await once('key', 'another', never), done);
    assert.equal((await store.list()).length, 1);
    assert.equal((await settled()).length, 1);
  },

  'executes a write that is repeated while the first one fails': async store => {
    const once = onceOf(store);
    let count = 0;
    const attempt = (): Promise<Json> => once('key', 'digest', async documents => {
      count += 1;
      const made = await documents.create({ count });
      if (count === 1) throw failure;
      return made.id;
    });
    const outcomes = await Promise.allSettled([attempt(), attempt(), attempt()]);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'fulfilled', 'rejected']);
    assert.equal((await store.list()).length, 1);
  },

  'reads and writes within `once` as within a transaction': async store => {
    const before = await store.create({ n: 1 }, { id: 'a' });
    const answer = await onceOf(store)('key', 'digest', async documents => {
      await assert.rejects(store.read('a'), /by the documents/);
      const refused = await refusal('conflict', documents.patch('a', {}, { ifVersion: 7 }));
      assert.deepEqual(refused.details.document, before);
      await documents.patch('a', { n: 2 });
      await documents.create({}, { id: 'b' });
      return idsOf(await documents.list());
    });
    assert.deepEqual(answer, ['a', 'b']);
    assert.equal((await store.read('a'))?.version, 2);
  },

  'executes many writes at once, repeated ones and others': async store => {
    await store.create({ n: 0 }, { id: 'a' });
    const increment = async (documents: Documents): Promise<Json> => {
      const { attributes } = (await documents.read('a')) ?? assert.fail('It has gone.');
      return (await documents.update('a', { n: Number(attributes.n) + 1 })).version;
    };
    const once = onceOf(store);
    const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => once(`key ${n % 10}`, 'digest', increment)));
    assert.deepEqual((await store.read('a'))?.attributes, { n: 10 });
    assert.deepEqual([...new Set(answers)].sort((a, b) => Number(a) - Number(b)), [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  },

  'refuses `once` after it was closed': async store => {
    await onceOf(store)('key', 'digest', create(1));
    await store.close();
    await refusal('unavailable', onceOf(store)('key', 'digest', never));
  },
};

/** For persistent stores. */
export const onceReopened: { [promise: string]: (store: Store, reopen: () => Promise<Store>) => Promise<void> } = {
  'knows the answers of `once` when it is opened again': async (store, reopen) => {
    const begun = onceOf(store)('begun', 'digest', create(1));
    const again = await reopen();
    assert.deepEqual(await onceOf(again)('begun', 'digest', never), await begun);
    await refusal('invalid', onceOf(again)('begun', 'other', never));
    assert.equal((await again.list()).length, 1);
  },
};

/** For two stores on one database. */
export const onceByNodes: { [promise: string]: (store: Store, other: Store) => Promise<void> } = {
  'executes a write once that is repeated on another node, at the same time or later': async (store, other) => {
    const answers = await Promise.all([store, other, store, other].map(one => onceOf(one)('key', 'digest', create(1))));
    assert.deepEqual(await onceOf(other)('key', 'digest', never), answers[0]);
    for (const answer of answers) assert.deepEqual(answer, answers[0]);
    assert.equal((await store.list()).length, 1);
  },
};
