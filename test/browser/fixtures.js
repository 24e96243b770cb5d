// What the browser tests share: models, fake sockets, and ways to wait for a failure.
import { expect } from 'chai';
import { keep } from '../support/scope.js';

export const Todo = Backbone.Model.extend({ urlRoot: '/todos' });
export const Todos = Backbone.Collection.extend({ model: Todo, url: '/todos' });

// Sets a property until the test is over.
export function replace(object, name, value) {
  const before = Object.getOwnPropertyDescriptor(object, name);
  object[name] = value;
  keep(() => {
    delete object[name];
    if (before) Object.defineProperty(object, name, before);
  });
}

// A socket with the three methods that every client has, and no more. `sent` is what it emitted, cloned as JSON does,
// each with `answer(...)`; `hear` lets it receive an event; `listening()` counts its listeners.
export function fakeSocket() {
  const sent = [];
  const listeners = [];
  const socket = {
    on(event, listener) {
      listeners.push({ event, listener });
      return socket;
    },
    removeListener(event, listener) {
      const index = listeners.findIndex(other => other.event === event && other.listener === listener);
      if (index >= 0) listeners.splice(index, 1);
      return socket;
    },
    emit(event, ...args) {
      const ack = typeof args.at(-1) === 'function' ? args.pop() : undefined;
      sent.push({ event, args: clone(args), hasAck: Boolean(ack), answer: (...answer) => ack(...clone(answer)) });
      return socket;
    },
  };
  const hear = (event, ...args) => {
    for (const { listener } of listeners.filter(one => one.event === event)) listener.apply(socket, args);
  };
  return { socket, sent, hear, listening: () => listeners.length };
}

// Expects that a call uses the socket that it is given, else the model's, its collection's, Backbone's, the page's. `used` makes the call
// with a model, and returns the sockets that it has used; `own` returns the argument with which a socket is given.
export function expectNearest(held, used, own) {
  const [given, model, collection, backbone, page] = Array.from({ length: 5 }, fakeSocket);
  const todos = new Todos([{ id: 1 }]);
  const todo = todos.at(0);
  const expectUsed = (expected, ...args) => expect(used(todo, [given, model, collection, backbone, page], ...args)).to.deep.equal([expected]);
  window.socket = held(page.socket);
  expectUsed(page);
  Backbone.socket = held(backbone.socket);
  expectUsed(backbone);
  todos.socket = held(collection.socket);
  expectUsed(collection);
  todo.socket = held(model.socket);
  expectUsed(model);
  expectUsed(given, own(given.socket));
}

// A setting as a value, and as a function.
export const kinds = { 'as it is': socket => socket, 'by a function': socket => () => socket };

// What a promise was rejected with.
export const failureOf = promise => promise.then(
  value => { throw new Error(`It succeeded, with ${JSON.stringify(value)}`); },
  error => error,
);

const clone = args => args.map(arg => arg === undefined ? undefined : JSON.parse(JSON.stringify(arg)));
