// The process behind the browser tests: it starts real Socket.IO servers for them on request, over a connection
// of its own. A browser that leaves, in whatever way, takes its servers along.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { CompanionServer } from './companion-server.mjs';
import { RemoteServer } from './server.mjs';

const calls = ['answer', 'push', 'pushWithAck', 'sockets', 'disconnectClients', 'dropClients', 'kill', 'restart', 'stop',
  'announce', 'rooms', 'revoke', 'commit', 'snapshot', 'subscribers'];

export async function startHub() {
  const http = createServer();
  const io = new Server(http, { cors: { origin: '*' }, serveClient: false, maxHttpBufferSize: 1e8 });
  io.on('connection', serve);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return {
    url: `http://127.0.0.1:${http.address().port}`,
    stop: () => io.close(),
  };
}

function serve(control) {
  const servers = new Map();
  let count = 0;

  control.on('start', answered(async ({ isCompanion, ...options }) => {
    const id = ++count;
    const server = new (isCompanion ? CompanionServer : RemoteServer)(options, (kind, message) => control.emit('told', id, kind, message));
    const port = await server.start();
    servers.set(id, server);
    return { id, port };
  }));

  control.on('call', answered(async (id, name, args) => {
    if (!calls.includes(name)) throw new Error(`A server has no ${name}()`);
    return servers.get(id)[name](...args);
  }));

  control.on('disconnect', async () => {
    await Promise.all([...servers.values()].map(server => server.kill()));
  });
}

// Errors reach the test that caused them, as strings.
const answered = action => async (...args) => {
  const reply = args.pop();
  try {
    reply({ result: await action(...args) });
  } catch (error) {
    reply({ error: error.stack });
  }
};
