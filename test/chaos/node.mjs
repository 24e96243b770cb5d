// A node: the companion on PostgreSQL. In the channel `secret` one may see what the table `rights` says at the moment: nothing (0), what
// is of the kind x (1), or all (2).
import { createServer } from 'node:http';
import pg from 'pg';
import { Server } from 'socket.io';
import { companion } from '../support/companion.mjs';
import { whatListenKeeps } from '../support/kept.mjs';
import { layersOf, plantInNode } from './plants.mjs';
import { answerTo } from './process.mjs';

const { createBackend, listen, postgresStore, revoke } = companion;
const { PORT, DATABASE, PLANT, TICK } = process.env;

const log = (message, error) => console.error(message, error?.message ?? error ?? '');
const pool = new pg.Pool({ connectionString: DATABASE, max: 8 });
pool.on('error', () => {});
const store = postgresStore(pool, { table: 'things', tick: Number(TICK), log });

async function levelOf(user) {
  const { rows: [row] } = await pool.query('select level from rights where name = $1', [user?.id ?? '']);
  return row?.level ?? 0;
}

const things = createBackend({
  pushes: false,
  scope: async (user, channel) => (channel === 'secret' && await levelOf(user) < 2 ? { where: { kind: 'x' } } : {}),
}).use(...layersOf(PLANT, store), store);

// A line that is mute is given up after a few seconds.
const http = createServer();
const server = new Server(http, { pingInterval: 1_500, pingTimeout: 3_000, connectTimeout: 5_000 });
const [io, inside] = whatListenKeeps(() => listen(server, { things }, {
  tick: Number(TICK), batch: 10, log,
  authenticate: ({ auth: { name } }) => (name ? { id: name } : undefined),
  authorize: async (user, { channel }) => channel !== 'secret' || await levelOf(user) > 0,
}));
plantInNode(PLANT, io, inside.sessions);

// What an adapter, or a broker behind it, may do: lose messages until so many with changes are lost, while all sockets stay connected.
let toLose = 0;
const { adapter } = io.of('/');
const { broadcast } = adapter;
adapter.broadcast = (packet, options) => {
  const [event, message] = packet.data;
  if (!toLose || event !== 'things:changes') return void broadcast.call(adapter, packet, options);
  if (message.entries.length) toLose -= 1;
};

await store.ready;
http.listen(Number(PORT), '127.0.0.1', () => answerTo({
  revoke: name => revoke(io, name),
  lose: count => void (toLose += count),
  // What is there of pages.
  left: () => {
    const { rooms } = io.of('/').adapter;
    const subscriptions = [...inside.sessions].flatMap(session => [...session.subscriptions.rooms]);
    return {
      sessions: inside.sessions.size, sockets: io.of('/').sockets.size, running: inside.running.size, subscriptions: subscriptions.length,
      rooms: [...rooms.keys()].filter(room => room.startsWith('live ')).length,
      feeds: [...inside.endpoints.values()].reduce((sum, { live }) => sum + (live?.feeds.size ?? 0), 0),
    };
  },
}));
