import { expect } from 'chai';
import { connect, connected, once, startServer } from '../../support/control.js';
import { failureOf, Todos as Plain } from '../fixtures.js';
import { online, Todos } from './clients.js';

const channelled = channel => Todos.extend({ backend: { name: 'todos', channel } });
const Groceries = channelled('groceries');
const hello = { v: 1, login: 0, backends: { todos: { collection: 'todos', model: 'todos', event: 'backend' } } };

// All that has arrived of what was sent until now. The test hears of it later than the answers come.
async function arrived(server) {
  Backbone.socket.emit('marker');
  await server.next('marker');
  return server.received.filter(({ event }) => event !== 'marker');
}

const sent = async server => (await arrived(server)).map(({ event }) => event).filter(event => !event.startsWith('iosync:'));

// What the middleware saw.
const reveal = (entity, options) => Backbone.sync('reveal', entity, { data: {}, ...options });

// The next hello that is asked for with an acknowledgement; collections that listen ask without.
async function askedForHello(server) {
  for (;;) {
    const request = await server.next('iosync:hello');
    if (request.hasAck) return request;
  }
}

describe('A request to a backend', () => {
  it('carries its channel in a second argument, once the server has said hello', async () => {
    const { server } = await online();
    await new Groceries().add({ title: 'milk' }).save();
    const { args } = await server.next('todos:create');
    const { op } = args[1];
    expect(args).to.deep.equal([{ title: 'milk' }, { channel: 'groceries', options: {}, op }]);
  });

  it('carries a name of its own if it writes, and none if it reads', async () => {
    const { server } = await online();
    const todos = new Todos();
    await todos.add({}).save();
    await todos.at(0).save();
    await todos.fetch();
    const ops = (await arrived(server)).filter(({ event }) => event.startsWith('todos:')).map(({ args }) => args[1].op);
    expect(ops.map(op => typeof op)).to.deep.equal(['string', 'string', 'undefined']);
    expect(ops[0]).to.not.equal(ops[1]);
  });

  it("carries the options that are the caller's own and plain", async () => {
    await online();
    const { options } = await reveal(new Todos(), {
      page: 2, query: { tags: ['a'] }, deep: true, word: 'x', list: [1, null],
      date: new Date(), view: new Backbone.Model(), fn() {}, none: undefined, nothing: null,
      success() {}, error() {}, context: {}, parse: false, wait: true, validate: true, add: true, merge: true, remove: true, reset: true,
      silent: true, timeout: 500, attrs: { a: 1 }, at: 1, sort: true,
    });
    expect(options).to.deep.equal({ page: 2, query: { tags: ['a'] }, deep: true, word: 'x', list: [1, null] });
  });

  it("carries no option of Backbone's own in fetch, save, create and destroy", async () => {
    const { server } = await online();
    const todos = new Todos();
    await todos.fetch({ reset: true });
    const todo = todos.add({});
    await todo.save({ title: 'a' }, { wait: true });
    await todo.save({ title: 'b' }, { patch: true });
    await todo.destroy({ wait: true });
    await new Promise(resolve => todos.create({}, { success: resolve }));
    const metas = (await arrived(server)).filter(({ event }) => event.startsWith('todos:')).map(({ args }) => ({ ...args[1], op: undefined }));
    expect(metas).to.deep.equal(Array(5).fill({ channel: '', options: {}, op: undefined }));
  });

  it("goes to the collection's backend for a model, and to its own if it has one", async () => {
    const { server } = await online({ backends: { todos: {}, notes: {} } });
    const Note = Backbone.Model.extend({ backend: () => 'notes' });
    const todos = new Groceries();
    expect(await reveal(todos.add({}), { data: { title: 'milk' } })).to.deep.equal({ options: {}, channel: 'groceries', model: { title: 'milk' } });
    await reveal(todos.add(new Note()));
    expect(await sent(server)).to.deep.equal(['todos:reveal', 'notes:reveal']);
  });

  it('goes to the backend whatever the url and the namespace', async () => {
    const { server } = await online();
    await new (Todos.extend({ url: '/others', ioNamespace: 'more' }))().fetch({ url: '/elsewhere' });
    expect(await sent(server)).to.deep.equal(['todos:read']);
  });

  it('asks for the hello once a connection', async () => {
    const { server, socket } = await online();
    const todos = new Groceries();
    const asked = async () => (await arrived(server)).filter(({ event, hasAck }) => event === 'iosync:hello' && hasAck).length;
    await Promise.all([todos.fetch(), reveal(todos), reveal(new Todos())]);
    await reveal(todos);
    expect(await asked()).to.equal(1);
    const back = server.connected(2);
    await server.dropClients();
    await back;
    expect((await reveal(todos)).channel).to.equal('groceries');
    expect(await asked()).to.equal(2);
    expect(socket.connected).to.equal(true);
  });

  it('keeps the order of the requests of one object', async () => {
    const { server } = await online();
    const todos = new Todos();
    const first = [1, 2, 3].map(i => reveal(todos, { i }));
    await first[0];
    await Promise.all([...first, reveal(todos, { i: 4 })]);
    const numbers = (await arrived(server)).filter(({ event }) => event === 'todos:reveal').map(({ args }) => args[1].options.i);
    expect(numbers).to.deep.equal([1, 2, 3, 4]);
  });

  it('waits while there is no connection, and is sent with its meta', async () => {
    const { server } = await online();
    Backbone.socket.disconnect();
    const answer = reveal(new Groceries(), { page: 1 });
    Backbone.socket.connect();
    expect(await answer).to.deep.include({ channel: 'groceries', options: { page: 1 } });
    expect(await sent(server)).to.deep.equal(['todos:reveal']);
  });

  it('is sent with its meta by a new server on the same port', async () => {
    const { server } = await online();
    await reveal(new Groceries());
    const lost = once(Backbone.socket, 'disconnect');
    await server.restart();
    await lost;
    expect((await reveal(new Groceries())).channel).to.equal('groceries');
  });

  it('can be sent with retries and ackTimeout of the page', async () => {
    const { join } = await online();
    Backbone.socket = await join({ retries: 2, ackTimeout: 1000 });
    expect((await reveal(new Groceries())).channel).to.equal('groceries');
  });
});

