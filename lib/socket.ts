// Finds the socket, and every other setting, in the same order everywhere. Also the one way to listen on a socket, which returns its
// own undo.

import type { Backend, Entity, IoBackbone, IoSyncOptions, Socket } from './types';
import { protocolVersion, type Hello } from './wire';

export type Undo = () => void;

/** A property's value; if that is a function, what it returns. */
export function result(holder: object, name: string, ...args: unknown[]): unknown {
  const value = (holder as { [name: string]: unknown })[name];
  return typeof value === 'function' ? value.apply(holder, args) : value;
}

/** The first that is set: in the options, on the model or collection itself, on the model's collection. */
export function setting(name: string, entity: Entity, options?: IoSyncOptions, ...args: unknown[]): unknown {
  const { collection } = entity;
  let value = options && result(options, name, ...args);
  if (value == null) value = result(entity, name, ...args);
  if (value == null && collection) value = result(collection, name, ...args);
  return value;
}

/** Without a socket, a url or a namespace a call could never succeed, so it throws at once. */
export function required<T>(value: T, words: string): NonNullable<T> {
  if (value) return value;
  throw new Error('No ' + words);
}

/** This one, else `Backbone.socket`, else `window.socket`. (An element with the id `socket` is a `window.socket`, too, but no socket.) */
export function socketIfAny(Backbone: IoBackbone, own: unknown): Socket | undefined {
  const socket = (own || result(Backbone, 'socket') || result(globalThis, 'socket')) as Partial<Socket> | undefined;
  return socket && socket.on && (socket as Socket);
}

export const findSocket = (Backbone: IoBackbone, own: unknown): Socket =>
  required(socketIfAny(Backbone, own), 'socket: set Backbone.socket');

/** The url as Backbone resolves it. */
export const findUrl = (entity: Entity, options: IoSyncOptions = {}): string =>
  required((result(options, 'url') || result(entity, 'url')) as string, 'url: set url or urlRoot');

/** The backend of a model, else its collection's, and the channel in it: `''` is the default one. */
export function backendOf(entity: Entity): { name: string; channel: string } | undefined {
  const own = setting('backend', entity) as Backend | null;
  const { name = own, channel = '' } = (own || {}) as { name?: unknown; channel?: string };
  return typeof name === 'string' ? { name, channel } : undefined;
}

/** How long a server has to say that it is a companion, in ms. */
export const grace = 2_000;

/** A server's hello, and the connection on which it came. */
interface Greeting {
  readonly id: string | undefined;
  readonly hello: Hello;
}

/** Kept on the socket itself, because either bundle may hear it. */
const greeting = Symbol.for('iosync');

const greetingOf = (socket: Socket): Partial<Greeting> => (socket as { [greeting]?: Greeting })[greeting] || {};

/** The last hello, on this connection or an earlier one. */
export const formerHelloOf = (socket: Socket): Hello | undefined => greetingOf(socket).hello;

/** The hello on this connection. */
export function helloOf(socket: Socket): Hello | undefined {
  const { id, hello } = greetingOf(socket);
  return id === socket.id ? hello : undefined;
}

/** Notes a hello, and returns a key for the connection and the login on it; undefined for a hello of another version. */
export function greet(socket: Socket, hello: Hello): string | undefined {
  if ((Object(hello) as Hello).v !== protocolVersion) return undefined;
  const { id } = socket;
  (socket as { [greeting]?: Greeting })[greeting] = { id, hello };
  return id + ' ' + hello.login;
}

/** Listens until the undo is called. `removeListener`, because every Socket.IO client and every fake has it. */
export function on(socket: Socket, event: string, listener: (...args: unknown[]) => void): Undo {
  socket.on(event, listener);
  return () => {
    socket.removeListener(event, listener);
  };
}

/**
 * Emits without the page's socket options: with `retries`, Socket.IO would send again what the server answered with an error, and
 * `ackTimeout` or `timeout()` would add an argument to the answer. Returns whether it was sent: a socket whose connection has died
 * unnoticed (a laptop that slept) buffers the packet, and would send it when nobody waits for the answer any more.
 */
export function emit(socket: Socket, event: string, ...args: unknown[]): boolean {
  const { _opts, flags, sendBuffer } = socket;
  const length = sendBuffer && sendBuffer.length;
  if (_opts) socket._opts = {};
  if (flags && flags.timeout != null) flags.timeout = undefined;
  try {
    socket.emit(event, ...args);
  } finally {
    if (_opts) socket._opts = _opts;
  }
  if (!sendBuffer || sendBuffer.length === length) return true;
  sendBuffer.pop();
  return false;
}

/** Removes the acknowledgement of a request that is not waited for any more. */
export function dropAck({ acks }: Socket, id: number | undefined): void {
  if (acks) delete acks[id!];
}
