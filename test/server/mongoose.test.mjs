// The store for Mongoose; what its schema plugin tells is in mongoose-calls.test.mjs. No MongoDB server can be had where these tests
// run, so that they are about Mongoose and its driver, with a stand-in in place of the server (see test/support/mongo-stand-in.mjs); with
// MONGODB_URL the contract runs on that server, too.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import mongoose from 'mongoose';
import { companion, storeContract } from '../support/companion.mjs';
import { Todo, anything, hear, useModels } from '../support/mongo-models.mjs';
import { useServers } from './servers.mjs';

const { mongooseStore, publishChanges } = companion;

let names = 0;

describe('mongooseStore(), on a stand-in for a replica set, keeps the contract of stores', function () {
  // Ten thousand documents take the stand-in a while on a busy machine.
  this.timeout(180_000);
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
