// backbone.iobind/server: what a server uses.

import { cookies, jwt, rateLimit, validate } from './middleware';
import { asLayer } from './store-layer';
import { createMemoryStore, type MemoryOptions } from './stores/memory';
import { createMongooseStore, publishChanges, type MongooseModel, type MongooseOptions } from './stores/mongoose';
import { createPgliteStore } from './stores/pglite';
import { createPostgresStore, type Pool } from './stores/postgres';
import type { SqlOptions } from './stores/sql';
import type { Store } from './store';
import type { Layer } from './types';

/** Keeps documents in the memory of this process, until it ends; with `max`, only the newest of them. */
export const memoryStore = (options?: MemoryOptions): Layer & Store => asLayer(createMemoryStore(options));

/** Keeps documents in PostgreSQL inside this process, in this folder. No other process may have the folder open. */
export const pgliteStore = (folder: string, options?: SqlOptions): Layer & Store => asLayer(createPgliteStore(folder, options));

/** Keeps documents in PostgreSQL. The pool is yours: `new Pool({ connectionString })` of the package `pg`. */
export const postgresStore = (pool: Pool, options?: SqlOptions): Layer & Store => asLayer(createPostgresStore(pool, options));

/** Keeps documents in MongoDB, by a model whose schema has the plugin `publishChanges`. */
export const mongooseStore = (model: MongooseModel, options?: MongooseOptions): Layer & Store =>
  asLayer(createMongooseStore(model, options));

/** All of them under one name, as in backbone.io. */
export const middleware = { memoryStore, pgliteStore, postgresStore, mongooseStore, cookies, jwt, rateLimit, validate };

export { createBackend, type Backend } from './backend';
export { BackendError } from './errors';
export { drain } from './drain';
export { listen, revoke } from './listen';
export { snapshot, type Snapshot, type SnapshotOptions } from './live/snapshot';
export { cookies, cookiesOf, jwt, rateLimit, validate } from './middleware';
export type { Cookies, JwtOptions, Limiter, RateLimitOptions, Schema, ValidateOptions } from './middleware';
export { asLayer } from './store-layer';
export { publishChanges };
export type { Fields, Scope, Where } from './filter';
export type { MemoryOptions, MongooseModel, MongooseOptions, Pool, SqlOptions };
export type * from './store';
export type * from './types';
