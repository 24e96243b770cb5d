// Several writers at once: none of them overwrites unknowingly, and the log has all of it, in one order.

import assert from 'node:assert/strict';
import type { BackendError } from '../errors';
import type { Change, Store } from '../store';
import { follow, idsOf, type Promises } from './support';

const writers = Array.from({ length: 20 }, (_, n) => n);

/** How many were done, and with which codes the others were refused. */
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
  'lets exactly one of many win that name the same version': async store => {
    await store.create({}, { id: 'a' });
    const attempts = writers.map(n => (n % 2 ? store.update('a', { n }, { ifVersion: 1 }) : store.patch('a', { n }, { ifVersion: 1 })));
    assert.deepEqual(await outcome(attempts), { done: 1, codes: ['conflict'] });
    assert.equal((await store.read('a'))?.version, 2);
    assert.equal(await store.head(''), 2);
  },

  'lets exactly one of many take an id': async store => {
    const attempts = writers.map(n => store.create({ n }, { id: 'a', channel: n % 2 ? 'odd' : '' }));
    assert.deepEqual(await outcome(attempts), { done: 1, codes: ['taken'] });
    assert.equal((await store.list()).length, 1);
  },

  'lets exactly one of many delete a document': async store => {
    await store.create({}, { id: 'a' });
    assert.deepEqual(await outcome(writers.map(() => store.delete('a'))), { done: 1, codes: ['not_found'] });
    assert.equal(await store.head(''), 2);
  },

  'loses no update of those who read, then write what they read': async store => {
    await store.create({ n: 0 }, { id: 'a' });
    await Promise.all(writers.map(() => increment(store, 'a')));
    assert.deepEqual(await store.read('a'), { id: 'a', version: 21, channel: '', attributes: { n: 20 } });
  },

  'loses no patch of those who change different attributes': async store => {
    await store.create({}, { id: 'a' });
    await Promise.all(writers.map(n => store.patch('a', { [`n${n}`]: n })));
    assert.deepEqual(await store.read('a'),
      { id: 'a', version: 21, channel: '', attributes: Object.fromEntries(writers.map(n => [`n${n}`, n])) });
  },

  'counts a version up, though many delete the document and create it again': async store => {
    const { settled } = follow(store);
    await store.create({}, { id: 'a' });
    const write = [() => store.patch('a', {}), () => store.delete('a'), () => store.create({}, { id: 'a' })];
    await Promise.allSettled([...writers, ...writers].map(n => write[n % 3]?.()));
    // Who deletes says which version it was.
    let last = 0;
    for (const { action, version } of await settled()) {
      assert.ok(action === 'delete' ? version === last : version > last, `${action} ${version} after ${last}`);
      last = Math.max(last, version);
    }
    const left = await store.read('a');
    assert.ok(!left || left.version >= last);
  },

  'numbers and tells what many commit at once without gap or double, in one order': async store => {
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
    // A commit is in the log as one, with nothing of another in between.
    for (const [index, { id }] of told.entries()) if (index % 2 === 0) assert.equal(told[index + 1]?.id, id.replace('a', 'b'));
    const logged = (await store.changes('', 0))?.slice(0, 32);
    assert.deepEqual(logged?.map(({ id }) => id), told.map(({ id }) => id));
  },

  'lets who reads the log while others write miss nothing': async store => {
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
