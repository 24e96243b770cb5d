// Servers that are not ours, started for tests in a folder of their own. All end with the run, however that ends: `endDaemons` is
// its last step, and a process that ends without it takes them along.
import { execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

// Not out of those that the system gives to connections: one of them could take it before it is used.
export async function freePort() {
  const port = randomInt(10_000, 30_000);
  const server = createServer();
  const isFree = await new Promise(resolve => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
  return isFree ? port : freePort();
}

// The program's path, or undefined where it is not installed.
export function findProgram(name, folders = []) {
  const places = [...folders, ...(process.env.PATH ?? '').split(delimiter)];
  return places.map(folder => join(folder, name)).find(path => existsSync(path));
}

// Leaves out a test, or from its `before` all of a `describe`, where a program is missing: each is counted as skipped.
export function need(context, program, name) {
  if (program) return;
  console.log(`${name} is not installed: left out are the tests of "${context.test.parent.fullTitle()}".`);
  context.skip();
}

// A program that refuses to run as root is given to this user.
export function userOf(name) {
  if (process.getuid?.() !== 0) return {};
  const id = flag => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

const running = new Set();
const folders = new Set();

export async function ownFolder(name, { uid, gid } = {}) {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  folders.add(folder);
  if (uid !== undefined) await chown(folder, uid, gid);
  return folder;
}

// Resolves with { send(signal), isStopped(), stop() } as soon as the program says that it is ready. From then on it does not keep our
// process alive.
export async function startDaemon(path, args, { ready, end = 'SIGKILL', ...options }) {
  const child = spawn(path, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit').then(() => running.delete(daemon));
  const daemon = {
    send: signal => child.kill(signal),
    // Whether SIGSTOP has stopped it: a signal takes effect some time after it is sent.
    isStopped: () => execFileSync('ps', ['-o', 'stat=', '-p', String(child.pid)], { encoding: 'utf8' }).startsWith('T'),
    end: () => child.kill(end),
    async stop() {
      child.ref();
      daemon.end();
      await exited;
    },
  };
  running.add(daemon);
  let said = '';
  const isReady = new Promise(resolve => {
    for (const stream of [child.stdout, child.stderr]) stream.on('data', text => {
      said += text;
      if (ready.test(said)) resolve(true);
    });
  });
  if (!await Promise.race([isReady, exited.then(() => false)])) throw new Error(`${path} has ended: ${said}`);
  for (const part of [child, child.stdout, child.stderr]) part.unref();
  return daemon;
}

export async function endDaemons() {
  await Promise.all([...running].map(daemon => daemon.stop()));
  await Promise.all([...folders].map(remove));
}

export async function remove(folder) {
  await rm(folder, { recursive: true, force: true });
  folders.delete(folder);
}

process.once('exit', () => {
  for (const daemon of running) daemon.end();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});
// Not once: others count the listeners, and end the process themselves when theirs is the only one.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));
