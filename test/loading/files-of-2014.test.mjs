import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect } from 'chai';
import express from 'express';
import { companion } from '../support/companion.mjs';
import { root } from '../support/page-scripts.mjs';
import { closeWindows, openWindow } from '../support/windows.mjs';

const { createBackend, listen, memoryStore } = companion;

// What a page of 2014 loads and does, with the two files that it has.
const page = `<!doctype html><link rel="icon" href="data:,">
<script src="/jquery/dist/jquery.js"></script>
<script src="/underscore/underscore-umd.js"></script>
<script src="/backbone/backbone.js"></script>
<script src="/socket.io/socket.io.js"></script>
<script src="/backbone.iobind-2014/dist/backbone.iosync.js"></script>
<script src="/backbone.iobind-2014/dist/backbone.iobind.js"></script>
<script>
var socket = window.socket = io.connect('/');
var Todo = Backbone.Model.extend({
  urlRoot: 'todo',
  socket: socket,
  initialize: function () {
    this.ioBind('update', this.serverChange, this);
    this.ioBind('delete', this.serverDelete, this);
  },
  serverChange: function (data) { this.set(data); },
  serverDelete: function () { this.collection.remove(this); }
});
var Todos = Backbone.Collection.extend({
  model: Todo,
  url: 'todos',
  socket: socket,
  initialize: function () { this.ioBind('create', this.serverCreate, this); },
  serverCreate: function (data) { this.add(data); }
});
var todos = new Todos();
socket.on('connect', function () { todos.fetch(); });
</script>`;

describe('The files of 0.4.9 themselves', () => {
  let http, io, store;

  before(async () => {
    const app = express().get('/', (request, response) => response.send(page)).use(express.static(join(root, 'node_modules')));
    http = createServer(app).listen(0, '127.0.0.1');
    await once(http, 'listening');
    store = memoryStore();
    io = listen(http, { todos: createBackend({ collection: 'todos', model: 'todo' }).use(store) });
  });
  after(async () => {
    await closeWindows();
    await io.close();
  });

  it('are served by the companion: two of their pages keep in step', async () => {
    await store.create({ title: 'milk' });
    const url = `http://127.0.0.1:${http.address().port}/`;
    const [one, two] = await Promise.all([openWindow(url), openWindow(url)]);
    const shows = (window, ...titles) =>
      window.waitForFunction(wanted => JSON.stringify(window.todos.pluck('title')) === wanted, JSON.stringify(titles));
    await Promise.all([one, two].map(window => shows(window, 'milk')));
    await one.evaluate(() => new Promise(success => window.todos.create({ title: 'bread' }, { wait: true, success })).then(() => {}));
    await shows(two, 'milk', 'bread');
    await two.evaluate(() => void window.todos.at(0).save({ title: 'oat milk' }));
    await shows(one, 'oat milk', 'bread');
    // Reading uploads the whole collection, as it always has.
    await one.evaluate(() => new Promise(success => window.todos.fetch({ success })).then(() => {}));
    await one.evaluate(() => void window.todos.at(1).destroy({ wait: true }));
    await shows(two, 'oat milk');
    expect([...one.errors, ...two.errors]).to.deep.equal([]);
  });
});
