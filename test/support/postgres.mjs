// A PostgreSQL of a test's own. Where none is installed `findPostgres()` is undefined, and tests that need one are left out
// with `postgresMissing` as the reason.
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { findProgram, freePort, ownFolder, postgresFolders, remove, startDaemon, userOf } from './daemon.mjs';

export const postgresMissing = 'PostgreSQL is not installed';
export const findPostgres = () => findProgram('initdb', postgresFolders());

// Resolves with { url, port, restart(), stop() }. What it has committed outlives a kill of the process, not of the machine.
export async function startPostgres() {
  const programs = dirname(findPostgres());
  const user = userOf('postgres');
  const folder = await ownFolder('postgres', user);
  const home = join(folder, 'data');
  const init = ['-D', home, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
  execFileSync(join(programs, 'initdb'), init, { ...user, cwd: folder, stdio: 'ignore' });
  const port = await freePort();
  const args = ['-D', home, '-p', String(port), '-k', folder, '-F', '-c', 'listen_addresses=127.0.0.1'];
  const start = () => startDaemon(join(programs, 'postgres'), args, /ready to accept connections/, { ...user, cwd: folder });
  let daemon = await start();
  return {
    port,
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async restart() {
      await daemon.stop('SIGQUIT');
      daemon = await start();
    },
    async stop() {
      await daemon.stop('SIGQUIT');
      await remove(folder);
    },
  };
}
