// Serves backends to sockets: `listen(httpServer, { todos })`, or `listen` with an existing Socket.IO server. Everything else on that
// server goes on as before.

import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { Server } from 'socket.io';
import type { Backend } from './backend';
import { addCompanion, checkIsNew, Companion, companionOf, type Settings } from './companion';
import { Endpoint } from './endpoint';
import { guard } from './login';
import { hearNodes } from './nodes';
import { requirePeer } from './peer';
import { Session } from './session';
import { isObject } from './stores/base';
import type { ListenOptions } from './types';

const defaults = {
  event: 'backend',
  loginTimeout: 10_000,
  connectionsPerUser: 100,
  channelsPerSocket: 100,
  batch: 25,
  tick: 5_000,
  maxUnread: 32_000_000,
  debug: false,
  log: (message: string, error?: unknown): void => console.error(`backbone.iobind: ${message}`, ...(error === undefined ? [] : [error])),
};

/** Returns the Socket.IO server. */
export function listen(server: HttpServer | HttpsServer | Server, backends: { [name: string]: Backend }, options: ListenOptions = {}): Server {
  checkArguments(server, backends, options);
  checkIsNew(server);
  const companion = new Companion(isIo(server) ? server : createIo(server, options), settingsFrom(options));
  const { io } = companion;
  // A recovered connection passes no login, and is in rooms that may be closed to it by now.
  if (io._opts.connectionStateRecovery) throw new Error('listen() cannot guard a server with "connectionStateRecovery": leave that option out.');
  for (const [name, backend] of Object.entries(backends)) addEndpoint(companion, name, backend);
  addCompanion(companion);
  for (const endpoint of companion.endpoints.values()) companion.hear(endpoint);
  hearNodes(companion);
  companion.beginTicks();

  const isAllowed = guard(companion);
  companion.eachNamespace(namespace => {
    namespace.use(isAllowed);
    namespace.on('connection', socket => {
      companion.follow();
      new Session(companion, socket);
    });
    // Those that are connected already have passed no login. Clients reconnect by themselves when the transport closes.
    for (const { conn } of namespace.sockets.values()) conn.close();
  });
  warnAboutOpenDoors(companion);
  return io;
}

/** In JavaScript the arguments may be anything. */
function checkArguments(server: unknown, backends: unknown, { origins }: ListenOptions): void {
  if (!isObject(server) || !isObject(backends)) throw new TypeError('listen() takes an HTTP server, or a Socket.IO server, and { name: backend }.');
  // A string has an `includes` as well, by which its parts would be taken for origins.
  if (origins && !Array.isArray(origins)) throw new TypeError('listen() takes "origins" as a list: ["https://example.org"].');
  for (const [name, backend] of Object.entries(backends)) {
    if (isObject(backend) && typeof backend.layers === 'function') continue;
    throw new TypeError(`listen() was given no backend for "${name}": make one by createBackend().`);
  }
}

/** A `log` that throws must not end what it reports on. */
function settingsFrom(options: ListenOptions): Settings {
  const settings = { ...defaults, ...options };
  const log = (message: string, error?: unknown): void => {
    try {
      settings.log(message, error);
    } catch (mistake) {
      defaults.log('"log" has thrown', mistake);
    }
  };
  return { ...settings, log };
}

const isIo = (server: object): server is Server => 'of' in server && 'sockets' in server;

/** CORS is for polling only; origin.ts checks the page's origin for every transport. */
function createIo(server: HttpServer | HttpsServer, { origins, maxHttpBufferSize = 1_000_000 }: ListenOptions): Server {
  const { Server: Io } = requirePeer<typeof import('socket.io')>('socket.io', 'listen()');
  return new Io(server, {
    maxHttpBufferSize,
    ...(origins && { cors: { origin: origins.includes('*') ? true : [...origins], credentials: true } }),
  });
}

function addEndpoint(companion: Companion, name: string, backend: Backend): void {
  const endpoint = new Endpoint(name, backend, companion);
  companion.endpoints.set(name, endpoint);
  for (const namespace of new Set([name, endpoint.description.collection, endpoint.description.model])) {
    const other = companion.namespaces.get(namespace);
    if (other) {
      throw new Error(`The backends "${other.name}" and "${name}" both answer to "${namespace}": give each a "collection" and a "model" of its own.`);
    }
    companion.namespaces.set(namespace, endpoint);
  }
}

function warnAboutOpenDoors({ settings: { authorize, log } }: Companion): void {
  if (process.env.NODE_ENV === 'production' && !authorize) log('every channel is open to everybody: listen() has no "authorize"');
}

/**
 * Checks a user's rights again, on every node: the user's sockets hear nothing more until `authenticate` and `authorize` have been asked
 * again, and are closed if the login is refused.
 */
export async function revoke(io: Server, userId: string | number): Promise<void> {
  await companionOf(io).revoke(userId);
}
