// Feathers 5 and its client over Socket.IO, with its store in memory: a service, and a channel for each list. The client itself keeps
// nothing, so its events are applied to a Backbone collection. It cannot catch up: on each connection the list is read.
import feathersApp from '@feathersjs/feathers';
import { MemoryService } from '@feathersjs/memory';
import socketio from '@feathersjs/socketio';
import client from '@feathersjs/socketio-client';
import Backbone from 'backbone';

const { feathers } = feathersApp;

export async function serve(http, documents, options) {
  const app = feathers();
  app.configure(socketio(options, io => io.use((socket, next) => {
    socket.feathers.list = socket.handshake.query.list;
    next();
  })));
  app.use('todos', new MemoryService({ store: Object.fromEntries(documents.map(document => [document.id, document])) }));
  app.on('connection', connection => app.channel(connection.list).join(connection));
  app.service('todos').publish(todo => app.channel(todo.list));
  await app.setup(http);
  return (id, attributes) => app.service('todos').patch(id, attributes);
}

export function watch(socket, list) {
  const todos = feathers().configure(client(socket)).service('todos');
  const collection = new Backbone.Collection();
  todos.on('created', todo => collection.add(todo));
  for (const event of ['updated', 'patched']) todos.on(event, todo => collection.get(todo.id)?.set(todo));
  todos.on('removed', ({ id }) => collection.remove(id));
  const read = async () => collection.set(await todos.find({ query: { list } }));
  const ready = new Promise((resolve, reject) => socket.on('connect', () => read().then(resolve, reject)));
  return { collection, ready };
}
