// What the tests of the SQL stores share.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { companion } from '../support/companion.mjs';
import { needPostgres, startPostgres } from '../support/postgres.mjs';

export const { memoryStore, pgliteStore, postgresStore } = companion;

/** Longer than any test: nothing is told because of the tick. */
export const never = 1_000_000;

/** From 1 to so many. */
export const upTo = count => Array.from({ length: count }, (_, index) => index + 1);

/** The rows of those who listen, all nodes of a test. */
export const listeners = `from pg_stat_activity where query = 'listen iosync' and pid <> pg_backend_pid()`;

/** A store answers when those who watch it do so. */
export const begun = store => store.head('');

/** A PostgreSQL for the tests of a `describe`. `pool()` and `store()` are those of another node each, `client()` is another program. */
export function usePostgres() {
  const server = {
    tables: 0,
    table: () => `t_${server.tables += 1}`,
    /** A pool as a node of its own has one; ended after the test. */
    pool(options) {
      const pool = new pg.Pool({ connectionString: server.url, ...options });
      // Of the tests themselves: the stores have their own.
      pool.on('error', () => {});
      server.pools.push(pool);
      return pool;
    },
    pools: [],
    async client() {
      const client = new pg.Client({ connectionString: server.url });
      client.on('error', () => {});
      await client.connect();
      server.clients.push(client);
      return client;
    },
    clients: [],
    /** A store on a node of its own; closed after the test. */
    store(options, pool = server.pool()) {
      const store = postgresStore(pool, { tick: never, ...options });
      server.stores.push(store);
      return store;
    },
    stores: [],
  };
  before(async function () {
    needPostgres(this);
    Object.assign(server, await startPostgres());
  });
  afterEach(async () => {
    await Promise.all(server.stores.splice(0).map(store => store.close()));
    await Promise.all(server.clients.splice(0).map(client => client.end().catch(() => {})));
    await Promise.all(server.pools.splice(0).map(pool => pool.end()));
  });
  after(() => server.stop?.());
  return server;
}

/** A new folder, removed after the tests of a `describe`. */
export function useFolder() {
  const holder = { path: mkdtempSync(join(tmpdir(), 'pglite-')) };
  after(() => rmSync(holder.path, { recursive: true, force: true }));
  return holder;
}

/** Starts processes of their own, see sql-child.mjs, which are ended after the test. */
export function useChildren() {
  const children = new Set();
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    children.clear();
  });
  return (what, place) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'sql-child.mjs'), what, place], { stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(child);
    const errors = [];
    child.stderr.on('data', data => errors.push(data));
    return { child, lines: createInterface({ input: child.stdout }), exited: once(child, 'close').then(([code]) => ({ code, errors: errors.join('') })) };
  };
}

/** What a store tells, and waiting for it. */
export function hear(store) {
  const told = [];
  const messages = [];
  let wake = () => {};
  const stop = store.watch({
    change(change) { told.push(change); wake(); },
    message(message) { messages.push(message); wake(); },
  });
  return {
    told, messages, stop,
    async until(test) {
      while (!test()) await new Promise(resolve => { wake = resolve; });
    },
    ids: () => told.map(({ id }) => id),
    heads: (channel = '') => told.filter(change => change.channel === channel).map(({ head }) => head),
    lines: () => told.map(({ action, id, version, channel, head }) => `${action} ${id} v${version} in "${channel}" as ${head}`),
  };
}

/** Asks the database until it says so. */
export async function untilRow(client, sql, values) {
  while (!(await client.query(sql, values)).rowCount);
}
