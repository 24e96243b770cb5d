// Everything bound to one socket, by the names of messages. One wrapper around the socket's `onevent` and one Map serve
// all of it: measured against a listener for each model and event, binding takes half the time and a bound model half
// the memory, and nothing is left behind (`onAny` taxes the page's other events five times as much). A socket without
// `onevent`, of another client or a fake, gets an ordinary listener for each name.

import type { Socket } from './types';
import { deliver, type Binding } from './bound';
import { on, type Undo } from './socket';

/** The hubs of now. One that is not here any more has ended, and with it all that was bound through it. */
let hubs = new WeakMap<Socket, Hub>();
const busy = new Set<Hub>();

export function hubOf(socket: Socket): Hub {
  const hub = hubs.get(socket) || new Hub(socket);
  hubs.set(socket, hub);
  return hub;
}

/** Ends what is bound to this socket, or to any. What is still waiting for its id finds that out when it comes. */
export function endAll(socket?: Socket | null): void {
  if (socket) hubs.delete(socket);
  else hubs = new WeakMap();
  for (const hub of busy) if (hub._ended) hub._end();
}

export class Hub {
  /** Without leading slash. The lists are replaced, never changed, so that a message in progress keeps its own. */
  private readonly _names = new Map<string, readonly Binding[]>();
  /** By name; the wrapper's has none. */
  private readonly _undos = new Map<string, Undo>();

  constructor(readonly _socket: Socket) {}

  get _ended(): boolean {
    return hubs.get(this._socket) !== this;
  }

  _end(): void {
    for (const bindings of this._names.values()) {
      for (const { _bound } of bindings) _bound._remove(({ _hub }) => _hub === this);
    }
  }

  _add(name: string, binding: Binding): void {
    const others = this._names.get(name);
    this._names.set(name, others ? [...others, binding] : [binding]);
    busy.add(this);
    const key = this._socket.onevent ? '' : name;
    if (!this._undos.has(key)) this._undos.set(key, key ? this._listen(name) : this._wrap());
  }

  _remove(name: string, binding: Binding): void {
    const others = (this._names.get(name) || []).filter((other) => other !== binding);
    if (others.length) this._names.set(name, others);
    else this._names.delete(name);
    if (!this._names.size) busy.delete(this);
    for (const key of [others.length ? undefined : name, this._names.size ? undefined : '']) {
      const undo = this._undos.get(key!);
      if (undo) undo();
    }
  }

  private _wrap(): Undo {
    const socket = this._socket;
    const onevent = socket.onevent!;
    const isOwn = Object.keys(socket).includes('onevent');
    const wrapper: typeof onevent = (packet) => {
      try {
        onevent.call(socket, packet);
      } finally {
        // By now the arguments include the acknowledgement function.
        this._receive(packet.data);
      }
    };
    socket.onevent = wrapper;
    return () => {
      // Unless somebody has wrapped it since: then it stays, and serves what is bound next.
      if (socket.onevent !== wrapper) return;
      delete socket.onevent;
      if (isOwn) socket.onevent = onevent;
      this._undos.delete('');
    };
  }

  private _listen(name: string): Undo {
    const hear = (...args: unknown[]): void => this._hear([name, ...args]);
    const undos = [on(this._socket, name, hear), on(this._socket, '/' + name, hear)];
    return () => {
      for (const undo of undos) undo();
      this._undos.delete(name);
    };
  }

  private _receive(args: unknown[] = []): void {
    const socket = this._socket;
    if (socket.connected !== false) return this._hear(args);
    // Like Socket.IO, hold back what arrives before the connection is complete.
    const undo = on(socket, 'connect', () => {
      undo();
      this._hear(args);
    });
  }

  private _hear([name, ...args]: unknown[]): void {
    const bindings = this._names.get(String(name).replace(/^\//, ''));
    if (bindings) deliver(bindings, args);
  }
}
