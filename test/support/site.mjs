// A site that serves folders and answers for `todos` over Socket.IO, on a free port. As the server of the old
// example it pushes a change to all clients before it answers the one that asked for it.
import { once } from 'node:events';
import { createServer } from 'node:http';
import express from 'express';
import { Server } from 'socket.io';

// mounts: { '/path': folder or Express middleware }, in order.
export async function startSite(mounts) {
  const app = express();
  for (const [path, mount] of Object.entries(mounts)) {
    app.use(path, typeof mount === 'string' ? express.static(mount) : mount);
  }
  const http = createServer(app);
  const io = new Server(http, { allowEIO3: true });
  io.on('connection', socket => {
    socket.on('todos:create', (data, reply) => {
      const todo = { id: 1, ...data };
      io.emit('todos:create', todo);
      reply(null, todo);
    });
    socket.on('todos:read', (data, reply) => reply(null, [{ id: 1, title: 'milk' }]));
    socket.on('todo:update', (data, reply) => {
      io.emit(`todo/${data.id}:update`, data);
      reply(null, data);
    });
    socket.on('todo:delete', (data, reply) => {
      io.emit(`todo/${data.id}:delete`, data);
      reply(null, data);
    });
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  return { url: `http://127.0.0.1:${http.address().port}`, stop: () => io.close() };
}
