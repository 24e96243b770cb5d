// What loading the library does to Backbone. Here and nowhere else is Backbone changed; for those who bring a Backbone
// of their own, the same without a side effect on import. Doing it twice is harmless.

import type { Entity, IoBackbone } from './types';
import { createBind, eventsOf } from './bind';
import { isEcho, unbind } from './bound';
import { endAll } from './hub';
import { setting } from './socket';
import { createSync, type SyncOptions } from './sync';
import { version } from '../package.json';

/** Makes `Backbone.sync` the socket sync. The sync that was there stays as `Backbone.ajaxSync`, chosen by `ajaxSync` or `socket: false`. */
export function installSync(Backbone: IoBackbone): void {
  if ((Backbone as Partial<IoBackbone>).ioSync) return;
  const ioSync = createSync(Backbone);
  const sync = (method: string, entity: Entity, options?: SyncOptions): unknown => {
    const byAjax = setting('ajaxSync', entity, options) || setting('socket', entity, options) === false;
    return (byAjax ? Backbone.ajaxSync : ioSync)(method, entity, options);
  };
  Object.assign(Backbone, { ajaxSync: Backbone.sync, ioSync, sync });
}

/** Gives models and collections `ioBind`, `ioUnbind` and `ioUnbindAll`. */
export function installBind(Backbone: IoBackbone): void {
  if ((Backbone as Partial<IoBackbone>).ioUnbindAll) return;
  const bind = createBind(Backbone);
  for (const { prototype } of [Backbone.Model, Backbone.Collection]) {
    const { off } = prototype as { off: (...args: unknown[]) => unknown };
    // Backbone's `off` of a bound callback ends the binding too.
    const offAndUnbind = function (this: Entity, names?: any, callback?: unknown, context?: unknown): Entity {
      off.apply(this, [names, callback, context]);
      unbind(this, { _events: eventsOf(names === 'all' ? undefined : names, callback), _context: context });
      return this;
    };
    Object.assign(prototype, bind, { ioBindVersion: version, off: offAndUnbind, unbind: offAndUnbind });
  }
  const collection = Backbone.Collection.prototype;
  const { trigger } = collection;
  collection.trigger = function (event, ...args) {
    return isEcho(event, args[0]) ? this : trigger.apply(this, [event, ...args]);
  };
  Object.assign(Backbone, { ioUnbindAll: endAll });
}

/** Both. */
export function install(Backbone: IoBackbone): void {
  installSync(Backbone);
  installBind(Backbone);
}

export { IoSyncError } from './error';
export { fullPath } from './url';
export type { IoSyncCode } from './wire';
export type * from './types';
