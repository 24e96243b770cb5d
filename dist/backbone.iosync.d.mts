import { i as IoSync } from './shared2.mjs';
export { B as Backend, E as Entity, I as IoBackbone, a as IoBind, b as IoCallback, c as IoPromise, d as IoSettings, e as IoSocket, f as IoState, g as IoSubscribeOptions, h as IoSubscription, j as IoSyncOptions, L as Lazy, k as LiveRequest, N as Namespace, l as NamespaceOf, S as Socket, m as SyncOptions } from './shared2.mjs';
import Backbone from 'backbone';
export { default } from 'backbone';
export { I as IoSyncCode, a as IoSyncError, f as fullPath } from './shared.mjs';

declare const ioSync: IoSync;

export { IoSync, ioSync };
