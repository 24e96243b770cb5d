// What loading the library does to Backbone. Here and nowhere else is Backbone changed; for those who bring a Backbone
// of their own, the same without a side effect on import. Doing it twice is harmless.

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

type Method = (...args: never[]) => unknown;

/** Gives models and collections `ioBind`, `ioUnbind` and `ioUnbindAll`. */
export function installBind(Backbone: IoBackbone): void {
  if ((Backbone as Partial<IoBackbone>).ioUnbindAll) return;
  const bind = createBind(Backbone);
  for (const { prototype } of [Backbone.Model, Backbone.Collection]) {
    const { off, trigger }: { off: Method; trigger: Method } = prototype;

    // Backbone's `off` of a bound callback ends the binding too.
    const offAndUnbind = function (this: Entity, names?: Names, callback?: unknown, context?: unknown): Entity {
      off.apply(this, [names, callback, context] as never);
      return unbind(this, names, callback, context);
    };

    // What is bound notices what happens to its object. Neither a listener nor a byte for each model is needed for
    // that, and nothing of it is left when it ends.
    const noticeAndTrigger = function (this: Entity, ...all: [event: string, ...args: unknown[]]): Entity {
      if (isEcho(this, all)) return this;
      // A page may trigger `request` itself, and its own ajax return nothing.
      const isRequest = all[0] === 'request' && all[2];
      const asked = isRequest && all[1] === this ? note(all) : undefined;
      for (const hearer of hearersOf(this)) hearer._notice(all);
      // Also of a model that waits to be added until it is saved.
      if (isRequest && this.collection) for (const hearer of hearersOf(this.collection)) hearer._notice(all);
      const triggered = trigger.apply(this, all as never) as Entity;
      if (asked) narrow(asked);
      return triggered;
    };

    // Backbone 1.4 and later call it before anything else, with all that the constructor was given.
    const { preinitialize }: { preinitialize?: Method } = prototype;

    Object.assign(prototype, bind, {
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
      trigger: noticeAndTrigger,
    });
  }
  // Every Backbone's constructor of a collection calls `_reset`, before `initialize`.
  const { prototype } = Backbone.Collection as unknown as { prototype: { [name: string]: Method } };
  for (const name of ['_reset', 'fetch']) {
    const method = prototype[name]!;
    prototype[name] = function (this: Entity, ...args: never[]): unknown {
      listen(Backbone, this);
      return method.apply(this, args);
    };
  }
  // As the page's `io`; the socket is that of all.
  const connect = (...args: never[]): unknown =>
    (Backbone.socket = required((globalThis as { io?: Method }).io, 'io: load a Socket.IO client')(...args) as IoSocket);
  Object.assign(Backbone, { ioUnbindAll, io: { connect } });
}

/** Both. */
export function install(Backbone: IoBackbone): void {
  installSync(Backbone);
  installBind(Backbone);
}

export { IoSyncError } from './error';
export { fullPath } from './namespace';
export type { IoSyncCode } from './wire';
export type * from './types';
