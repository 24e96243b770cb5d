import Backbone from 'backbone';
export { default } from 'backbone';
export { B as Backend, E as Entity, I as IoBackbone, a as IoBind, b as IoCallback, c as IoPromise, d as IoSettings, e as IoSocket, f as IoState, g as IoSubscribeOptions, h as IoSubscription, i as IoSync, k as IoSyncOptions, L as Lazy, l as LiveRequest, N as Namespace, m as NamespaceOf, S as Socket, n as SyncOptions } from './shared.mjs';

declare const ioUnbindAll: typeof Backbone.ioUnbindAll;

export { ioUnbindAll };
