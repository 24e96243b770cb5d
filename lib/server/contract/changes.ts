// What a store tells its watchers of commits, and what its log says of them later.

import assert from 'node:assert/strict';
import type { Change } from '../store';
import { follow, refusal, type Promises } from './support';

/** One document's life, a move included. */
const told: Change[] = [
  { action: 'create', id: 'a', version: 1, channel: '', head: 1, origin: 'me', document: { id: 'a', version: 1, channel: '', attributes: { n: 1 } } },
  { action: 'update', id: 'a', version: 2, channel: '', head: 2, former: { n: 1 }, document: { id: 'a', version: 2, channel: '', attributes: { n: 2 } } },
  { action: 'delete', id: 'a', version: 2, channel: '', head: 3, origin: 'mover', former: { n: 2 } },
  { action: 'create', id: 'a', version: 3, channel: 'two', head: 1, origin: 'mover', document: { id: 'a', version: 3, channel: 'two', attributes: { n: 2, m: 3 } } },
  { action: 'delete', id: 'a', version: 3, channel: 'two', head: 2, origin: 'me', former: { n: 2, m: 3 } },
];
const withoutDocument = (change: Change): object => Object.fromEntries(Object.entries(change).filter(([name]) => name !== 'document'));

export const changes: Promises = {
  'tells of each change once, with its origin, its head, the document, and the attributes before it': async store => {
    const { settled } = follow(store);
    await store.create({ n: 1 }, { id: 'a', origin: 'me' });
    await store.update('a', { n: 2 });
    const [created, ...updated] = await settled();
    // When the change is told, the document may already be newer.
    assert.deepEqual(created && withoutDocument(created), withoutDocument(told[0] as Change));
    assert.equal(created?.document?.id, 'a');
    assert.deepEqual(updated, told.slice(1, 2));
  },

  'tells the origin of every kind of write, and none if none was given': async store => {
    const { settled } = follow(store);
    for (const origin of ['me', undefined]) {
      const by = { ...(origin !== undefined && { origin }) };
      await store.create({}, { id: 'a', ...by });
      await store.update('a', { n: 1 }, by);
      await store.patch('a', { n: 2 }, by);
      await store.delete('a', by);
    }
    const expected = ['me', undefined].flatMap(origin => ['create', 'update', 'update', 'delete'].map(action => [action, origin]));
    assert.deepEqual((await settled()).map(({ action, origin }) => [action, origin]), expected);
    assert.deepEqual((await store.changes('', 0, 8))?.map(({ action, origin }) => [action, origin]), expected);
  },

  'tells both channels of a document that moves': async store => {
    const { settled } = follow(store);
    await store.create({ n: 1 }, { id: 'a', origin: 'me' });
    await store.update('a', { n: 2 });
    await store.patch('a', { m: 3 }, { moveTo: 'two', origin: 'mover' });
    await store.delete('a', { origin: 'me' });
    await settled('');
    const all = (await settled('two')).filter(({ id }) => id === 'a');
    for (const channel of ['', 'two']) {
      assert.deepEqual(all.filter(change => change.channel === channel).map(withoutDocument),
        told.filter(change => change.channel === channel).map(withoutDocument));
    }
  },

  'tells of a commit before or after its answer, but never of a write that failed': async store => {
    const { settled } = follow(store);
    await store.create({}, { id: 'a' });
    await refusal('taken', store.create({}, { id: 'a' }));
    await refusal('conflict', store.update('a', {}, { ifVersion: 7 }));
    await refusal('not_found', store.delete('b'));
    await refusal('invalid', store.patch('a', { n: NaN }));
    assert.deepEqual((await settled()).map(({ id, action }) => [id, action]), [['a', 'create']]);
    assert.equal(await store.head(''), 3);
  },

  'tells a watcher nothing of before it was added, and nothing after it was removed': async store => {
    await store.create({}, { id: 'before' });
    const [all, some] = [follow(store), follow(store)];
    await store.create({}, { id: 'a' });
    await all.settled();
    some.stop();
    some.stop();
    const heard = some.changes.length;
    await store.create({}, { id: 'b' });
    const other = follow(store);
    await other.settled('two');
    assert.deepEqual(all.changes.slice(0, 1).map(({ id }) => id), ['a']);
    assert.equal(some.changes.length, heard);
  },

  // The store reports it: open it with a `log` that is silent.
  'tells every watcher, even if one throws, and gives each an object of its own': async store => {
    const stop = store.watch({
      change(change) {
        if (change.document) change.document.attributes.spoilt = true;
        throw new Error('This watcher throws on purpose.');
      },
    });
    const { settled } = follow(store);
    await store.create({ n: 1 }, { id: 'a' });
    const heard = await settled();
    stop();
    assert.deepEqual(heard.map(({ document }) => document?.attributes), [{ n: 1 }]);
    assert.deepEqual((await store.read('a'))?.attributes, { n: 1 });
  },

  'counts the changes of each channel from 1': async store => {
    assert.equal(await store.head('one'), 0);
    await store.create({}, { id: 'a', channel: 'one' });
    await store.create({}, { id: 'b', channel: 'two' });
    await store.patch('a', {});
    assert.deepEqual([await store.head('one'), await store.head('two'), await store.head('')], [2, 1, 0]);
    await store.delete('a');
    assert.equal(await store.head('one'), 3);
  },

  'logs each change, with the document as it is now': async store => {
    await store.create({ n: 1 }, { id: 'a', origin: 'me' });
    await store.create({ n: 1 }, { id: 'b' });
    await store.patch('a', { n: 2 });
    await store.delete('b', { origin: 'you' });
    const a = { id: 'a', version: 2, channel: '', attributes: { n: 2 } };
    assert.deepEqual(await store.changes('', 0), [
      { action: 'create', id: 'a', version: 1, channel: '', head: 1, origin: 'me', document: a },
      { action: 'create', id: 'b', version: 1, channel: '', head: 2 },
      { action: 'update', id: 'a', version: 2, channel: '', head: 3, former: { n: 1 }, document: a },
      { action: 'delete', id: 'b', version: 1, channel: '', head: 4, origin: 'you', former: { n: 1 } },
    ]);
  },

  'returns the changes after a head, and at most as many as are asked for': async store => {
    for (const id of ['a', 'b', 'c', 'd']) await store.create({}, { id });
    const heads = async (from: number, limit?: number) => (await store.changes('', from, limit))?.map(({ head }) => head);
    assert.deepEqual(await heads(2), [3, 4]);
    assert.deepEqual(await heads(1, 2), [2, 3]);
    assert.deepEqual(await heads(4), []);
    assert.deepEqual(await store.changes('none', 0), []);
  },

  'returns undefined for the changes after a head that is yet to come': async store => {
    await store.create({}, { id: 'a' });
    assert.equal(await store.changes('', 2), undefined);
    assert.equal(await store.changes('none', 1), undefined);
  },

  'shows a channel nothing of a document that has been moved out of it': async store => {
    await store.create({ n: 1 }, { id: 'a', channel: 'one' });
    await store.patch('a', { secret: true }, { moveTo: 'two' });
    assert.deepEqual(await store.changes('one', 0), [
      { action: 'create', id: 'a', version: 1, channel: 'one', head: 1 },
      { action: 'delete', id: 'a', version: 1, channel: 'one', head: 2, former: { n: 1 } },
    ]);
    assert.deepEqual((await store.changes('two', 0))?.map(({ action, head }) => [action, head]), [['create', 1]]);
  },

  'has the same epoch for as long as its counters go on': async store => {
    const epoch = await store.epoch();
    await store.create({}, { id: 'a' });
    assert.equal(typeof epoch, 'string');
    assert.equal(await store.epoch(), epoch);
  },

  'returns copies of what is in its log': async store => {
    await store.create({ n: 1 }, { id: 'a' });
    const [change] = (await store.changes('', 0)) ?? [];
    if (change?.document) change.document.attributes.n = 2;
    assert.deepEqual((await store.changes('', 0))?.[0]?.document?.attributes, { n: 1 });
    assert.deepEqual((await store.read('a'))?.attributes, { n: 1 });
  },
};
