import exported from './index.js';
export const { BackendError, asLayer, cookies, cookiesOf, createBackend, drain, jwt, listen, memoryStore, middleware, mongooseStore, pgliteStore, postgresStore, publishChanges, rateLimit, revoke, snapshot, validate } = exported;
