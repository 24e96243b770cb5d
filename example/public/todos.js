// The model and the collection
// ----------------------------
//
// All that makes the list live is in this file. Reading and writing is plain Backbone: `fetch`, `create`, `save` and
// `destroy` go over the socket because ioSync has taken the place of `Backbone.sync`. Hearing what other windows
// have done is ioBind's part: it listens to the socket for as long as the model or collection wants to.
'use strict';

// A todo's `urlRoot` names what it hears: `todo/42:update` when its id is 42. The binding of a new one begins by itself when
// the server has given it an id. What it asks is named by its collection's backend.
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

// The todos of one list. The collection's `url` names what it hears, `todos:create`; its `backend`, `{ name: 'todos', channel: list }`,
// names what is asked, `todos:read` and `todos:patch`. The channel goes along with each request, and is joined for as
// long as something here is bound.
const Todos = Backbone.Collection.extend({
  url: 'todos',
  model: Todo,

  // The newest first. The order is the server's, so that it is the same in every window.
  comparator: (one, other) => other.get('order') - one.get('order') || (one.id < other.id ? -1 : 1),

  initialize() {
    this.ioBind('create', this.serverCreate, this);
    // However a todo leaves (deleted here, deleted elsewhere, or gone when we fetched again), it stops listening.
    this.on('remove', (todo) => todo.ioUnbindAll());
  },

  // Another window has made a todo. If a fetch has brought it meanwhile, `add` sees the id, and there is still one.
  serverCreate(attributes) {
    this.add(attributes);
  },

  // All of the list, in the order that it has here.
  read() {
    return this.fetch({ data: { sort: ['-order'] } });
  },

  // Nobody looks at this list any more, so nothing of it listens; nor does what a late answer still adds to it.
  leave() {
    this.ioUnbindAll();
    this.invoke('ioUnbindAll');
    this.on('add', (todo) => todo.ioUnbindAll());
  },

  active() {
    return this.where({ done: false });
  },

  completed() {
    return this.where({ done: true });
  },
});

// An error, in words for the person who waits. Either the server has refused, and says why in `message`. Or it was
// ioSync's turn to tell, because no answer came; then nobody knows what the server has done, and we do not pretend to.
const explain = ({ code, message }, verb) => {
  if (code === 'timeout') return `The server did not answer in time: this may not have been ${verb}.`;
  if (code === 'disconnected') return `The connection was lost: this may not have been ${verb}.`;
  return `Not ${verb}: ${message}`;
};
