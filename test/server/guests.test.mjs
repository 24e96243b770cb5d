// A Socket.IO server of the user's own: what is on it goes on as before, and what cannot go together is refused in words.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect } from 'chai';
import { Server } from 'socket.io';
import { companion } from '../support/companion.mjs';
import { todosOf, useServers } from './servers.mjs';

const { listen, memoryStore } = companion;

describe('A Socket.IO server of the user\'s own', () => {
  const { start, connect, ask, listening, settled, later } = useServers();

  it('keeps its handlers, its rooms and its middlewares, also those for each message', async () => {
    const { io, url } = await start({ todos: todosOf() }, {}, http => {
      const io = new Server(http);
      io.use((socket, next) => {
        socket.data.seen = true;
        next();
      });
      io.on('connection', socket => {
        socket.on('mine', (data, callback) => callback(data, socket.data.seen));
        socket.on('todos:export', (data, callback) => callback('exported', data));
        socket.on('todosX', (data, callback) => callback('no request', data));
        socket.use(([, data], next) => next(data?.isBad ? new Error('refused') : undefined));
        void socket.join('a room');
      });
      return io;
    });
    const client = await connect(url);
    expect(await ask(client, 'mine', 1)).to.deep.equal([1, true]);
    expect(await ask(client, 'todos:export', 2)).to.deep.equal(['exported', 2]);
    expect(await ask(client, 'todosX', 3)).to.deep.equal(['no request', 3]);
    client.emit('todos:create', { isBad: true }, () => {});
    expect((await ask(client, 'todos:read', {}))[1]).to.deep.equal([]);
    const heard = once(client, 'hi');
    io.to('a room').emit('hi', 1);
    expect(await heard).to.deep.equal([1]);
  });

  it('keeps the middlewares for each message that are added after listen(), too', async () => {
    const { io, url } = await start({ todos: todosOf() });
    io.on('connection', socket => socket.use(([, data], next) => (data?.isBad ? next(new Error('refused')) : next())));
    const client = await connect(url);
    client.emit('todos:create', { isBad: true }, () => {});
    expect((await ask(client, 'todos:read', {}))[1]).to.deep.equal([]);
  });

  it('tells the clients of every namespace', async () => {
    const store = memoryStore();
    const { io, url } = await start({ todos: todosOf(store) });
    io.of(/^\/room-\d+$/);
    io.of('/later');
    const clients = [await connect(url), await connect(`${url}/later`), await connect(`${url}/room-1`)];
    for (const client of clients) await settled(client);
    const pushes = clients.map(listening);
    await store.create({ title: 'milk' }, { id: 'a' });
    for (const client of clients) await settled(client);
    for (const heard of pushes) expect(heard).to.deep.equal([['todos:create', { title: 'milk', id: 'a' }]]);
  });

  it('has what its own middleware says of who is on a socket, where nobody is asked who it is', async () => {
    const seen = [];
    const todos = todosOf().use('whoami', (req, res) => res.end(req.user ?? null));
    const { url } = await start({ todos }, {}, http => {
      const io = new Server(http);
      io.use((socket, next) => {
        socket.data.user = 'ours';
        next();
      });
      io.on('connection', socket => seen.push(socket.data.user));
      return io;
    });
    expect(await ask(await connect(url), 'todos:whoami', {})).to.deep.equal([null, null]);
    expect(seen).to.deep.equal(['ours']);
  });

  it('is served also to who was connected before', async () => {
    const http = createServer().listen(0, '127.0.0.1');
    const io = new Server(http);
    later(() => io.close());
    await once(http, 'listening');
    const client = await connect(`http://127.0.0.1:${http.address().port}`);
    const again = once(client, 'connect');
    listen(io, { todos: todosOf() });
    await again;
    expect(await ask(client, 'todos:read', {})).to.deep.equal([null, []]);
  });

  it('may be listened to before it has an HTTP server, and ends with that', async () => {
    const store = memoryStore();
    let isWatched = false;
    const { watch } = store;
    store.watch = watcher => {
      const undo = watch(watcher);
      isWatched = true;
      return () => {
        isWatched = false;
        undo();
      };
    };
    const io = new Server();
    listen(io, { todos: todosOf(store) });
    const http = createServer();
    io.attach(http);
    http.listen(0, '127.0.0.1');
    later(() => io.close());
    await once(http, 'listening');
    expect(isWatched).to.equal(true);
    const client = await connect(`http://127.0.0.1:${http.address().port}`);
    expect((await ask(client, 'todos:create', { id: 'a' }))[1]).to.deep.equal({ id: 'a' });
    await io.close();
    expect(isWatched).to.equal(false);
  });

  it('is listened to once, and so is its HTTP server; what is refused leaves nothing behind', async () => {
    const store = memoryStore();
    const todos = todosOf(store);
    const { io, url } = await start({ todos });
    for (const server of [io, io.httpServer]) expect(() => listen(server, { todos })).to.throw('listen() has been called for this server');
    const client = await connect(url);
    await settled(client);
    const pushes = listening(client);
    await store.create({}, { id: 'a' });
    todos.emit('created', { id: 'b' });
    await settled(client);
    expect(pushes).to.have.length(2);
  });

  it('says what it takes where it is given something else', () => {
    const { listen, pgliteStore, postgresStore } = companion;
    const http = createServer();
    for (const args of [[], [3000, { todos: todosOf() }], [http], [http, [todosOf()]]]) expect(() => listen(...args)).to.throw(TypeError, 'listen() takes');
    for (const backend of [undefined, {}, companion.memoryStore()]) expect(() => listen(http, { todos: backend })).to.throw(TypeError, 'no backend for "todos"');
    expect(() => listen(http, { todos: todosOf() }, { origins: 'https://example.org' })).to.throw(TypeError, '"origins" as a list');
    expect(() => pgliteStore()).to.throw(TypeError, 'the path of a folder');
    expect(() => postgresStore()).to.throw(TypeError, 'a Pool');
  });

  it('cannot recover connections, nor be told of one name twice', async () => {
    const http = createServer();
    const io = new Server(http, { connectionStateRecovery: {} });
    expect(() => listen(io, { todos: todosOf() })).to.throw('"connectionStateRecovery"');
    const other = new Server(createServer());
    expect(() => listen(other, { a: todosOf(), b: todosOf() })).to.throw('The backends "a" and "b" both answer to "todos"');
    listen(other, { todos: todosOf() });
  });
});
