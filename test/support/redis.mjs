// A Redis server for one test, and ways to make it fail.
import { createClient } from 'redis';
import { findProgram, freePort, need, ownFolder, remove, startDaemon } from './daemon.mjs';

// Undefined where Redis is not installed. In a `before`, `needRedis(this)` leaves the tests out then.
export const findRedis = () => findProgram('redis-server');
export const needRedis = context => need(context, findRedis(), 'Redis');

// Resolves with { url, cut(), pause(), isPaused(), resume(), kill(), restart(), stop() }. It stores nothing
// on disk: after `kill` and `restart` it is empty.
export async function startRedis() {
  const folder = await ownFolder('redis');
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  const start = () => startDaemon(findRedis(), args, { ready: /Ready to accept connections/ });
  let daemon = await start();
  return {
    url,
    cut: () => cutConnections(url),
    pause: () => daemon.send('SIGSTOP'),
    isPaused: () => daemon.isStopped(),
    resume: () => daemon.send('SIGCONT'),
    kill: () => daemon.stop(),
    async restart() {
      await daemon.stop();
      daemon = await start();
    },
    async stop() {
      await daemon.stop();
      await remove(folder);
    },
  };
}

// Cuts every connection but the one that asks for it. Redis goes on, and clients reconnect.
async function cutConnections(url) {
  const client = await createClient({ url }).connect();
  for (const type of ['normal', 'pubsub']) await client.sendCommand(['CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes']);
  client.destroy();
}
