import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { startServer } from '../support/readme.mjs';
import { closeWindows, openWindow } from '../support/windows.mjs';
import { createWorkspace } from '../support/workspace.mjs';

// The program of backbone.io's README, word for word but for the lines that load a library. How the page gets into
// the browser it leaves to the reader; here it is the lines of `files`.
const server = `
var http = require('http');
var backboneio = require('backbone.iobind/server');

var app = http.createServer();
app.listen(3000);

var backend = backboneio.createBackend();
backend.use(backboneio.middleware.memoryStore());

`;
const files = `
var express = require('express');
app.on('request', express().use(express.static('public'), express.static('node_modules')));
`;
const listen = 'backboneio.listen(app, { mybackend: backend });';
const listenWithEvent = "backboneio.listen(app, { mybackend: backend }, { event: 'myevent' });";

const page = script => `<!doctype html><link rel="icon" href="data:,">
<script src="/underscore/underscore-umd.js"></script>
<script src="/backbone/backbone.js"></script>
<script src="/socket.io/socket.io.js"></script>
<script src="/backbone.iobind/dist/backbone.iosync.min.js"></script>
<script src="/backbone.iobind/dist/backbone.iobind.min.js"></script>

<script>
    Backbone.io.connect();

    ${script}
</script>`;

const bindings = `
    var MyCollection = Backbone.Collection.extend({

        backend: 'mybackend',

        initialize: function() {
            var self = this;

            this.bind('backend:create', function(model) {
                self.add(model);
            });
            this.bind('backend:update', function(model) {
                self.get(model.id).set(model);
            });
            this.bind('backend:delete', function(model) {
                self.remove(model.id);
            });
        }

    });`;
const shortcut = `
    var MyCollection = Backbone.Collection.extend({

        backend: 'mybackend',

        initialize: function() {
            this.bindBackend();
        }

    });`;
const generic = `
    var log = [];
    var MyCollection = Backbone.Collection.extend({

        backend: 'mybackend',

        initialize: function() {
            this.bindBackend();
            this.bind('myevent', function(method, model) {
                // Method will be one of create, read, update, or delete
                log.push(method);
            });
        }

    });`;
const channel = `
    var MyCollection = Backbone.Collection.extend({

        backend: { name: 'mybackend', channel: 'mychannel' },

        initialize: function() {
            this.bindBackend();
        }

    });`;

describe("The program of backbone.io's README", () => {
  let workspace, program;

  before(async () => {
    workspace = await createWorkspace();
  });
  afterEach(async () => {
    await closeWindows();
    await program?.stop();
  });
  after(() => workspace.remove());

  async function start(name, script, listening = listen) {
    // The static files come first: a server of Socket.IO's takes over those listeners that are there.
    const [opening, rest] = server.split('app.listen(3000);\n');
    const folder = await workspace.app(name, {
      'server.js': `${opening}${files}app.listen(3000);\n${rest}${listening}`,
      'public/index.html': page(script),
    });
    await symlink(workspace.modules, join(folder, 'node_modules'), 'junction');
    program = await startServer(folder);
    return Promise.all([openPage(), openPage()]);
  }

  // With a collection that has been fetched, so that the connection is there.
  async function openPage() {
    const window = await openWindow(program.url);
    await window.evaluate(`window.todos = new MyCollection(); todos.fetch().then(() => {})`);
    return window;
  }

  const holds = (window, titles) => window.waitForFunction(`String(todos.pluck('title')) === '${titles}'`);

  const scripts = { 'with its event bindings': bindings, 'with bindBackend': shortcut, 'in a channel': channel };
  for (const [title, script] of Object.entries(scripts)) {
    it(`keeps two windows in step ${title}`, async () => {
      const [one, two] = await start(title.replaceAll(' ', '-'), script);
      await one.evaluate("void todos.create({ title: 'milk' }, { wait: true })");
      for (const window of [one, two]) await holds(window, ['milk']);
      await two.evaluate("todos.at(0).save({ title: 'oat milk' }).then(() => {})");
      for (const window of [one, two]) await holds(window, ['oat milk']);
      await one.evaluate('todos.at(0).destroy().then(() => {})');
      for (const window of [one, two]) await holds(window, []);
      expect([...one.errors, ...two.errors]).to.deep.equal([]);
    });
  }

  it('hears with the prefix that the server has set', async () => {
    const [one, two] = await start('prefix', generic, listenWithEvent);
    await one.evaluate("void todos.create({ title: 'milk' }, { wait: true })");
    await holds(two, ['milk']);
    await two.evaluate('todos.fetch().then(() => {})');
    await two.evaluate('todos.at(0).destroy().then(() => {})');
    await holds(one, []);
    expect([await one.evaluate('log'), await two.evaluate('log')]).to.deep.equal([['delete'], ['create']]);
  });
});
