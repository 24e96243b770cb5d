// Where the socket, and every other setting, is looked for: one order everywhere. Also the one way to listen on a
// socket, which returns its own undo.

import type { Entity, IoBackbone, IoSocket, IoSyncOptions, Socket } from './types';

export type Undo = () => void;

type Holder = object | undefined;

/** Who may have a setting of their own: the options, the model or collection itself, a model's collection. */
export const holders = (entity: Entity, options?: IoSyncOptions): Holder[] => [options, entity, entity.collection];

/** The first that is set, by the first that has it; a function is called for it. */
export function setting(name: string, from: Holder[], ...args: unknown[]): unknown {
  for (const holder of from) {
    const value = holder && (holder as { [name: string]: unknown })[name];
    const result = typeof value === 'function' ? value.apply(holder, args) : value;
    if (result != null) return result;
  }
  return undefined;
}

/** Without a socket, a url or a namespace nothing could ever come of a call, so it throws. */
export function required<T>(value: T, words: string): NonNullable<T> {
  if (value) return value;
  throw new Error('No ' + words);
}

/** The `socket` setting, `Backbone.socket` or `window.socket`. (A page's element with that id is a `window.socket`, too.) */
export function findSocket(Backbone: IoBackbone, entity: Entity, options?: IoSyncOptions): Socket {
  const socket = setting('socket', [...holders(entity, options), Backbone, globalThis]) as Partial<Socket> | undefined;
  return required(socket && socket.on && (socket as Socket), 'socket: set Backbone.socket, or socket on the model or collection');
}

/** The url as Backbone resolves it. */
export const findUrl = (entity: Entity, options?: IoSyncOptions): string =>
  required(setting('url', [options, entity]) as string, 'url: set url, or urlRoot on the model');

/** Listens until the undo is called. `removeListener`, because every Socket.IO client and every fake has it. */
export function on(socket: IoSocket, event: string, listener: (...args: unknown[]) => void): Undo {
  socket.on(event, listener);
  return () => {
    socket.removeListener(event, listener);
  };
}
