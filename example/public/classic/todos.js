// The model and the collection of the classic page
// ------------------------------------------------
//
// All that makes the list live is in this file, and any Socket.IO server could be at the other end. Reading and writing is plain
// Backbone: `fetch`, `create`, `save` and `destroy` go over the socket because ioSync has taken the place of `Backbone.sync`. Hearing
// what other windows have done is ioBind's part: it listens to the socket for as long as the model or collection wants to.
'use strict';

// A todo's `urlRoot` names what it asks, `todo:update`, and what it hears: `todo/42:update` when its id is 42. The binding of a new one
// begins by itself when the server has given it an id.
const Todo = Backbone.Model.extend({
  urlRoot: 'todo',

  defaults: { title: '', done: false },

  initialize() {
    this.ioBind('update', this.serverChange, this);
    this.ioBind('delete', this.serverDelete, this);
  },

  // Another window has changed this todo: the views hear of it as of any other change.
  serverChange(attributes) {
    this.set(attributes);
  },

  // Another window has deleted it. `destroy()` would ask the server once more; its event alone takes the model out of
  // the collection.
  serverDelete() {
    this.trigger('destroy', this, this.collection);
  },
});

// The collection's `url` does the same for it: it asks `todos:read`, and hears `todos:create`.
const Todos = Backbone.Collection.extend({
  url: 'todos',
  model: Todo,

  // The newest first. The order is the server's, so that it is the same in every window.
  comparator: (one, other) => other.get('order') - one.get('order') || (one.id < other.id ? -1 : 1),

  initialize() {
    this.ioBind('create', this.serverCreate, this);
    // However a todo leaves (deleted here, deleted elsewhere, or gone when we fetched again), it stops listening.
    this.on('remove', todo => todo.ioUnbindAll());
  },

  // Another window has made a todo. If a fetch has brought it meanwhile, `add` sees the id, and there is still one.
  serverCreate(attributes) {
    this.add(attributes);
  },

  // A fetch after a reconnect may bring a new todo before its creation is answered. Then that one is in the list, and this second one
  // must not go on listening.
  create(attributes, options) {
    const success = todo => this.get(todo.id) === todo || todo.ioUnbindAll();
    return Backbone.Collection.prototype.create.call(this, attributes, { ...options, success });
  },

  // All of the list, in the order that it has here.
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
