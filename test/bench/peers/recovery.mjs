// Socket.IO alone, with connection state recovery as its documentation shows it: after a gap of less than two minutes the server sends what
// the page has missed. After a longer one, a restart, or on another node, `recovered` is false and the page reads everything again: late.mjs.
// The server keeps all that it sends for those two minutes, whoever is there, and whom it recovers has not passed a login anew.
import Backbone from 'backbone';
import { Server } from 'socket.io';
import { createMap } from '../documents.mjs';

export function serve(http, documents, options, maxDisconnectionDuration = 120_000) {
  const map = createMap(documents);
  const io = new Server(http, { ...options, connectionStateRecovery: { maxDisconnectionDuration, skipMiddlewares: true } });
  io.on('connection', socket => {
    const { list } = socket.handshake.query;
    // A recovered socket is in its rooms already.
    if (!socket.recovered) socket.join(list);
    socket.on('read', reply => reply(map.in(list)));
  });
  return async (id, attributes) => {
    const todo = map.patch(id, attributes);
    io.to(todo.list).emit('update', todo);
  };
}

export function watch(socket) {
  const collection = new Backbone.Collection();
  socket.on('create', todo => collection.add(todo));
  socket.on('update', todo => collection.get(todo.id)?.set(todo));
  socket.on('delete', id => collection.remove(id));
  const ready = new Promise(resolve => socket.on('connect', () => {
    if (socket.recovered) return;
    socket.emit('read', todos => resolve(collection.set(todos)));
  }));
  return { collection, ready };
}
