// Frames for the fuzz run: valid ones of every event, and seeded random mutations of them. The same seed makes the same frames.

const texts = ['', 'a', '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '~good', '\u0000', '\ud800', 'x'.repeat(300), '$where', 'a.b.c', '../..', "' or 1=1 --", '💥'];
const odd = [null, true, false, 0, -1, 1.5, 1e308, 2 ** 53, [], {}, [[]], [null], { toString: 1 }, { toJSON: 1 }, { $gt: 1 }, { length: 1e9 }, ...texts];
const keys = ['id', '_id', 'where', 'sort', 'limit', 'offset', 'channel', 'options', 'backend', 'name', 'then', 'toJSON', '$or', '$in', 'uid', 'fields',
  'cursor', 'epoch', 'head', 'view', 'after', 'held', 'more', 'op', 'ifVersion', 'versions', ...texts];
const names = ['iosync:hello', 'iosync:join', 'iosync:leave', 'iosync:auth', 'iosync:node', 'error', 'message', 'todos', 'todosx', ':', 'todos:', ':create', 'todos:use', 'todo/1:update', 0, -1, '', '__proto__', 'constructor', 'toString', 'then', '*'];
const reserved = ['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener'];

const channels = ['a', 'b', 'c', 'd', '', '~good'];
const where = { $or: [{ title: { $contains: 'mil' } }, { 'user.name': { $in: ['Ann', null] } }], n: { $gt: 1, $lte: 5 } };

// More than one connection may have.
const uids = Array.from({ length: 24 }, (_, n) => `u${n}`);
const ops = Array.from({ length: 30 }, (_, n) => `op ${n}`);
// Placeholders for the values of the server's own cursor: see fuzz-cursors.mjs.
const cursor = { epoch: '@epoch', head: '@head', view: '@view' };
const held = [['a', 1], ['one', 2], ['one more', 1], ['two', 2 ** 40]];
const subscriptions = [
  {}, { where, fields: ['title', 'user.name'] }, { cursor }, { where: { done: true }, cursor }, { cursor: { ...cursor, head: 1 } },
  { cursor, after: '', held, more: true }, { cursor, after: 'one', held: held.slice(2) }, { after: 'a', fields: ['n', 'tags'] },
];

// An event and its arguments.
const valid = [
  ...['todos', 'bare', 'lists'].flatMap(name => [
    [`${name}:create`, { title: 'milk', tags: ['a', { b: 1 }], list: 'a', owner: 'Ann', user: { name: 'Ann' } }],
    [`${name}:create`, { id: 'one', _id: 'two', title: 'milk', open: true, list: 'b' }],
    [`${name}:read`, {}], [`${name}:read`, { id: 'one', _id: 'two' }],
    [`${name}:read`, { where, sort: ['-n', 'title'], limit: 3, offset: 1 }],
    [`${name}:update`, { id: 'one', _id: 'two', title: 'oat milk', open: true, list: 'c' }],
    [`${name}:patch`, { id: 'one', _id: 'two', done: true }],
    [`${name}:delete`, { id: 'one', _id: 'two' }],
    ...subscriptions.map(data => [`${name}:subscribe`, { uid: 'a', ...data }]), [`${name}:unsubscribe`, { uid: 'a' }], [`${name}:unsubscribe`, { uid: 'a' }],
  ]),
  ['bare:shout', { id: 'one', title: 'milk' }], ['todo:update', { id: 'one', n: 2 }], ['todo:read', { id: 'one' }],
  ['iosync:hello'], ['iosync:auth', { id: 'Ann' }], ['iosync:auth', { id: 'Bob' }], ['iosync:auth', {}],
  ...['iosync:join', 'iosync:leave'].flatMap(event => [
    [event, { backend: 'todos', channel: 'a' }], [event, { backend: 'lists', channel: 'b' }], [event, { backend: 'bare', channel: 'd' }],
  ]),
];

// Mulberry32: a number from 0 to 1, the next one each time.
export function chanceOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// Returns `next()`, which makes one mutated message: `frames`; `mayClose`, whether the server may close the connection for it; `due`, the
// number of the answer if it has to have one; and `subject`, what a subscription is to, in words.
export function mutator(chance) {
  const below = count => Math.floor(chance() * count);
  const oneOf = list => list[below(list.length)];
  const changes = { value: 8, key: 6, remove: 4, name: 2, more: 3, deep: 1, wide: 0.05, proto: 3 };
  let count = 0;
  const bag = Object.entries(changes).flatMap(([name, weight]) => Array(Math.ceil(weight * 20)).fill(name));

  function packet() {
    const [event, ...args] = structuredClone(oneOf(valid));
    if (args[0]?.uid) args[0].uid = oneOf(uids);
    if (args.length && chance() < 0.8) args.push({ channel: oneOf(channels), ...metaFor(event) });
    const told = [event, ...args];
    for (let times = below(4); times; times -= 1) change[oneOf(bag)](told);
    count += 1;
    const ack = chance() < 0.1 ? oneOf(['', '', '0', '999999']) : String(1_000_000 + count);
    return { ack, body: written(told), isDue: ack.length > 6 && isKnown.test(told[0]), subject: subjectOf(told) };
  }

  function metaFor(event) {
    if (event.endsWith(':read')) return oneOf([{}, {}, { versions: true }]);
    return oneOf([{}, {}, { op: oneOf(ops) }, { ifVersion: 1 + below(4) }, { op: oneOf(ops), ifVersion: 1 }]);
  }

  // A place anywhere within the arguments: an object or a list, and one of its keys.
  function place(told) {
    let [owner, key] = [told, 1 + below(Math.max(told.length - 1, 1))];
    while (typeof owner[key] === 'object' && owner[key] !== null && chance() < 0.7) {
      owner = owner[key];
      key = oneOf(Object.keys(owner)) ?? 'id';
    }
    return [owner, key];
  }

  const set = (owner, key, value) => Object.defineProperty(owner, key, { value, enumerable: true, configurable: true, writable: true });

  const change = {
    value(told) {
      set(...place(told), structuredClone(oneOf(odd)));
    },
    key(told) {
      const [owner, key] = place(told);
      set(owner, Array.isArray(owner) ? key : oneOf(keys), structuredClone(oneOf(odd)));
    },
    remove(told) {
      const [owner, key] = place(told);
      if (Array.isArray(owner)) owner.splice(Math.max(Number(key), 1));
      else delete owner[key];
    },
    name(told) {
      told[0] = chance() < 0.02 ? oneOf(reserved) : oneOf(names);
    },
    more(told) {
      told.push(structuredClone(oneOf(odd)));
    },
    deep(told) {
      set(...place(told), { deep: oneOf([3, 60, 60, 5_000]) });
    },
    wide(told) {
      set(...place(told), Array(oneOf([50, 1_000, 5_000])).fill(oneOf([0, null, 'a', true])));
    },
    proto(told) {
      const [owner, key] = place(told);
      set(owner, Array.isArray(owner) ? key : oneOf(['__proto__', 'constructor', 'prototype']), { polluted: true, prototype: { polluted: true } });
    },
  };

  // Bytes and the digits before them: nearly always a breach of the protocol.
  function broken({ ack, body }) {
    const frame = `42${ack}${body}`;
    const at = below(frame.length);
    return oneOf([
      () => [frame.slice(0, at)],
      () => [frame.slice(0, at) + oneOf(['"', '[', ']', '{', ',', '\\', '0', '\u0000', '💥']) + frame.slice(at + 1)],
      () => [frame.slice(0, at) + frame.slice(0, at)],
      () => [`4${below(10)}${ack}${body}`],
      () => [`${below(10)}${frame}`],
      () => [`42/${oneOf(['', 'none', '__proto__'])},${ack}${body}`, `40/${oneOf(['', 'none', '__proto__', 'a?b'])},{}`],
      () => [`45${oneOf(['1-', '2-', '0-', '-', '11-', '9999999999-', 'x-'])}${ack}${body}`, Buffer.from([1, 2, 3])],
      () => [`451-${ack}["todos:create",{"a":{"_placeholder":true,"num":${oneOf(['0', '1', '-1', '"0"', 'null', '{}'])}}}]`, Buffer.alloc(9)],
      () => [Buffer.from(frame)],
      () => [oneOf(['', '4', '40', '41', '43', '44', '1', '5', '6', '2probe', '3', 'b', 'bAAAA', '40"x"', '40[1]', '42"x"', '43999[]', '430[1]', '42[]', '42[{}]', '42[null]'])],
    ])();
  }

  return function next() {
    const one = packet();
    if (chance() < 0.015) return { frames: broken(one), mayClose: true };
    const frame = `42${one.ack}${one.body}`;
    return { frames: [frame], mayClose: isReserved(one.body), due: one.isDue ? one.ack : undefined, subject: one.subject };
  };
}

// Whatever a request is, one with a callback is answered.
const isKnown = /^(iosync:(hello|join|leave|auth)|(todos?|lists|bare):[^:]*)$/;

// Only of a subscription with an object for its data.
const subjectOf = ([event, data, meta]) => (String(event).endsWith(':subscribe') && data?.uid ? JSON.stringify([event, data.where, data.fields, meta?.channel]) : undefined);

const isReserved = body => reserved.some(name => body.startsWith(`["${name}"`));

// Half of a surrogate pair is written as an escape, and `{ deep: n }` as so many lists within each other.
const written = told => JSON.stringify(told).replace(/\{"deep":(\d{1,4})\}/g, (_, depth) => '['.repeat(depth) + ']'.repeat(depth));
