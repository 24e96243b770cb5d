// What loading the library does to Backbone, which is changed nowhere else. Importing this file has no side effects, so a page can
// install into a Backbone of its own. Installing twice is harmless.

import type { Entity, IoBackbone, IoSettings, IoSocket, IoSubscribeOptions, IoSubscription, SyncOptions } from './types';
import { bindBackend, listen, subscribe } from './backend';
import { createBind, unbind, type Names } from './bind';
import { hearersOf, isEcho } from './bound';
import { ioUnbindAll } from './hub';
import { narrow } from './live/fields';
import { note } from './live/writes';
import { required, setting } from './socket';
import { createSync } from './sync';
import { version } from '../package.json';

/** Makes `Backbone.sync` the socket sync. The sync that was there stays as `Backbone.ajaxSync`, chosen by `ajaxSync` or `socket: false`. */
export function installSync(Backbone: IoBackbone): void {
  if ((Backbone as Partial<IoBackbone>).ioSync) return;
  const ioSync = createSync(Backbone);
  const sync = (method: string, entity: Entity, options?: SyncOptions): unknown => {
    const socket = !setting('ajaxSync', entity, options) && setting('socket', entity, options);
    return socket === false ? Backbone.ajaxSync(method, entity, options) : ioSync(method, entity, options, socket);
  };
  Object.assign(Backbone, { ajaxSync: Backbone.sync, ioSync, sync });
}

/** Gives models and collections `ioBind`, `ioUnbind`, `ioUnbindAll`, `bindBackend` and `ioSubscribe`. */
export function installBind(Backbone: IoBackbone): void {
  if ((Backbone as Partial<IoBackbone>).ioUnbindAll) return;
  for (const { prototype } of [Backbone.Model, Backbone.Collection]) extend(prototype, Backbone);
  listenEarly(Backbone);
  Object.assign(Backbone, { ioUnbindAll, io: { connect: connectBy(Backbone) } });
}

type Method = (...args: never[]) => unknown;

function extend(prototype: object, Backbone: IoBackbone): void {
  // Backbone 1.4 and later call `preinitialize` before anything else, with the constructor's arguments.
  const { off, trigger, preinitialize } = prototype as { off: Method; trigger: Method; preinitialize?: Method };

  // Backbone's `off` of a bound callback ends the binding too.
  const offAndUnbind = function (this: Entity, names?: Names, callback?: unknown, context?: unknown): Entity {
    off.apply(this, [names, callback, context] as never);
    return unbind(this, names, callback, context);
  };

  Object.assign(prototype, createBind(Backbone), {
    bindBackend(this: Entity): Entity {
      return bindBackend(Backbone, this);
    },
    ioSubscribe(this: Entity, options?: IoSubscribeOptions): IoSubscription {
      return subscribe(Backbone, this, options);
    },
    preinitialize(this: Entity & IoSettings, ...args: [unknown, IoSettings?]): void {
      const [, options] = args;
      if (options && options.backend) this.backend = options.backend;
      if (preinitialize) preinitialize.apply(this, args as never);
    },
    ioBindVersion: version,
    off: offAndUnbind,
    unbind: offAndUnbind,
    trigger(this: Entity, ...args: EventArgs): Entity {
      if (isEcho(this, args)) return this;
      const asked = notice(this, args);
      const triggered = trigger.apply(this, args as never) as Entity;
      if (asked) narrow(asked);
      return triggered;
    },
  });
}

type EventArgs = [event: string, ...args: unknown[]];

/**
 * Passes an object's event to its hearers, before the page's listeners get it. So they need neither a listener nor a byte on each model,
 * and leave nothing behind. Returns what is known of a request, so that `narrow` can complete it once all have seen it.
 */
function notice(entity: Entity, args: EventArgs): ReturnType<typeof note> {
  // A page may trigger `request` itself, and its own ajax may return nothing.
  const isRequest = args[0] === 'request' && args[2];
  const asked = isRequest && args[1] === entity ? note(args) : undefined;
  for (const hearer of hearersOf(entity)) hearer._notice(args);
  // A model that is added only once it is saved does not bubble its events to its collection yet.
  if (isRequest && entity.collection) for (const hearer of hearersOf(entity.collection)) hearer._notice(args);
  return asked;
}

/** Every version of Backbone calls `_reset` in the constructor of a collection, before `initialize`. */
function listenEarly(Backbone: IoBackbone): void {
  const { prototype } = Backbone.Collection as unknown as { prototype: { [name: string]: Method } };
  for (const name of ['_reset', 'fetch']) {
    const method = prototype[name]!;
    prototype[name] = function (this: Entity, ...args: never[]): unknown {
      listen(Backbone, this);
      return method.apply(this, args);
    };
  }
}

/** Calls the page's `io`, and makes the new socket `Backbone.socket`. */
const connectBy = (Backbone: IoBackbone) => (...args: never[]): unknown =>
  (Backbone.socket = required((globalThis as { io?: Method }).io, 'io: load a Socket.IO client')(...args) as IoSocket);

/** Installs the sync and the bindings. */
export function install(Backbone: IoBackbone): void {
  installSync(Backbone);
  installBind(Backbone);
}

export { IoSyncError } from './error';
export { fullPath } from './namespace';
export type { IoSyncCode } from './wire';
export type * from './types';
