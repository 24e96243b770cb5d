import { expect } from 'chai';
import { once } from '../../support/control.js';
import { needsOnAny, online, settled, Todos } from './clients.js';

describe('bindBackend', () => {
  beforeEach(function () {
    needsOnAny(this);
  });

  // Announces, and resolves when that has been heard.
  async function telling(options) {
    const { server, socket } = await online(options);
    const tell = async (event, attributes) => {
      await server.announce('todos', event, attributes);
      await settled(socket);
    };
    return { server, socket, tell };
  }

  it('on a collection adds what is created, or merges it', async () => {
    const { tell, socket } = await telling();
    const todos = new Todos().bindBackend();
    await settled(socket);
    await tell('created', { id: '1', title: 'milk' });
    const model = todos.get('1');
    await tell('created', { id: '1', title: 'oat milk' });
    expect(todos.toJSON()).to.deep.equal([{ id: '1', title: 'oat milk' }]);
    expect(todos.get('1')).to.equal(model);
  });

  it('on a collection sets what is updated, if it is there', async () => {
    const { tell, socket } = await telling();
    const todos = new Todos([{ id: '1', mine: true }]).bindBackend();
    await settled(socket);
    await tell('updated', { id: '1', title: 'milk' });
    await tell('updated', { id: '2', title: 'bread' });
    expect(todos.toJSON()).to.deep.equal([{ id: '1', mine: true, title: 'milk' }]);
  });

  it('on a collection removes what is deleted', async () => {
    const { tell, socket } = await telling({ backends: { todos: { idAttribute: '_id' } } });
    const Todo = Backbone.Model.extend({ idAttribute: '_id' });
    const todos = new (Todos.extend({ model: Todo }))([{ _id: 'a/b' }, { _id: 'c' }]).bindBackend();
    await settled(socket);
    await tell('deleted', { _id: 'a/b' });
    await tell('deleted', { _id: 'unknown' });
    expect(todos.pluck('_id')).to.deep.equal(['c']);
  });

  it('does so before the events are triggered, and once', async () => {
    const { tell, socket } = await telling();
    const lengths = [];
    const todos = new Todos().bindBackend().bindBackend();
    todos.on('backend:create', () => lengths.push(todos.length));
    let added = 0;
    todos.on('add', () => added++);
    await settled(socket);
    await tell('created', { id: '1' });
    expect([lengths, added]).to.deep.equal([[1], 1]);
  });

  it('on a model sets what is updated', async () => {
    const { tell, socket } = await telling();
    const todos = new Todos([{ id: 1 }, { id: 2 }]);
    const model = todos.at(0).bindBackend();
    await settled(socket);
    await tell('updated', { id: 1, title: 'milk' });
    await tell('updated', { id: 2, title: 'bread' });
    expect([model.get('title'), todos.at(1).get('title')]).to.deep.equal(['milk', undefined]);
  });

  it('on a model triggers destroy when it is deleted, and ends', async () => {
    const { tell, socket } = await telling();
    const Todo = Backbone.Model.extend({ backend: 'todos' });
    const todos = new Backbone.Collection([new Todo({ id: '1' }), new Todo({ id: '2' })]);
    todos.each(todo => todo.bindBackend());
    const removed = once(todos, 'destroy');
    await settled(socket);
    await tell('deleted', { id: '1' });
    expect((await removed)[0].id).to.equal('1');
    expect(todos.pluck('id')).to.deep.equal(['2']);
    await tell('deleted', { id: '2' });
    expect(socket.listenersAny().length).to.equal(0);
  });

  it('ends with ioUnbindAll', async () => {
    const { tell, socket } = await telling();
    const todos = new Todos().bindBackend();
    await settled(socket);
    todos.ioUnbindAll();
    await tell('created', { id: '1' });
    expect(todos.length).to.equal(0);
    expect(socket.listenersAny().length).to.equal(0);
  });

  it('throws where there is no backend', () => {
    expect(() => new Backbone.Collection().bindBackend()).to.throw('No backend: set backend');
  });
});
