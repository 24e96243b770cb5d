import { expect } from 'chai';
import { once } from '../../support/control.js';
import { needsOnAny, noting, online, settled, Todos } from './clients.js';

const inChannel = (channel, more = {}) => ({ backend: { name: 'todos', channel }, ...more });
const created = heard => heard.filter(([event]) => event === 'backend:create').map(([, { id }]) => id);

describe('A channel', () => {
  beforeEach(function () {
    needsOnAny(this);
  });

  it('is heard by those in it only', async () => {
    const { socket, join } = await online();
    const other = await join();
    const all = ['a', 'b', ''].map(channel => noting(Todos, inChannel(channel)));
    await settled(socket);
    await settled(socket);
    const others = ['a', 'b', ''].map(channel => new (Todos.extend(inChannel(channel, { socket: other })))());
    for (const collection of others) await collection.add({ title: `in ${collection.backend.channel}` }).save();
    await settled(socket);
    await settled(socket);
    const titles = all.map(({ heard }) => heard.filter(([event]) => event === 'backend:create').map(([, { title }]) => title));
    expect(titles).to.deep.equal([['in a'], ['in b'], ['in ']]);
  });

  it('is joined again after a reconnect', async () => {
    const { server, socket } = await online();
    const { collection } = noting(Todos, inChannel('a'));
    const back = once(socket, 'connect');
    await server.dropClients();
    await back;
    await settled(socket);
    await settled(socket);
    expect(await server.rooms()).to.deep.equal([['todos', 'a']]);
    const heard = once(collection, 'backend');
    await server.announce('todos', 'created', { id: 1 }, { channel: 'a' });
    await heard;
  });

  it('is joined again after the server has restarted', async () => {
    const { server, socket } = await online();
    const { collection } = noting(Todos, inChannel('a'));
    const back = once(socket, 'connect');
    await server.restart();
    await back;
    await settled(socket);
    await settled(socket);
    const heard = once(collection, 'backend');
    await server.announce('todos', 'created', { id: 1 }, { channel: 'a' });
    await heard;
  });

  it('is joined once a connection', async () => {
    const { server, socket } = await online();
    const { collection } = noting(Todos, inChannel('a'));
    await settled(socket);
    await collection.fetch();
    await Backbone.sync('reveal', collection, { data: {} });
    socket.emit('marker');
    await server.next('marker');
    const joins = server.received.filter(({ event, args }) => event === 'iosync:join' && args[0].channel === 'a');
    expect(joins.length).to.equal(1);
    expect(joins[0].args).to.deep.equal([{ backend: 'todos', channel: 'a' }]);
    expect(joins[0].hasAck).to.equal(false);
  });

  it('is left with the last collection in it: no room and no listener remains', async () => {
    const { server, socket } = await online();
    const collections = [new (Todos.extend(inChannel('a')))(), new (Todos.extend(inChannel('a')))()];
    await settled(socket);
    await settled(socket);
    expect(await server.rooms()).to.deep.equal([['todos', 'a']]);
    collections[0].ioUnbindAll();
    await settled(socket);
    expect(await server.rooms()).to.deep.equal([['todos', 'a']]);
    collections[1].ioUnbindAll();
    await settled(socket);
    expect(await server.rooms()).to.deep.equal([]);
    expect(socket.listenersAny().length).to.equal(0);
    expect(Object.keys(socket.acks).length).to.equal(0);
  });

  it('is left by Backbone.ioUnbindAll, and before it was joined, too', async () => {
    const { server, socket } = await online();
    new (Todos.extend(inChannel('a')))();
    await settled(socket);
    new (Todos.extend(inChannel('b')))();
    Backbone.ioUnbindAll();
    await settled(socket);
    await settled(socket);
    expect(await server.rooms()).to.deep.equal([]);
  });

  it('that is the default one is never left', async () => {
    const { server, socket } = await online();
    const plain = new (Backbone.Collection.extend({ url: 'todos' }))();
    plain.ioBind('create', plain.add);
    const todos = new Todos();
    await settled(socket);
    todos.ioUnbindAll();
    const added = once(plain, 'add');
    await server.announce('todos', 'created', { id: 1 });
    await added;
    expect(server.received.map(({ event }) => event)).not.to.include('iosync:leave');
  });

  it('that was left is not heard any more, and joined again by bindBackend', async () => {
    const { server, socket } = await online();
    const { collection, heard } = noting(Todos, inChannel('a'));
    await settled(socket);
    collection.ioUnbindAll();
    await server.announce('todos', 'created', { id: 1 }, { channel: 'a' });
    collection.backend = { name: 'todos', channel: 'b' };
    collection.bindBackend();
    await settled(socket);
    await settled(socket);
    const added = once(collection, 'add');
    await server.announce('todos', 'created', { id: 2 }, { channel: 'a' });
    await server.announce('todos', 'created', { id: 3 }, { channel: 'b' });
    await added;
    expect(collection.pluck('id')).to.deep.equal(['3']);
    await settled(socket);
    expect(created(heard)).to.deep.equal(['3']);
  });

  it('that is refused triggers error once, with the reason', async () => {
    const { server, socket } = await online();
    const { collection, heard } = noting(Todos, inChannel('closed'));
    await once(collection, 'error');
    await Backbone.sync('reveal', collection, { data: {}, timeout: 1000 }).catch(() => {});
    await settled(socket);
    expect(heard.length).to.equal(1);
    const [[, entity, error, options]] = heard;
    expect(entity).to.equal(collection);
    expect(error).to.include({ code: 'forbidden', backend: 'todos', channel: 'closed' });
    expect(error.message).to.be.a('string');
    expect(options).to.deep.equal({});
    expect(await server.rooms()).to.deep.equal([]);
  });

  it('that the user may not hear any more triggers error', async () => {
    const { server, join } = await online();
    const auth = { name: 'ann' };
    const socket = await join({ auth });
    const { collection } = noting(Todos, inChannel('~ann', { socket }));
    await settled(socket);
    await settled(socket);
    expect(await server.rooms()).to.deep.equal([['todos', '~ann']]);
    const error = once(collection, 'error');
    socket.emit('iosync:auth', { name: 'bob' });
    expect((await error)[1].code).to.equal('forbidden');
    expect(await server.rooms()).to.deep.equal([]);
  });

  it('is heard again, or for the first time, once a login on the open page lets the user in', async () => {
    const { server, join } = await online();
    const socket = await join({ auth: { name: 'bob' } });
    const { collection } = noting(Todos, inChannel('~ann', { socket }));
    await once(collection, 'error');
    for (const name of ['ann', 'bob', 'ann']) {
      const out = name === 'bob' && once(collection, 'error');
      socket.emit('iosync:auth', { name });
      await settled(socket);
      await out;
    }
    await settled(socket);
    expect(await server.rooms()).to.deep.equal([['todos', '~ann']]);
  });
});

