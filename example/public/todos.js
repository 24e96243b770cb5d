// The model and the collection
// ----------------------------
//
// The code that makes a list live is in this file, and it is one line: `ioSubscribe`. From then on the collection mirrors the server's:
// todos are added, changed and removed at once, with each commit, and after each gap, whatever its cause. Writing is plain Backbone:
// `create`, `save` and `destroy` use the socket because ioSync replaces `Backbone.sync`. No `fetch` is needed, and no listener for the
// changes of others.
'use strict';

const Todo = Backbone.Model.extend({
  defaults: { title: '', done: false },
});

const Todos = Backbone.Collection.extend({
  url: 'todos',
  model: Todo,

  // The newest first. The server sets `order`, so that it is the same in every window.
  comparator: (one, other) => other.get('order') - one.get('order') || (one.id < other.id ? -1 : 1),

  // `part` is a channel and a filter, see places.js. `cursor` is the position of the todos that came with the page: the server sends only
  // later changes. Without a cursor, the page tells the server which todos it has, and the server sends the differences.
  follow(part, cursor) {
    this.subscription = this.ioSubscribe({ ...part, ...(cursor && { cursor }) });
  },

  // The list is no longer shown. Requests that are pending still finish.
  leave() {
    this.subscription.stop();
  },

  active() {
    return this.where({ done: false });
  },

  completed() {
    return this.where({ done: true });
  },
});
