// backbone.iobind/server: what a server uses.

export { createBackend, type Backend } from './backend';
export { BackendError } from './errors';
export { drain, listen, revoke } from './listen';
export type * from './types';
export type * from './store';
export type { Fields, Scope, Where } from './filter';
