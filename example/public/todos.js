// The model and the collection
// ----------------------------
//
// All that makes a list live is in this file, and it is one line: `ioSubscribe`. From then on the collection is the server's. What it
// lacks arrives, what has changed is set, what is gone is removed: now, whenever something is committed, and after each gap,
// whatever has caused that. Writing is plain Backbone: `create`, `save` and `destroy` go over the socket because ioSync has taken
// the place of `Backbone.sync`. There is no `fetch`, and no listener for what others do.
'use strict';

const Todo = Backbone.Model.extend({
  defaults: { title: '', done: false },
});

const Todos = Backbone.Collection.extend({
  url: 'todos',
  model: Todo,

  // The newest first. The order is the server's, so that it is the same in every window.
  comparator: (one, other) => other.get('order') - one.get('order') || (one.id < other.id ? -1 : 1),

  // `part` is a channel and a filter, see places.js. `cursor` says how far the todos are that came with the page: only what has
  // happened after it is sent. Without one the server is told what is held here, and sends what differs.
  follow(part, cursor) {
    this.subscription = this.ioSubscribe({ ...part, ...(cursor && { cursor }) });
  },

  // Nobody looks at this list any more. What is on its way from here still ends as it does.
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
