// The pushes that the tests of bind make, and the sockets that they listen on.
import { connected, once, startServer } from '../../support/control.js';
import { keep } from '../../support/scope.js';

// Today's Socket.IO clients have `onAny`; older ones, and other clients, have only these methods.
const bare = socket => ({
  on: (...args) => socket.on(...args),
  removeListener: (...args) => socket.removeListener(...args),
  emit: (...args) => socket.emit(...args),
});

const ways = { 'a Socket.IO client': socket => socket, 'a client without onAny': bare };

// The same tests for each of them; `online` sets Backbone.socket.
export function onEachSocket(title, tests) {
  for (const [kind, view] of Object.entries(ways)) describe(`${title}, on ${kind}`, () => tests(options => online(options, view)));
}

// `tell` pushes to every socket and resolves when they have received it; `join` connects one more.
// The options are the sockets'.
export async function online(options, view = ways['a Socket.IO client']) {
  const server = await startServer();
  const sockets = [];
  const join = async () => {
    const socket = await connected(server, options);
    sockets.push(socket);
    return view(socket);
  };
  const tell = async (event, ...args) => {
    const marks = sockets.map(socket => once(socket, 'marker'));
    await server.push(event, ...args);
    await server.push('marker');
    await Promise.all(marks);
  };
  Backbone.socket = await join();
  return { server, socket: sockets[0], join, tell };
}

// Resolves with the next uncaught error. Hides it from Mocha, which would fail the test.
export function uncaught() {
  const { onerror } = window;
  const restore = () => { window.onerror = onerror; };
  keep(restore);
  return new Promise(resolve => {
    window.onerror = (message, url, line, column, error) => {
      restore();
      resolve(error);
      return true;
    };
  });
}

// How many listeners an object has for each event.
export const listenersOf = entity =>
  Object.fromEntries(Object.entries(entity._events ?? {}).map(([event, list]) => [event, list.length]));
