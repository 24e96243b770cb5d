// This library: its companion with the store in memory, and ioSubscribe. After a gap a page gets what has changed since; if the store's log
// does not reach back that far (a day; in memory 10,000 changes), ids and versions are compared. What is committed within 25 ms is told
// in one message.
import Backbone from 'backbone';
import { install } from 'backbone.iobind/install';
import { createBackend, listen, memoryStore } from 'backbone.iobind/server';
import { Server } from 'socket.io';

install(Backbone);

const Todos = Backbone.Collection.extend({ url: '/todos' });

export async function serve(http, documents, options) {
  const store = memoryStore();
  for (const { id, ...attributes } of documents) await store.create(attributes, { id, channel: attributes.list });
  // Pages that use ioSubscribe need no other pushes.
  const todos = createBackend({ pushes: false }).use(store);
  listen(new Server(http, options), { todos }, { authorize: () => true });
  return (id, attributes) => store.patch(id, attributes);
}

export function watch(socket, channel) {
  const collection = new Todos();
  collection.socket = () => socket;
  return { collection, ready: collection.ioSubscribe({ channel }).ready };
}
