// What models and collections get: ioBind, ioUnbind and ioUnbindAll, one implementation for both.

import type { Entity, IoBackbone, IoCallback, Socket } from './types';
import { Bound, boundsOf } from './bound';
import { hubOf } from './hub';
import { findSocket } from './socket';

export type Names = string | Record<string, unknown> | null | undefined;

/** Names that are Backbone's alone: a message must not look as if a model had been added, changed or destroyed. */
const refused = /^(add|remove|reset|change(:.*)?|changeId|destroy|all)$/;

export function createBind(Backbone: IoBackbone) {
  return {
    ioBind(this: Entity, names: Names, ...rest: unknown[]): Entity {
      const [socket, callback, context] = inPlace(names, rest);
      const events = eventsOf(names, callback);
      for (const [event, one] of events) {
        if (!event || typeof one !== 'function') throw new Error('ioBind needs an event and a function');
        if (refused.test(event)) throw new Error(`ioBind: "${event}" is Backbone's own, use create, update or delete`);
      }
      const hub = hubOf((socket as Socket | undefined) || findSocket(Backbone, this));
      const bound = boundsOf(this).find(({ _hub }) => _hub === hub) || new Bound(Backbone, this, hub);
      for (const [event, one] of events) bound._bind(event!, one as IoCallback, context || this);
      return this;
    },

    ioUnbind(this: Entity, names?: Names, ...rest: unknown[]): Entity {
      const [socket, callback] = inPlace(names, rest);
      unbind(this, names, callback, undefined, socket);
      return this;
    },

    ioUnbindAll(this: Entity, socket?: Socket | null): Entity {
      unbind(this, undefined, undefined, undefined, socket);
      return this;
    },
  };
}

/** What follows the names, as socket, callback and context: the socket may be left out, and a map has the callbacks. */
function inPlace(names: Names, rest: unknown[]): unknown[] {
  const [first, second] = rest;
  if (typeof names !== 'object') return typeof first === 'function' ? [undefined, ...rest] : rest;
  return second || isSocket(first) ? [first, undefined, second] : [undefined, undefined, first];
}

const isSocket = (value: unknown): boolean => !!value && !!(value as Socket).removeListener;

/** Takes away what fits, and nothing else; what is not given fits any. */
export function unbind(entity: Entity, names: Names, callback: unknown, context: unknown, socket?: unknown): void {
  const fits = (wanted: unknown, value: unknown): boolean => wanted == null || wanted === value;
  const events = eventsOf(names, callback);
  for (const bound of boundsOf(entity)) {
    if (!fits(socket, bound._hub._socket)) continue;
    bound._unbind(
      ({ _event, _callback, _context }) =>
        fits(context, _context) && events.some(([event, one]) => fits(event, _event) && fits(one, _callback)),
    );
  }
}

/** Backbone's ways to name events, `'create delete'` and `{ create: callback }`, in pairs; no name at all is any event. */
function eventsOf(names: Names, callback: unknown): Array<[event: string | undefined, callback: unknown]> {
  if (!names) return [[undefined, callback]];
  if (typeof names === 'object') return Object.keys(names).flatMap((name) => eventsOf(name, names[name]));
  return /\s/.test(names) ? names.trim().split(/\s+/).map((event) => [event, callback]) : [[names, callback]];
}
