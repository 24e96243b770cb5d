// A companion in a process of its own, for tests of what must not crash it: backends on stores in memory, logins, rules. Started by
// `startChild` of child.mjs; answers its questions over IPC.
import { createServer } from 'node:http';
import { companion } from './companion.mjs';
import { whatListenKeeps } from './kept.mjs';

const { BackendError, createBackend, listen, memoryStore } = companion;

const plant = process.env.PLANT;
const logged = [];
const log = (message, error) => {
  logged.push(`${message} ${error?.stack ?? error ?? ''}`);
  if (logged.length > 100) logged.shift();
};

const stores = [memoryStore({ max: 500, history: 1000 }), memoryStore({ max: 500, history: 1000 })];
const todos = createBackend({ collection: 'todos', model: 'todo' }).use(stores[0]);
const lists = createBackend({ channel: ({ list }) => (typeof list === 'string' ? list : ''), scope: user => ({ where: { owner: user?.id ?? null } }) })
  .use(stores[1]);
// No store: what a client sends is the answer, and is pushed to the others.
const bare = createBackend({ idAttribute: '_id' }).use((req, res, next) => next()).use('shout', (req, res) => res.end(req.model));
const broken = createBackend({ deadline: 1000 })
  .create(() => { throw new Error('select secret from broken'); })
  .update(async () => { throw new TypeError('secret'); })
  .read((req, res) => res.end(1n));
const big = createBackend().read((req, res) => res.end('x'.repeat(100_000)));

const http = createServer().listen(0, '127.0.0.1', () => process.send({ port: http.address().port }));
const [io, inside] = whatListenKeeps(() => listen(http, { todos, lists, bare, broken, big }, {
  log,
  maxUnread: 5_000_000,
  authenticate: async ({ auth }) => {
    if (auth.id === 'nobody') throw new BackendError('unauthorized', 'Nobody is not let in.');
    return typeof auth.id === 'string' ? { id: auth.id } : undefined;
  },
  authorize: (user, { channel }) => !channel.startsWith('~') || channel === `~${user?.id}`,
  connectionsPerUser: 1000,
  // Long, so that a tick has many messages.
  tick: 300,
}));

// Typical mistakes, planted to see that the tests find them.
if (plant === 'throw') io.on('connection', socket => socket.on('todos:create', (data, meta) => meta.channel.length));
if (plant === 'leak') {
  const kept = [];
  io.on('connection', socket => socket.onAny((...args) => kept.push(Array(50).fill(args.length))));
}
if (plant === 'block') {
  io.on('connection', socket => socket.on('todos:read', () => {
    for (const end = Date.now() + 3_000; Date.now() < end;);
  }));
}
// Subscriptions outlive their connection, or receive nothing; or the end of one is not acknowledged.
if (['stay', 'deaf', 'mute'].includes(plant)) {
  io.on('connection', ({ id }) => {
    const session = [...inside.sessions].find(({ socket }) => socket.id === id);
    const { settle, subscriptions } = session;
    if (plant === 'stay') subscriptions.close = () => {};
    if (plant === 'deaf') subscriptions.socket = { connected: true, join() {}, leave() {} };
    if (plant === 'mute') session.settle = (work, reply, event) => settle.call(session, work, event.endsWith(':unsubscribe') ? () => {} : reply, event);
  });
}

const answers = {
  heap: () => {
    globalThis.gc();
    globalThis.gc();
    return { heap: process.memoryUsage().heapUsed, external: process.memoryUsage().external };
  },
  log: () => logged,
  counts: () => ({
    sockets: io.of('/').sockets.size, rooms: io.of('/').adapter.rooms.size, clients: io.engine.clientsCount,
    sessions: inside.sessions.size, running: inside.running.size,
    shapes: [...inside.endpoints.values()].flatMap(({ shapes }) => [...shapes.byChannel.values()]).reduce((sum, { size }) => sum + size, 0),
  }),
  // All keys in the stores, and whether Object.prototype was polluted.
  stored: async () => {
    const keys = new Set();
    for (const store of stores) {
      for (const { attributes } of await store.list()) JSON.stringify(attributes, (key, value) => (keys.add(key), value));
    }
    return { keys: [...keys], isPolluted: 'polluted' in {} };
  },
};

process.on('message', async ({ id, question }) => process.send({ id, answer: await answers[question]() }));
process.on('disconnect', () => process.exit());
