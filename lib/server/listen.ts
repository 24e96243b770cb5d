// Opens backends to sockets: `listen(httpServer, { todos })`, or an existing Socket.IO server in place of the first. Everything
// else that is on that server goes on as before.

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
  // What is recovered has rooms that may be closed to it by now, and has passed no login.
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
    // Nobody has looked at who is connected already. Clients come back by themselves when the transport closes.
    for (const { conn } of namespace.sockets.values()) conn.close();
  });
  warnAboutOpenDoors(companion);
  return io;
}

/** In JavaScript they may be anything. */
function checkArguments(server: unknown, backends: unknown, { origins }: ListenOptions): void {
  if (!isObject(server) || !isObject(backends)) throw new TypeError('listen() takes an HTTP server, or a Socket.IO server, and { name: backend }.');
  // A text has parts, which would be taken for origins.
  if (origins && !Array.isArray(origins)) throw new TypeError('listen() takes "origins" as a list: ["https://example.org"].');
  for (const [name, backend] of Object.entries(backends)) {
    if (!isObject(backend) || typeof backend.layers !== 'function') throw new TypeError(`listen() was given no backend for "${name}": make one by createBackend().`);
  }
}

/** A log that throws must not end what it reports about. */
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

/** CORS is for polling; that the page is one of ours is checked for every transport, see origin.ts. */
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
    if (other) throw new Error(`"${namespace}" would be the backends "${other.name}" and "${name}": spell their collections and models apart.`);
    companion.namespaces.set(namespace, endpoint);
  }
}

function warnAboutOpenDoors({ settings: { authorize, log } }: Companion): void {
  if (process.env.NODE_ENV === 'production' && !authorize) log('every channel is open to everybody: listen() has no "authorize"');
}

/**
 * Looks again at what a user may do, on every node: his sockets hear nothing more until `authenticate` and `authorize` have been
 * asked anew, and are closed if he is not to be let in.
 */
export async function revoke(io: Server, userId: string | number): Promise<void> {
  await companionOf(io).revoke(userId);
}
