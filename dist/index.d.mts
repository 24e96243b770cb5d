export { ioSync } from './backbone.iosync.mjs';
export { ioUnbindAll } from './backbone.iobind.mjs';
export { I as IoSyncCode, a as IoSyncError, f as fullPath } from './shared.mjs';
export { B as Backend, E as Entity, I as IoBackbone, a as IoBind, b as IoCallback, c as IoPromise, d as IoSettings, e as IoSocket, f as IoSync, g as IoSyncOptions, L as Lazy, N as Namespace, h as NamespaceOf, S as Socket, i as SyncOptions } from './shared2.mjs';
export { default } from 'backbone';