describe('A request to a backend, while the hello is awaited,', () => {
  // A server of somebody's own that answers the question for a hello when the test says so.
  async function slow() {
    const server = await startServer();
    Backbone.socket = await connected(server);
    return server;
  }

  it('is sent with its meta when the hello comes late', async () => {
    const server = await slow();
    const saving = reveal(new Groceries());
    const question = await askedForHello(server);
    expect(await sent(server)).to.deep.equal([]);
    question.answer(null, hello);
    const { args, answer } = await server.next('todos:reveal');
    expect(args[1]).to.deep.equal({ channel: 'groceries', options: {} });
    answer(null, 1);
    expect(await saving).to.equal(1);
  });

  it('can be aborted, and is never sent', async () => {
    const server = await slow();
    const request = reveal(new Groceries());
    const question = await askedForHello(server);
    request.abort();
    expect((await failureOf(request)).code).to.equal('aborted');
    question.answer(null, hello);
    const later = reveal(new Groceries());
    (await server.next('todos:reveal')).answer(null);
    await later;
    expect(await sent(server)).to.deep.equal(['todos:reveal']);
  });

  it('can run out of time', async () => {
    const server = await slow();
    const error = await failureOf(reveal(new Groceries(), { timeout: 20 }));
    expect(error.code).to.equal('timeout');
    (await askedForHello(server)).answer(null, hello);
    server.handle('todos:reveal', (data, reply) => reply(null, 'there'));
    expect(await reveal(new Groceries())).to.equal('there');
  });

  it('lets requests of others pass', async () => {
    const server = await slow();
    const waiting = reveal(new Groceries());
    server.handle('todos:read', (data, reply) => reply(null, []));
    await new Plain().fetch();
    expect(await sent(server)).to.deep.equal(['todos:read']);
    (await askedForHello(server)).answer(null, hello);
    (await server.next('todos:reveal')).answer(null);
    await waiting;
  });

  it('asks the next connection if this one ends', async () => {
    const server = await slow();
    const request = reveal(new Groceries());
    await askedForHello(server);
    await server.dropClients();
    (await askedForHello(server)).answer(null, hello);
    (await server.next('todos:reveal')).answer(null, 'there');
    expect(await request).to.equal('there');
  });

  it('waits longer for a server that has said hello before', async () => {
    const server = await slow();
    const first = reveal(new Groceries());
    (await askedForHello(server)).answer(null, hello);
    (await server.next('todos:reveal')).answer(null);
    await first;
    const back = server.connected(2);
    await server.dropClients();
    await back;
    const request = reveal(new Groceries(), { timeout: 2300 });
    await askedForHello(server);
    expect((await failureOf(request)).code).to.equal('timeout');
    expect(await sent(server)).to.deep.equal(['todos:reveal']);
  });
});

describe('Without a hello', () => {
  it('a request to the default channel is the plain one', async () => {
    const server = await startServer();
    Backbone.socket = await connected(server);
    server.handle('todos:create', (data, reply) => reply(null, { id: 1 }));
    await new Promise(resolve => new Todos().create({ title: 'milk' }, { page: 1, success: resolve }));
    const { args, hasAck } = await server.next('todos:create');
    expect(args).to.deep.equal([{ title: 'milk' }]);
    expect(hasAck).to.equal(true);
  });

  it('a request to a channel fails as unsupported, and is not sent', async () => {
    const server = await startServer();
    const errors = [];
    Backbone.socket = await connected(server);
    const todos = new Groceries();
    todos.on('error', (entity, error) => errors.push(error.code));
    const error = await failureOf(todos.fetch());
    expect(error).to.deep.include({ name: 'IoSyncError', code: 'unsupported', message: 'todos:read failed: unsupported' });
    expect(errors).to.deep.equal(['unsupported']);
    expect((await failureOf(todos.fetch())).code).to.equal('unsupported');
    expect(await sent(server)).to.deep.equal([]);
  });

  it('requests of models without a backend have exactly their data, also to a companion', async () => {
    const { server } = await online({ backends: { todos: { model: 'todo' } } });
    await new Todos().fetch();
    await new Plain().fetch({ page: 1 });
    const { args } = (await arrived(server)).filter(({ event }) => event === 'todos:read')[1];
    expect(args).to.deep.equal([{}]);
  });

  it('requests of models without a backend wait for nothing', async () => {
    const server = await startServer();
    Backbone.socket = connect(server);
    server.handle('todos:read', (data, reply) => reply(null, []));
    await new Plain().fetch();
    expect((await arrived(server)).map(({ event }) => event)).to.deep.equal(['todos:read']);
  });
});
