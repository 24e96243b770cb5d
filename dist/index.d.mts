export { ioSync } from './backbone.iosync.mjs';
export { ioUnbindAll } from './backbone.iobind.mjs';
export { I as IoSyncCode, a as IoSyncError, f as fullPath } from './shared.mjs';
export { B as Backend, E as Entity, I as IoBackbone, a as IoBind, b as IoCallback, c as IoPromise, d as IoSettings, e as IoSocket, f as IoState, g as IoSubscribeOptions, h as IoSubscription, i as IoSync, j as IoSyncOptions, L as Lazy, k as LiveRequest, N as Namespace, l as NamespaceOf, S as Socket, m as SyncOptions } from './shared2.mjs';
export { default } from 'backbone';