describe('ioBind on a collection whose backend has a channel', () => {
  beforeEach(function () {
    needsOnAny(this);
  });

  it('hears the pushes of that channel, and none of another that was just left', async () => {
    const { server, socket } = await online();
    const left = new (Todos.extend(inChannel('left')))();
    const heard = [];
    const collection = new (Todos.extend(inChannel('a', { url: '/todos' })))();
    collection.ioBind('create', ({ id }) => heard.push(id));
    const model = collection.add({ id: '1' });
    model.url = 'todos/1';
    model.ioBind('update', ({ title }) => heard.push(title));
    await settled(socket);
    await settled(socket);
    for (const channel of ['left', 'a', '']) {
      await server.announce('todos', 'created', { id: `in ${channel}` }, { channel });
      await server.announce('todos', 'updated', { id: '1', title: `set in ${channel}` }, { channel });
    }
    await settled(socket);
    await settled(socket);
    expect(heard).to.deep.equal(['in a', 'set in a']);
    left.ioUnbindAll();
  });

  it('hears all of them where no backend is named', async () => {
    const { server, socket } = await online();
    new (Todos.extend(inChannel('a')))();
    const heard = [];
    const plain = new (Backbone.Collection.extend({ url: 'todos' }))();
    plain.ioBind('create', ({ id }, ...more) => heard.push([id, ...more]));
    await settled(socket);
    await settled(socket);
    for (const channel of ['a', '']) await server.announce('todos', 'created', { id: `in ${channel}` }, { channel });
    await settled(socket);
    expect(heard).to.deep.equal([['in a', { channel: 'a' }], ['in ']]);
  });
});
