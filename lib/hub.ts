// All that is bound to one socket, by url. One wrapper around the socket's `onevent` and one Map serve it: measured
// against a listener for each model and event, as 0.4.9 has, binding takes three quarters of the time and a bound model
// less than half the memory, and next to nothing is left behind (`onAny` taxes the page's other events five times as
// much). A socket without `onevent`, of another client or a fake, gets ordinary listeners (see bound.ts).

import type { Entity, Socket } from './types';
import type { Bound } from './bound';
import { on } from './socket';

/** The hubs of now. One that is not here any more has ended, and with it all that was bound through it. */
let hubs = new WeakMap<Socket, Hub>();
/** Those that have something bound. A socket that the page has dropped is not held by us. */
const busy = new Set<WeakRef<Hub>>();

export function busyHubs(): Hub[] {
  const alive: Hub[] = [];
  for (const ref of busy) {
    const hub = ref.deref();
    if (hub) alive.push(hub);
    else busy.delete(ref);
  }
  return alive;
}

export function hubOf(socket: Socket): Hub {
  const hub = hubs.get(socket) || new Hub(socket);
  hubs.set(socket, hub);
  return hub;
}

/** Ends what is bound to this socket, or to any. What is still waiting for its id ends when that comes. */
export function ioUnbindAll(socket?: Socket | null): void {
  if (socket) hubs.delete(socket);
  else hubs = new WeakMap();
  for (const hub of busyHubs()) if (hub._hasEnded) hub._end();
}

export class Hub {
  /** Without leading slash. The lists are replaced, never changed, so that a message in progress keeps its own. */
  readonly _urls = new Map<string, readonly Bound[]>();
  /** By object; what waits for its id is not here. */
  readonly _found = new Map<Entity, Bound>();
  private readonly _ref = new WeakRef<Hub>(this);
  /** What arrived before the connection was complete: like Socket.IO's own, it is held back until then. */
  private readonly _early: unknown[][] = [];
  private _unwrap: (() => void) | undefined;

  constructor(readonly _socket: Socket) {}

  get _hasEnded(): boolean {
    return hubs.get(this._socket) !== this;
  }

  _end(): void {
    for (const bounds of this._urls.values()) for (const bound of bounds) bound._end();
  }

  _add(url: string, bound: Bound): void {
    const others = this._urls.get(url);
    this._urls.set(url, others ? [...others, bound] : [bound]);
    busy.add(this._ref);
    if (this._socket.onevent && !this._unwrap) this._wrap(this._socket.onevent);
  }

  _remove(url: string, bound: Bound): void {
    const others = this._urls.get(url)!.filter((other) => other !== bound);
    if (others.length) this._urls.set(url, others);
    else this._urls.delete(url);
    if (this._urls.size) return;
    busy.delete(this._ref);
    if (this._unwrap) this._unwrap();
  }

  private _wrap(onevent: NonNullable<Socket['onevent']>): void {
    const socket = this._socket;
    const wrapper: typeof onevent = (packet) => {
      try {
        onevent.call(socket, packet);
      } finally {
        this._receive(packet.data);
        // One that had to stay, see below, goes when it can.
        if (!this._urls.size && this._unwrap) this._unwrap();
      }
    };
    socket.onevent = wrapper;
    const undo = on(socket, 'connect', () => {
      for (const args of this._early.splice(0)) this._hear(args);
    });
    this._unwrap = () => {
      // Unless somebody has wrapped it since: then it stays, and serves what is bound next.
      if (socket.onevent !== wrapper) return;
      undo();
      this._early.length = 0;
      delete socket.onevent;
      if (socket.onevent !== onevent) socket.onevent = onevent;
      this._unwrap = undefined;
    };
  }

  /** By now the arguments include the acknowledgement function. */
  private _receive(args: unknown[] = []): void {
    if (this._socket.connected === false) this._early.push(args);
    else this._hear(args);
  }

  /** Urls (with raw ids) and events may have colons of their own, so each colon may be the one between them. */
  private _hear(args: unknown[]): void {
    const name = String(args[0]);
    const start = name[0] === '/' ? 1 : 0;
    for (let colon = name.lastIndexOf(':'); colon > start; colon = name.lastIndexOf(':', colon - 1)) {
      // What is bound while this message is dispatched does not hear it.
      const due = (this._urls.get(name.slice(start, colon)) || []).map((bound) => [bound, bound._bindings] as const);
      for (const [bound, bindings] of due) bound._hear(name.slice(colon + 1), args.slice(1), bindings);
    }
  }
}
