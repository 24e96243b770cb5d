// The model and the collection of the classic page
// ------------------------------------------------
//
// All code that makes the list live is in this file, and works with any Socket.IO server. Reading and writing is plain Backbone: `fetch`,
// `create`, `save` and `destroy` use the socket because ioSync replaces `Backbone.sync`. ioBind listens for the changes of other windows,
// until the model or collection is unbound.
'use strict';

// A todo's `urlRoot` determines the names of its requests, `todo:update`, and of the events it listens to: `todo/42:update` for the id 42.
// A new todo's bindings begin when the server has given it an id.
const Todo = Backbone.Model.extend({
  urlRoot: 'todo',

  defaults: { title: '', done: false },

  initialize() {
    this.ioBind('update', this.serverChange, this);
    this.ioBind('delete', this.serverDelete, this);
  },

  // Another window has changed this todo. The views see an ordinary `change`.
  serverChange(attributes) {
    this.set(attributes);
  },

  // Another window has deleted it. `destroy()` would ask the server to delete it again; the event alone removes the model from
  // the collection.
  serverDelete() {
    this.trigger('destroy', this, this.collection);
  },
});

// Likewise the collection's `url`: it requests `todos:read`, and listens to `todos:create`.
const Todos = Backbone.Collection.extend({
  url: 'todos',
  model: Todo,

  // The newest first. The server sets `order`, so that it is the same in every window.
  comparator: (one, other) => other.get('order') - one.get('order') || (one.id < other.id ? -1 : 1),

  initialize() {
    this.ioBind('create', this.serverCreate, this);
    // A todo that leaves the collection (deleted here or elsewhere, or missing from a new fetch) stops listening.
    this.on('remove', todo => todo.ioUnbindAll());
  },

  // Another window has made a todo. If a fetch has added it meanwhile, `add` recognises the id and adds no second model.
  serverCreate(attributes) {
    this.add(attributes);
  },

  // A fetch after a reconnect may add a new todo before its `create` is answered. Then this second model for the same todo is not in the
  // collection, and must stop listening.
  create(attributes, options) {
    const success = todo => this.get(todo.id) === todo || todo.ioUnbindAll();
    return Backbone.Collection.prototype.create.call(this, attributes, { ...options, success });
  },

  // The whole list, in the order of `comparator`.
  read() {
    return this.fetch({ data: { sort: ['-order'] } });
  },

  active() {
    return this.where({ done: false });
  },

  completed() {
    return this.where({ done: true });
  },
});
