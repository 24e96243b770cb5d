// A store in PostgreSQL, over a `pg` pool that the application creates and closes. It survives restarts of the database: meanwhile writes
// fail, and afterwards watchers are told the changes they missed. It listens over a connection of its own, beside the pool.

import type { EventEmitter } from 'node:events';
import type { Store } from '../store';
import { createSqlStore, type SqlOptions } from './sql';
import type { Connection, Driver } from './sql/driver';

/**
 * How long PostgreSQL may take for one statement, in ms, unless the pool has a `query_timeout`: as long as a page waits for its answer.
 * Without a limit, a connection that died silently would block the query until TCP gives up, after a quarter of an hour.
 */
const statementTimeout = 10_000;

/** The part of a `pg` client that is used here. */
interface Client extends Pick<EventEmitter, 'on' | 'removeListener'> {
  query(statement: { text: string; values?: unknown[]; query_timeout?: number }): Promise<{ rows: unknown[]; command: string }>;
}

type PoolClient = Client & { release(error?: Error | boolean): void };

/** A `Pool` of `pg`. */
export interface Pool extends Client {
  connect(callback: (error: Error | undefined, client: PoolClient | undefined) => void): void;
  readonly options: { readonly query_timeout?: number };
}

/** Not in the types of `pg`: the class of the clients of this pool. */
interface WithClass {
  readonly Client: new (options: object) => Client & { connect(): Promise<unknown>; end(): Promise<void> };
}

export const createPostgresStore = (pool: Pool, options: SqlOptions = {}): Store => createSqlStore(driverOf(pool), options);

const drivers = new WeakMap<Pool, Driver>();

function driverOf(pool: Pool): Driver {
  // Callers in JavaScript may pass anything.
  if (typeof (pool as Partial<Pool> | undefined)?.connect !== 'function') throw new TypeError('postgresStore() needs a Pool of "pg".');
  const driver = drivers.get(pool) ?? createDriver(pool);
  drivers.set(pool, driver);
  return driver;
}

/** A client that loses its connection emits `error`, which without a listener would end the process. The next query fails as well. */
const ignore = (): void => {};

function createDriver(pool: Pool): Driver {
  return {
    isEmbedded: false,
    ...connectionOf(pool, pool),
    async open() {
      pool.on('error', ignore);
    },
    async close() {
      pool.removeListener('error', ignore);
    },
    async transaction(work) {
      let broken: Error | undefined;
      const lost = (reason: Error): void => void (broken = reason);
      const client = await take(pool, lost);
      try {
        return await inTransaction(client, pool, work, lost);
      } finally {
        client.removeListener('error', lost);
        client.release(broken);
      }
    },
    listen: (channel, heard, lost) => listen(pool, channel, heard, lost),
  };
}

/** With a callback, because a connection can be lost right after the pool hands it out, before a promise would have resolved. */
const take = (pool: Pool, lost: (reason: Error) => void) =>
  new Promise<PoolClient>((resolve, reject) => {
    pool.connect((error, client) => {
      client?.on('error', lost);
      if (client) resolve(client);
      else reject(error!);
    });
  });

/** Runs one statement, with its time limit. */
const ask = (client: Client, { options }: Pool, text: string, values: readonly unknown[] = []) =>
  client.query({ text, values: [...values], query_timeout: options.query_timeout ?? statementTimeout });

const connectionOf = (client: Client, pool: Pool): Connection => ({
  query: async <Row>(sql: string, values?: readonly unknown[]) => (await ask(client, pool, sql, values)).rows as Row[],
  script: async text => void (await client.query({ text })),
});

async function inTransaction<T>(client: Client, pool: Pool, work: (connection: Connection) => Promise<T>, lost: (reason: Error) => void): Promise<T> {
  let result: T;
  let command: string;
  try {
    await ask(client, pool, 'begin isolation level read committed');
    result = await work(connectionOf(client, pool));
    ({ command } = await ask(client, pool, 'commit'));
  } catch (error) {
    // This fails if the connection is lost, or silent: then it must not go back into the pool, and PostgreSQL rolls back by itself.
    await ask(client, pool, 'rollback').catch(lost);
    throw error;
  }
  // If `work` has caught the error of a statement, PostgreSQL answers the commit by rolling back.
  if (command === 'ROLLBACK') throw new Error('The database rolled the transaction back, because a statement in it had failed.');
  return result;
}

async function listen(pool: Pool, channel: string, heard: (payload: string) => void, lost: (reason?: unknown) => void) {
  // Not from the pool, which may be limited to one client, and when it ends waits for all of its clients.
  const client = new (pool as unknown as WithClass).Client(watchful(pool.options));
  let isOver = false;
  const over = (reason?: unknown): void => {
    if (isOver) return;
    isOver = true;
    client.end().catch(ignore);
    lost(reason);
  };
  client.on('error', over);
  try {
    await client.connect();
    client.on('end', over);
    client.on('notification', ({ payload = '' }: { payload?: string }) => heard(payload));
    await ask(client, pool, `listen ${channel}`);
  } catch (error) {
    over(error);
    throw error;
  }
  return async () => {
    isOver = true;
    await client.end();
  };
}

/** Adds a keep-alive: without it a dead connection looks like an idle one. Copies also the password, which is not enumerable. */
const watchful = (options: object): object => Object.defineProperties(
  { keepAlive: true, keepAliveInitialDelayMillis: 10_000, connectionTimeoutMillis: statementTimeout },
  Object.getOwnPropertyDescriptors(options),
);
