// PostgreSQL for tests: one server for all tests of a run, in which each caller gets a database of its own.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { findProgram, freePort, need, ownFolder, startDaemon, userOf } from './daemon.mjs';

// Debian keeps PostgreSQL's programs off the PATH, a folder for each version.
const debian = '/usr/lib/postgresql';
const versions = () => existsSync(debian) ? readdirSync(debian).sort((one, other) => other - one) : [];

// Undefined where PostgreSQL is not installed. In a `before`, `needPostgres(this)` leaves the tests out then.
export const findPostgres = () => findProgram('initdb', versions().map(version => join(debian, version, 'bin')));
export const needPostgres = context => need(context, findPostgres(), 'PostgreSQL');

let server;
let databases = 0;

// Resolves with { url, port, restart(), stop() }. `restart` cuts all connections; what was committed is there afterwards. `stop`
// fails if connections to it were left open.
export async function startPostgres() {
  const { port, query, restart } = await (server ??= startServer());
  const name = `test_${databases += 1}`;
  await query(`create database ${name}`);
  return { port, url: urlOf(port, name), restart, stop: () => query(`drop database ${name}`) };
}

// It does not wait for the disk (-F): what it has committed outlives a kill of the process, not of the machine.
async function startServer() {
  const programs = dirname(findPostgres());
  const user = userOf('postgres');
  const folder = await ownFolder('postgres', user);
  const home = join(folder, 'data');
  const init = ['-D', home, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
  execFileSync(join(programs, 'initdb'), init, { ...user, cwd: folder, stdio: 'ignore' });
  const port = await freePort();
  const args = ['-D', home, '-p', String(port), '-k', folder, '-F', '-c', 'listen_addresses=127.0.0.1'];
  const start = () => startDaemon(join(programs, 'postgres'), args,
    { ready: /ready to accept connections/, end: 'SIGQUIT', ...user, cwd: folder });
  let daemon = await start();
  return {
    port,
    query: sql => queryOnce(urlOf(port, 'postgres'), sql),
    async restart() {
      await daemon.stop();
      daemon = await start();
    },
  };
}

const urlOf = (port, database) => `postgres://postgres@127.0.0.1:${port}/${database}`;

async function queryOnce(url, sql) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
