import exported from './index.js';
export const { BackendError, asLayer, cookies, cookiesOf, createBackend, drain, jwt, listen, memoryStore, middleware, pgliteStore, postgresStore, rateLimit, revoke, validate } = exported;
