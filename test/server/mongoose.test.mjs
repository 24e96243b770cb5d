// The store and the schema plugin for Mongoose. No MongoDB server can be had where these tests run, so that they are about Mongoose and its
// driver, with a stand-in in place of the server (see test/support/mongo-stand-in.mjs); with MONGODB_URL the contract runs on that server, too.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import mongoose from 'mongoose';
import { companion, storeContract } from '../support/companion.mjs';
import { startStandIn } from '../support/mongo-stand-in.mjs';
import { useServers } from './servers.mjs';

const { createBackend, mongooseStore, publishChanges } = companion;

const anything = () => new mongoose.Schema({ _id: String }, { strict: false, minimize: false });
let names = 0;

function useModels(options) {
  let server;
  let connection;
  before(async () => {
    server = await startStandIn(options);
    connection = await mongoose.createConnection(server.url).asPromise();
  });
  after(async () => {
    await connection.close();
    server.close();
  });
  const model = (schema = anything()) => {
    schema.plugin(publishChanges);
    return connection.model(`Model${names += 1}`, schema);
  };
  return { model, connection: () => connection, server: () => server };
}

// What a store has told, in words.
function hear(store) {
  const told = [];
  store.watch({ change: ({ action, id, version, channel, head }) => told.push(`${action} ${id} v${version} in "${channel}" as ${head}`) });
  return told;
}

const Todo = () => new mongoose.Schema({ _id: String, title: { type: String, required: 'A todo has a title.' }, due: Date, secret: { type: String, select: false } });

describe('mongooseStore(), on a stand-in for a replica set, keeps the contract of stores', () => {
  const { model } = useModels();
  storeContract({ test: it, open: () => mongooseStore(model()) });
});

