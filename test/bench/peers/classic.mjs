// backbone.iobind 0.4.9, by its own files of 2014: each model hears of its changes by two bindings, as in its README, which also binds three
// methods to each model by _.bindAll: it is spared that, and the telling of everybody of everything. It cannot catch up, so the collection
// is fetched on each connection; and since `fetch` sends all that the collection holds along, the server's limit of 1 MB a message is raised.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import Backbone from 'backbone';
import { Server } from 'socket.io';
import _ from 'underscore';
import { createMap } from '../documents.mjs';

// All that it uses of jQuery, which needs a browser.
const jQuery = {
  Deferred() {
    const deferred = {};
    const promise = new Promise((resolve, reject) => Object.assign(deferred, { resolve, reject }));
    return Object.assign(deferred, { promise: () => promise });
  },
};

// As scripts of a page, whose globals these are.
const { resolve } = createRequire(import.meta.url);
for (const half of ['iosync', 'iobind']) {
  const source = readFileSync(resolve(`backbone.iobind-2014/dist/backbone.${half}.js`), 'utf8');
  compileFunction(source, ['exports', 'define']).call({ Backbone, _, io: {}, jQuery });
}

export function serve(http, documents, options) {
  const map = createMap(documents);
  const io = new Server(http, { ...options, maxHttpBufferSize: 1e8 });
  io.on('connection', socket => {
    const { list } = socket.handshake.query;
    socket.join(list);
    socket.on('todos:read', (_data, reply) => reply(null, map.in(list)));
  });
  return async (id, attributes) => {
    const todo = map.patch(id, attributes);
    io.to(todo.list).emit(`todo/${id}:update`, todo);
  };
}

export function watch(socket) {
  const Todo = Backbone.Model.extend({
    urlRoot: 'todo',
    socket,
    initialize() {
      this.ioBind('update', socket, this.set, this);
      this.ioBind('delete', socket, () => this.trigger('destroy', this, this.collection), this);
    },
  });
  const Todos = Backbone.Collection.extend({
    url: 'todos',
    socket,
    model: Todo,
    initialize() {
      this.ioBind('create', socket, attributes => this.add(attributes), this);
    },
  });
  const collection = new Todos();
  const ready = new Promise((resolve, reject) => socket.on('connect', () => collection.fetch({ success: resolve, error: reject })));
  return { collection, ready };
}
