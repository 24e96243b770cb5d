// A store in PostgreSQL, over a `pg` pool that its user has made, and closes. It survives restarts of the database: meanwhile writes
// fail, afterwards the changes that were missed are told. It listens over one connection of its own, beside the pool.

import type { EventEmitter } from 'node:events';
import type { Store } from '../store';
import { createSqlStore, type SqlOptions } from './sql';
import type { Connection, Driver } from './sql/driver';

/** As much of a `pg` client as is used here. */
interface Client extends Pick<EventEmitter, 'on' | 'removeListener'> {
  query(sql: string, values?: unknown[]): Promise<{ rows: unknown[]; command: string }>;
}

type PoolClient = Client & { release(error?: Error | boolean): void };

/** A `Pool` of `pg`. */
export interface Pool extends Client {
  connect(callback: (error: Error | undefined, client: PoolClient | undefined) => void): void;
  readonly options: object;
}

/** Not in the types of `pg`: the class of the clients of this pool. */
interface WithClass {
  readonly Client: new (options: object) => Client & { connect(): Promise<unknown>; end(): Promise<void> };
}

export const createPostgresStore = (pool: Pool, options: SqlOptions = {}): Store => createSqlStore(driverOf(pool), options);

const drivers = new WeakMap<Pool, Driver>();

function driverOf(pool: Pool): Driver {
  // In JavaScript it may be anything.
  if (typeof (pool as Partial<Pool> | undefined)?.connect !== 'function') throw new TypeError('postgresStore() takes a Pool of "pg".');
  const driver = drivers.get(pool) ?? createDriver(pool);
  drivers.set(pool, driver);
  return driver;
}

/** A client that loses its connection says so as an event that, unheard, would end the process; the next query says it as well. */
const ignore = (): void => {};

function createDriver(pool: Pool): Driver {
  return {
    isEmbedded: false,
    ...connectionOf(pool),
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
        return await inTransaction(client, work);
      } finally {
        client.removeListener('error', lost);
        client.release(broken);
      }
    },
    listen: (channel, heard, lost) => listen(pool, channel, heard, lost),
  };
}

/** By a callback: a connection can be lost in the moment in which the pool gives it, before a promise of it is heard of. */
const take = (pool: Pool, lost: (reason: Error) => void) =>
  new Promise<PoolClient>((resolve, reject) => {
    pool.connect((error, client) => {
      client?.on('error', lost);
      if (client) resolve(client);
      else reject(error!);
    });
  });

const connectionOf = (client: Client): Connection => ({
  query: async <Row>(sql: string, values: readonly unknown[] = []) => (await client.query(sql, [...values])).rows as Row[],
  script: async sql => void (await client.query(sql)),
});

async function inTransaction<T>(client: Client, work: (connection: Connection) => Promise<T>): Promise<T> {
  await client.query('begin isolation level read committed');
  let result: T;
  try {
    result = await work(connectionOf(client));
  } catch (error) {
    // Fails where the connection is lost, which rolls back as well.
    await client.query('rollback').catch(ignore);
    throw error;
  }
  // After an error that `work` has kept to itself, PostgreSQL answers a commit by rolling back.
  const { command } = await client.query('commit');
  if (command === 'ROLLBACK') throw new Error('The database has rolled the transaction back, because a statement in it had failed.');
  return result;
}

async function listen(pool: Pool, channel: string, heard: (payload: string) => void, lost: (reason?: unknown) => void) {
  // Not out of the pool, which may be for one client only, and is waited for when it ends.
  const client = new (pool as unknown as WithClass).Client(keptAlive(pool.options));
  let isOver = false;
  const over = (reason?: unknown): void => {
    if (isOver) return;
    isOver = true;
    client.end().catch(ignore);
    lost(reason);
  };
  client.on('error', over);
  await client.connect();
  client.on('end', over);
  client.on('notification', ({ payload = '' }: { payload?: string }) => heard(payload));
  await client.query(`listen ${channel}`);
  return async () => {
    isOver = true;
    await client.end();
  };
}

/** A line that is dead would else look like one on which nothing is said. The copy has what is hidden in the options as well: the password. */
const keptAlive = (options: object): object =>
  Object.defineProperties({ keepAlive: true, keepAliveInitialDelayMillis: 10_000 }, Object.getOwnPropertyDescriptors(options));
