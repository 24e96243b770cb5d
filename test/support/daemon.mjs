// Servers that are not ours, started for a test in a folder of their own, and ended with the process at the latest.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

// The program's path, or undefined where it is not installed. Debian keeps PostgreSQL's programs off the PATH.
export function findProgram(name, folders = []) {
  const places = [...folders, ...(process.env.PATH ?? '').split(delimiter)];
  return places.map(folder => join(folder, name)).find(path => existsSync(path));
}

// A program that refuses to run as root is given to this user.
export function userOf(name) {
  if (process.getuid?.() !== 0) return {};
  const id = flag => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

export async function ownFolder(name, { uid, gid } = {}) {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  if (uid !== undefined) await chown(folder, uid, gid);
  return folder;
}

const running = new Set();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

// Resolves with { child, stop(signal) } as soon as the program says that it is ready.
export async function startDaemon(path, args, ready, options = {}) {
  const child = spawn(path, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const exited = once(child, 'exit').then(() => running.delete(child));
  const said = [];
  const isReady = new Promise(resolve => {
    for (const stream of [child.stdout, child.stderr]) stream.on('data', text => {
      said.push(text);
      if (ready.test(text)) resolve(true);
    });
  });
  if ((await Promise.race([isReady, exited.then(() => 'ended')])) === 'ended') throw new Error(`${path} ended: ${said.join('')}`);
  const stop = async (signal = 'SIGKILL') => {
    child.kill(signal);
    await exited;
  };
  return { child, stop };
}

export const remove = folder => rm(folder, { recursive: true, force: true });

// Debian's folders of PostgreSQL's programs, the newest first.
export const postgresFolders = () =>
  existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').sort().reverse().map(version => `/usr/lib/postgresql/${version}/bin`) : [];
