import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import express from 'express';
import { Server } from 'socket.io';
import { root } from '../support/page-scripts.mjs';
import { readmeBlocks } from '../support/readme.mjs';
import { closeWindows, openWindow } from '../support/windows.mjs';
import { createWorkspace } from '../support/workspace.mjs';

const run = promisify(execFile);
const blocks = await readmeBlocks();
const sample = (example, file) => blocks.find(block => block.example === example && block.file === file).text;

const scripts = [
  'jquery/dist/jquery.js', 'underscore/underscore-umd-min.js', 'backbone/backbone-min.js', 'socket.io-client/dist/socket.io.min.js',
  'backbone.iobind/dist/backbone.iosync.min.js', 'backbone.iobind/dist/backbone.iobind.min.js',
];

describe("The README's samples", () => {
  let workspace, app, io, url, requests, todos;

  before(async () => {
    workspace = await createWorkspace();
    app = express().get('/', (request, response) => response.send('<!doctype html><title>Samples</title>'));
    app.get(['/pages/:id', '/todos'], (request, response) => response.json({ id: 1, by: 'AJAX' }));
    app.use(express.static(workspace.modules));
  });
  beforeEach(async () => {
    const http = createServer(app).listen(0, '127.0.0.1');
    await once(http, 'listening');
    url = `http://127.0.0.1:${http.address().port}`;
    requests = [];
    todos = new Map([[1, { id: 1, title: 'milk' }]]);
    io = new Server(http);
    io.on('connection', socket => socket.onAny((event, ...args) => {
      const reply = args.pop();
      requests.push([event, ...args]);
      if (socket.listenerCount(event)) return;
      reply(null, args[0].id ? { ...todos.get(args[0].id), ...args[0] } : [...todos.values()]);
    }));
  });
  afterEach(async () => {
    await closeWindows();
    await io.close();
  });
  after(() => workspace.remove());

  // A window with the scripts, a connected socket, a collection `todos` and a saved model `todo`.
  async function page(setUp = () => {}) {
    io.on('connection', setUp);
    const window = await openWindow(`${url}/`);
    for (const script of scripts) await window.addScriptTag({ url: `/${script}` });
    await window.evaluate(() => {
      Object.assign(globalThis, { todos: new (Backbone.Collection.extend({ url: 'todos' }))() });
      Object.assign(globalThis, { todo: globalThis.todos.add({ id: 1, title: 'milk' }) });
      Backbone.socket = globalThis.io({ transports: ['websocket'] });
      return new Promise(resolve => Backbone.socket.once('connect', resolve));
    });
    return window;
  }

  // What the page's expression comes to; a sample's names are in scope.
  async function result(window, example, expression) {
    const value = await window.evaluate(`(async () => { ${sample(example, 'page.js')}\nreturn ${expression}; })()`);
    expect(window.errors.filter(error => !error.includes('404'))).to.deep.equal([]);
    return value;
  }

  it('name requests as they say', async () => {
    await result(await page(), 'names', `Promise.all([Profile, Note, Draft].map(Model => new Model({ id: 7 }).fetch()))`);
    expect(requests.map(([event]) => event)).to.deep.equal(['users/profiles:read', 'notes:read', 'notes:read']);
  });

  it('tell what the server refused, and when it does not answer', async () => {
    const window = await page(socket => {
      socket.on('todos:update', ({ title }, reply) => title === 'bread' && reply({ code: 'forbidden', message: 'Not yours.' }));
    });
    const said = await result(window, 'results', `(() => {
      const said = [];
      window.alert = text => said.push(text);
      Backbone.ioSync.timeout = 200;
      return rename(todo, 'bread').then(() => rename(todo, 'beer')).then(() => said);
    })()`);
    expect(said).to.deep.equal(['Not yours.', 'The server does not answer.']);
  });

  it('use AJAX side by side', async () => {
    const by = await result(await page(), 'ajax', `(async () => {
      await Promise.all([[page, 'sync'], [todos, 'sync']].map(([object, event]) => new Promise(done => object.once(event, done))));
      return [page.get('by'), todos.at(0).get('by')];
    })()`);
    expect(by).to.deep.equal(['AJAX', 'AJAX']);
    expect(requests).to.deep.equal([]);
  });

  it('abort a fetch', async () => {
    const window = await page();
    await window.evaluate(() => globalThis.todos.on('error', (_, { code }) => { document.title = code; }));
    expect(await result(window, 'time', 'document.title')).to.equal('aborted');
  });

  it('hear the server on models and collections', async () => {
    const window = await page();
    const seen = result(window, 'listeners', `(async () => {
      const todos = new Todos();
      await todos.fetch();
      const changes = [];
      const gone = new Promise(resolve => todos.on('remove', resolve));
      todos.on('change:title', todo => changes.push(todo.get('title')));
      document.title = 'listening';
      await gone;
      return [changes, todos.pluck('id'), 'onevent' in todos];
    })()`);
    await window.waitForFunction(() => document.title === 'listening');
    io.emit('todos:create', { id: 2, title: 'eggs' });
    io.emit('todo/1:update', { id: 1, title: 'bread' });
    io.emit('todo/1:delete', { id: 1 });
    expect(await seen).to.deep.equal([['bread'], [2], false]);
  });

  it('leave nothing bound when the route changes', async () => {
    const window = await page();
    const bound = await result(window, 'router', `(() => {
      let calls = 0;
      todos.ioBind('create', () => calls++);
      const router = new Router();
      Backbone.history.start();
      router.navigate('todos/1', { trigger: true });
      Backbone.socket.onevent({ data: ['todos:create', {}] });
      return calls;
    })()`);
    expect(bound).to.equal(0);
  });

  it('catch up after a reconnect', async () => {
    const window = await page();
    await result(window, 'catch-up', 'Backbone.socket.disconnect() && 0');
    todos.set(2, { id: 2, title: 'eggs' });
    await window.evaluate(() => {
      Backbone.socket.connect();
      return new Promise(resolve => globalThis.todos.once('sync', resolve));
    });
    expect(await window.evaluate(() => globalThis.todos.pluck('id'))).to.deep.equal([1, 2]);
  });

  it('send options along with a fetch', async () => {
    await result(await page(), 'options', 'todo.fetch()');
    const fields = ['title'];
    expect(requests.slice(0, 3)).to.deep.equal([
      ['todos:read', { page: 2, sort: 'title' }], ['todos:read', { fields, id: 1 }], ['todos:read', { id: 1, title: 'milk', fields }],
    ]);
  });

  it('take a large read in parts, with progress', async () => {
    for (let id = 1; id <= 2500; id++) todos.set(id, { id, title: `todo ${id}` });
    const handle = new Function('socket', 'todos', sample('parts', 'socket.js'));
    const window = await page(socket => handle(socket, todos));
    const seen = await result(window, 'parts', `(async () => {
      const titles = [];
      todos.on('part', () => titles.push(document.title));
      await new Promise(resolve => todos.once('sync', resolve));
      return [todos.length, titles];
    })()`);
    expect(seen).to.deep.equal([2500, ['1000 of 2500', '2000 of 2500', '2500 of 2500']]);
  });

  it('load by AMD', async () => {
    await workspace.app('amd', {});
    const window = await openWindow(`${url}/`);
    await window.addScriptTag({ url: '/requirejs/require.js' });
    await window.addScriptTag({ content: sample('amd', 'main.js') });
    await window.waitForFunction(() => {
      const Backbone = globalThis.requirejs.defined('backbone') && globalThis.requirejs('backbone');
      return Backbone && Backbone.socket && Backbone.ioSync && Backbone.ioUnbindAll;
    });
  });

  it('load as modules, and into a Backbone of one\'s own', async () => {
    const app = await workspace.app('modules', {
      'main.mjs': sample('modules', 'main.mjs') + 'console.log([Backbone.ioSync === ioSync, IoSyncError, fullPath, ioUnbindAll].every(Boolean));',
      'main.cjs': sample('own', 'main.cjs') + 'console.log(Boolean(Backbone.ioSync && Backbone.ioUnbindAll));',
    });
    for (const file of ['main.mjs', 'main.cjs']) {
      const { stdout } = await run(process.execPath, [join(app, file)], { cwd: app });
      expect(stdout.trim(), file).to.equal('true');
    }
  });

  it('compile', async () => {
    const compilerOptions = {
      target: 'es2022', module: 'esnext', moduleResolution: 'bundler', lib: ['es2022', 'dom'], types: [], strict: true, noEmit: true,
    };
    const app = await workspace.app('typescript', {
      'main.ts': sample('typescript', 'main.ts'), 'tsconfig.json': JSON.stringify({ compilerOptions, files: ['main.ts'] }),
    });
    await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', app]).catch(error => {
      throw new Error(error.stdout);
    });
  });
});
