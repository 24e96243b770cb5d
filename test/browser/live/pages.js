// What the tests of live collections share: a companion and a socket connected to it, collections that record their events, and a way to
// hold back what the server sends, so that a test can have it arrive in any order.
import { connected, skip, startCompanion, versions } from '../../support/control.js';
import { keep } from '../../support/scope.js';

export const isHeard = !versions['socket.io-client'].startsWith('2.');

export function needsLive(context) {
  if (!isHeard) skip(context, 'a socket of Socket.IO 2 has no onAny');
}

// A companion that sends each change at once, with these documents: { id: attributes }.
export async function online({ documents = {}, ...options } = {}) {
  const server = await startCompanion({ batch: 0, tick: 1e6, ...options });
  const join = settings => connected(server, { transports: ['websocket'], ...settings });
  Backbone.socket = await join();
  const commit = (...args) => server.commit('todos', ...args);
  await commit(Object.entries(documents).map(([id, attributes]) => ['create', attributes, { id }]));
  return { server, socket: Backbone.socket, join, commit };
}

export const Todos = Backbone.Collection.extend({ url: '/todos' });

// What a listener of the page's hears, in order, as '<event> <id>'; `own` returns only Backbone's events of models that come, go or change.
export function noted(entity) {
  const heard = [];
  entity.on('all', (event, model) => heard.push(model && model.id != null ? `${event} ${model.id}` : event));
  // Backbone 1.4 also triggers `changeId` with each `set`.
  const own = /^(add|remove|reset|destroy|change)\b/;
  return { heard, own: () => heard.filter(event => own.test(event)) };
}

// A collection that is live.
export async function live(options, { Type = Todos, models, ...own } = {}) {
  const todos = Object.assign(new Type(models), own);
  const { heard, own: ownEvents } = noted(todos);
  const subscription = todos.ioSubscribe(options);
  await subscription.ready;
  return { todos, subscription, heard, own: ownEvents };
}

// The models' attributes, in the order of the ids.
export const shown = todos => todos.toJSON().sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));

// What the server has, as a page should have it.
export async function stored(server, options = {}) {
  const documents = await server.commit('todos', 'list', options);
  return documents.map(({ id, attributes }) => ({ id, ...attributes })).sort((a, b) => (a.id < b.id ? -1 : 1));
}

// Resolves when the test passes, which is tried at each event.
export const until = (entity, test) => new Promise(resolve => {
  const look = () => {
    if (!test(entity)) return;
    entity.off('all', look);
    resolve();
  };
  entity.on('all', look);
  look();
});

// Resolves when the server has processed everything sent to it before, and the socket has received everything sent before that.
export const settled = socket => new Promise(resolve => socket.emit('iosync:join', { backend: 'none' }, () => resolve()));

// Holds back what the server sends about `todos`. `arrived` resolves when messages of these names are held, `pass` delivers the first of
// a name, `lose` drops it, `take` returns functions that deliver; an answer is named 'answer to todos:create'. It uses Socket.IO's
// internals, as `tracked-socket.js` does.
export function hold(socket) {
  const held = [];
  const names = {};
  let wake = () => {};
  const { emit, onevent, onack } = socket;
  const take = (name, deliver) => (/todos/.test(name) ? held.push({ name, deliver }) && wake() : deliver());
  Object.assign(socket, {
    emit(event, ...args) {
      if (typeof args.at(-1) === 'function') names[socket.ids] = `answer to ${event}`;
      return emit.call(socket, event, ...args);
    },
    onevent: packet => take(packet.data[0], () => onevent.call(socket, packet)),
    onack: packet => take(names[packet.id], () => onack.call(socket, packet)),
  });
  const release = () => {
    for (const name of ['emit', 'onevent', 'onack']) delete socket[name];
    for (const { deliver } of held.splice(0)) deliver();
  };
  const remove = name => held.splice(held.findIndex(one => one.name === name), 1)[0];
  keep(release, 'first');
  return {
    release,
    pass: name => remove(name).deliver(),
    lose: name => void remove(name),
    // Functions, each of which delivers one message of that name.
    take: name => held.filter(one => one.name === name).map(one => (held.splice(held.indexOf(one), 1), one.deliver)),
    names: () => held.map(({ name }) => name),
    async arrived(...all) {
      const count = (list, wanted) => list.filter(name => name === wanted).length;
      const isThere = () => all.every(name => count(held.map(one => one.name), name) >= count(all, name));
      while (!isThere()) await new Promise(resolve => { wake = resolve; });
    },
  };
}

// All orders of these.
export const ordersOf = items => (items.length < 2 ? [items]
  : items.flatMap((item, index) => ordersOf(items.filter((other, at) => at !== index)).map(rest => [item, ...rest])));
