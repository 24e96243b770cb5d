// What the browser tests share: models, fakes in a socket's place, and ways to wait for an end.
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

// What a promise was rejected with.
export const failureOf = promise => promise.then(
  value => { throw new Error(`It succeeded, with ${JSON.stringify(value)}`); },
  error => error,
);

const clone = args => args.map(arg => arg === undefined ? undefined : JSON.parse(JSON.stringify(arg)));
