// All that is bound to one socket, by url. One catch-all listener and one Map serve it: measured against a listener for
// each model and event, as 0.4.9 has, a bound model takes less than half the memory, and next to nothing is left behind.
// A socket without `onAny`, of an older client or a fake, gets ordinary listeners (see bound.ts).

import type { IoCallback, Socket } from './types';
import { emit } from './socket';
import { authEvent } from './wire';

/** What a hub tells of messages. */
export interface Hearer {
  readonly _hub: Hub;
  readonly _bindings: readonly Binding[];
  /** `due` is what was bound when the message came. */
  _hear(event: string, args: unknown[], due: readonly Binding[], url: string): void;
  /** Something is happening to its object: see install.ts. */
  _notice(all: [event: string, ...args: unknown[]]): void;
  /** Ends what is meant, or all. */
  _unbind(isMeant?: (binding: Partial<Binding>) => boolean): void;
}

/** One callback for one event. */
export interface Binding {
  readonly _event: string;
  readonly _callback: IoCallback;
  readonly _context: unknown;
}

/** The hubs of now. What is bound through one that is not here any more has ended. */
const hubs = new WeakMap<Socket, Hub>();
/** The same, to go through them. A socket that the page has dropped is not held by us. */
const all = new Set<WeakRef<Hub>>();

export function hubOf(socket: Socket): Hub {
  return hubs.get(socket) || new Hub(socket);
}

/** Ends what is bound to this socket, or to any. */
export function ioUnbindAll(socket?: Socket | null): void {
  for (const ref of all) {
    const hub = ref.deref();
    if (hub && socket && hub._socket !== socket) continue;
    all.delete(ref);
    if (hub) hub._end();
  }
}

export class Hub {
  /** By url, decoded; what hears all is under none. The lists are replaced, never changed, so that a message in progress keeps its own. */
  private readonly _hearers = new Map<string, readonly Hearer[]>();
  _hasEnded = false;

  constructor(readonly _socket: Socket) {
    hubs.set(_socket, this);
    all.add(new WeakRef<Hub>(this));
  }

  /** What is still waiting for its id, and so not here, sees that the hub has ended when that comes. */
  _end(): void {
    hubs.delete(this._socket);
    this._hasEnded = true;
    for (const hearers of this._hearers.values()) for (const hearer of hearers) hearer._unbind();
  }

  _add(url: string, hearer: Hearer): void {
    const { onAny } = this._socket;
    const key = decoded(url);
    const others = this._hearers.get(key);
    if (onAny && !this._hearers.size) onAny.call(this._socket, this._hear);
    this._hearers.set(key, others ? [...others, hearer] : [hearer]);
  }

  _remove(url: string, hearer: Hearer): void {
    const { offAny } = this._socket;
    const key = decoded(url);
    const others = this._hearers.get(key)!.filter(other => other !== hearer);
    if (others.length) this._hearers.set(key, others);
    else this._hearers.delete(key);
    if (offAny && !this._hearers.size) offAny.call(this._socket, this._hear);
  }

  _at(url: string): readonly Hearer[] {
    return this._hearers.get(url) || this._hearers.get(decoded(url)) || [];
  }

  /** Urls (with raw ids) and events may have colons of their own, so each colon may be the one between them. */
  private readonly _hear = (event: unknown, ...args: unknown[]): void => {
    const name = withoutSlash(String(event));
    if (name === authEvent) renew(this._socket);
    for (let colon = name.lastIndexOf(':'); colon > 0; colon = name.lastIndexOf(':', colon - 1)) {
      const url = name.slice(0, colon);
      // What is bound while this message is dispatched does not hear it.
      const due = [...this._at(url), ...this._at('')].map(hearer => [hearer, hearer._bindings] as const);
      for (const [hearer, bindings] of due) hearer._hear(name.slice(colon + 1), args, bindings, url);
    }
  };
}

/** The login expires. Whom the old one kept out, the hello that follows lets try again. */
function renew(socket: Socket): void {
  const { auth } = socket;
  const send = (renewed: object): void => {
    if (socket.connected) emit(socket, authEvent, renewed);
  };
  if (typeof auth === 'function') (auth as (use: typeof send) => void).call(socket, send);
  else if (auth) send(auth);
}

/** A server may write a url with a leading slash or without. */
export const withoutSlash = (url: string): string => url.replace(/^\//, '');

/** It may also write the id in it as it is, or encoded as Backbone's `url()` does. */
export function decoded(url: string): string {
  try {
    return url.includes('%') ? decodeURIComponent(url) : url;
  } catch {
    return url;
  }
}
