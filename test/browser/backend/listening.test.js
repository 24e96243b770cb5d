import { expect } from 'chai';
import { connected, freshPage, loadScript, once, scripts, skip, startServer } from '../../support/control.js';
import { uncaught } from '../bind/pushes.js';
import { Todos as Plain } from '../fixtures.js';
import { Groceries, needsOnAny, noting, online, settled, takesOptions, Todos } from './clients.js';

describe('A collection with a backend', () => {
  beforeEach(function () {
    needsOnAny(this);
  });

  it('hears what another client creates, updates, patches and deletes, and nothing of reads', async () => {
    const { socket, join } = await online();
    const { collection, heard } = noting(Todos);
    const others = new (Todos.extend({ socket: await join() }))();
    await settled(socket);
    const model = others.add({ title: 'milk' });
    await model.save();
    const { id } = model;
    await model.save({ title: 'oat milk' });
    await model.save({ done: true }, { patch: true });
    await others.fetch();
    const last = once(collection, 'backend');
    await model.destroy();
    await last;
    expect(heard).to.deep.equal([
      ['backend:create', { id, title: 'milk' }], ['backend', 'create', { id, title: 'milk' }],
      ['backend:update', { id, title: 'oat milk' }], ['backend', 'update', { id, title: 'oat milk' }],
      ['backend:update', { id, title: 'oat milk', done: true }], ['backend', 'update', { id, title: 'oat milk', done: true }],
      ['backend:delete', { id }], ['backend', 'delete', { id }],
    ]);
    expect(collection.length).to.equal(0);
  });

  it('does not hear what its own client does', async () => {
    const { socket } = await online();
    const { collection, heard } = noting(Todos);
    await collection.add({}).save();
    await settled(socket);
    expect(heard).to.deep.equal([]);
  });

  it('hears with the prefix and the spelling of the server', async () => {
    const { server, socket } = await online({ backends: { todos: { collection: 'lists/todos', model: 'todo' } }, event: 'myevent' });
    const { collection } = noting(Todos);
    await settled(socket);
    const events = ['create', 'update', 'delete'].map(method => once(collection, `myevent:${method}`));
    for (const event of ['created', 'updated', 'deleted']) await server.announce('todos', event, { id: 'a/b c', title: 'x' });
    const [[created], [updated], [deleted]] = await Promise.all(events);
    expect([created, updated, deleted].map(({ id }) => id)).to.deep.equal(Array(3).fill('a/b c'));
  });

  it('hears nothing of other backends', async () => {
    const { server, socket } = await online({ backends: { todos: {}, notes: {}, todo: {} } });
    const { collection, heard } = noting(Todos);
    await settled(socket);
    for (const name of ['notes', 'todo']) {
      for (const event of ['created', 'updated', 'deleted']) await server.announce(name, event, { id: 1 });
    }
    const own = once(collection, 'backend');
    await server.announce('todos', 'created', { id: 2 });
    await own;
    expect(heard.map(([event]) => event)).to.deep.equal(['backend:create', 'backend']);
  });

  it('hears from a server that connects later, and again after a restart', async () => {
    const { server, socket } = await online();
    socket.disconnect();
    const { collection } = noting(Todos);
    socket.connect();
    await once(socket, 'connect');
    await settled(socket);
    let heard = once(collection, 'backend');
    await server.announce('todos', 'created', { id: 1 });
    expect(await heard).to.deep.equal(['create', { id: '1' }]);

    const back = once(socket, 'connect');
    await server.restart();
    await back;
    heard = once(collection, 'backend');
    await server.announce('todos', 'created', { id: 2 });
    expect(await heard).to.deep.equal(['create', { id: '2' }]);
  });

  it('takes its backend from the options of its constructor', async function () {
    if (!takesOptions) skip(this, 'this Backbone has no preinitialize');
    const { server, socket } = await online();
    const given = new Backbone.Collection([], { backend: 'todos' });
    const model = new Backbone.Model({ title: 'milk' }, { backend: { name: 'todos', channel: 'a' } });
    expect([given.backend, model.backend.channel]).to.deep.equal(['todos', 'a']);
    await settled(socket);
    const heard = once(given, 'backend');
    await model.save();
    await server.announce('todos', 'created', { id: 1 });
    expect((await heard)[1]).to.deep.equal({ id: '1' });
    expect((await server.next('todos:create')).args[1].channel).to.equal('a');
  });

  it('may compute its backend, and its socket', async () => {
    const { server, socket } = await online();
    Backbone.socket = undefined;
    const { collection } = noting(Todos, { backend: () => ({ name: 'todos' }), socket: () => socket });
    await settled(socket);
    const heard = once(collection, 'backend');
    await server.announce('todos', 'created', { id: 1 });
    await heard;
  });

  it('that is made before there is a socket hears from its first fetch on', async () => {
    const { server, socket } = await online();
    Backbone.socket = undefined;
    const { collection } = noting(Todos);
    Backbone.socket = socket;
    await collection.fetch();
    const heard = once(collection, 'backend');
    await server.announce('todos', 'created', { id: 1 });
    await heard;
  });

  it('reports what its listeners throw, and goes on', async () => {
    const { server, socket } = await online();
    const { collection, heard } = noting(Todos);
    await settled(socket);
    const thrown = uncaught();
    collection.on('backend:create', () => { throw new Error('in a listener'); });
    const last = once(collection, 'backend:delete');
    await server.announce('todos', 'created', { id: 1 });
    await server.announce('todos', 'deleted', { id: 1 });
    await last;
    expect((await thrown).message).to.equal('in a listener');
    // Backbone runs the listeners of all events last, and not after one that has thrown.
    expect(heard.map(([event]) => event).slice(0, 2)).to.deep.equal(['backend', 'backend:delete']);
  });

  it('reports what its backend() throws, and is made all the same', async () => {
    await online();
    const thrown = uncaught();
    const Failing = Todos.extend({ backend() { throw new Error('in backend()'); } });
    expect(new Failing().add({ id: 1 }).id).to.equal(1);
    expect((await thrown).message).to.equal('in backend()');
  });

  it('has one listener on the socket, however many there are, and none in the end', async () => {
    const { socket } = await online();
    const all = [new Todos(), new Todos(), new Plain()];
    all[2].ioBind('create', () => {});
    expect(socket.listenersAny().length).to.equal(1);
    all[2].ioUnbindAll();
    all[0].ioUnbindAll();
    expect(socket.listenersAny().length).to.equal(1);
    all[1].off();
    expect(socket.listenersAny().length).to.equal(0);
  });

  it('is kept by its listeners, though the page has no other hold on it; without them, it ends', async function () {
    if (!window.gc) skip(this, 'this browser collects garbage when it likes');
    const { server, socket } = await online();
    const { heard } = noting(Todos);
    new Groceries();
    // It joins once it has received the hello, which may still be on its way.
    while (!(await server.rooms()).length) await settled(socket);
    expect(await server.rooms()).to.deep.equal([['todos', 'groceries']]);
    // Each is kept until the first message, because a listener may be about to be added.
    for (const id of [1, 2]) {
      for (const channel of ['', 'groceries']) await server.announce('todos', 'created', { id }, { channel });
      await settled(socket);
      window.gc();
    }
    await settled(socket);
    expect(heard.filter(([event]) => event === 'backend:create').map(([, { id }]) => id)).to.deep.equal(['1', '2']);
    expect(await server.rooms()).to.deep.equal([]);
  });

  it('goes on after an off that names an event', async () => {
    const { socket } = await online();
    const todos = new Todos();
    todos.off('backend:create');
    todos.ioUnbind('create');
    expect(socket.listenersAny().length).to.equal(1);
  });

  it('does not begin again by itself once it has ended', async () => {
    const { socket } = await online();
    const todos = new Todos();
    Backbone.ioUnbindAll(socket);
    await todos.fetch({ reset: true });
    expect(socket.listenersAny().length).to.equal(0);
  });
});

