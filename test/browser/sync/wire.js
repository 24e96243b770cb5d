// What the tests of sync look at on the wire and on a socket.
import { skip } from '../../support/control.js';

// Resolves when everything this socket sent before has arrived, and it has received everything sent to it before.
export function exchanged(server, socket) {
  server.handle('marker', (data, reply) => reply());
  return new Promise(resolve => socket.emit('marker', null, resolve));
}

// The requests that arrived, without markers.
export const requests = server => server.received.filter(({ event }) => event !== 'marker');

export const eventsOf = server => requests(server).map(({ event }) => event);

// What is on a socket: listeners, acks, and packets that wait. Reads internals of socket.io-client 2 to 4.
export const contentOf = socket => ({
  listeners: Object.values(socket._callbacks ?? {}).flat().length,
  acks: Object.keys(socket.acks).length,
  unsent: socket.sendBuffer.length,
  queued: (socket._queue ?? []).length,
});

// Options for a request that note each callback: `heard` becomes [['error', { code: 'timeout' }]], say.
export function noted() {
  const heard = [];
  return {
    heard,
    success: (entity, answer) => { heard.push(['success', answer]); },
    error: (entity, error) => { heard.push(['error', error]); },
  };
}

// Lets the connection have died unnoticed, as after a laptop's sleep: the last ping was long ago. Socket.IO 4.8 sees that
// at the next emit, puts the packet into its own buffer, and closes the connection.
export function expirePing(test, socket) {
  if (!('_pingTimeoutTime' in socket.io.engine)) skip(test, 'this Socket.IO does not look at its clock when it emits');
  socket.io.engine._pingTimeoutTime = 1;
}
