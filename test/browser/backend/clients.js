// What the tests of backends share: two clients of one companion, the one in this page, the other beside it.
import { connected, skip, startCompanion, versions } from '../../support/control.js';

export const hears = !versions['socket.io-client'].startsWith('2.');
export const takesOptions = Number(versions.backbone.split('.')[1]) >= 4;

export function needsOnAny(context) {
  if (!hears) skip(context, 'a socket of Socket.IO 2 has no onAny');
}

export const Todos = Backbone.Collection.extend({ backend: 'todos' });

// A collection of a backend, with what it hears in order: [event, ...arguments].
export function noting(Type, options = {}) {
  const heard = [];
  const Noting = Type.extend({
    initialize() {
      this.on('all', (event, ...args) => { if (/backend|error/.test(event)) heard.push([event, ...args]); });
    },
    ...options,
  });
  const collection = new Noting();
  return { collection, heard };
}

// The companion, and Backbone.socket connected to it; `join` connects another client, whose collections name their socket.
export async function online(options) {
  const server = await startCompanion(options);
  // With polling, a cut between two polls would not end the connection.
  const join = settings => connected(server, { transports: ['websocket'], ...settings });
  Backbone.socket = await join();
  return { server, socket: Backbone.socket, join };
}

// Resolves when the server has processed everything sent to it before, and the socket has received everything sent before that.
export const settled = socket => new Promise(resolve => socket.emit('iosync:join', { backend: 'none' }, () => resolve()));

export const Groceries = Todos.extend({ backend: { name: 'todos', channel: 'groceries' } });

// Everything the server has received of what was sent until now. The test is told of it later than the answers arrive.
export async function arrived(server) {
  Backbone.socket.emit('marker');
  await server.next('marker');
  return server.received.filter(({ event }) => event !== 'marker');
}

// The events of the requests among these.
export const sent = async server => (await arrived(server)).map(({ event }) => event).filter(event => !event.startsWith('iosync:'));

// What the middleware of the companion saw.
export const reveal = (entity, options) => Backbone.sync('reveal', entity, { data: {}, ...options });
