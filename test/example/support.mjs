// What the tests of Done. stand on: its server as a process of its own, and windows of a real browser.
// `done()` gives a test its own server and data; `after each` of the file that called it takes all of it away again.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { io } from 'socket.io-client';
import { findBrowser } from '../support/browser.mjs';

const app = fileURLToPath(new URL('../../example/app.js', import.meta.url));

// Runs `node example/app.js`. Promises { url, kill } as soon as it says where it is.
// Rejects with { code, output } when it ends before that.
export async function runServer(args, env = {}) {
  const child = spawn(process.execPath, [app, ...args], { env: { ...process.env, PORT: '', DATA_DIR: '', ...env } });
  const lines = [];
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, output: lines.join('\n') }));
  const url = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        const said = /^Done\. is at (\S+)$/.exec(line);
        if (said) resolve(said[1]);
      });
    }
  });
  const first = await Promise.race([url, ended]);
  if (typeof first !== 'string') throw Object.assign(new Error(`The server ended: ${first.output}`), first);
  return {
    url: first,
    port: new URL(first).port,
    output: () => lines.join('\n'),
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
    pause: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
  };
}

// One test's world. Everything it opens is closed by `close`, in reverse order.
export class World {
  #undo = [];

  async folder() {
    const folder = await mkdtemp(join(tmpdir(), 'done-'));
    this.#undo.push(() => rm(folder, { recursive: true, force: true }));
    return folder;
  }

  async server({ data, port = 0, env } = {}) {
    const folder = data ?? await this.folder();
    const server = await runServer(['--port', String(port), '--data', folder], env);
    this.#undo.push(() => server.stop('SIGKILL'));
    return { ...server, data: folder };
  }

  // The same address and the same todos, as after a crash or an update.
  restart({ port, data }) {
    return this.server({ port, data });
  }

  async browser() {
    this.running ??= await launch(this.#undo);
    return this.running;
  }

  // A window: a page in a context of its own, as in another browser. `page.complaints` collects all that the console
  // and the page report as wrong.
  async window(url, options = {}) {
    const browser = await this.browser();
    const context = await browser.newContext({ viewport: { width: 640, height: 800 }, ...options });
    if (process.env.STUB) await context.route('**/dist/*', (route) => route.fulfill({ path: `/tmp/stub/${route.request().url().split('/').pop()}` }));
    await context.addInitScript(() => {
      window.titles = () =>
        Array.from(document.querySelectorAll('#todos > li:not([hidden])'), (li) =>
          (li.querySelector('.toggle').checked ? '✓ ' : '') + li.querySelector('.title').textContent);
    });
    const page = await context.newPage();
    page.complaints = [];
    page.on('console', (message) => message.type() === 'error' && page.complaints.push(message.text()));
    page.on('pageerror', (error) => page.complaints.push(String(error)));
    await page.goto(url);
    return page;
  }

  // Two windows that are both live.
  async windows(url, options) {
    const pages = await Promise.all([this.window(url, options), this.window(url, options)]);
    await Promise.all(pages.map(live));
    return pages;
  }

  // A raw Socket.IO client, without a browser or Backbone.
  async client(url, options = {}) {
    const socket = io(url, { forceNew: true, ...options });
    this.#undo.push(() => socket.disconnect());
    await once(socket, 'connect');
    return socket;
  }

  async close() {
    for (const undo of this.#undo.reverse()) await undo();
  }
}

async function launch(undo) {
  const { path, args, env } = await findBrowser();
  const browser = await chromium.launch({ executablePath: path, args, env: { ...process.env, ...env } });
  undo.push(() => browser.close());
  return browser;
}

// ### What a person does and sees

export const live = (page) => page.locator('#connection[data-state=live]').waitFor();

// The row of a todo, found by its title.
export const row = (page, title) => page.locator('#todos > li').filter({ has: page.locator('.title', { hasText: title }) });

export async function add(page, ...titles) {
  for (const title of titles) {
    await page.getByRole('textbox', { name: 'What needs to be done?' }).fill(title);
    await page.keyboard.press('Enter');
    await row(page, title).waitFor();
  }
}

// Resolves when the visible todos are these, top to bottom; "✓ " before a title says that it is ticked.
export async function shows(page, ...expected) {
  try {
    await page.waitForFunction((wanted) => JSON.stringify(window.titles()) === JSON.stringify(wanted), expected);
  } catch (error) {
    throw new Error(`Expected ${JSON.stringify(expected)}, saw ${JSON.stringify(await page.evaluate(() => window.titles()))}`, { cause: error });
  }
}

// Resolves when one window shows what the others do.
export const agree = (pages, ...expected) => Promise.all(pages.map((page) => shows(page, ...expected)));
