// A live collection as a page writes it, and what its server gives it.
import Backbone from 'backbone';
import type { IoSyncError } from 'backbone.iobind';
import { createBackend, listen, memoryStore, snapshot, type Snapshot } from 'backbone.iobind/server';
import { Server } from 'socket.io';

class Todos extends Backbone.Collection { override url = '/todos'; }
const todos = new Todos();
const subscription = todos.ioSubscribe({
  channel: 'groceries', where: { done: { $ne: true }, title: { $contains: 'milk' } }, fields: ['title', 'user.name'], event: 'server',
});
subscription.ready.then(() => console.log(todos.length), (error: IoSyncError) => console.log(error.code));
const isLive: boolean = subscription.state === 'live';
const nothing: void = subscription.stop();
new Backbone.Model({ id: 1 }).ioSubscribe().stop();
new Backbone.Model({ id: 1 }).ioSubscribe({ fields: ['title'] });
todos.on('io:create', (model: Backbone.Model, attributes: { title: string }) => model.set(attributes));
todos.on('io:state', (state: typeof subscription.state) => console.log(state));

// From the server into the HTML, and from there into the page.
const io = listen(new Server(), { todos: createBackend().use(memoryStore()) }, { batch: 0, tick: 1_000 });
const made: Promise<Snapshot> = snapshot(io, 'todos', { user: { id: 'ann' }, channel: 'groceries', where: { done: false }, fields: ['title'] });
made.then(({ documents, cursor }) => {
  const [first] = documents;
  const version: number | undefined = first?._version;
  new Backbone.Collection(documents).ioSubscribe({ cursor });
  return version;
});

// @ts-expect-error: a filter is an object
todos.ioSubscribe({ where: 'done' });
// @ts-expect-error: fields are a list
todos.ioSubscribe({ fields: 'title' });
// @ts-expect-error: what is made on the server, not what it was made from
todos.ioSubscribe({ cursor: 'abc' });
// @ts-expect-error: it is `where`, as for the stores
todos.ioSubscribe({ filter: {} });
// @ts-expect-error: its state is its own
subscription.state = 'live';
// @ts-expect-error: there is no such state
subscription.state === 'open';
// @ts-expect-error: a list is not fetched by it
subscription.then(() => {});
// @ts-expect-error: a snapshot is made by the server, not of a backend
snapshot(createBackend(), 'todos');
// @ts-expect-error: milliseconds are a number
listen(new Server(), {}, { tick: '1s' });

export { isLive, nothing };
