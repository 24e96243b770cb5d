// A server that has had clients and requests of all kinds, and is closed: nothing may keep its process alive.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { io as open } from 'socket.io-client';
import { companion } from '../support/companion.mjs';

const { createBackend, drain, listen, memoryStore } = companion;

const http = createServer().listen(0, '127.0.0.1');
await once(http, 'listening');
const stuck = createBackend({ deadline: 600_000 }).use(() => {});
const io = listen(http, { todos: createBackend().use(memoryStore()), stuck }, {
  loginTimeout: 600_000,
  authenticate: ({ auth }) => (auth.isSlow ? new Promise(() => {}) : { id: 'ann', exp: Date.now() / 1000 + 3_600 }),
});
const clients = [{}, {}, { isSlow: true }].map(auth => open(`http://127.0.0.1:${http.address().port}`, { forceNew: true, reconnection: false, auth }));
const [client] = clients;
await Promise.all(clients.map(({ io: manager }) => once(manager, 'open')));
if (!client.connected) await once(client, 'connect');
await client.emitWithAck('iosync:join', { backend: 'todos', channel: 'a' });
client.emit('stuck:create', {}, () => {});
await client.emitWithAck('todos:create', {});
await (process.argv[2] === 'drain' ? drain(io, 10) : io.close());
for (const { io: manager } of clients) manager._close();
console.log('closed');
