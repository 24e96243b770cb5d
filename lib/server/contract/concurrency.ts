// Several writers at once: none overwrites the others unknowingly, and the log has all writes in one order.

import assert from 'node:assert/strict';
import type { BackendError } from '../errors';
import type { Change, Store } from '../store';
import { follow, idsOf, type Promises } from './support';

const writers = Array.from({ length: 20 }, (_, n) => n);

/** How many writes succeeded, and the codes with which the others were refused. */
async function outcome(attempts: Promise<unknown>[]): Promise<{ done: number; codes: unknown[] }> {
  const settled = await Promise.allSettled(attempts);
  const refused = settled.filter(result => result.status === 'rejected').map(({ reason }) => (reason as BackendError).code);
  return { done: settled.length - refused.length, codes: [...new Set(refused)] };
}

async function increment(store: Store, id: string): Promise<void> {
  for (;;) {
    const { version, attributes } = (await store.read(id)) ?? assert.fail('It has gone.');
    const { done } = await outcome([store.update(id, { n: Number(attributes.n) + 1 }, { ifVersion: version })]);
    if (done) return;
  }
}

export const concurrency: Promises = {
  'lets exactly one of many writes succeed that name the same version': async store => {
    await store.create({}, { id: 'a' });
    const attempts = writers.map(n => (n % 2 ? store.update('a', { n }, { ifVersion: 1 }) : store.patch('a', { n }, { ifVersion: 1 })));
    assert.deepEqual(await outcome(attempts), { done: 1, codes: ['conflict'] });
    assert.equal((await store.read('a'))?.version, 2);
    assert.equal(await store.head(''), 2);
  },

  'lets exactly one of many creates take an id': async store => {
    const attempts = writers.map(n => store.create({ n }, { id: 'a', channel: n % 2 ? 'odd' : '' }));
    assert.deepEqual(await outcome(attempts), { done: 1, codes: ['taken'] });
    assert.equal((await store.list()).length, 1);
  },

  'lets exactly one of many deletes of a document succeed': async store => {
    await store.create({}, { id: 'a' });
    assert.deepEqual(await outcome(writers.map(() => store.delete('a'))), { done: 1, codes: ['not_found'] });
    assert.equal(await store.head(''), 2);
  },

  'loses no update of many clients that read, then write the version that they read': async store => {
    await store.create({ n: 0 }, { id: 'a' });
    await Promise.all(writers.map(() => increment(store, 'a')));
    assert.deepEqual(await store.read('a'), { id: 'a', version: 21, channel: '', attributes: { n: 20 } });
  },

  'loses none of many patches of different attributes': async store => {
    await store.create({}, { id: 'a' });
    await Promise.all(writers.map(n => store.patch('a', { [`n${n}`]: n })));
    assert.deepEqual(await store.read('a'),
      { id: 'a', version: 21, channel: '', attributes: Object.fromEntries(writers.map(n => [`n${n}`, n])) });
  },

  'goes on incrementing a version while many clients delete the document and create it again': async store => {
    const { settled } = follow(store);
    await store.create({}, { id: 'a' });
    const write = [() => store.patch('a', {}), () => store.delete('a'), () => store.create({}, { id: 'a' })];
    await Promise.allSettled([...writers, ...writers].map(n => write[n % 3]?.()));
    // A `delete` has the version that the document had.
    let last = 0;
    for (const { action, version } of await settled()) {
      assert.ok(action === 'delete' ? version === last : version > last, `${action} ${version} after ${last}`);
      last = Math.max(last, version);
    }
    const left = await store.read('a');
    assert.ok(!left || left.version >= last);
  },

  'numbers and tells many commits at once without gaps or duplicates, in one order': async store => {
    const { settled } = follow(store);
    await Promise.all(writers.map(n => store.transaction(async documents => {
      await documents.create({}, { id: `a${n}` });
      await documents.create({}, { id: `b${n}` });
      if (n % 5 === 4) throw new Error('This transaction fails on purpose.');
    }).catch(() => {})));
    const told = await settled();
    const heads = told.map(({ head }) => head);
    assert.deepEqual(heads, Array.from({ length: 32 }, (_, index) => index + 1));
    assert.equal(new Set(told.map(({ id }) => id)).size, 32);
    // The changes of one commit are together in the log, with none of another in between.
    for (const [index, { id }] of told.entries()) if (index % 2 === 0) assert.equal(told[index + 1]?.id, id.replace('a', 'b'));
    const logged = (await store.changes('', 0))?.slice(0, 32);
    assert.deepEqual(logged?.map(({ id }) => id), told.map(({ id }) => id));
  },

  'loses no change for a client that reads the log while others write': async store => {
    const seen: Change[] = [];
    let writing = true;
    const reader = (async () => {
      for (let last = false; !last;) {
        last = !writing;
        seen.push(...((await store.changes('', seen.at(-1)?.head ?? 0, 7)) ?? assert.fail('The log does not reach back.')));
        last &&= seen.at(-1)?.head === (await store.head(''));
      }
    })();
    await Promise.all(writers.map(n => store.create({}, { id: String(n) })));
    writing = false;
    await reader;
    assert.deepEqual(seen.map(({ head }) => head), writers.map(n => n + 1));
    assert.deepEqual(seen.map(({ id }) => id).sort(), idsOf(await store.list()).sort());
  },
};
