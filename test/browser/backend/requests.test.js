import { expect } from 'chai';
import { once } from '../../support/control.js';
import { arrived, Groceries, online, reveal, sent, Todos } from './clients.js';

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

  // Or not at all, if the hello that the server sends on connecting arrives first.
  it('asks for the hello at most once a connection', async () => {
    const { server, socket } = await online();
    const todos = new Groceries();
    const asked = async () => (await arrived(server)).filter(({ event, hasAck }) => event === 'iosync:hello' && hasAck).length;
    await Promise.all([todos.fetch(), reveal(todos), reveal(new Todos())]);
    await reveal(todos);
    expect(await asked()).to.be.at.most(1);
    const back = server.connected(2);
    await server.dropClients();
    await back;
    expect((await reveal(todos)).channel).to.equal('groceries');
    expect(await asked()).to.be.at.most(2);
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