describe('A collection without a backend', () => {
  it('puts nothing on the socket', async () => {
    const { socket } = await online();
    const before = Object.values(socket._callbacks).flat().length;
    new Plain([{ id: 1 }]);
    new (Plain.extend({ backend: { of: 'somebody else' } }))();
    expect([Object.values(socket._callbacks).flat().length, (socket._anyListeners ?? []).length]).to.deep.equal([before, 0]);
  });
});

describe('A server without hello', () => {
  it('gets no join, and is heard in the default channel by its plain pushes', async function () {
    needsOnAny(this);
    const server = await startServer();
    Backbone.socket = await connected(server);
    const { heard } = noting(Todos);
    const { heard: inChannel } = noting(Todos, { backend: { name: 'todos', channel: 'a' } });
    const last = once(Backbone.socket, 'last');
    await server.push('todos:create', { id: 1 });
    await server.push('last');
    await last;
    Backbone.ioUnbindAll();
    Backbone.socket.emit('marker');
    await server.next('marker');
    expect(heard.map(([event]) => event)).to.deep.equal(['backend:create', 'backend']);
    expect(inChannel).to.deep.equal([]);
    expect(server.received.map(({ event }) => event)).to.deep.equal(['iosync:hello', 'iosync:hello', 'marker']);
    expect(server.received.some(({ hasAck }) => hasAck)).to.equal(false);
  });
});

describe('A preinitialize of somebody else', () => {
  it('on the prototype is still called', async function () {
    if (!takesOptions) skip(this, 'this Backbone has no preinitialize');
    const page = await freshPage(['jquery', 'underscore', 'lodash', 'backbone']);
    page.Backbone.Collection.prototype.preinitialize = function () { this.was = 'called'; };
    await loadScript(scripts.iobind, page);
    expect(new page.Backbone.Collection().was).to.equal('called');
  });
});
