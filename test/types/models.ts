// Models and collections as classes, with listeners bound where they are made.
import Backbone from 'backbone';
import 'backbone.iobind';
import { io, type Socket } from 'socket.io-client';

interface TodoAttributes {
  id?: string;
  title: string;
  done: boolean;
}

// A field would be set only after initialize has run, and initialize binds to the url.
class Todo extends Backbone.Model<TodoAttributes> {
  override preinitialize() {
    this.urlRoot = 'todo';
  }

  override initialize() {
    this.ioBind('update', this.serverChange, this);
    this.ioBind('delete', () => this.trigger('destroy', this, this.collection));
  }

  serverChange(attributes: Partial<TodoAttributes>) {
    this.set(attributes);
  }
}

class Todos extends Backbone.Collection<Todo> {
  override model = Todo;

  override preinitialize() {
    this.url = 'todos';
  }

  override initialize() {
    this.ioBind('create', this.serverCreate, this);
  }

  serverCreate(attributes: TodoAttributes) {
    this.add(attributes);
  }
}

const socket: Socket = io();
const todos = new Todos();
const todo = new Todo({ title: 'milk', done: false });
const view = new Backbone.View();

// A socket for everybody, at once or when it is needed.
Backbone.socket = socket;
Backbone.socket = () => socket;

// A socket for a class, or none: AJAX.
class Chat extends Backbone.Model {
  override socket = io('/chat');
}
class Page extends Backbone.Model {
  override socket = false as const;
}
class Report extends Backbone.Model {
  override ajaxSync = true;
  override ioNamespace = 'reports';
}
class Lazily extends Backbone.Collection {
  override socket = () => socket;
  override ioNamespace = (url: string) => url.split('/').pop();
}

// Every argument of a message arrives, the server's acknowledgement function last.
todos.ioBind('create', (attributes: TodoAttributes, acknowledge: (answer: string) => void) => {
  todos.add(attributes);
  acknowledge('thanks');
});

// Each way to bind: with a socket, with a context, several names at once, and all of it chained.
todo
  .ioBind('update', socket, todo.serverChange, todo)
  .ioBind('update delete', todo.serverChange)
  .ioBind({ update: todo.serverChange, delete: () => view.remove() }, view)
  .ioBind({ archive: () => {} }, socket, view)
  .ioBind({ archive: () => {} }, socket)
  .save({ title: 'bread' });

// And each way to undo it.
todo.ioUnbind('update', socket, todo.serverChange).ioUnbind('update', todo.serverChange).ioUnbind('update');
todo.ioUnbind('update', socket).ioUnbind({ update: todo.serverChange }).ioUnbindAll(socket).ioUnbindAll();
Backbone.ioUnbindAll(socket);
Backbone.ioUnbindAll();
const version: string = todo.ioBindVersion;

// @ts-expect-error: a binding needs a callback
todo.ioBind('update');
// @ts-expect-error: with a socket, too
todo.ioBind('update', socket);
// @ts-expect-error: an event is a name
todo.ioBind(42, () => {});
// @ts-expect-error: a list of events is one string
todo.ioBind(['update', 'delete'], () => {});
// @ts-expect-error: the callback is a function, not the name of a method
todo.ioBind('update', 'serverChange');
// @ts-expect-error: the socket stands before the callback
todo.ioBind('update', todo.serverChange, socket, todo, 'one too many');
// @ts-expect-error: a map is of functions
todo.ioBind({ update: 'serverChange' });
// @ts-expect-error: a URL is not yet a socket
todo.ioBind('update', 'http://localhost:3000', todo.serverChange);
// @ts-expect-error: ioUnbindAll takes a socket, and no event
todo.ioUnbindAll('update');
// @ts-expect-error: the same for all
Backbone.ioUnbindAll('update');
// @ts-expect-error: a URL is not yet a socket
Backbone.socket = 'http://localhost:3000';
// @ts-expect-error: true is no socket; leave it out to use Backbone.socket
class Eager extends Backbone.Model { override socket = true as const; }
// @ts-expect-error: the version is not to be changed
todo.ioBindVersion = '2.0.0';
// @ts-expect-error: views have no url, so they bind nothing
view.ioBind('update', () => {});
