// Collections and models of a backend.
import Backbone from 'backbone';
import 'backbone.iobind';
import { io, type Socket } from 'socket.io-client';

// `connect` takes what io takes; a page that says so gets its own Socket.IO's type.
Backbone.io.connect();
Backbone.socket = Backbone.io.connect('/chat', { path: '/here' });
const socket: Socket = Backbone.io.connect<Socket>();
socket.disconnect();
const emitted: unknown = Backbone.io.connect().emit('hi');

const Todos = Backbone.Collection.extend({
  backend: 'todos',
  initialize() {
    this.bindBackend().on('backend:create', (attributes: { title: string }) => console.log(attributes.title));
    this.on('backend', (method: string, attributes: object) => console.log(method, attributes));
  },
});
const todos = new Todos();
todos.bindBackend().ioUnbindAll();

class Groceries extends Backbone.Collection {
  override preinitialize() {
    this.backend = { name: 'todos', channel: 'groceries' };
  }
}
new Groceries().backend = () => 'todos';
new Backbone.Collection([], { backend: 'todos' });
new Backbone.Model({}, { backend: { name: 'todos', channel: 'groceries' } });
const model: Backbone.Model = new Backbone.Model().bindBackend();

// @ts-expect-error: a backend has a name
new Groceries().backend = { channel: 'groceries' };
// @ts-expect-error: a channel's name is text
new Groceries().backend = { name: 'todos', channel: 1 };
// @ts-expect-error: bindBackend takes nothing
new Groceries().bindBackend('todos');
// @ts-expect-error: io is no function here, as it was none in backbone.io
Backbone.io('/chat');

export { emitted, io, model };
