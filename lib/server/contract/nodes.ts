// Two stores on one database, as on two nodes: each hears of the other's changes, and both agree.

import assert from 'node:assert/strict';
import type { Json, Store } from '../store';
import { follow, refusal } from './support';

/** After this, each store also tells of changes made on the other. */
const answered = (...stores: Store[]): Promise<unknown> => Promise.all(stores.map(store => store.head('')));

const numbers = Array.from({ length: 10 }, (_, n) => n);

export const nodes: { [promise: string]: (store: Store, other: Store) => Promise<void> } = {
  'sees what another node has written': async (store, other) => {
    const made = await other.create({ n: 1 }, { id: 'a', channel: 'one' });
    assert.deepEqual(await store.read('a'), made);
    await refusal('taken', store.create({}, { id: 'a' }));
    assert.equal((await store.patch('a', { n: 2 })).version, 2);
    await refusal('conflict', other.patch('a', {}, { ifVersion: 1 }));
    assert.deepEqual([await other.head('one'), await store.head('one')], [2, 2]);
  },

  'tells every node of each change, once and in one order, whichever node made it': async (store, other) => {
    const followers = [follow(store), follow(other)];
    await answered(store, other);
    await Promise.all(numbers.map(n => (n % 2 ? store : other).create({ n }, { id: `id${n}`, origin: n % 2 ? 'here' : 'there' })));
    const heard = [];
    for (const { settled } of followers) heard.push(await settled());
    assert.deepEqual(heard[0]?.map(({ head }) => head), numbers.map(n => n + 1));
    assert.deepEqual(heard[0]?.map(({ id, origin }) => origin === (Number(id.slice(2)) % 2 ? 'here' : 'there')), numbers.map(() => true));
    assert.deepEqual(heard[1], heard[0]);
  },

  'lets exactly one of many writes on several nodes succeed that name the same version': async (store, other) => {
    await store.create({}, { id: 'a' });
    const attempts = await Promise.allSettled(numbers.map(n => (n % 2 ? store : other).update('a', { n }, { ifVersion: 1 })));
    assert.equal(attempts.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.equal((await other.read('a'))?.version, 2);
  },

  'sends a message of one node to every node, itself included': async (store, other) => {
    if (!store.tell) return;
    const said: Json = { revoke: 'ann', list: [1, null, '😀'] };
    const hear = (node: Store): Promise<Json> => new Promise(resolve => node.watch({ message: resolve }));
    const heard = Promise.all([hear(store), hear(other)]);
    await answered(store, other);
    await store.tell(said);
    assert.deepEqual(await heard, [said, said]);
  },

  'stays open when another node is closed': async (store, other) => {
    await other.close();
    await store.create({}, { id: 'a' });
    assert.equal((await store.list()).length, 1);
  },
};
