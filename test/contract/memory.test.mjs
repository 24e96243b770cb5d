// The store in memory: the contract of all stores, and what is its own: `max`, and a log that ends.
import assert from 'node:assert/strict';
import { companion, storeContract } from '../support/companion.mjs';

const { memoryStore } = companion;

describe('the store in memory', () => {
  storeContract({ test: it, open: () => memoryStore({ log: () => {} }), once: true });

  describe('max', () => {
    it('keeps those that were created last, and tells of those it deletes', async () => {
      const store = memoryStore({ max: 2 });
      const told = [];
      store.watch({ change: ({ action, id, channel, head, document }) => told.push([action, id, channel, head, Boolean(document)]) });
      await store.create({}, { id: 'a', channel: 'one' });
      await store.create({}, { id: 'b' });
      await store.update('a', { n: 1 });
      await store.create({}, { id: 'c' });
      assert.deepEqual((await store.list()).map(({ id }) => id), ['b', 'c']);
      assert.deepEqual(told, [
        ['create', 'a', 'one', 1, true], ['create', 'b', '', 1, true], ['update', 'a', 'one', 2, true],
        ['create', 'c', '', 2, true], ['delete', 'a', 'one', 3, false],
      ]);
      assert.equal((await store.changes('one', 2))[0].version, 2);
    });

    it('holds for a transaction that creates more', async () => {
      const store = memoryStore({ max: 2 });
      await store.transaction(async documents => {
        for (const id of ['d', 'c', 'b', 'a']) await documents.create({}, { id });
      });
      assert.deepEqual((await store.list()).map(({ id }) => id), ['a', 'b']);
      assert.equal(await store.head(''), 6);
    });

    it('deletes nothing for a create that is refused, or rolled back', async () => {
      const store = memoryStore({ max: 1 });
      await store.create({}, { id: 'a' });
      await assert.rejects(store.create({}, { id: 'a' }), { code: 'taken' });
      await assert.rejects(store.transaction(async documents => {
        await documents.create({}, { id: 'b' });
        throw new Error('on purpose');
      }), /on purpose/);
      assert.deepEqual((await store.list()).map(({ id }) => id), ['a']);
    });
  });

  describe('history', () => {
    it('ends: the log says when it does not reach back', async () => {
      const store = memoryStore({ history: 3 });
      for (const [id, channel] of [['a', 'one'], ['b', 'two'], ['c', 'one'], ['d', 'one']]) await store.create({}, { id, channel });
      const heads = async (channel, from) => (await store.changes(channel, from))?.map(({ head }) => head);
      assert.equal(await heads('one', 0), undefined);
      assert.deepEqual(await heads('one', 1), [2, 3]);
      assert.deepEqual(await heads('one', 3), []);
      assert.deepEqual(await heads('two', 0), [1]);
      await store.create({}, { id: 'e', channel: 'three' });
      assert.equal(await heads('two', 0), undefined);
      assert.deepEqual(await heads('two', 1), []);
      assert.deepEqual([await store.head('one'), await store.head('two')], [3, 1]);
    });

    it('keeps 10,000 changes by default', async () => {
      const store = memoryStore();
      await store.create({}, { id: 'a' });
      await store.transaction(async documents => {
        for (let count = 1; count <= 10_000; count += 1) await documents.patch('a', {});
      });
      assert.equal(await store.changes('', 0), undefined);
      assert.equal((await store.changes('', 1)).length, 10_000);
    });
  });

  it('keeps the last 10,000 answers of what it has done once', async () => {
    const store = memoryStore();
    const answer = async key => store.once(String(key), '', async () => 'done');
    for (let key = 0; key <= 10_000; key += 1) await answer(key);
    assert.equal(await store.once('1', '', async () => 'again'), 'done');
    assert.equal(await store.once('0', '', async () => 'again'), 'again');
  });

  it('reports a watcher that throws where it was told to', async () => {
    const reported = [];
    const store = memoryStore({ log: (...words) => reported.push(words) });
    const error = new Error('on purpose');
    store.watch({ change() { throw error; } });
    await store.create({}, { id: 'a' });
    assert.deepEqual(reported, [['A watcher of a store has thrown:', error]]);
  });

  it('has another epoch each time, since it forgets', async () => {
    const [one, other] = await Promise.all([memoryStore(), memoryStore()].map(store => store.epoch()));
    assert.ok(one);
    assert.notEqual(one, other);
  });

  it('goes on counting the versions of a document that is created again, though its log has forgotten it', async () => {
    const store = memoryStore({ history: 3 });
    const again = async () => {
      await store.delete('a');
      return (await store.create({}, { id: 'a' })).version;
    };
    await store.create({}, { id: 'a' });
    assert.deepEqual([await again(), await again()], [2, 3]);
    await store.delete('a');
    for (const id of ['b', 'c', 'd']) await store.create({}, { id });
    assert.equal(await store.changes('', 5), undefined);
    assert.equal((await store.create({}, { id: 'a' })).version, 4);
    // One that it has not forgotten yet goes on from its own.
    await store.delete('d');
    assert.equal((await store.create({}, { id: 'd' })).version, 2);
  });

  it('refuses a write that a transaction did not wait for', async () => {
    const store = memoryStore();
    let late;
    await store.transaction(async documents => { late = documents; });
    await assert.rejects(late.create({}, { id: 'a' }), /has ended/);
    assert.deepEqual(await store.list(), []);
  });

  it('lets who watches write', async () => {
    const store = memoryStore();
    const written = new Promise(resolve => store.watch({
      change: ({ id, head }) => head < 3 && resolve(store.create({}, { id: `after ${id}` })),
    }));
    await store.transaction(documents => documents.create({}, { id: 'a' }));
    assert.equal((await written).id, 'after a');
  });

  it('lets others read while a transaction waits', async () => {
    const store = memoryStore();
    await store.create({ n: 1 }, { id: 'a' });
    let patched;
    const isPatched = new Promise(resolve => { patched = resolve; });
    let end;
    const ended = new Promise(resolve => { end = resolve; });
    const waiting = store.transaction(async documents => {
      await documents.patch('a', { n: 2 });
      patched();
      await ended;
    });
    await isPatched;
    assert.deepEqual((await store.read('a')).attributes, { n: 1 });
    assert.equal(await store.head(''), 1);
    end();
    await waiting;
  });
});
