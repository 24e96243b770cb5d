import { expect } from 'chai';
import { connect, connected, listen, once, startServer } from '../../support/control.js';
import { Todo, Todos, failureOf } from '../fixtures.js';
import { contentOf, eventsOf, exchanged, expirePing, noted, requests } from './wire.js';

describe('A request made while disconnected', () => {
  let server;
  let socket;
  beforeEach(async () => {
    server = await startServer();
    for (const method of ['create', 'update', 'read']) server.handle(`todos:${method}`, (data, reply) => reply(null, data));
    // WebSocket alone, whose end the client always sees when connections are cut.
    Backbone.socket = socket = await connected(server, { transports: ['websocket'] });
    const gone = once(socket, 'disconnect');
    await server.kill();
    await gone;
  });

  async function reconnect() {
    const back = once(socket, 'connect');
    await server.restart();
    await back;
  }

  it('waits until the socket connects, and succeeds then', async () => {
    const { heard, ...options } = noted();
    const saving = new Todo({ id: 1 }).save(null, options);
    expect(contentOf(socket)).to.include({ acks: 0, unsent: 0, queued: 0 });
    await server.restart();
    expect(await saving).to.deep.equal({ id: 1 });
    await exchanged(server, socket);
    expect(heard).to.deep.equal([['success', { id: 1 }]]);
    expect(eventsOf(server)).to.deep.equal(['todos:update']);
  });

  it('waits for the first connection as well', async () => {
    await server.restart();
    const fresh = connect(server);
    expect(fresh.connected).to.equal(false);
    expect(await new Todo({ id: 1 }).save(null, { socket: fresh })).to.deep.equal({ id: 1 });
    expect(requests(server)).to.have.lengthOf(1);
  });

  it('fails with "timeout" when the server does not come back (#10)', async () => {
    expect((await failureOf(new Todo({ id: 1 }).save(null, { timeout: 50 }))).code).to.equal('timeout');
  });

  it('sends nothing later that has failed (#10)', async () => {
    await failureOf(new Todo({ id: 1 }).save(null, { timeout: 50 }));
    await reconnect();
    await exchanged(server, socket);
    expect(eventsOf(server)).to.deep.equal([]);
  });

  it('sends nothing later that was aborted', async () => {
    expect((await failureOf(new Todo({ id: 1 }).save().abort())).code).to.equal('aborted');
    const controller = new AbortController();
    const signalled = new Todo({ id: 2 }).save(null, { signal: controller.signal });
    controller.abort();
    expect((await failureOf(signalled)).code).to.equal('aborted');
    await reconnect();
    await exchanged(server, socket);
    expect(eventsOf(server)).to.deep.equal([]);
  });

  it('sends what is still wanted when others have failed', async () => {
    const [first, second, third] = [1, 2, 3].map(id => new Todo({ id }).save());
    second.abort();
    await failureOf(new Todo({ id: 4 }).save(null, { timeout: 50 }));
    await server.restart();
    await Promise.all([first, third]);
    await exchanged(server, socket);
    expect(requests(server).map(({ args }) => args[0].id)).to.deep.equal([1, 3]);
  });

  it('is sent in the order of the calls, before what the page saves when it hears "connect"', async () => {
    const saving = [];
    listen(socket, 'connect', () => saving.push(new Todo({ id: 3 }).save()));
    saving.push(new Todo({ id: 1 }).save(), new Todo({ id: 2 }).save());
    await reconnect();
    await Promise.all(saving);
    expect(requests(server).map(({ args }) => args[0].id)).to.deep.equal([1, 2, 3]);
  });

  it('is sent once through several losses of the connection', async () => {
    const saving = new Todo({ id: 1 }).save();
    await reconnect();
    await saving;
    for (let n = 0; n < 2; n += 1) {
      const back = once(socket, 'connect');
      await server.dropClients();
      await back;
    }
    await exchanged(server, socket);
    expect(eventsOf(server)).to.deep.equal(['todos:update']);
  });

  it('leaves the socket as it was, whether it succeeds, fails or is aborted', async () => {
    const before = contentOf(socket);
    await failureOf(new Todo({ id: 1 }).save().abort());
    expect(contentOf(socket)).to.deep.equal(before);
    await failureOf(new Todo({ id: 1 }).save(null, { timeout: 30 }));
    expect(contentOf(socket)).to.deep.equal(before);
    const saving = new Todo({ id: 1 }).save();
    await server.restart();
    await saving;
    expect(contentOf(socket)).to.deep.equal(before);
  });

  it('waits on its own socket when Backbone.socket is replaced, and later ones use the new one', async () => {
    const other = await startServer();
    other.handle('todos:update', (data, reply) => reply(null, data));
    const { heard, ...options } = noted();
    const early = new Todo({ id: 1 }).save(null, options);
    Backbone.socket = await connected(other);
    await new Todo({ id: 2 }).save();
    expect(heard).to.deep.equal([]);
    await server.restart();
    await early;
    expect(requests(server).map(({ args }) => args[0].id)).to.deep.equal([1]);
    expect(requests(other).map(({ args }) => args[0].id)).to.deep.equal([2]);
  });

  it('settles even when the page takes all listeners off the socket', async () => {
    const saving = new Todo({ id: 1 }).save(null, { timeout: 50 });
    socket.off();
    expect((await failureOf(saving)).code).to.equal('timeout');
    const next = new Todo({ id: 2 }).save();
    await server.restart();
    expect(await next).to.deep.equal({ id: 2 });
  });

  it('of a collection\'s create does not add anything twice', async () => {
    const todos = new Todos();
    server.handle('todos:create', (data, reply) => reply(null, { ...data, id: 5 }));
    const saved = new Promise(resolve => todos.once('sync', resolve));
    todos.create({ title: 'milk' });
    await server.restart();
    await saved;
    expect(todos.toJSON()).to.deep.equal([{ title: 'milk', id: 5 }]);
  });
});

describe('A request made when the connection has died unnoticed', () => {
  let server;
  let socket;
  beforeEach(async () => {
    server = await startServer();
    server.handle('todos:update', (data, reply) => reply(null, data));
    Backbone.socket = socket = await connected(server);
  });

  it('is sent once, after the socket has connected again', async function () {
    expirePing(this, socket);
    const reason = once(socket, 'disconnect');
    const { heard, ...options } = noted();
    const saving = new Todo({ id: 1 }).save(null, options);
    expect(contentOf(socket)).to.include({ acks: 0, unsent: 0 });
    expect(await reason).to.include('ping timeout');
    expect(await saving).to.deep.equal({ id: 1 });
    await exchanged(server, socket);
    expect(heard).to.deep.equal([['success', { id: 1 }]]);
    expect(eventsOf(server)).to.deep.equal(['todos:update']);
  });

  it('is not sent later when it was aborted', async function () {
    expirePing(this, socket);
    const back = once(socket, 'connect');
    expect((await failureOf(new Todo({ id: 1 }).save().abort())).code).to.equal('aborted');
    await back;
    await exchanged(server, socket);
    expect(eventsOf(server)).to.deep.equal([]);
  });

  it('is not sent later when its time was over', async function () {
    expirePing(this, socket);
    socket.io.reconnection(false);
    expect((await failureOf(new Todo({ id: 1 }).save(null, { timeout: 50 }))).code).to.equal('timeout');
    const back = once(socket, 'connect');
    socket.connect();
    await back;
    await exchanged(server, socket);
    expect(eventsOf(server)).to.deep.equal([]);
  });
});
