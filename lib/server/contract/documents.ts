// One document: created, read, changed, deleted; its version and its channel.

import assert from 'node:assert/strict';
import { refusal, type Promises } from './support';

const milk = { title: 'milk', user: { name: 'Ann', tags: ['a', null, 1.5] } };

export const documents: Promises = {
  'is ready': async store => assert.equal(await store.ready, undefined),

  'says which processes hear of a commit': async store => assert.ok(['process', 'database'].includes(store.reach)),

  'makes an id for a document without one': async store => {
    const [one, other] = [await store.create(milk), await store.create(milk)];
    assert.ok(typeof one.id === 'string' && one.id !== '' && one.id !== other.id);
    assert.deepEqual(one, { id: one.id, version: 1, channel: '', attributes: milk });
  },

  'takes the id that a document is given': async store => {
    assert.deepEqual(await store.create(milk, { id: 'a' }), { id: 'a', version: 1, channel: '', attributes: milk });
  },

  'reads what it was given': async store => {
    await store.create(milk, { id: 'a' });
    assert.deepEqual(await store.read('a'), { id: 'a', version: 1, channel: '', attributes: milk });
  },

  'finds nothing under an id that is not there': async store => assert.equal(await store.read('a'), undefined),

  'keeps an attribute that is called id apart from the id': async store => {
    await store.create({ id: 'x', _id: 5 }, { id: 'a' });
    assert.deepEqual((await store.read('a'))?.attributes, { id: 'x', _id: 5 });
    assert.equal(await store.read('x'), undefined);
  },

  'replaces all attributes by an update': async store => {
    await store.create(milk, { id: 'a' });
    const updated = await store.update('a', { done: true });
    assert.deepEqual(updated, { id: 'a', version: 2, channel: '', attributes: { done: true } });
    assert.deepEqual(await store.read('a'), updated);
  },

  'sets some attributes by a patch, each as a whole': async store => {
    await store.create({ ...milk, kept: [1] }, { id: 'a' });
    const patched = await store.patch('a', { done: true, user: { name: 'Bob' }, title: null });
    assert.deepEqual(patched, { id: 'a', version: 2, channel: '', attributes: { title: null, user: { name: 'Bob' }, kept: [1], done: true } });
    assert.deepEqual(await store.read('a'), patched);
  },

  'counts a patch of nothing as a change': async store => {
    await store.create(milk, { id: 'a' });
    assert.deepEqual(await store.patch('a', {}), { id: 'a', version: 2, channel: '', attributes: milk });
  },

  'deletes a document, and returns it as it was': async store => {
    await store.create(milk, { id: 'a' });
    await store.patch('a', { done: true });
    assert.deepEqual(await store.delete('a'), { id: 'a', version: 2, channel: '', attributes: { ...milk, done: true } });
    assert.equal(await store.read('a'), undefined);
    assert.deepEqual(await store.list(), []);
  },

  'refuses to change a document that is not there': async store => {
    await store.create(milk, { id: 'gone' });
    await store.delete('gone');
    for (const id of ['never', 'gone']) {
      await refusal('not_found', store.update(id, {}));
      await refusal('not_found', store.patch(id, {}));
      await refusal('not_found', store.delete(id));
    }
    assert.deepEqual(await store.list(), []);
  },

  'refuses an id that is taken in any channel': async store => {
    await store.create(milk, { id: 'a', channel: 'one' });
    await refusal('taken', store.create({}, { id: 'a', channel: 'one' }));
    await refusal('taken', store.create({}, { id: 'a', channel: 'two' }));
    assert.deepEqual(await store.read('a'), { id: 'a', version: 1, channel: 'one', attributes: milk });
  },

  'lets an id be used again after a delete, and goes on incrementing its version': async store => {
    await store.create(milk, { id: 'a' });
    await store.patch('a', { done: true });
    await store.delete('a');
    const { version } = await store.create({ title: 'new' }, { id: 'a' });
    assert.ok(version > 2);
    assert.deepEqual(await store.read('a'), { id: 'a', version, channel: '', attributes: { title: 'new' } });
  },

  'refuses a write that names another version, and carries the document': async store => {
    await store.create(milk, { id: 'a' });
    const current = await store.update('a', { title: 'bread' }, { ifVersion: 1 });
    for (const ifVersion of [0, 1, 3]) {
      for (const refused of [store.update('a', {}, { ifVersion }), store.patch('a', {}, { ifVersion }), store.delete('a', { ifVersion })]) {
        assert.deepEqual((await refusal('conflict', refused)).details.document, current);
      }
    }
    assert.deepEqual(await store.read('a'), current);
    assert.equal((await store.patch('a', {}, { ifVersion: 2 })).version, 3);
    assert.equal((await store.delete('a', { ifVersion: 3 })).version, 3);
  },

  'finds a document in its own channel only': async store => {
    await store.create(milk, { id: 'a', channel: 'one' });
    for (const channel of ['two', '', 'ONE', 'one ', '%']) {
      assert.equal(await store.read('a', { channel }), undefined);
      await refusal('not_found', store.update('a', {}, { channel }));
      await refusal('not_found', store.patch('a', {}, { channel, ifVersion: 9 }));
      await refusal('not_found', store.delete('a', { channel }));
    }
    assert.equal((await store.read('a', { channel: 'one' }))?.version, 1);
    assert.equal((await store.patch('a', {}, { channel: 'one' })).version, 2);
  },

  'finds a document only if it meets the filter': async store => {
    await store.create(milk, { id: 'a' });
    const where = { title: 'bread' };
    assert.equal(await store.read('a', { where }), undefined);
    await refusal('not_found', store.update('a', {}, { where }));
    await refusal('not_found', store.patch('a', { title: 'bread' }, { where, ifVersion: 9 }));
    await refusal('not_found', store.delete('a', { where }));
    assert.equal((await store.read('a', { where: { title: 'milk', id: 'a' } }))?.version, 1);
    assert.equal((await store.patch('a', { title: 'bread' }, { where: { title: 'milk' } })).version, 2);
    assert.equal((await store.delete('a', { where })).version, 2);
  },

  'moves a document to another channel': async store => {
    await store.create(milk, { id: 'a', channel: 'one' });
    assert.deepEqual(await store.patch('a', { done: true }, { channel: 'one', moveTo: 'two' }),
      { id: 'a', version: 2, channel: 'two', attributes: { ...milk, done: true } });
    assert.equal(await store.read('a', { channel: 'one' }), undefined);
    assert.deepEqual(await store.update('a', {}, { moveTo: '' }), { id: 'a', version: 3, channel: '', attributes: {} });
    assert.equal((await store.update('a', {}, { moveTo: '' })).version, 4);
  },

  'keeps a document in its channel when it is changed': async store => {
    await store.create(milk, { id: 'a', channel: 'one' });
    await store.update('a', {});
    assert.equal((await store.patch('a', {})).channel, 'one');
  },

  'shares no object with its callers': async store => {
    const given = structuredClone(milk);
    const creating = store.create(given, { id: 'a' });
    given.user.name = 'Bob';
    (await creating).attributes.title = 'bread';
    const read = await store.read('a');
    (read?.attributes as typeof milk).user.tags.push('b');
    const [listed] = await store.list();
    if (listed) listed.attributes.title = 'bread';
    assert.deepEqual(await store.list(), [{ id: 'a', version: 1, channel: '', attributes: milk }]);
    assert.deepEqual((await store.read('a'))?.attributes, milk);
    const patch = structuredClone(milk);
    const patching = store.patch('a', patch);
    patch.user.name = 'Bob';
    await patching;
    assert.deepEqual((await store.read('a'))?.attributes, milk);
  },
};
