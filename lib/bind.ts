// What models and collections get: ioBind, ioUnbind and ioUnbindAll, one implementation for both.

import type { Entity, IoBackbone, IoCallback, Socket } from './types';
import { boundOf, unbind, type Binding, type Which } from './bound';
import { hubOf } from './hub';
import { findSocket } from './socket';

type Names = string | Record<string, unknown> | null | undefined;

/** Names that are Backbone's alone: a message must not look as if a model had been added, changed or destroyed. */
const refused = /^(add|remove|reset|change(:.*)?|changeId|destroy|all)$/;

export function createBind(Backbone: IoBackbone) {
  return {
    ioBind(this: Entity, names: Names, ...rest: unknown[]): Entity {
      const isMap = Object(names) === names;
      // The socket may be left out: then the callback, or beside a map the context, stands in its place.
      if (isMap ? !isSocket(rest[0]) && rest.length < 2 : typeof rest[0] === 'function') rest.unshift(undefined);
      if (isMap) rest.splice(1, 0, undefined);
      const [socket, callback, context = this] = rest;
      const events = eventsOf(names, callback);
      for (const [event, callback] of events) check(event, callback);
      const hub = hubOf((socket || findSocket(Backbone, this)) as Socket);
      const bound = boundOf(Backbone, this);
      bound._add(
        events.map(([event, callback]): Binding => ({
          _bound: bound,
          _hub: hub,
          _event: event!,
          _callback: callback as IoCallback,
          _context: context,
        })),
      );
      return this;
    },

    ioUnbind(this: Entity, names?: Names, socket?: unknown, callback?: unknown): Entity {
      if (typeof socket === 'function') [socket, callback] = [undefined, socket];
      unbind(this, { _events: eventsOf(names, callback), _socket: socket as Socket });
      return this;
    },

    ioUnbindAll(this: Entity, socket?: Socket | null): Entity {
      unbind(this, { _events: eventsOf(), _socket: socket });
      return this;
    },
  };
}

/** Backbone's ways to name events, `'create delete'` and `{ create: callback }`, in pairs; no name at all is any event. */
export function eventsOf(names?: Names, callback?: unknown): Which['_events'] {
  if (!names) return [[undefined, callback]];
  if (typeof names === 'object') return Object.keys(names).flatMap((name) => eventsOf(name, names[name]));
  return names.trim().split(/\s+/).map((event) => [event, callback] as const);
}

function check(event: string | undefined, callback: unknown): void {
  if (!event || typeof callback !== 'function') throw new Error('ioBind needs an event and a function');
  if (refused.test(event)) throw new Error(`ioBind: "${event}" is Backbone's own event, use create, update or delete`);
}

const isSocket = (value: unknown): boolean => !!value && !!(value as Socket).removeListener;
