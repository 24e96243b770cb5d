// What a live collection costs the page and its socket, and that it leaves nothing behind when it ends.
import { expect } from 'chai';
import { leftovers } from '../../support/tracked-socket.js';
import { failureOf } from '../fixtures.js';
import { listenersOf } from '../bind/pushes.js';
import { expirePing } from '../sync/wire.js';
import { hold, live, needsLive, noted, online, settled, shown, stored, Todos, until } from './pages.js';

const many = Array.from({ length: 200 }, (none, n) => ['create', { n }, { id: `d${n}` }]);

// Listeners of a socket, whatever for. Reads internals of socket.io-client 3 and 4.
const listenersOn = socket => Object.values(socket._callbacks || {}).reduce((sum, list) => sum + list.length, socket.listenersAny().length);
const picture = model => JSON.stringify([Object.keys(model).filter(key => key !== '_events').sort(), Object.getOwnPropertySymbols(model).length, listenersOf(model)]);

describe('A live collection', () => {
  beforeEach(function () {
    needsLive(this);
  });

  it('has as many listeners on the socket with one document as with hundreds, and none on its models', async () => {
    const { socket, commit } = await online();
    const plain = new Todos([{ id: 'd0', n: 0 }]);
    const before = listenersOn(socket);
    const { todos } = await live();
    const one = listenersOn(socket);
    await commit(many);
    await until(todos, () => todos.length === 200);
    expect([one - before, listenersOn(socket) - one]).to.deep.equal([4, 0]);
    expect(picture(todos.get('d0'))).to.equal(picture(plain.get('d0')));
  });

  const endings = {
    'stop()': ({ subscription }) => subscription.stop(),
    'ioUnbindAll() of its own': ({ todos }) => todos.ioUnbindAll(),
    'ioUnbindAll() of its socket': ({ todos }) => todos.ioUnbindAll(Backbone.socket),
    'Backbone.ioUnbindAll()': () => Backbone.ioUnbindAll(),
    'Backbone.ioUnbindAll() of the socket': () => Backbone.ioUnbindAll(Backbone.socket),
  };
  for (const [how, end] of Object.entries(endings)) {
    it(`ends by ${how}: nothing is left on the socket, nor at the server, and nothing is heard any more`, async () => {
      const { server, socket, commit } = await online({ documents: { a: { n: 1 } } });
      const before = listenersOn(socket);
      const page = await live();
      const { todos, subscription, heard } = page;
      const states = [];
      todos.on('io:state', state => states.push(state));
      end(page);
      expect([subscription.state, states, leftovers(), listenersOn(socket)]).to.deep.equal(['closed', ['closed'], [], before]);
      heard.length = 0;
      await settled(socket);
      expect(await server.subscribers()).to.equal(0);
      await commit('patch', 'a', { n: 2 });
      await settled(socket);
      expect([heard, shown(todos)]).to.deep.equal([[], [{ id: 'a', n: 1 }]]);
      await todos.get('a').save({ n: 3 });
      await todos.fetch();
      expect(shown(todos)).to.deep.equal(await stored(server));
    });
  }

  for (const when of ['before the hello', 'before the answer']) {
    it(`that is stopped ${when} leaves nothing, and is aborted`, async () => {
      const { server, socket } = await online({ documents: { a: {} } });
      const todos = new Todos();
      const line = hold(socket);
      const subscription = todos.ioSubscribe();
      if (when === 'before the answer') await line.arrived('answer to todos:subscribe');
      subscription.stop();
      expect(leftovers().filter(left => !left.startsWith('socket.'))).to.deep.equal([]);
      line.release();
      expect(await failureOf(subscription.ready)).to.include({ code: 'aborted' });
      await settled(socket);
      await settled(socket);
      expect([await server.subscribers(), todos.length]).to.deep.equal([0, 0]);
    });
  }

  it('that is stopped by a listener of io:progress asks for no further pages, and leaves nothing', async () => {
    const { server, socket, commit } = await online();
    // One more than a page.
    await commit(Array.from({ length: 501 }, (none, n) => ['create', { n }, { id: `d${n}` }]));
    const todos = new Todos();
    const subscription = todos.ioSubscribe();
    todos.on('io:progress', () => subscription.stop());
    expect(await failureOf(subscription.ready)).to.include({ code: 'aborted' });
    const left = leftovers();
    await settled(socket);
    expect([left, await server.subscribers(), todos.length, subscription.state]).to.deep.equal([[], 0, 500, 'closed']);
  });

  it('leaves nothing to be sent later, when the connection has died unnoticed', async function () {
    const { socket } = await online();
    expirePing(this, socket);
    new Todos().ioSubscribe().stop();
    expect([socket.sendBuffer.length, leftovers()]).to.deep.equal([0, []]);
  });

  it('keeps nothing of models that the page takes out', async () => {
    const { socket, commit } = await online();
    await commit(many);
    const { todos } = await live();
    const listeners = listenersOn(socket);
    const models = todos.models.slice();
    todos.remove(models.slice(0, 100));
    todos.reset();
    expect(models.filter(model => model.collection)).to.deep.equal([]);
    expect(models.filter(model => Object.keys(listenersOf(model)).length)).to.deep.equal([]);
    expect(listenersOn(socket)).to.equal(listeners);
    await commit('create', { n: 'new' }, { id: 'new' });
    await until(todos, () => todos.length === 1);
    expect(todos.pluck('id')).to.deep.equal(['new']);
  });

  it('works beside what is bound by ioBind, which neither ends nor is ended by it', async () => {
    const { server, socket, commit } = await online();
    const { todos, subscription } = await live();
    const bound = [];
    todos.ioBind('create', ({ id }) => bound.push(id));
    await commit('create', { n: 1 }, { id: 'a' });
    await until(todos, () => todos.length === 1);
    todos.get('a').ioBind('update', ({ n }) => bound.push(n));
    await commit('patch', 'a', { n: 2 });
    await until(todos, () => todos.get('a').get('n') === 2);
    await settled(socket);
    expect(bound).to.deep.equal(['a', 2]);
    subscription.stop();
    await commit('create', { n: 1 }, { id: 'b' });
    await settled(socket);
    expect([bound, todos.length]).to.deep.equal([['a', 2, 'b'], 1]);
    const again = todos.ioSubscribe();
    await again.ready;
    todos.ioUnbind('create');
    await commit('create', { n: 1 }, { id: 'c' });
    await until(todos, () => todos.length === 3);
    expect([again.state, bound]).to.deep.equal(['live', ['a', 2, 'b']]);
    expect(shown(todos)).to.deep.equal(await stored(server));
  });

  it('needs no bindBackend, nor adds anything twice where that was called', async () => {
    const { server, socket, commit } = await online();
    const Type = Backbone.Collection.extend({ backend: 'todos' });
    const todos = new Type();
    todos.bindBackend();
    await todos.ioSubscribe().ready;
    const { own } = noted(todos);
    await commit('create', { n: 1 }, { id: 'a' });
    await commit('patch', 'a', { n: 2 });
    await until(todos, () => todos.length && todos.get('a').get('n') === 2);
    await settled(socket);
    expect(own()).to.deep.equal(['add a', 'change:n a', 'change a']);
    expect(shown(todos)).to.deep.equal(await stored(server));
  });
});
