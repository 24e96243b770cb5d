// Where the socket, and every other setting, is looked for: one order everywhere. Also the one way to listen on a
// socket, which returns its own undo.

import type { Backend, Entity, IoBackbone, IoSyncOptions, Socket } from './types';
import { protocolVersion, type Hello } from './wire';

export type Undo = () => void;

/** A property's value; a function is called for it. */
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

/** Without a socket, a url or a namespace nothing could ever come of a call, so it throws. */
export function required<T>(value: T, words: string): NonNullable<T> {
  if (value) return value;
  throw new Error('No ' + words);
}

/** This one, `Backbone.socket` or `window.socket`. (A page's element with that id is a `window.socket`, too.) */
export function socketIfAny(Backbone: IoBackbone, own: unknown): Socket | undefined {
  const socket = (own || result(Backbone, 'socket') || result(globalThis, 'socket')) as Partial<Socket> | undefined;
  return socket && socket.on && (socket as Socket);
}

export const findSocket = (Backbone: IoBackbone, own: unknown): Socket => required(socketIfAny(Backbone, own), 'socket: set Backbone.socket');

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

/** What the server has said of itself, and on which connection. */
interface Greeting {
  readonly id: string | undefined;
  readonly hello: Hello;
}

/** On the socket itself, since either bundle may hear it. */
const greeting = Symbol.for('iosync');

const greetingOf = (socket: Socket): Partial<Greeting> => (socket as { [greeting]?: Greeting })[greeting] || {};

/** What the companion has said, on this connection or an earlier one. */
export const formerHelloOf = (socket: Socket): Hello | undefined => greetingOf(socket).hello;

/** What it has said on this connection. */
export function helloOf(socket: Socket): Hello | undefined {
  const { id, hello } = greetingOf(socket);
  return id === socket.id ? hello : undefined;
}

/** Notes a hello, and returns a key for the connection and the login on it. Undefined if the hello has another version: it counts as none. */
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
 * Returns whether it was sent. A socket whose connection has died unnoticed (a laptop that slept) would keep it, and send it later when
 * nobody wants it any more. The page's `retries` would repeat what the server has refused; its `ackTimeout`, or `timeout()`, adds an argument.
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

/** Nobody waits for the answer any more. */
export function dropAck({ acks }: Socket, id: number | undefined): void {
  if (acks) delete acks[id!];
}
