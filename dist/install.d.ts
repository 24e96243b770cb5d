import { I as IoSyncCode, E as Entity, a as IoBackbone } from './shared.js';
export { B as Backend, b as IoBind, c as IoCallback, d as IoPromise, e as IoSettings, f as IoSocket, g as IoState, h as IoSubscribeOptions, i as IoSubscription, j as IoSync, k as IoSyncOptions, L as Lazy, l as LiveRequest, N as Namespace, m as NamespaceOf, S as Socket, n as SyncOptions } from './shared.js';
import 'backbone';

declare class IoSyncError extends Error {
    readonly code: IoSyncCode;
    constructor(code: IoSyncCode, event: string);
    /** By name, because each bundle has a class of its own. */
    static [Symbol.hasInstance](error: unknown): boolean;
}

/** A ready strategy for `ioNamespace`: the path without the model's id, so `users/profiles/42` is `users/profiles`. */
declare const fullPath: (url: string, entity: Entity) => string;

/** Makes `Backbone.sync` the socket sync. The sync that was there stays as `Backbone.ajaxSync`, chosen by `ajaxSync` or `socket: false`. */
declare function installSync(Backbone: IoBackbone): void;
/** Gives models and collections `ioBind`, `ioUnbind`, `ioUnbindAll`, `bindBackend` and `ioSubscribe`. */
declare function installBind(Backbone: IoBackbone): void;
/** Installs the sync and the bindings. */
declare function install(Backbone: IoBackbone): void;

export { Entity, IoBackbone, IoSyncCode, IoSyncError, fullPath, install, installBind, installSync };
