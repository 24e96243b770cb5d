// What may happen, for fast-check to put in any order.
import fc from 'fast-check';
import { places } from './window.mjs';
import { fieldLists, filters, levels } from './rules.mjs';

export const users = ['ann', 'bob'];

const index = fc.nat(1_000);
/** Whether the next one comes in between. */
const tight = fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
const among = list => fc.nat(list.length - 1);
const id = fc.constantFrom('a', 'b', 'c');
const page = among(users);
const place = fc.nat(places - 1);
// The first one is what most of them have.
const channel = fc.oneof({ weight: 4, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.constant('other') });
const mostly = list => fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: among(list) });

const attributes = fc.record({
  n: fc.nat(3),
  kind: fc.constantFrom('x', 'y'),
  title: fc.constantFrom('milk', 'bread'),
  user: fc.record({ name: fc.constantFrom('Ann', 'Bob'), mail: fc.constantFrom('m', 'k') }, { noNullPrototype: true }),
}, { requiredKeys: [], noNullPrototype: true });

export const subscribe = fc.record({ do: fc.constant('subscribe'), page, place, channel, filter: mostly(filters), fields: mostly(fieldLists), again: fc.boolean(), tight });
export const write = fc.record({ do: fc.constant('write'), how: fc.constantFrom('create', 'create', 'patch', 'patch', 'update', 'move', 'delete', 'replace'), id, channel, attributes, tight });

const command = (name, weight, parts = {}) => ({ weight, arbitrary: fc.record({ do: fc.constant(name), ...parts, tight }) });
const on = { page, place };
/** Or the document that the page follows. */
const ofOne = { page, place: fc.nat(places) };

const ofPages = [
  command('save', 6, { ...ofOne, pick: index, attributes, patch: fc.boolean(), wait: fc.boolean() }),
  command('make', 4, { ...on, attributes, wait: fc.boolean() }),
  command('destroy', 3, { ...ofOne, pick: index, wait: fc.boolean() }),
  command('fetch', 1, on),
  { weight: 3, arbitrary: subscribe },
  command('render', 2, { ...on, channel, filter: mostly(filters), fields: mostly(fieldLists) }),
  command('follow', 3, { page, id, channel, fields: mostly(fieldLists) }),
  command('stop', 1, on),
];
const ofTheServer = [
  { weight: 9, arbitrary: write },
  command('rights', 3, { user: fc.constantFrom(...users), channel, level: among(levels) }),
  command('restart', 1, { isNew: fc.boolean() }),
  command('prune', 2),
];
const ofLines = [
  command('cut', 3, { page }),
  command('drop', 1, { page }),
  command('connect', 4, { page }),
];

/** With lines whose messages the test delivers, and time that passes when it says so. */
export const commands = fc.oneof(
  ...ofPages, ...ofTheServer, ...ofLines,
  command('up', 8, { page }),
  command('down', 8, { page }),
  command('deliver', 6, { page }),
  command('lose', 3, { page }),
  command('notice', 1, { page }),
  command('login', 1, { page, user: fc.constantFrom(...users) }),
  command('slow', 2),
  command('release', 3),
  command('advance', 3, { ms: fc.constantFrom(30, 1_000, 2_100, 11_000) }),
);

/** A few of them, for what takes many steps: a page writes, misses what others have done meanwhile, and the log does not reach back. */
export const gaps = fc.oneof(
  command('make', 4, { ...on, attributes, wait: fc.boolean() }),
  command('save', 2, { ...on, pick: index, attributes, patch: fc.boolean(), wait: fc.boolean() }),
  { weight: 9, arbitrary: write },
  command('up', 2, { page }),
  command('down', 8, { page }),
  command('cut', 4, { page }),
  command('connect', 2, { page }),
  command('prune', 2),
);

export const realCommands = fc.oneof(...ofPages, ...ofTheServer, ...ofLines);

export const beginnings = fc.record({
  history: fc.constantFrom(1, 100),
  batch: fc.constantFrom(0, 25),
  documents: fc.array(write.map(one => ({ ...one, how: 'create' })), { maxLength: 3 }),
  lives: fc.array(subscribe, { minLength: 1, maxLength: 4 }),
  isWarm: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
});

/** Of more than a page of documents, sometimes. */
export const realBeginnings = fc.tuple(beginnings, fc.boolean()).map(([beginning, isLarge]) => ({ ...beginning, isLarge }));
