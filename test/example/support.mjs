// What the tests of Done. stand on: its server, as a process of its own, and windows of a real browser.
// `useWorld(this)` in a describe gives each test what it asks for, and takes all of it away after the test. Most tests share
// one server, since each can have a list of its own there; those that stop one, or read its output, start their own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { io } from 'socket.io-client';
import { closeBrowser, openWindow } from '../support/windows.mjs';
import { connection, readTodos } from './window.mjs';

export * from './window.mjs';

const viewport = { width: 640, height: 800 };

export const app = fileURLToPath(new URL('../../example/app.js', import.meta.url));

// Runs `node example/app.js`. Resolves as soon as it says where it is; rejects with what it said when it ends before.
export async function runServer(args, env = {}) {
  const child = spawn(process.execPath, [app, ...args], { env: { ...process.env, PORT: '', DATA_DIR: '', DATABASE_URL: '', ...env } });
  const lines = [];
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, output: lines.join('\n') }));
  const said = new Promise(resolve => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', line => {
        lines.push(line);
        if (line.startsWith('Done. is at ')) resolve(line.slice('Done. is at '.length));
      });
    }
  });
  const first = await Promise.race([said, ended]);
  if (typeof first !== 'string') throw Object.assign(new Error('The server ended before it was up.'), first);
  return {
    url: first,
    port: Number(new URL(first).port),
    output: () => lines.join('\n'),
    signal: signal => child.kill(signal),
    stop: signal => (child.kill(signal), ended),
  };
}

// Of the whole run.
let template;
let shared;
let lists = 0;
// Windows that no test uses: another one is as good as new, once it has forgotten who was there, and sooner there.
const idle = [];

export class World {
  #undo = [];

  async folder() {
    const folder = await mkdtemp(join(tmpdir(), 'done-'));
    this.#undo.push(() => rm(folder, { recursive: true, force: true }));
    return folder;
  }

  // A data folder whose database is there already, and empty: to create one takes seconds, to copy one does not.
  async data() {
    const folder = await this.folder();
    await cp(await (template ??= makeTemplate()), folder, { recursive: true });
    return folder;
  }

  // A server of the test's own.
  async server({ port = 0, data, env } = {}) {
    const folder = data ?? await this.data();
    const server = await runServer(['--port', String(port), '--data', folder], env);
    this.#undo.push(() => server.stop('SIGKILL'));
    return { ...server, data: folder };
  }

  // The server that all share, and a list on it that nobody else knows.
  async list() {
    const server = await (shared ??= startShared());
    const name = `list-${(lists += 1)}`;
    return { server, name, url: `${server.url}/${name}` };
  }

  // The server that all share, where the list for everyone is empty, though others have used it.
  async everyone() {
    const { server } = await this.list();
    const client = await this.client(server.url, classic);
    const [, todos] = await ask(client, 'todos:read', {});
    await Promise.all(todos.map(({ id }) => ask(client, 'todo:delete', { id })));
    return server;
  }

  // A window is a page in a context of its own, as in another person's browser. `complaints` are what its console
  // reports as wrong; a connection that was cut is not one.
  async window(url, options) {
    const page = options ? await openWindow(undefined, { viewport, ...options }) : idle.pop() ?? await openWindow(undefined, { viewport });
    this.#undo.push(() => (options ? page.context().close() : tidy(page).then(() => idle.push(page), () => page.context().close())));
    return this.#prepare(page, url);
  }

  // Another window of the same person's browser.
  async windowBeside(page, url) {
    return this.#prepare(await page.context().newPage(), url);
  }

  async #prepare(page, url) {
    page.setDefaultTimeout(20_000);
    if (!page.complaints) await watch(page);
    page.complaints.length = 0;
    await page.goto(url);
    return page;
  }

  async windows(url, options) {
    const pages = await Promise.all([this.window(url, options), this.window(url, options)]);
    await Promise.all(pages.map(page => connection(page, 'live')));
    return pages;
  }

  // A raw Socket.IO client: no browser, no Backbone, no manners.
  async client(url, options = {}) {
    const socket = io(url, { forceNew: true, ...options });
    this.#undo.push(() => socket.disconnect());
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
    return socket;
  }

  // Taken away after the test.
  undo(step) {
    this.#undo.push(step);
  }

  async close() {
    const undo = this.#undo.splice(0).reverse();
    for (const step of undo) await step();
  }
}

async function watch(page) {
  page.complaints = [];
  await page.addInitScript(readTodos);
  page.on('console', message => {
    if (message.type() === 'error' && !/ERR_|WebSocket connection|status of 4/.test(message.text())) page.complaints.push(message.text());
  });
  page.on('pageerror', error => page.complaints.push(String(error)));
}

async function tidy(page) {
  const context = page.context();
  await Promise.all([
    ...context.pages().filter(other => other !== page).map(other => other.close()),
    page.unrouteAll({ behavior: 'ignoreErrors' }),
    context.setOffline(false),
    context.clearCookies(),
    page.goto('about:blank'),
  ]);
}

// Called in a describe, with its suite: a browser and a database take their time on a small machine.
export function useWorld(suite) {
  const world = new World();
  suite.timeout(90_000);
  // The first one of the run makes a database, which is the slowest of all.
  before(async function () {
    this.timeout(300_000);
    await (template ??= makeTemplate());
  });
  afterEach(() => world.close());
  return world;
}

async function makeTemplate() {
  const folder = await mkdtemp(join(tmpdir(), 'done-template-'));
  const server = await runServer(['--port', '0', '--data', folder]);
  await server.stop('SIGTERM');
  return folder;
}

async function startShared() {
  const folder = await mkdtemp(join(tmpdir(), 'done-shared-'));
  await cp(await (template ??= makeTemplate()), folder, { recursive: true });
  return { ...await runServer(['--port', '0', '--data', folder]), data: folder };
}

// Ends what the whole run has shared.
export async function end() {
  const server = await shared;
  await server?.stop('SIGKILL');
  for (const folder of [server?.data, await template]) if (folder) await rm(folder, { recursive: true, force: true });
  await closeBrowser();
}

// Mocha's, of the run; the screenshot is taken without it.
globalThis.after?.(end);

// Of a raw client that speaks with the classic page's server.
export const classic = { path: '/classic/socket.io' };

// Asks as the page does, and resolves with the arguments of the answer: [error, result].
export const ask = (client, event, ...data) =>
  new Promise((resolve, reject) => {
    const onDisconnect = reason => reject(new Error(`The connection ended before ${event} was answered: ${reason}.`));
    client.once('disconnect', onDisconnect);
    client.emit(event, ...data, (...answer) => {
      client.off('disconnect', onDisconnect);
      resolve(answer);
    });
  });
