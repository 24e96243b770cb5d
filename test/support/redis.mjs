// A Redis of a test's own. Where none is installed `findRedis()` is undefined, and tests that need one are left out with
// `redisMissing` as the reason.
import { findProgram, freePort, ownFolder, remove, startDaemon } from './daemon.mjs';

export const redisMissing = 'Redis is not installed';
export const findRedis = () => findProgram('redis-server');

// Resolves with { url, stop() }.
export async function startRedis() {
  const folder = await ownFolder('redis');
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  const { stop } = await startDaemon(findRedis(), args, /Ready to accept connections/);
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      await stop();
      await remove(folder);
    },
  };
}
