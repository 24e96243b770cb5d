import { I as IoBackbone } from './shared.mjs';
export { B as Backend, E as Entity, a as IoBind, b as IoCallback, c as IoPromise, d as IoSettings, e as IoSocket, f as IoState, g as IoSubscribeOptions, h as IoSubscription, i as IoSync, j as IoSyncCode, k as IoSyncOptions, L as Lazy, l as LiveRequest, N as Namespace, m as NamespaceOf, S as Socket, n as SyncOptions } from './shared.mjs';
export { I as IoSyncError, f as fullPath } from './shared2.mjs';
import 'backbone';

/** Makes `Backbone.sync` the socket sync. The sync that was there stays as `Backbone.ajaxSync`, chosen by `ajaxSync` or `socket: false`. */
declare function installSync(Backbone: IoBackbone): void;
/** Gives models and collections `ioBind`, `ioUnbind`, `ioUnbindAll`, `bindBackend` and `ioSubscribe`. */
declare function installBind(Backbone: IoBackbone): void;
/** Installs the sync and the bindings. */
declare function install(Backbone: IoBackbone): void;

export { IoBackbone, install, installBind, installSync };
