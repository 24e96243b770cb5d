// Where the socket, and every other setting, is looked for: one order everywhere. Also the one way to listen on a
// socket, which returns its own undo.

import type { Entity, IoBackbone, IoSocket, IoSyncOptions, Socket } from './types';

export type Undo = () => void;

/** A property's value; a method is called for it. */
function result(holder: object, name: string): unknown {
  const value = (holder as { [name: string]: unknown })[name];
  return typeof value === 'function' ? value.call(holder) : value;
}

/** The first that is set: in the options, on the model or collection itself, on the model's collection. */
export function setting(name: string, entity: Entity, options?: IoSyncOptions): unknown {
  for (const holder of [options, entity, entity.collection]) {
    const value = holder && result(holder, name);
    if (value != null) return value;
  }
  return undefined;
}

/** The `socket` setting, else `Backbone.socket`, else `window.socket`. Throws without one. */
export function findSocket(Backbone: IoBackbone, entity: Entity, options?: IoSyncOptions): Socket {
  const socket = setting('socket', entity, options) || result(Backbone, 'socket') || result(globalThis, 'socket');
  // A page's element with the id "socket" is a `window.socket`, too.
  if (!socket || !(socket as Socket).on) throw new Error('No socket: set Backbone.socket, or a socket on the model or its collection');
  return socket as Socket;
}

/** The url as Backbone resolves it. Throws without one. */
export function findUrl(entity: Entity, options?: IoSyncOptions): string {
  const url = (options && result(options, 'url')) || result(entity, 'url');
  if (!url) throw new Error('No url: set url, or urlRoot on the model');
  return String(url);
}

/** Listens until the undo is called. `removeListener`, because every Socket.IO client and every fake has it. */
export function on(socket: IoSocket, event: string, listener: (...args: unknown[]) => void): Undo {
  socket.on(event, listener);
  return () => {
    socket.removeListener(event, listener);
  };
}
