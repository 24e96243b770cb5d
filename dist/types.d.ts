import 'backbone';
export { B as Backend, E as Entity, a as IoBackbone, b as IoBind, c as IoCallback, d as IoPromise, e as IoSettings, f as IoSocket, g as IoState, h as IoSubscribeOptions, i as IoSubscription, j as IoSync, k as IoSyncOptions, L as Lazy, l as LiveRequest, N as Namespace, m as NamespaceOf, S as Socket, n as SyncOptions } from './shared.js';
