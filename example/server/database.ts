/**
 * The database: PostgreSQL inside this process, with its files in a folder, or with DATABASE_URL a PostgreSQL elsewhere, which several of
 * these processes may share. No other file knows which of the two it is.
 */
import { Pool } from 'pg';
import { pgliteStore, postgresStore } from 'backbone.iobind/server';
import type { Options } from './options';
import { Problem } from './problem';

export interface Database {
  /** The todos of all lists, for the backend. */
  todos: ReturnType<typeof pgliteStore>;
  /** Names and passwords. No backend uses this store, so no socket can reach it. */
  accounts: ReturnType<typeof pgliteStore>;
  /** Resolves when both can be used; rejects with the reason if they cannot. */
  ready: Promise<unknown>;
  close(): Promise<void>;
}

export function openDatabase({ data, database }: Options): Database {
  const pool = database === undefined ? undefined : new Pool({ connectionString: database });
  const open = (table: string) => (pool ? postgresStore(pool, { table }) : pgliteStore(data, { table }));
  const todos = open('done_todos');
  const accounts = open('done_accounts');
  return {
    todos,
    accounts,
    ready: Promise.all([todos.ready, accounts.ready]).catch((error: Error & { code?: string }) => {
      throw pool ? new Problem(`The database that DATABASE_URL names cannot be used: ${error.message || error.code}.`) : error;
    }),
    async close() {
      await Promise.all([todos.close(), accounts.close()]);
      await pool?.end();
    },
  };
}
