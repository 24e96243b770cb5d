import Backbone__default from 'backbone';
export { default } from 'backbone';
export { E as Entity, I as IoBackbone, a as IoBind, b as IoCallback, c as IoPromise, d as IoSettings, e as IoSocket, f as IoSync, g as IoSyncOptions, L as Lazy, N as Namespace, h as NamespaceOf, S as Socket } from './shared2.mjs';

declare const ioUnbindAll: typeof Backbone__default.ioUnbindAll;

export { ioUnbindAll };
