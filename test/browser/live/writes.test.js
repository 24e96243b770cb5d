// The page's own writes in a live collection: changes by others wait for them, and a write that fails leaves nothing behind.
import { expect } from 'chai';
import { connected, once, startServer } from '../../support/control.js';
import { failureOf } from '../fixtures.js';
import { hold, live, needsLive, noted, online, settled, shown, stored, Todos, until } from './pages.js';

const documents = { a: { title: 'milk', n: 1 } };

describe("A live collection's own write", () => {
  beforeEach(function () {
    needsLive(this);
  });

  it('is not overwritten while it is under way, and what others have set is there once it has ended', async () => {
    const { server, socket, commit } = await online({ documents });
    const { todos } = await live();
    const model = todos.get('a');
    const titles = [];
    model.on('change:title', () => titles.push(model.get('title')));
    const line = hold(socket);
    const saved = model.save({ title: 'oat milk' }, { patch: true });
    await line.arrived('answer to todos:patch', 'todos:changes');
    await commit('patch', 'a', { title: 'soy milk', n: 2 });
    line.pass('todos:changes');
    await line.arrived('todos:changes');
    line.pass('todos:changes');
    expect(model.attributes).to.deep.equal({ id: 'a', title: 'oat milk', n: 1 });
    line.pass('answer to todos:patch');
    await saved;
    expect(shown(todos)).to.deep.equal(await stored(server));
    expect(titles).to.deep.equal(['oat milk', 'soy milk']);
  });

  for (const order of [['answer to todos:create', 'todos:changes'], ['todos:changes', 'answer to todos:create']]) {
    it(`of a model that is saved twice before it has an id makes two documents, and both are there (${order[0]} first)`, async () => {
      const { server, socket } = await online();
      const { todos, own } = await live();
      const line = hold(socket);
      const model = todos.create({ title: 'milk' });
      model.save({ title: 'oat milk' });
      await line.arrived(...order, ...order);
      for (const name of [...order, ...order]) line.pass(name);
      line.release();
      await until(todos, () => todos.length === 2);
      await settled(socket);
      expect(shown(todos)).to.deep.equal(await stored(server));
      expect(own().filter(event => event.startsWith('add'))).to.have.length(2);
    });
  }

  it('keeps no other document waiting', async () => {
    const { socket, commit } = await online({ documents: { ...documents, b: { title: 'bread' } } });
    const { todos } = await live();
    const line = hold(socket);
    const saved = todos.get('a').save({ title: 'oat milk' });
    await line.arrived('answer to todos:update', 'todos:changes');
    await commit('patch', 'b', { title: 'rye bread' });
    line.pass('todos:changes');
    await line.arrived('todos:changes');
    line.pass('todos:changes');
    expect(todos.get('b').get('title')).to.equal('rye bread');
    line.release();
    await saved;
  });

  for (const [how, options] of Object.entries({ '': {}, ' that waits': { wait: true }, ' of a patch': { patch: true } })) {
    it(`that fails${how} leaves what it set as the server has it, and other unsaved changes as they are`, async () => {
      const { socket } = await online({ documents });
      const { todos } = await live();
      const model = todos.get('a');
      model.set({ note: 'mine', n: 5 });
      // What the write sets is what it sends.
      const set = { title: 'oat milk', refuse: 'forbidden' };
      expect(await failureOf(model.save(set, { attrs: { id: 'a', ...set }, ...options }))).to.include({ code: 'forbidden' });
      await until(todos, () => model.get('title') === 'milk' && !model.has('refuse'));
      await settled(socket);
      expect(model.attributes).to.deep.equal({ id: 'a', title: 'milk', n: 5, note: 'mine' });
    });
  }

  it('that fails leaves what others have set meanwhile', async () => {
    const { server, socket, commit } = await online({ documents });
    const { todos } = await live();
    const line = hold(socket);
    const saved = failureOf(todos.get('a').save({ title: 'oat milk', refuse: 'forbidden' }, { patch: true }));
    await line.arrived('answer to todos:patch');
    await commit('patch', 'a', { title: 'soy milk', n: 2 });
    await line.arrived('todos:changes');
    line.release();
    await saved;
    await until(todos, () => !todos.get('a').has('refuse') && todos.get('a').get('n') === 2);
    expect(shown(todos)).to.deep.equal(await stored(server));
  });

  it('that fails leaves an attribute that only the page has unset where the server has none', async () => {
    await online({ documents });
    const { todos } = await live();
    const model = todos.get('a');
    await failureOf(model.save({ refuse: 'forbidden', extra: 1 }, { patch: true }));
    await until(todos, () => !model.has('extra'));
    expect(model.attributes).to.deep.equal({ id: 'a', ...documents.a });
  });

  it('that fails takes the model away if the document is gone', async () => {
    const { commit, socket } = await online({ documents });
    const { todos } = await live();
    const line = hold(socket);
    await commit('delete', 'a');
    await line.arrived('todos:changes');
    line.lose('todos:changes');
    const saved = failureOf(todos.get('a').save({ title: 'oat milk' }));
    await line.arrived('answer to todos:update');
    line.release();
    expect((await saved).code).to.equal('not_found');
    await until(todos, () => !todos.length);
  });

  it('that is refused to delete puts the model back as the server has it', async () => {
    const { server } = await online({ documents });
    const { todos } = await live();
    todos.get('a').set({ refuse: 'forbidden' });
    todos.get('a').destroy();
    expect(todos.length).to.equal(0);
    await until(todos, () => todos.length);
    expect(shown(todos)).to.deep.equal(await stored(server));
  });

  it('that is refused to create leaves a model that is new, and is one of the server\'s once it is saved again', async () => {
    const { server, socket } = await online();
    const { todos } = await live();
    const { own } = noted(todos);
    const model = todos.create({ title: 'milk', refuse: 'forbidden' });
    await once(model, 'error');
    expect([todos.models.includes(model), model.isNew()]).to.deep.equal([true, true]);
    model.unset('refuse');
    await model.save();
    await settled(socket);
    expect(shown(todos)).to.deep.equal(await stored(server));
    expect(todos.at(0)).to.equal(model);
    expect(own().filter(event => /^(add|remove)/.test(event))).to.deep.equal(['add']);
  });

  it('that ends by its time, and was done all the same, is one model', async () => {
    const { server, socket } = await online();
    const { todos } = await live();
    const { own } = noted(todos);
    const line = hold(socket);
    const model = todos.create({ title: 'milk' }, { timeout: 300 });
    const failed = once(model, 'error');
    await line.arrived('answer to todos:create', 'todos:changes');
    await failed;
    line.release();
    await until(todos, () => todos.at(0).id);
    expect(shown(todos)).to.deep.equal(await stored(server));
    expect(todos.at(0)).to.equal(model);
    expect(own().filter(event => /^(add|remove)/.test(event))).to.deep.equal(['add']);
  });

  it('that is under way when the server goes ends as it really did, once it is back', async () => {
    const { server, socket } = await online();
    const { todos } = await live();
    const line = hold(socket);
    const model = todos.create({ title: 'milk' }, { wait: true });
    await line.arrived('answer to todos:create');
    const created = once(model, 'sync');
    // The server stores in memory: after the restart it has another, empty database, in which the document is created.
    const restarted = server.restart();
    line.lose('answer to todos:create');
    await restarted;
    line.release();
    await created;
    await settled(socket);
    await until(todos, () => todos.length === 1);
    expect(shown(todos)).to.deep.equal(await stored(server));
  });

  it('of a model that is only of the collection, not in it, brings its document like any other', async () => {
    const { server } = await online();
    const { todos } = await live();
    await new Backbone.Model({ title: 'milk' }, { collection: todos }).save();
    await until(todos, () => todos.length === 1);
    expect(shown(todos)).to.deep.equal(await stored(server));
  });

  it('has no version that the page could see, nor sends one', async () => {
    const { server } = await online({ documents });
    const { todos } = await live();
    const model = todos.get('a');
    await model.save({ title: 'oat milk' });
    await model.save({ n: 2 }, { patch: true });
    const created = todos.create({ title: 'tea' }, { wait: true });
    await until(todos, () => todos.length === 2);
    expect([Object.keys(model.attributes).sort(), Object.keys(created.attributes).sort()]).to.deep.equal([['id', 'n', 'title'], ['id', 'title']]);
    const sent = server.received.filter(({ event }) => /update|patch|create/.test(event)).map(({ args }) => Object.keys(args[0]));
    expect(sent.flat()).to.not.include('_version');
  });
});

describe('On a server that is no companion, a live collection', () => {
  it('is refused as unsupported, and the page is as before', async function () {
    needsLive(this);
    const server = await startServer();
    Backbone.socket = await connected(server);
    const todos = new Todos([{ id: 'a', title: 'milk' }]);
    const states = [];
    todos.on('io:state', state => states.push(state));
    const subscription = todos.ioSubscribe();
    expect(await failureOf(subscription.ready)).to.include({ code: 'unsupported' });
    expect([subscription.state, states, todos.length]).to.deep.equal(['closed', ['closed'], 1]);
  });

  it('is refused at once by a client of Socket.IO 2, in words', async function () {
    const server = await startServer();
    const socket = await connected(server);
    const todos = Object.assign(new Todos(), { socket: { on: socket.on.bind(socket), removeListener() {}, emit() {} } });
    expect(() => todos.ioSubscribe()).to.throw('ioSubscribe needs Socket.IO 3 or later');
    expect(() => new Todos([{ id: 1 }]).at(0).set({}).ioSubscribe()).to.throw();
  });
});
