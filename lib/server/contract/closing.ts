// How a store closes; and, if it is persistent, what it has when it is opened again.

import assert from 'node:assert/strict';
import type { Store } from '../store';
import { idsOf, refusal, type Promises } from './support';

export const closing: Promises = {
  'lets running writes end when it is closed': async store => {
    await store.create({}, { id: 'a' });
    const begun = [
      store.create({}, { id: 'b' }),
      store.patch('a', {}),
      store.transaction(async documents => {
        await documents.create({}, { id: 'c' });
        return documents.patch('c', { n: 1 });
      }),
    ];
    const closed = store.close();
    assert.deepEqual((await Promise.all(begun)).map(({ id, version }) => [id, version]), [['b', 1], ['a', 2], ['c', 2]]);
    await closed;
  },

  'refuses all calls after it was closed': async store => {
    await store.create({}, { id: 'a' });
    const closed = store.close();
    await refusal('unavailable', store.create({}, { id: 'b' }));
    await closed;
    await refusal('unavailable', store.create({}, { id: 'b' }));
    await refusal('unavailable', store.update('a', {}));
    await refusal('unavailable', store.patch('a', {}));
    await refusal('unavailable', store.delete('a'));
    await refusal('unavailable', store.transaction(async () => assert.fail('It has run.')));
    await refusal('unavailable', store.read('a'));
    await refusal('unavailable', store.list());
    await refusal('unavailable', store.head(''));
    await refusal('unavailable', store.changes('', 0));
  },

  'can be closed twice': async store => {
    await Promise.all([store.close(), store.close()]);
    await store.close();
  },
};

/** For persistent stores. */
export const reopening: { [promise: string]: (store: Store, reopen: () => Promise<Store>) => Promise<void> } = {
  'has all documents and changes when it is opened again': async (store, reopen) => {
    await store.create({ title: 'milk', nested: [{ n: 1.5 }] }, { id: 'a', channel: 'one', origin: 'me' });
    await store.patch('a', { done: true });
    await store.create({}, { id: 'b' });
    await store.delete('b');
    const before = { list: await store.list(), head: await store.head('one'), changes: await store.changes('one', 0), gone: await store.changes('', 0) };
    const again = await reopen();
    const after = { list: await again.list(), head: await again.head('one'), changes: await again.changes('one', 0), gone: await again.changes('', 0) };
    assert.deepEqual(after, before);
  },

  'goes on counting when it is opened again': async (store, reopen) => {
    await store.create({}, { id: 'a' });
    await store.patch('a', {});
    const epoch = await store.epoch();
    const again = await reopen();
    assert.equal(await again.epoch(), epoch);
    assert.equal((await again.patch('a', {})).version, 3);
    assert.equal(await again.head(''), 3);
    await refusal('taken', again.create({}, { id: 'a' }));
    assert.deepEqual(idsOf(await again.list()), ['a']);
  },
};
