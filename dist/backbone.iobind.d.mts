import Backbone from 'backbone';
export { default } from 'backbone';
export { B as Backend, E as Entity, I as IoBackbone, a as IoBind, b as IoCallback, c as IoPromise, d as IoSettings, e as IoSocket, f as IoSync, g as IoSyncOptions, L as Lazy, N as Namespace, h as NamespaceOf, S as Socket, i as SyncOptions } from './shared2.mjs';

declare const ioUnbindAll: typeof Backbone.ioUnbindAll;

export { ioUnbindAll };
