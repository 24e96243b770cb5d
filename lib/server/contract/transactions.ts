// Several writes as one: all of them, or none.

import assert from 'node:assert/strict';
import { follow, idsOf, refusal, type Promises } from './support';

const failure = new Error('This transaction fails on purpose.');

export const transactions: Promises = {
  'commits what a transaction has written, and resolves to what it returns': async store => {
    await store.create({ n: 1 }, { id: 'a' });
    await store.create({ n: 1 }, { id: 'b' });
    const { settled } = follow(store);
    const result = await store.transaction(async documents => {
      await documents.patch('a', { n: 2 });
      await documents.delete('b');
      return (await documents.create({ n: 3 }, { id: 'c' })).id;
    });
    assert.equal(result, 'c');
    assert.deepEqual((await store.list()).map(({ id, attributes }) => [id, attributes.n]), [['a', 2], ['c', 3]]);
    assert.deepEqual((await settled()).map(({ action, id, head }) => [action, id, head]), [['update', 'a', 3], ['delete', 'b', 4], ['create', 'c', 5]]);
  },

  'keeps nothing of a transaction that throws, and tells nothing of it': async store => {
    const before = await store.create({ n: 1 }, { id: 'a' });
    await store.create({ n: 1 }, { id: 'b' });
    const { settled } = follow(store);
    const failing = store.transaction(async documents => {
      await documents.create({}, { id: 'c', channel: 'other' });
      await documents.patch('a', { n: 2 }, { moveTo: 'other' });
      await documents.delete('b');
      throw failure;
    });
    await assert.rejects(failing, error => error === failure);
    assert.deepEqual(idsOf(await store.list()), ['a', 'b']);
    assert.deepEqual(await store.read('a'), before);
    assert.deepEqual([await store.head(''), await store.head('other')], [2, 0]);
    assert.equal((await store.changes('', 0))?.length, 2);
    assert.deepEqual(await settled(), []);
    assert.equal((await store.patch('a', {})).version, 2);
  },

  'rolls back the whole transaction if it fails by a refusal': async store => {
    await store.create({}, { id: 'a' });
    await refusal('taken', store.transaction(async documents => {
      await documents.create({}, { id: 'b' });
      await documents.create({}, { id: 'a' });
    }));
    assert.deepEqual(idsOf(await store.list()), ['a']);
  },

  'goes on with a transaction after a refusal that is caught': async store => {
    await store.create({}, { id: 'a' });
    await store.transaction(async documents => {
      await documents.create({}, { id: 'b' });
      await refusal('taken', documents.create({}, { id: 'a' }));
      await refusal('not_found', documents.patch('x', {}));
      await refusal('conflict', documents.patch('a', {}, { ifVersion: 5 }));
      await refusal('invalid', documents.patch('a', { n: Infinity }));
      await documents.create({}, { id: 'c' });
    });
    assert.deepEqual(idsOf(await store.list()), ['a', 'b', 'c']);
  },

  'goes on incrementing the version of a document that one transaction deletes and creates again': async store => {
    await store.create({}, { id: 'a' });
    const [a, b] = await store.transaction(async documents => {
      await documents.patch('a', { n: 1 });
      await documents.delete('a');
      await documents.create({}, { id: 'b' });
      await documents.delete('b');
      return [await documents.create({}, { id: 'a' }), await documents.create({}, { id: 'b' })];
    });
    assert.ok(a.version > 2 && b.version > 1);
    assert.deepEqual(await store.list(), [a, b]);
  },

  'reads within a transaction what that has written': async store => {
    await store.create({ n: 1 }, { id: 'a' });
    await store.create({ n: 1 }, { id: 'b' });
    await store.transaction(async documents => {
      const patched = await documents.patch('a', { n: 2 });
      await documents.delete('b');
      const created = await documents.create({ n: 3 }, { id: 'c' });
      assert.deepEqual(await documents.read('a'), patched);
      assert.equal(await documents.read('b'), undefined);
      assert.deepEqual(await documents.list(), [patched, created]);
      assert.deepEqual(await documents.list({ where: { n: 3 }, sort: ['-n'], limit: 1 }), [created]);
      assert.equal((await documents.patch('a', { m: 1 }, { ifVersion: 2 })).version, 3);
      await refusal('not_found', documents.update('b', {}));
    });
    assert.deepEqual((await store.read('a'))?.attributes, { n: 2, m: 1 });
  },

  'shows nobody else what is not committed yet': async store => {
    const { changes } = follow(store);
    let written = (): void => {};
    const isWritten = new Promise<void>(resolve => (written = resolve));
    // Not awaited within the transaction: a store with a single connection only answers it afterwards.
    const outside = isWritten.then(() => store.read('a'));
    const failing = store.transaction(async documents => {
      await documents.create({}, { id: 'a' });
      written();
      assert.deepEqual(changes, []);
      throw failure;
    });
    await assert.rejects(failing, error => error === failure);
    assert.equal(await outside, undefined);
    assert.deepEqual(changes, []);
  },

  'refuses calls of its own methods within a transaction, which could wait for its own end': async store => {
    const asked: (() => Promise<unknown>)[] = [
      () => store.read('a'), () => store.list(), () => store.head(''), () => store.changes('', 0), () => store.epoch(),
      () => store.create({}, { id: 'a' }), () => store.update('a', {}), () => store.patch('a', {}), () => store.delete('a'),
      () => store.transaction(async () => assert.fail('It has run.')),
    ];
    let later: Promise<unknown> | undefined;
    await store.transaction(async documents => {
      for (const ask of asked) await assert.rejects(ask(), /by the documents/);
      await documents.create({}, { id: 'b' });
      // Not awaited by the transaction, and so not within it.
      later = new Promise(resolve => setImmediate(resolve)).then(() => store.create({}, { id: 'c' }));
    });
    await later;
    assert.deepEqual(idsOf(await store.list()), ['b', 'c']);
  },

  'tells of every change in a transaction, also of several to one document': async store => {
    const { settled } = follow(store);
    await store.transaction(async documents => {
      await documents.create({ n: 1 }, { id: 'a' });
      await documents.update('a', { n: 2 });
      await documents.create({}, { id: 'b' });
      await documents.delete('b');
    });
    const changes = await settled();
    assert.deepEqual(changes.map(({ action, id, version }) => [action, id, version]),
      [['create', 'a', 1], ['update', 'a', 2], ['create', 'b', 1], ['delete', 'b', 1]]);
    assert.deepEqual(changes.map(({ document }) => document?.attributes), [{ n: 2 }, { n: 2 }, undefined, undefined]);
  },
};
