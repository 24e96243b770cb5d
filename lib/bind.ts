// What models and collections get: ioBind, ioUnbind and ioUnbindAll, one implementation for both.

import type { Entity, IoBackbone, Socket } from './types';
import { Bound, boundsOf } from './bound';
import { hubOf } from './hub';
import { findSocket } from './socket';

type Names = string | Record<string, unknown> | null | undefined;

/** Names that are Backbone's alone: a message must not look as if a model had been added, changed or destroyed. */
const refused = /^(add|remove|reset|change(:.*)?|changeId|destroy|all)$/;

export function createBind(Backbone: IoBackbone) {
  return {
    ioBind(this: Entity, names: Names, socket?: any, callback?: any, context?: any): Entity {
      // The socket may be left out. Beside a map there is no callback.
      if (typeof socket === 'function' || (isMap(names) && !callback && !isSocket(socket))) {
        [socket, callback, context] = [undefined, socket, callback];
      }
      if (isMap(names)) context = callback;
      const events = eventsOf(names, callback);
      for (const [event, one] of events) {
        if (!event || typeof one !== 'function') throw new Error('ioBind needs an event and a function');
        if (refused.test(event)) throw new Error(`ioBind: "${event}" is Backbone's own, use create, update or delete`);
      }
      const hub = hubOf(socket || findSocket(Backbone, this));
      const bound = boundsOf(this).find(({ _hub }) => _hub === hub) || new Bound(Backbone, this, hub);
      for (const [event, one] of events) bound._bind(event!, one, context || this);
      return this;
    },

    ioUnbind(this: Entity, names?: Names, socket?: any, callback?: any): Entity {
      if (typeof socket === 'function') [socket, callback] = [undefined, socket];
      unbind(this, names, callback, undefined, socket);
      return this;
    },

    ioUnbindAll(this: Entity, socket?: Socket | null): Entity {
      unbind(this, undefined, undefined, undefined, socket);
      return this;
    },
  };
}

/** Takes away what fits, and nothing else; what is not given fits any. */
export function unbind(entity: Entity, names: Names, callback: unknown, context: unknown, socket?: Socket | null): void {
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

const isMap = (names: Names): boolean => typeof names === 'object' && !!names;

const isSocket = (value: any): boolean => value && value.removeListener;

/** Backbone's ways to name events, `'create delete'` and `{ create: callback }`, in pairs; no name at all is any event. */
function eventsOf(names: Names, callback: any): Array<[event: string | undefined, callback: any]> {
  if (!names) return [[undefined, callback]];
  if (typeof names === 'object') return Object.keys(names).flatMap((name) => eventsOf(name, names[name]));
  return /\s/.test(names) ? names.trim().split(/\s+/).map((event) => [event, callback]) : [[names, callback]];
}
