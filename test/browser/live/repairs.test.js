// What a live collection does after writes that failed, or were begun elsewhere: each document ends up as one model, equal to the server's
// as the model parses it, and is read again only once.
import { expect } from 'chai';
import { once } from '../../support/control.js';
import { failureOf, Todo } from '../fixtures.js';
import { hold, live, needsLive, noted, online, settled, shown, stored, Todos, until } from './pages.js';

const documents = { a: { title: 'milk' }, b: { title: 'bread' } };
const refused = { title: 'refused', refuse: 'forbidden' };

// How often an event was sent, counted once everything sent until now has arrived.
async function asked({ server, socket }, name) {
  socket.emit('marker');
  await server.next('marker');
  return server.received.filter(({ event }) => event === name).length;
}

describe('In a live collection a write that fails', () => {
  beforeEach(function () {
    needsLive(this);
  });

  it('leaves what it set as the model parses it', async () => {
    const day = text => new Date(`${text}T00:00:00.000Z`);
    await online({ documents: { a: { title: 'milk', due: '2026-01-01T00:00:00.000Z' } } });
    const Model = Backbone.Model.extend({ parse: ({ due, ...rest }) => ({ ...rest, ...(due && { due: new Date(due) }) }) });
    const { todos } = await live({}, { Type: Todos.extend({ model: Model }) });
    const model = todos.get('a');
    await failureOf(model.save({ due: day('2030-01-01'), refuse: 'forbidden' }));
    await until(todos, () => !model.has('refuse'));
    expect(model.attributes).to.deep.equal({ id: 'a', title: 'milk', due: day('2026-01-01') });
  });

  it('is read again once, however much is told before that is answered', async () => {
    const { server, socket, commit } = await online({ documents });
    const { todos } = await live();
    const line = hold(socket);
    const saved = failureOf(todos.get('a').save(refused));
    await line.arrived('answer to todos:update');
    line.pass('answer to todos:update');
    await saved;
    await line.arrived('answer to todos:read');
    for (const title of ['rye bread', 'toast', 'crumbs']) {
      await commit('patch', 'b', { title });
      await line.arrived('todos:changes');
      line.pass('todos:changes');
    }
    expect(todos.get('b').get('title')).to.equal('crumbs');
    expect(await asked({ server, socket }, 'todos:read')).to.equal(1);
    line.release();
    await until(todos, () => todos.get('a').get('title') === 'milk');
  });

  it('is read again by the next tick, if the first answer was lost', async () => {
    const { server, socket } = await online({ documents, tick: 30 });
    const { todos } = await live();
    const line = hold(socket);
    const saved = failureOf(todos.get('a').save(refused));
    await line.arrived('answer to todos:update');
    line.pass('answer to todos:update');
    await saved;
    await line.arrived('answer to todos:read');
    line.lose('answer to todos:read');
    line.release();
    await until(todos, () => todos.get('a').get('title') === 'milk' && !todos.get('a').has('refuse'));
    expect(shown(todos)).to.deep.equal(await stored(server));
  });

  it('by its time, but was done, and has been changed since, leaves nothing of what was taken away', async () => {
    const { server, socket, commit } = await online();
    const { todos } = await live();
    const line = hold(socket);
    const failed = once(todos.create({ title: 'milk', note: 'soon' }, { timeout: 300 }), 'error');
    await line.arrived('answer to todos:create', 'todos:changes');
    await failed;
    const [{ id }] = await commit('list', {});
    await commit('update', id, { title: 'oat milk' });
    await line.arrived('todos:changes', 'todos:changes');
    // Both changes are in one answer when the page asks for what it has missed.
    for (const name of ['todos:changes', 'todos:changes']) line.lose(name);
    socket.disconnect().connect();
    line.release();
    await until(todos, () => todos.at(0).get('title') === 'oat milk');
    expect(shown(todos)).to.deep.equal(await stored(server));
  });

  // The model is in no collection by then: the page knows it only from `create`, and learns by the change that the document exists.
  const letsGo = { 'waits for its answer': { wait: true }, 'is taken out by the page then': { error: (model, error, { todos }) => todos.remove(model) } };
  for (const [which, options] of Object.entries(letsGo)) {
    it(`by its time, but was done, makes one model of its document: a create that ${which}`, async () => {
      const { server, socket } = await online();
      const { todos } = await live();
      const line = hold(socket);
      const model = todos.create({ title: 'milk' }, { timeout: 300, todos, ...options });
      const failed = once(model, 'error');
      await line.arrived('answer to todos:create', 'todos:changes');
      await failed;
      line.release();
      await until(todos, () => todos.length === 1);
      expect(shown(todos)).to.deep.equal(await stored(server));
      expect([model.isNew(), todos.models]).to.deep.equal([false, [model]]);
    });
  }
});

describe('In a live collection a model that comes from elsewhere', () => {
  beforeEach(function () {
    needsLive(this);
  });

  for (const names of [['answer to todos:create', 'todos:changes'], ['todos:changes', 'answer to todos:create']]) {
    it(`is one model when it was saved before it was added, and the first to come is ${names[0].replace('answer', 'the answer')}`, async () => {
      const { server, socket } = await online();
      const { todos } = await live();
      const { own } = noted(todos);
      const model = new Todo({ title: 'milk' });
      const line = hold(socket);
      const saved = model.save();
      todos.add(model);
      await line.arrived(...names);
      for (const name of names) line.pass(name);
      line.release();
      await saved;
      await settled(socket);
      expect(shown(todos)).to.deep.equal(await stored(server));
      expect(todos.at(0)).to.equal(model);
      expect(own().filter(event => /^(add|remove)/.test(event))).to.deep.equal(['add']);
    });
  }

  it('takes out what the page has added, and the server has not, though the page has taken out another', async () => {
    const { server } = await online({ documents: { a: { n: 1 }, b: { n: 1 } }, tick: 30 });
    const { todos } = await live();
    todos.remove('a');
    todos.add({ id: 'ghost' });
    await until(todos, () => !todos.get('ghost'));
    expect((await stored(server)).map(({ id }) => id)).to.deep.equal(['a', 'b']);
  });

  it('is one model when a fetch brings what the page is just creating', async () => {
    const { server, socket } = await online();
    const line = hold(socket);
    const todos = new Todos();
    const model = todos.create({ title: 'milk' });
    const { ready } = todos.ioSubscribe();
    todos.fetch();
    const names = ['answer to todos:read', 'answer to todos:create', 'answer to todos:subscribe'];
    await line.arrived(...names);
    for (const name of names) line.pass(name);
    line.release();
    await ready;
    expect([shown(todos), todos.models]).to.deep.equal([await stored(server), [model]]);
  });

  it('is not overwritten while its own write is under way', async () => {
    const { server, socket, commit } = await online({ documents });
    const Type = Todos.extend({ model: Todo });
    const former = new Type([{ id: 'a' }]);
    const model = former.get('a');
    const { todos } = await live({}, { Type, models: [model] });
    former.remove(model);
    expect([model.collection, todos.get('a') === model]).to.deep.equal([undefined, true]);
    const line = hold(socket);
    const saved = model.save({ title: 'oat milk' });
    await line.arrived('answer to todos:update', 'todos:changes');
    await commit('patch', 'a', { title: 'soy milk' });
    await line.arrived('todos:changes', 'todos:changes');
    for (const name of ['todos:changes', 'todos:changes']) line.pass(name);
    expect(model.get('title')).to.equal('oat milk');
    line.release();
    await saved;
    await settled(socket);
    expect(shown(todos)).to.deep.equal(await stored(server));
  });
});
