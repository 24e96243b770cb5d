import { Entity, IoBackbone } from './types.js';
export { Backend, IoBind, IoCallback, IoPromise, IoSettings, IoSocket, IoState, IoSubscribeOptions, IoSubscription, IoSync, IoSyncOptions, Lazy, LiveRequest, Namespace, NamespaceOf, Socket, SyncOptions } from './types.js';
import 'backbone';

/**
 * Why a request failed before, or without, an answer of the server:
 *
 * - `timeout`: no answer, or no connection, within the time limit;
 * - `disconnected`: the connection ended while the request was in flight, so the server may have executed it;
 * - `aborted`: `abort()` was called, or `options.signal` fired;
 * - `superseded`: a newer fetch of the same object has answered, so this one's answer would be stale;
 * - `invalid`: the server answered with something that Backbone cannot hold;
 * - `unsupported`: the backend's channel has a name, and the server has said no hello, so it knows no channels.
 */
type IoSyncCode = 'timeout' | 'disconnected' | 'aborted' | 'superseded' | 'invalid' | 'unsupported';

declare class IoSyncError extends Error {
    readonly code: IoSyncCode;
    constructor(code: IoSyncCode, event: string);
}

/** A ready strategy for `ioNamespace`: the path without the model's id, so `users/profiles/42` is `users/profiles`. */
declare const fullPath: (url: string, entity: Entity) => string;

/** Makes `Backbone.sync` the socket sync. The sync that was there stays as `Backbone.ajaxSync`, chosen by `ajaxSync` or `socket: false`. */
declare function installSync(Backbone: IoBackbone): void;
/** Gives models and collections `ioBind`, `ioUnbind` and `ioUnbindAll`. */
declare function installBind(Backbone: IoBackbone): void;
/** Both. */
declare function install(Backbone: IoBackbone): void;

export { Entity, IoBackbone, IoSyncError, fullPath, install, installBind, installSync };
export type { IoSyncCode };
