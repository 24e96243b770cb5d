// Everything that is bound to one socket, by url, served by one catch-all listener and one Map. Measured against a listener for each
// model and event, as in 0.4.9, a bound model takes less than half the memory, and almost nothing is left when it ends. A socket without
// `onAny`, of an older client or a fake, gets ordinary listeners (see bound.ts).

import type { IoCallback, Socket } from './types';
import { emit } from './socket';
import { authEvent } from './wire';

/** What a hub passes messages to. */
export interface Hearer {
  readonly _hub: Hub;
  readonly _bindings: readonly Binding[];
  /** `due` are its bindings when the message came. */
  _hear(event: string, args: unknown[], due: readonly Binding[], url: string): void;
  /** Called for every event of its object: see install.ts. */
  _notice(all: [event: string, ...args: unknown[]]): void;
  /** Ends the bindings that `isMeant` selects, or all. */
  _unbind(isMeant?: (binding: Partial<Binding>) => boolean): void;
}

/** One callback for one event. */
export interface Binding {
  readonly _event: string;
  readonly _callback: IoCallback;
  readonly _context: unknown;
}

/** The current hubs. Once a hub is not here any more, everything bound through it has ended. */
const hubs = new WeakMap<Socket, Hub>();
/** The same hubs, to iterate over; weak, so that a socket the page has dropped can be garbage-collected. */
const all = new Set<WeakRef<Hub>>();

export function hubOf(socket: Socket): Hub {
  return hubs.get(socket) || new Hub(socket);
}

/** Ends everything that is bound to this socket; without one, to any socket. */
export function ioUnbindAll(socket?: Socket | null): void {
  for (const ref of all) {
    const hub = ref.deref();
    if (hub && socket && hub._socket !== socket) continue;
    all.delete(ref);
    if (hub) hub._end();
  }
}

export class Hub {
  /** By decoded url, or `''` for every message. The lists are replaced, never changed, so that a message in progress keeps its own. */
  private readonly _hearers = new Map<string, readonly Hearer[]>();
  _hasEnded = false;

  constructor(readonly _socket: Socket) {
    hubs.set(_socket, this);
    all.add(new WeakRef<Hub>(this));
  }

  /** A model that still waits for its id is not in the map: when the id comes, it sees `_hasEnded`. */
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

/** The login is about to expire: sends the page's credentials again. After the hello that follows, refused joins are tried again. */
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

/** It may also write the id raw, or encoded as Backbone's `url()` does. */
export function decoded(url: string): string {
  try {
    return url.includes('%') ? decodeURIComponent(url) : url;
  } catch {
    return url;
  }
}
