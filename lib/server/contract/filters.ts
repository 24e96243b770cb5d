// Which documents a filter finds: a table with the results that every store must give.

import assert from 'node:assert/strict';
import type { Where } from '../filter';
import type { Attributes } from '../store';
import { fill, idsOf, refusal, type Promises } from './support';

const samples: { [id: string]: Attributes } = {
  nothing: {},
  null: { v: null },
  zero: { v: 0 },
  one: { v: 1 },
  two: { v: 2.5 },
  false: { v: false },
  true: { v: true },
  empty: { v: '' },
  text: { v: 'milk' },
  Text: { v: 'Milk' },
  digit: { v: '1' },
  emoji: { v: '😀' },
  wide: { v: '｡' },
  list: { v: [1, 'milk', null] },
  none: { v: [] },
  inner: { v: [[1, 'milk']] },
  object: { v: { w: 1 } },
  objects: { v: [{ w: 1 }, { w: 'a' }, {}, 5] },
  below: { v: { w: null } },
  deeper: { v: [{ w: [{ x: 1 }] }, { w: { x: [2] } }] },
  nested: { v: [[{ w: 1 }]] },
  dotted: { 'v.w': 1, v: 'x' },
};
const everything = Object.keys(samples);
const but = (...ids: string[]): string[] => everything.filter(id => !ids.includes(id));

/** Filters and what they find, by promise. */
const table: { [promise: string]: [Where, string[]][] } = {
  'finds everything by an empty filter': [[{}, everything]],

  'finds equal values of the same type, also in a list': [
    [{ v: 1 }, ['one', 'list']],
    [{ v: '1' }, ['digit']],
    [{ v: 0 }, ['zero']],
    [{ v: '' }, ['empty']],
    [{ v: false }, ['false']],
    [{ v: true }, ['true']],
    [{ v: 'milk' }, ['text', 'list']],
    [{ v: '😀' }, ['emoji']],
    [{ v: 5 }, ['objects']],
    [{ id: 'one' }, ['one']],
    [{ id: 'one', v: 2 }, []],
    [{ constructor_: 1 }, []],
  ],

  'finds by null what is null or missing': [
    [{ v: null }, ['nothing', 'null', 'list']],
    [{ 'v.w': null }, but('object', 'objects', 'deeper')],
    [{ w: null }, everything],
    [{ v: { $in: [null, 0] } }, ['nothing', 'null', 'zero', 'list']],
  ],

  'finds by $ne and $nin exactly what equality and $in do not': [
    [{ v: { $ne: 1 } }, but('one', 'list')],
    [{ v: { $ne: null } }, but('nothing', 'null', 'list')],
    [{ 'v.w': { $ne: null } }, ['object', 'objects', 'deeper']],
    [{ v: { $nin: [1, 'Milk', false] } }, but('one', 'list', 'Text', 'false')],
    [{ v: { $nin: [] } }, everything],
    [{ id: { $nin: everything.slice(2) } }, everything.slice(0, 2)],
  ],

  'finds any of several values by $in': [
    [{ v: { $in: ['milk', 2.5, true] } }, ['two', 'true', 'text', 'list']],
    [{ v: { $in: [] } }, []],
    [{ v: { $in: ['1'] } }, ['digit']],
  ],

  'compares numbers with numbers, and strings with strings': [
    [{ v: { $gt: 0 } }, ['one', 'two', 'list', 'objects']],
    [{ v: { $gte: 0 } }, ['zero', 'one', 'two', 'list', 'objects']],
    [{ v: { $lt: 1 } }, ['zero']],
    [{ v: { $lte: 1 } }, ['zero', 'one', 'list']],
    [{ v: { $gt: 0, $lt: 2 } }, ['one', 'list']],
    [{ v: { $gt: 'Milk' } }, ['text', 'emoji', 'wide', 'list', 'dotted']],
    [{ v: { $gte: '' } }, ['empty', 'text', 'Text', 'digit', 'emoji', 'wide', 'list', 'dotted']],
    [{ v: { $lt: 'milk' } }, ['empty', 'Text', 'digit']],
    [{ v: { $lte: '1' } }, ['empty', 'digit']],
    [{ id: { $lt: 'e' } }, ['Text', 'digit', 'below', 'deeper', 'dotted']],
  ],

  'orders strings by their code points': [
    [{ v: { $gt: '｡' } }, ['emoji']],
    [{ v: { $lte: '｡', $gt: 'x' } }, ['wide']],
  ],

  'accepts a list whose elements meet different conditions': [[{ v: { $gt: 4, $lt: 6 } }, ['objects']], [{ v: { $gte: 1, $contains: 'i' } }, ['list']]],

  'finds strings by a part of them, literally': [
    [{ v: { $contains: 'il' } }, ['text', 'Text', 'list']],
    [{ v: { $contains: 'M' } }, ['Text']],
    [{ v: { $contains: '' } }, ['empty', 'text', 'Text', 'digit', 'emoji', 'wide', 'list', 'dotted']],
    [{ v: { $contains: '.' } }, []],
    [{ v: { $contains: '%' } }, []],
    [{ v: { $contains: 'm_lk' } }, []],
    [{ v: { $contains: '.*' } }, []],
    [{ v: { $contains: '"\\' } }, []],
    [{ v: { $contains: '1' } }, ['digit']],
    [{ id: { $contains: 'ext' } }, ['text', 'Text']],
  ],

  'finds by a path, through objects and through lists one level each': [
    [{ 'v.w': 1 }, ['object', 'objects']],
    [{ 'v.w': 'a' }, ['objects']],
    [{ 'v.w.x': 1 }, ['deeper']],
    [{ 'v.w.x': { $gt: 1 } }, ['deeper']],
    [{ 'v.w': { $gte: 0, $contains: 'a' } }, ['objects']],
    [{ 'v.length': { $gte: 0 } }, []],
  ],

  'groups filters': [
    [{ $and: [{ v: { $gt: 0 } }, { v: { $lt: 2 } }] }, ['one', 'list']],
    [{ $or: [{ v: 0 }, { v: 'milk', id: 'text' }] }, ['zero', 'text']],
    [{ $nor: [{ v: { $ne: 1 } }, { id: 'list' }] }, ['one']],
    [{ id: { $ne: 'zero' }, $or: [{ v: 0 }, { v: 1 }], $and: [{}] }, ['one', 'list']],
    [{ $nor: [{ $and: [{ v: { $gte: 0 } }, { $nor: [{ v: 1 }] }] }] }, but('zero', 'two', 'objects')],
    [{ $nor: [{}] }, []],
  ],
};

