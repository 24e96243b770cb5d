// What a client may send to do harm: a store keeps it unchanged, as any other string, or refuses it as `invalid`.

import assert from 'node:assert/strict';
import type { Attributes } from '../store';
import { fill, idsOf, refusal, type Promises } from './support';

/** Strings that have a meaning somewhere, but must not have one for a store. */
const texts = [
  "'; drop table documents; --", '"', '\\', '%', '_', '*', '?', '$1', '$gt', '${1}', '{}', '[0]', 'a.b', 'a/b/../c', 'a b', ' ', '\n', '\t',
  '42', '-1', '1e3', '0x10', '007', 'null', 'undefined', 'true', 'NaN', 'length', 'id', '_id', '__v', 'version', 'channel', 'attributes',
  'ä', 'a\u0308', '日本語', '😀', '👩‍👩‍👧', '\u202e', '\ufeff', '\uffff', '\u007f', '\u0001', '<script>', '&amp;', ':', 'todos:create', 'x'.repeat(255),
];

/** Names that every object inherits: under each of them, Backbone would find a model. */
const inherited = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', '__lookupSetter__'];

const unstorable: unknown[] = ['', 'x'.repeat(256), 'a\u0000', '\ud800', 'a\udc00b', 5, null, {}, ['a'], { toString: () => 'a' }, ...inherited];

const refusedAttributes: { [what: string]: unknown } = {
  'a key that reaches a prototype': JSON.parse('{"__proto__": {"admin": true}}'),
  'such a key deep inside': JSON.parse('{"a": [[{"b": {"__proto__": 1}}]]}'),
  'a constructor': { constructor: { prototype: { admin: true } } },
  'a prototype': { a: { prototype: {} } },
  'a NUL in a string': { a: ['x\u0000y'] },
  'a NUL in a key': { 'a\u0000': 1 },
  'half a surrogate pair': { a: '\ud83d' },
  'the other half, in a key': { 'x\ude00': 1 },
  'NaN': { a: NaN },
  'infinity': { a: [-Infinity] },
  'a bigint': { a: 1n },
  'a function': { a: () => 1 },
  'a symbol': { a: Symbol('a') },
  'binary data': { a: Buffer.from('a') },
  'a map': { a: new Map([['a', 1]]) },
  'five thousand lists': JSON.parse(`{"a": ${'['.repeat(5000)}${']'.repeat(5000)}}`),
  'a list': [],
  'a string': 'a',
  'null': null,
};

export const hostile: Promises = {
  'accepts any string as an id, and tells similar ones apart': async store => {
    await fill(store, Object.fromEntries(texts.map((id, n) => [id, { n }])));
    for (const [n, id] of texts.entries()) {
      assert.deepEqual(await store.read(id), { id, version: 1, channel: '', attributes: { n } });
      assert.deepEqual(idsOf(await store.list({ where: { id } })), [id]);
      assert.equal((await store.patch(id, {}, { where: { id } })).version, 2);
    }
    for (const id of texts) await store.delete(id);
    assert.deepEqual(await store.list(), []);
  },

  'accepts any string as the name and the value of an attribute': async store => {
    const attributes: Attributes = Object.fromEntries(texts.map((text, n) => [text, { [text]: [text, n] }]));
    await store.create(attributes, { id: 'a' });
    assert.deepEqual((await store.read('a'))?.attributes, attributes);
    for (const text of texts) await store.patch('a', { [text]: text });
    assert.deepEqual((await store.read('a'))?.attributes, Object.fromEntries(texts.map(text => [text, text])));
    assert.deepEqual((await store.update('a', { '': '', ' ': [] })).attributes, { '': '', ' ': [] });
  },

  'accepts any string as a channel': async store => {
    for (const [n, channel] of [...texts, ...inherited].entries()) {
      await store.create({ n }, { id: `id${n}`, channel });
      assert.deepEqual(idsOf(await store.list({ channel })), [`id${n}`]);
      assert.equal(await store.head(channel), 1);
      assert.deepEqual((await store.changes(channel, 0))?.map(({ id }) => id), [`id${n}`]);
    }
  },

  'refuses an id that some store could not hold': async store => {
    for (const id of unstorable as string[]) await refusal('invalid', store.create({}, { id }));
    assert.deepEqual(await store.list(), []);
    assert.equal(await store.head(''), 0);
  },

  'finds nothing by such an id': async store => {
    await store.create({}, { id: 'a' });
    for (const id of unstorable as string[]) {
      assert.equal(await store.read(id), undefined);
      await refusal('not_found', store.update(id, {}));
      await refusal('not_found', store.patch(id, {}));
      await refusal('not_found', store.delete(id));
    }
  },

  'refuses a channel that some store could not hold, and finds nothing there': async store => {
    await store.create({}, { id: 'a' });
    for (const channel of ['x'.repeat(256), 'a\u0000', '\ud800', 5, null, {}] as string[]) {
      await refusal('invalid', store.create({}, { channel }));
      await refusal('invalid', store.patch('a', {}, { moveTo: channel }));
      assert.equal(await store.read('a', { channel }), undefined);
      assert.deepEqual(await store.list({ channel }), []);
      assert.equal(await store.head(channel), 0);
    }
    assert.deepEqual(await store.read('a'), { id: 'a', version: 1, channel: '', attributes: {} });
  },

  'refuses attributes that JSON or some store could not hold': async store => {
    const before = await store.create({ n: 1 }, { id: 'a' });
    for (const attributes of Object.values(refusedAttributes) as Attributes[]) {
      await refusal('invalid', store.create(attributes));
      await refusal('invalid', store.update('a', attributes));
      await refusal('invalid', store.patch('a', attributes));
    }
    assert.deepEqual(await store.list(), [before]);
    assert.equal(await store.head(''), 1);
  },

  'keeps attributes as JSON does': async store => {
    const given = { a: undefined, b: new Date(0), c: [undefined, -0], d: Object.create(null), e: 1e300, f: 5e-324, g: 2 ** 53, h: 0.1 + 0.2 };
    const kept = { b: '1970-01-01T00:00:00.000Z', c: [null, 0], d: {}, e: 1e300, f: 5e-324, g: 2 ** 53, h: 0.1 + 0.2 };
    assert.deepEqual((await store.create(given as unknown as Attributes, { id: 'a' })).attributes, kept);
    assert.deepEqual((await store.read('a'))?.attributes, kept);
  },

  'keeps names that objects inherit, where they are plain attributes': async store => {
    const attributes = { toString: 1, hasOwnProperty: 'x', valueOf: null, length: 5, then: 'x', toJSON: 'x' };
    await store.create(attributes, { id: 'a' });
    assert.deepEqual((await store.list({ where: { hasOwnProperty: 'x' } }))[0]?.attributes, attributes);
    assert.deepEqual(await store.list({ where: { isPrototypeOf: { $ne: null } } }), []);
  },

  'keeps a string of a megabyte, and a deeply nested document': async store => {
    const deep = JSON.parse(`${'{"a":['.repeat(24)}1${']}'.repeat(24)}`) as Attributes;
    const attributes = { text: '☃ä"\\'.repeat(250_000), deep };
    await store.create(attributes, { id: 'a' });
    assert.deepEqual((await store.read('a'))?.attributes, attributes);
    assert.deepEqual(idsOf(await store.list({ where: { text: { $contains: '\\☃' } } })), ['a']);
  },
};