describe('mongooseStore(), on the server at MONGODB_URL, keeps the contract of stores', () => {
  const { MONGODB_URL: url } = process.env;
  if (!url) return void it('skipped: MONGODB_URL names no server');
  let connection;
  before(async () => { connection = await mongoose.createConnection(url).asPromise(); });
  after(async () => {
    await connection.dropDatabase();
    await connection.close();
  });
  const open = async () => {
    const schema = anything();
    schema.plugin(publishChanges);
    const name = `Contract${process.pid}_${names += 1}`;
    // Older servers cannot make a collection within a transaction.
    for (const suffix of ['', '_log', '_heads']) await connection.createCollection(`${name}${suffix}`);
    return mongooseStore(connection.model(name, schema, name));
  };
  storeContract({ test: it, open });
});

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

  it('hears nothing of the calls for which it has no hook, as the README says', async () => {
    const Model = model(Todo());
    await Model.create([{ _id: 'a', title: 'x' }, { _id: 'b', title: 'x' }]);
    const told = hear(mongooseStore(Model));
    await Model.updateOne({ _id: 'a' }, { title: 'y' });
    await Model.updateMany({}, { title: 'z' });
    await Model.bulkWrite([{ updateOne: { filter: { _id: 'a' }, update: { title: 'w' } } }]);
    await Model.collection.updateOne({ _id: 'a' }, { $set: { title: 'v' } });
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

describe('mongooseStore(), before a stand-in', () => {
  const { model, connection } = useModels();
  const { serve, connect, ask } = useServers();

  it('tells sockets what other code does by the model', async () => {
    const Model = model(Todo());
    const client = await connect(await serve(todos => todos.use(mongooseStore(Model))));
    await ask(client, 'todos:read', {});
    const pushed = once(client, 'todos:create');
    await Model.create({ _id: 'a', title: 'milk', due: new Date(0), secret: 'x' });
    assert.deepEqual((await pushed)[0], { id: 'a', title: 'milk', due: '1970-01-01T00:00:00.000Z' });
  });

  it('refuses in the schema\'s words, and drops what the schema does not know', async () => {
    const client = await connect(await serve(todos => todos.use(mongooseStore(model(Todo())))));
    const [error] = await ask(client, 'todos:create', { done: true });
    assert.deepEqual(error, { code: 'invalid', message: 'A todo has a title.', issues: [{ path: ['title'], message: 'A todo has a title.' }] });
    const [, made] = await ask(client, 'todos:create', { id: 'a', title: 'milk', done: true, _version: 7, _channel: 'x', _id: 'y', __v: 3 });
    assert.deepEqual(made, { id: 'a', title: 'milk' });
  });

  it('finds nothing by a field that the schema hides, neither by what is found nor by what is not', async () => {
    const Model = model(Todo());
    const store = mongooseStore(Model);
    await Model.create({ _id: 'a', title: 'milk', secret: 'x' });
    assert.deepEqual(await store.list({ where: { secret: 'x' } }), []);
    for (const value of ['x', 'y']) assert.equal((await store.list({ where: { secret: { $ne: value } } })).length, 1);
    assert.equal((await store.list({ where: { $or: [{ secret: 'y' }, { title: 'milk' }] } })).length, 1);
  });

  it('filters dates, numbers and booleans as the page sees them', async () => {
    const store = mongooseStore(model(new mongoose.Schema({ _id: String, due: Date, n: Number, done: Boolean })));
    await store.create({ due: '2026-01-02T00:00:00.000Z', n: 1, done: false }, { id: 'a' });
    const found = async where => (await store.list({ where })).length;
    assert.deepEqual([await found({ due: { $gt: '2026' } }), await found({ due: { $gt: '2027' } })], [1, 0]);
    assert.deepEqual([await found({ n: 1 }), await found({ n: '1' }), await found({ n: { $ne: '1' } }), await found({ done: false })], [1, 0, 1, 1]);
  });

  it('takes ObjectIds as what they are written as, and no other text for one', async () => {
    const store = mongooseStore(model(new mongoose.Schema({ title: String })));
    const { id } = await store.create({ title: 'milk' });
    assert.match(id, /^[0-9a-f]{24}$/);
    assert.equal((await store.read(id)).attributes.title, 'milk');
    await store.create({}, { id: 'abcdef0123456789abcdef01' });
    assert.equal(await store.read('ABCDEF0123456789ABCDEF01'), undefined);
    assert.equal(await store.read('twelve chars'), undefined);
    await assert.rejects(store.create({}, { id: 'twelve chars' }), { code: 'invalid' });
  });

  for (const [kind, schema] of [['texts', anything], ['ObjectIds', () => new mongoose.Schema({ n: Number })]]) {
    it(`lists documents whose ids it made in the order of their making: ${kind}`, async () => {
      const store = mongooseStore(model(schema()));
      const numbers = Array.from({ length: 30 }, (_, n) => n);
      for (const n of numbers) await store.create({ n });
      assert.deepEqual((await store.list()).map(({ attributes }) => attributes.n), numbers);
    });
  }

  it('reports a document that could not be read when its change was to be told, and what a watcher throws', async () => {
    const schema = anything();
    let isBroken = false;
    schema.pre('findOne', () => { if (isBroken) throw new Error('away'); });
    const Model = model(schema);
    const reported = [];
    const store = mongooseStore(Model, { log: (sentence, error) => reported.push(`${sentence} ${error.message}`) });
    const told = hear(store);
    store.watch({ change: () => { throw new Error('on purpose'); } });
    isBroken = true;
    await Model.create({ _id: 'a' });
    assert.deepEqual(told, ['create a v1 in "" as 1']);
    assert.deepEqual(reported, ['A document that has changed could not be read: away', 'A watcher of a store has thrown: on purpose']);
  });

  it('asks for the plugin', () => {
    const Model = connection().model('Plain', new mongoose.Schema({}));
    assert.throws(() => mongooseStore(Model), /"Plain" lacks the plugin/);
  });
});

describe('mongooseStore(), on a stand-in for a server without transactions', () => {
  const { model } = useModels({ replicaSet: false });

  it('writes and tells, and refuses transactions in words', async () => {
    const store = mongooseStore(model());
    const told = hear(store);
    await Promise.all(['a', 'b', 'c'].map(id => store.create({}, { id })));
    await store.patch('a', { n: 1 }, { moveTo: 'two' });
    assert.deepEqual(told.slice(0, 3).map(line => line.slice(-1)), ['1', '2', '3']);
    assert.deepEqual(told.slice(3), ['delete a v1 in "" as 4', 'create a v2 in "two" as 1']);
    await assert.rejects(store.transaction(async () => {}), { code: 'unsupported', message: /replica set/ });
  });
});
