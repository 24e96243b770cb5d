import { expect } from 'chai';
import { root } from '../support/page-scripts.mjs';
import { installed } from '../support/npm.mjs';
import { startSite } from '../support/site.mjs';
import { closeWindows, openWindow } from '../support/windows.mjs';
import { createWorkspace } from '../support/workspace.mjs';
import { resultOf } from './round-trip.mjs';

// As the old documentation and its example wrote it: bindAll, a socket per class, three arguments, cleanup by hand.
const app = `
window.socket = io.connect('/');
var log = [];
var Todo = Backbone.Model.extend({
  urlRoot: 'todo',
  noIoBind: false,
  socket: window.socket,
  initialize: function () {
    _.bindAll(this, 'serverChange', 'serverDelete', 'modelCleanup');
    if (!this.noIoBind) {
      this.ioBind('update', this.serverChange, this);
      this.ioBind('delete', this.serverDelete, this);
    }
  },
  serverChange: function (data) { data.fromServer = true; this.set(data); log.push('changed'); },
  serverDelete: function (data) {
    this.collection ? this.collection.remove(this) : this.trigger('remove', this);
    this.modelCleanup();
    log.push('deleted');
    finish();
  },
  modelCleanup: function () { this.ioUnbindAll(); return this; }
});
var Draft = Todo.extend({ urlRoot: 'todos', noIoBind: true });
var Todos = Backbone.Collection.extend({
  model: Todo,
  url: 'todos',
  socket: window.socket,
  initialize: function () {
    _.bindAll(this, 'serverCreate', 'collectionCleanup');
    this.ioBind('create', this.serverCreate, this);
  },
  serverCreate: function (data) { if (!this.get(data.id)) this.add(data); log.push('created'); work(); },
  collectionCleanup: function (callback) {
    this.ioUnbindAll();
    this.each(function (model) { model.modelCleanup(); });
    callback();
    return this;
  }
});
var done = $.Deferred();
window.result = new Promise(function (resolve) { done.done(resolve); });
var todos = new Todos();
function work() {
  var todo = todos.at(0);
  todo.once('change:fromServer', function () { todo.destroy({ wait: true, silent: true }); });
  todo.save({ title: 'bread' }, { success: function () { log.push('saved'); } });
}
function finish() {
  todos.collectionCleanup(function () {
    var left = Object.keys(socket._callbacks).filter(function (key) { return /todo/.test(key); });
    done.resolve({ log: log, left: left, todos: todos.length });
  });
}
$.when(todos.fetch()).done(function () {
  log.push('fetched ' + todos.length);
  todos.at(0).modelCleanup();
  todos.reset();
  new Draft({ title: 'milk' }).save();
});`;

describe('A page that used the four files of 0.4.9', () => {
  let workspace, site;

  before(async () => {
    await installed(`${root}/test/matrix`);
    workspace = await createWorkspace();
    site = await startSite({
      '/apps': `${workspace.folder}/apps`, '/js': `${workspace.modules}/backbone.iobind/dist`,
      '/old': `${root}/test/matrix/node_modules`,
    });
  });
  afterEach(closeWindows);
  after(() => Promise.all([site.stop(), workspace.remove()]));

  for (const end of ['.js', '.min.js']) {
    it(`works with ours of the same names (${end})`, async () => {
      await workspace.app('old', {
        'index.html': `<!DOCTYPE html><title>Todos</title><link rel="icon" href="data:,">
          <script src="/old/jquery-2.2.4/dist/jquery.js"></script>
          <script src="/old/underscore-1.5.2/underscore.js"></script>
          <script src="/old/backbone-1.1.2/backbone.js"></script>
          <script src="/old/socket.io-client-2.5.0/dist/socket.io.js"></script>
          <script src="/js/backbone.iosync${end}"></script>
          <script src="/js/backbone.iobind${end}"></script>
          <script>${app}</script>`,
      });
      const window = await openWindow(`${site.url}/apps/old/`);
      expect(await resultOf(window)).to.deep.equal({
        log: ['fetched 1', 'created', 'changed', 'saved', 'deleted'], left: [], todos: 0,
      });
      expect(window.errors).to.deep.equal([]);
    });
  }
});