const check = (rows: [Where, string[]][]): Promises[string] => async store => {
  await fill(store, samples);
  for (const [where, ids] of rows) assert.deepEqual(idsOf(await store.list({ where })).sort(), [...ids].sort(), JSON.stringify(where));
  for (const [where, ids] of rows) {
    for (const id of everything) assert.equal(Boolean(await store.read(id, { where })), ids.includes(id), `${id} by ${JSON.stringify(where)}`);
  }
};

/** Mistakes in the server's own code, which a store must not take for filters that find everything. */
const mistakes: unknown[] = [
  { v: { $regex: '.*' } }, { $where: '1' }, { v: {} }, { v: undefined }, { v: [1] }, { v: { w: 1 } }, { $or: [] }, { $or: {} }, { $not: {} },
  { v: { $gt: null } }, { v: { $in: 'a' } }, { v: { $contains: 1 } }, { '': 1 }, { 'v.': 1 }, { 'v.0': 1 }, { "v' or 1": 1 }, { v: 'a\u0000' },
  { 'v."': 1 }, { 'v.__proto__.w': 1 }, { constructor: 1 }, { v: NaN }, [], 'v', 5,
];

export const filters: Promises = {
  ...Object.fromEntries(Object.entries(table).map(([promise, rows]) => [promise, check(rows)])),

  'finds by an id that is given as a number': async store => {
    await fill(store, { 7: { v: 1 }, 8: { v: 2 } });
    const table: [Where, string[]][] = [[{ id: 7 }, ['7']], [{ id: { $in: [7, 9] } }, ['7']], [{ id: { $ne: 7 } }, ['8']]];
    for (const [where, ids] of table) assert.deepEqual(idsOf(await store.list({ where })), ids, JSON.stringify(where));
  },

  'refuses an invalid filter': async store => {
    await fill(store, { a: { v: 1 } });
    for (const where of mistakes as Where[]) {
      await refusal('invalid', store.list({ where }));
      await refusal('invalid', store.read('a', { where }));
      await refusal('invalid', store.patch('a', {}, { where }));
      await refusal('invalid', store.delete('a', { where }));
    }
    await refusal('invalid', store.list({ sort: ['v; drop table'] }));
    assert.equal((await store.read('a'))?.version, 1);
  },
};
