import { expect } from 'chai';
import { connected, once, startServer } from '../../support/control.js';
import { Todo, Todos, failureOf } from '../fixtures.js';
import { contentOf, eventsOf, exchanged, noted, requests } from './wire.js';

describe('A request in flight when the connection ends', () => {
  let server;
  let socket;
  beforeEach(async () => {
    server = await startServer();
    // WebSocket alone, whose end the client always sees when connections are cut.
    Backbone.socket = socket = await connected(server, { transports: ['websocket'] });
  });

  const ends = {
    'the server is killed': () => server.kill(),
    'the server disconnects its clients': () => server.disconnectClients(),
    'the connection is cut': () => server.dropClients(),
    'the socket is closed on purpose': () => socket.close(),
  };
  for (const [name, end] of Object.entries(ends)) {
    it(`fails at once with the code "disconnected": ${name}`, async () => {
      const { heard, ...options } = noted();
      const failing = failureOf(new Todo({ id: 1 }).save(null, { ...options, timeout: 0 }));
      await server.next('todos:update');
      await end();
      const error = await failing;
      expect(error).to.be.an('error').with.property('name', 'IoSyncError');
      expect(error).to.have.property('code', 'disconnected');
      expect(error.message).to.contain('todos:update');
      expect(heard).to.deep.equal([['error', error]]);
    });
  }

  it('is not sent again on the next connection', async () => {
    const failing = failureOf(new Todo({ id: 1 }).save());
    await server.next('todos:update');
    const back = once(socket, 'connect');
    await server.dropClients();
    await failing;
    await back;
    await exchanged(server, socket);
    expect(eventsOf(server)).to.deep.equal(['todos:update']);
  });

  it('leaves the socket as it was', async () => {
    const before = contentOf(socket);
    const failing = failureOf(new Todo({ id: 1 }).save());
    await server.next('todos:update');
    await server.kill();
    await failing;
    expect(contentOf(socket)).to.deep.equal(before);
  });

  it('fails alone, each once, with 500 others', async function () {
    // A busy machine may take long to carry so many to the server's process: no time limit of theirs, and a longer one for the test.
    this.timeout(30_000);
    const notes = Array.from({ length: 500 }, noted);
    const failing = notes.map(({ success, error }, id) => failureOf(new Todo({ id }).save(null, { success, error, timeout: 0 })));
    await exchanged(server, socket);
    expect(requests(server)).to.have.length(500);
    await server.kill();
    const errors = await Promise.all(failing);
    expect(new Set(errors.map(({ code }) => code))).to.deep.equal(new Set(['disconnected']));
    expect(notes.every(({ heard }) => heard.length === 1)).to.equal(true);
  });

  it('can be made again from its error callback, and waits then', async () => {
    const todo = new Todo({ id: 1 });
    const again = new Promise(resolve => {
      todo.save(null, { error: () => resolve(todo.save()) });
    });
    await server.next('todos:update');
    server.handle('todos:update', (data, reply) => reply(null, data));
    await server.dropClients();
    await again;
    await exchanged(server, socket);
    expect(eventsOf(server)).to.deep.equal(['todos:update', 'todos:update']);
  });

  it('takes no answer from before the disconnection', async () => {
    const todo = new Todo({ id: 1 });
    const { heard, ...options } = noted();
    const failing = failureOf(todo.fetch(options));
    const request = await server.next('todos:read');
    const back = once(socket, 'connect');
    await server.dropClients();
    await failing;
    await back;
    await request.answer(null, { title: 'late' });
    await exchanged(server, socket);
    expect(heard).to.have.lengthOf(1);
    expect(todo.attributes).to.deep.equal({ id: 1 });
  });

  it('is independent of requests on another socket', async () => {
    const other = await startServer();
    const Remote = Todos.extend({ socket: await connected(other) });
    const remote = new Remote();
    const fetching = remote.fetch();
    const failing = failureOf(new Todo({ id: 1 }).save());
    const request = await other.next('todos:read');
    await server.next('todos:update');
    await server.kill();
    await failing;
    await request.answer(null, [{ id: 1 }]);
    await fetching;
    expect(remote.length).to.equal(1);
  });

  it('ends on its own socket when Backbone.socket has been replaced', async () => {
    const other = await startServer();
    const replacement = await connected(other);
    const failing = failureOf(new Todo({ id: 1 }).save());
    await server.next('todos:update');
    Backbone.socket = replacement;
    socket.close();
    expect((await failing).code).to.equal('disconnected');
    other.handle('todos:update', (data, reply) => reply(null, data));
    await new Todo({ id: 1 }).save();
    expect(requests(other)).to.have.lengthOf(1);
  });

  it('waits on a socket that was closed on purpose, until it is opened again', async () => {
    socket.close();
    server.handle('todos:update', (data, reply) => reply(null, data));
    expect((await failureOf(new Todo({ id: 1 }).save(null, { timeout: 50 }))).code).to.equal('timeout');
    const saving = new Todo({ id: 2 }).save();
    socket.open();
    await saving;
    expect(requests(server).map(({ args }) => args[0].id)).to.deep.equal([2]);
  });
});
