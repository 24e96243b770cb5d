// All that is bound to one socket, by the names of its messages. One catch-all listener and one Map serve it: measured
// against a listener for each model and event, as 0.4.9 has, a bound model takes less than half the memory, and next
// to nothing is left behind. A socket without `onAny`, of an older client or a fake, gets ordinary listeners.

import type { IoCallback, Socket } from './types';
import type { Bound } from './bound';
import { on, type Undo } from './socket';

/** One callback for one event of one object. */
export interface Binding {
  readonly _bound: Bound;
  readonly _hub: Hub;
  readonly _event: string;
  readonly _callback: IoCallback;
  readonly _context: unknown;
  /** What the server calls it, `todo/42:update`; nothing while its model waits for an id. */
  _name: string | undefined;
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
  /** By name, decoded. The lists are replaced, never changed, so that a message in progress keeps its own. */
  private readonly _bindings = new Map<string, readonly Binding[]>();
  /** By the same names; under one name for all where the socket has `onAny`. */
  private readonly _undos = new Map<string, Undo[]>();
  _hasEnded = false;

  constructor(readonly _socket: Socket) {
    hubs.set(_socket, this);
    all.add(new WeakRef<Hub>(this));
  }

  /** What is still waiting for its id, and so not here, sees that the hub has ended when that comes. */
  _end(): void {
    hubs.delete(this._socket);
    this._hasEnded = true;
    for (const bindings of this._bindings.values()) for (const binding of bindings) binding._bound._unbind(binding);
  }

  /** From now on it is heard under this name, or not at all. */
  _name(binding: Binding, name: string | undefined): void {
    const old = binding._name;
    binding._name = name;
    if (name) {
      const key = decoded(name);
      const others = this._bindings.get(key);
      this._bindings.set(key, others ? [...others, binding] : [binding]);
      this._listen(name, key);
    }
    if (old) {
      const key = decoded(old);
      const others = this._bindings.get(key)!.filter((other) => other !== binding);
      if (others.length) this._bindings.set(key, others);
      else this._bindings.delete(key);
      this._unlisten(key);
    }
  }

  private _listen(name: string, key: string): void {
    const socket = this._socket;
    const { _hear, _undos } = this;
    if (socket.onAny) {
      if (_undos.size) return;
      socket.onAny(_hear);
      _undos.set('', [() => socket.offAny!(_hear)]);
    } else if (!_undos.has(key)) {
      const spellings = [...new Set([name, key, encodeURI(key)])].flatMap((spelling) => [spelling, '/' + spelling]);
      _undos.set(key, spellings.map((spelling) => on(socket, spelling, (...args) => _hear(spelling, ...args))));
    }
  }

  private _unlisten(key: string): void {
    const kept = this._socket.onAny ? '' : key;
    if (this._socket.onAny ? this._bindings.size : this._bindings.has(key)) return;
    for (const undo of this._undos.get(kept)!) undo();
    this._undos.delete(kept);
  }

  /** A message; the server may write the url with a leading slash, and the id in it encoded or as it is. */
  private readonly _hear = (event: unknown, ...args: unknown[]): void => {
    const name = withoutSlash(String(event));
    const due = this._bindings.get(name) || this._bindings.get(decoded(name)) || [];
    for (const bound of new Set(due.map(({ _bound }) => _bound))) {
      bound._hear(args, due.filter(({ _bound }) => _bound === bound));
    }
  };
}

export const withoutSlash = (name: string): string => name.replace(/^\//, '');

function decoded(name: string): string {
  try {
    return name.includes('%') ? decodeURIComponent(name) : name;
  } catch {
    return name;
  }
}
