// What the schema plugin tells of the calls of Mongoose's, on a stand-in for the server: see mongoose.test.mjs.
import assert from 'node:assert/strict';
import mongoose from 'mongoose';
import { companion } from '../support/companion.mjs';
import { Todo, anything, hear, useModels } from '../support/mongo-models.mjs';

const { createBackend, mongooseStore, publishChanges } = companion;

describe('publishChanges(), by Mongoose\'s own hooks, before a stand-in', () => {
  const { model, connection } = useModels();

  it('tells of a save and a removal once, however many stores, backends and sockets there are', async () => {
    const schema = Todo();
    schema.plugin(publishChanges);
    const Model = model(schema);
    const stores = [mongooseStore(Model), mongooseStore(Model)];
    for (const store of stores) createBackend().use(store);
    const told = stores.map(hear);
    const doc = await Model.create({ _id: 'a', title: 'milk' });
    doc.title = 'bread';
    await doc.save();
    await doc.deleteOne();
    const expected = ['create a v1 in "" as 1', 'update a v2 in "" as 2', 'delete a v2 in "" as 3'];
    assert.deepEqual(told, [expected, expected]);
  });

  it('tells of each call that the README names', async () => {
    const Model = model(Todo());
    const told = hear(mongooseStore(Model));
    await Model.insertMany([{ _id: 'a', title: 'x' }, { _id: 'b', title: 'x' }]);
    await Model.findByIdAndUpdate('a', { title: 'y' });
    await Model.findOneAndUpdate({ _id: 'c' }, { $set: { title: 'y' } }, { upsert: true });
    await Model.findByIdAndDelete('b');
    const doc = await Model.findById('a');
    doc.title = 'z';
    await Model.bulkSave([doc]);
    assert.deepEqual(told.map(line => line.replace(/ in.*/, '')), ['create a v1', 'create b v1', 'update a v2', 'create c v1', 'delete b v1', 'update a v3']);
  });

  // Two documents in channel "x".
  const startWithTwo = async schema => {
    const Model = model(schema ?? new mongoose.Schema({ _id: String, title: String, done: Boolean }));
    const store = mongooseStore(Model);
    for (const id of ['a', 'b']) await store.create({ title: id, done: false }, { id, channel: 'x' });
    return { Model, store, told: hear(store) };
  };

  it('tells of a part of a document what the whole one is: its version and its channel', async () => {
    const { Model, told } = await startWithTwo();
    const part = await Model.findById('a').select('title');
    part.title = 'new';
    await part.save();
    await (await Model.findById('a').select('-_version')).deleteOne();
    await Model.findByIdAndDelete('b').select('title').lean();
    assert.deepEqual(told, ['update a v2 in "x" as 3', 'delete a v2 in "x" as 4', 'delete b v1 in "x" as 5']);
  });

  it('tells of a document that was read long ago what it is by now', async () => {
    const { Model, told } = await startWithTwo();
    const [first, second, third] = await Promise.all(['a', 'a', 'a'].map(id => Model.findById(id)));
    Object.assign(first, { title: 'one' });
    Object.assign(second, { done: true });
    await first.save();
    await second.save();
    await third.deleteOne();
    await third.deleteOne();
    assert.deepEqual(told, ['update a v2 in "x" as 3', 'update a v3 in "x" as 4', 'delete a v3 in "x" as 5']);
  });

  it('counts a save of some paths, too', async () => {
    const { Model, store, told } = await startWithTwo();
    const doc = await Model.findById('a');
    Object.assign(doc, { title: 'new', done: true });
    await doc.save({ pathsToSave: ['title'] });
    assert.deepEqual(told, ['update a v2 in "x" as 3']);
    assert.deepEqual(await store.read('a'), { id: 'a', version: 2, channel: 'x', attributes: { title: 'new', done: false } });
  });

  it('tells both channels of a document that is moved by a call, though only a part of it was read', async () => {
    const { Model, told } = await startWithTwo();
    const part = await Model.findById('a').select('title');
    part.set('_channel', 'y');
    await part.save();
    await Model.findOneAndUpdate({ _id: 'b' }, { _channel: 'y' });
    assert.deepEqual(told, ['delete a v1 in "x" as 3', 'create a v2 in "y" as 1', 'delete b v1 in "x" as 4', 'create b v2 in "y" as 2']);
  });

  it('tells which document was updated or deleted, whatever the call gives back', async () => {
    for (const options of [{ includeResultMetadata: true }, { projection: '-_id title' }, { projection: '-_id title', lean: true, returnDocument: 'after' }]) {
      const { Model, told } = await startWithTwo();
      await Model.findOneAndUpdate({ done: false }, { done: true }, { ...options, sort: '-title' });
      await Model.findOneAndDelete({ done: false }, options);
      assert.deepEqual(told, ['update b v2 in "x" as 3', 'delete a v1 in "x" as 4']);
      await Model.findOneAndUpdate({ title: 'none' }, { done: true }, options);
      await Model.findOneAndDelete({ title: 'none' }, options);
      assert.equal(told.length, 2);
    }
  });

  it('tells of an upsert that leaves its own filter, and makes its id as the store does', async () => {
    for (const schema of [anything, () => new mongoose.Schema({ title: String, done: Boolean })]) {
      for (const options of [{}, { returnDocument: 'after' }, { includeResultMetadata: true }, { projection: '-_id' }]) {
        const Model = model(schema());
        const store = mongooseStore(Model);
        const told = hear(store);
        await Model.findOneAndUpdate({ title: 'none', done: false }, { done: true }, { upsert: true, ...options });
        const [{ id, attributes }] = await store.list();
        assert.deepEqual(told, [`create ${id} v1 in "" as 1`]);
        assert.deepEqual(attributes, { title: 'none', done: true });
        assert.deepEqual((await store.read(id)).attributes, attributes);
      }
    }
  });

  it('tells what was found in the end, where another is quicker', async () => {
    const schema = new mongoose.Schema({ _id: String, title: String, done: Boolean });
    schema.plugin(publishChanges);
    // Between the plugin's reading and the call.
    const take = id => async function () { await this.model.collection.updateOne({ _id: id }, { $set: { title: 'taken' } }); };
    schema.pre('findOneAndUpdate', take('b')).pre('findOneAndDelete', take('c'));
    const { Model, store, told } = await startWithTwo(schema);
    await store.create({ title: 'c' }, { id: 'c', channel: 'y' });
    await Model.findOneAndUpdate({ title: { $in: ['a', 'b'] } }, { done: true }, { sort: '-title', projection: 'title' });
    await Model.findOneAndDelete({ title: { $in: ['a', 'c'] } }, { sort: '-title', projection: 'title' });
    const expected = ['update a v2 in "x" as 3', 'delete a v2 in "x" as 4'];
    assert.deepEqual(told.slice(1), expected);
    // Nobody knows which one it was; at least no other is said to be gone.
    await Model.create({ _id: 'd', title: 'a' });
    await Model.collection.updateOne({ _id: 'c' }, { $set: { title: 'c' } });
    await Model.findOneAndDelete({ title: { $in: ['a', 'c'] } }, { sort: '-title', projection: '-_id title' });
    assert.deepEqual(told.slice(1), [...expected, 'create d v1 in "" as 1']);
    assert.equal(await Model.findById('d'), null);
  });

  it('goes on counting where an upsert makes again what was deleted', async () => {
    const { Model, store, told } = await startWithTwo();
    await store.patch('a', { done: true });
    await store.delete('a');
    await Model.findOneAndUpdate({ _id: 'a' }, { title: 'again' }, { upsert: true });
    assert.deepEqual(told.slice(2), ['create a v3 in "" as 1']);
  });

  it('reads what it does not know within the transaction, past the hooks of the schema', async () => {
    const schema = new mongoose.Schema({ _id: String, title: String, done: Boolean });
    schema.pre('findOne', function () { this.where({ done: false }); });
    const { Model, told } = await startWithTwo(schema);
    await connection().transaction(async session => {
      const part = await Model.findById('a', 'title', { session });
      Object.assign(part, { title: 'new', done: true });
      await part.save();
      await Model.findOneAndUpdate({ _id: 'a' }, { done: true }, { session, projection: '-_id' });
      await Model.findOneAndDelete({ _id: 'a' }, { session, projection: 'title' });
      await (await Model.findById('b', 'title', { session })).deleteOne();
      assert.deepEqual(told, []);
    });
    assert.deepEqual(told, ['update a v2 in "x" as 3', 'update a v3 in "x" as 4', 'delete a v3 in "x" as 5', 'delete b v1 in "x" as 6']);
  });

  it('hears nothing of the calls for which it has no hook, as the README says', async () => {
    const Model = model(Todo());
    await Model.create([{ _id: 'a', title: 'x' }, { _id: 'b', title: 'x' }]);
    const told = hear(mongooseStore(Model));
    await Model.updateOne({ _id: 'a' }, { title: 'y' });
    await Model.updateMany({}, { title: 'z' });
    await Model.bulkWrite([{ updateOne: { filter: { _id: 'a' }, update: { title: 'w' } } }]);
    await Model.collection.updateOne({ _id: 'a' }, { $set: { title: 'v' } });
    await assert.rejects(Model.findOneAndUpdate({ _id: 'c' }, { title: 'u' }, { upsert: true }).orFail());
    await Model.deleteOne({ _id: 'a' });
    await Model.deleteMany({});
    assert.deepEqual(told, []);
  });

  it('tells nothing of a save that changes nothing, or fails', async () => {
    const Model = model(Todo());
    const doc = await Model.create({ _id: 'a', title: 'x' });
    const told = hear(mongooseStore(Model));
    await doc.save();
    await assert.rejects(Model.create({ _id: 'a', title: 'x' }));
    await assert.rejects(Model.create({ _id: 'b' }));
    doc.title = '';
    await assert.rejects(doc.save());
    assert.deepEqual(told, []);
  });

  it('waits for the commit of a transaction of one\'s own, and tells nothing of one that fails', async () => {
    const Model = model(Todo());
    const store = mongooseStore(Model);
    const told = hear(store);
    await connection().transaction(async session => {
      await Model.create([{ _id: 'a', title: 'x' }], { session });
      assert.deepEqual(told, []);
    });
    await assert.rejects(connection().transaction(async session => {
      await Model.create([{ _id: 'b', title: 'x' }], { session });
      throw new Error('on purpose');
    }));
    assert.deepEqual(told, ['create a v1 in "" as 1']);
    assert.equal(await store.head(''), 1);
  });
});
