// What models and collections get: ioBind, ioUnbind and ioUnbindAll, one implementation for both.

import type { Entity, IoBackbone, IoCallback, Socket } from './types';
import { Bound, hearersOf } from './bound';
import { hubOf } from './hub';
import { findSocket, setting } from './socket';

export type Names = string | Record<string, unknown> | null | undefined;

/** Reserved for Backbone: a message must not look as if a model had been added, changed or destroyed. */
const refused = /^(add|remove|reset|change(Id|:.*)?|destroy|all)$/;

export function createBind(Backbone: IoBackbone) {
  return {
    ioBind(this: Entity, names: Names, ...rest: unknown[]): Entity {
      const [socket, callback, context] = inPlace(names, rest);
      const events = eventsOf(names, callback);
      for (const [event, one] of events) {
        if (!event || typeof one !== 'function') throw new Error('ioBind needs an event and a function');
        if (refused.test(event)) throw new Error(`ioBind: "${event}" is Backbone's own, use create, update or delete`);
      }
      const hub = hubOf(findSocket(Backbone, socket || setting('socket', this)));
      const bound = hearersOf(this).find((one): one is Bound => one instanceof Bound && one._hub === hub) || new Bound(Backbone, this, hub);
      for (const [event, one] of events) bound._bind(event!, one as IoCallback, context || this);
      return this;
    },

    ioUnbind(this: Entity, names?: Names, ...rest: unknown[]): Entity {
      const [socket, callback] = inPlace(names, rest);
      return unbind(this, names, callback, undefined, socket);
    },

    ioUnbindAll(this: Entity, socket?: Socket | null): Entity {
      return unbind(this, undefined, undefined, undefined, socket);
    },
  };
}

/** The arguments after the names as [socket, callback, context]: the socket is optional, and a map contains the callbacks. */
function inPlace(names: Names, rest: unknown[]): unknown[] {
  const [first] = rest;
  if (first && !(first as Socket).removeListener) rest.unshift(undefined);
  if (names && typeof names === 'object') rest.splice(1, 0, undefined);
  return rest;
}

/** Removes the bindings that match everything given; what is not given matches any. */
export function unbind(entity: Entity, names: Names, callback: unknown, context: unknown, socket?: unknown): Entity {
  const fits = (wanted: unknown, value: unknown): boolean => wanted == null || wanted === value;
  const events = eventsOf(names, callback);
  for (const hearer of hearersOf(entity)) {
    if (!fits(socket, hearer._hub._socket)) continue;
    hearer._unbind(
      ({ _event, _callback, _context }) =>
        fits(context, _context) && events.some(([event, one]) => fits(event, _event) && fits(one, _callback)),
    );
  }
  return entity;
}

/** Backbone's ways to name events, `'create delete'` and `{ create: callback }`, as pairs. Without names the event is undefined: any. */
function eventsOf(names: Names, callback: unknown): Array<[event: string | undefined, callback: unknown]> {
  if (!names) return [[undefined, callback]];
  if (typeof names === 'object') return Object.keys(names).flatMap(name => eventsOf(name, names[name]));
  return names.trim().split(/\s+/).map(event => [event, callback]);
}
