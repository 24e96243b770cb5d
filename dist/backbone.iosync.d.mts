import { i as IoSync } from './shared.mjs';
export { B as Backend, E as Entity, I as IoBackbone, a as IoBind, b as IoCallback, c as IoPromise, d as IoSettings, e as IoSocket, f as IoState, g as IoSubscribeOptions, h as IoSubscription, j as IoSyncCode, k as IoSyncOptions, L as Lazy, l as LiveRequest, N as Namespace, m as NamespaceOf, S as Socket, n as SyncOptions } from './shared.mjs';
import Backbone from 'backbone';
export { default } from 'backbone';
export { I as IoSyncError, f as fullPath } from './shared2.mjs';

declare const ioSync: IoSync;

export { IoSync, ioSync };
