// Filters, field lists and queries, as clients send them: what is understood, and that nothing else gets through. Not part of what
// the package exports, so from the source. What a filter finds is in lib/server/contract/filters.ts.
import assert from 'node:assert/strict';
import { tsImport } from 'tsx/esm/api';

const { both, compareTexts, conditionOf, covers, matches, parseFields, parseQuery, parseWhere, pathsOf, pathsOfSort, pick } =
  await tsImport('../../lib/server/filter.ts', import.meta.url);

/** As it comes off the wire. */
const parsed = text => JSON.parse(text);
const isInvalid = error => error.name === 'BackendError' && error.code === 'invalid' && /^[A-Z"$].*\.$/.test(error.message) && error.message.length < 120;
const refuses = run => assert.throws(run, isInvalid);

describe('parseWhere', () => {
  for (const where of [
    {}, { title: 'milk' }, { 'user.name': null, id: '1' }, { n: { $gt: 1, $lte: 2.5, $ne: 2 } }, { n: { $in: [] } }, { _id: 1, größe: 1, $or: [{}] },
    { n: { $nin: [null, true, 'x', -1] } }, { $and: [{ $nor: [{ t: { $contains: '.*' } }] }] }, { 'a.b.c.d.e': 1, 'toString': 1, 'hasOwnProperty': 1 },
  ]) it(`takes ${JSON.stringify(where)}`, () => assert.equal(parseWhere(where), where));

  for (const text of [
    'null', '5', '"title"', '[]', '[{"title":"milk"}]', 'true',
    '{"title":{}}', '{"title":[]}', '{"title":["milk"]}', '{"title":{"$gt":{}}}', '{"title":{"text":"milk"}}', '{"title":{"$gt":1,"text":2}}',
    '{"$where":"while(1);"}', '{"$expr":1}', '{"$text":{"$search":"a"}}', '{"$jsonSchema":{}}', '{"$comment":"x"}', '{"$not":{"a":1}}', '{"$":1}',
    '{"title":{"$regex":"(a+)+$"}}', '{"title":{"$where":"1"}}', '{"title":{"$exists":true}}', '{"title":{"$eq":1}}', '{"title":{"$type":2}}',
    '{"title":{"$not":{"$gt":1}}}', '{"title":{"$elemMatch":{"a":1}}}', '{"title":{"":1}}', '{"title":{"toString":1}}', '{"title":{"__proto__":1}}',
    '{"title":{"$gt":null}}', '{"title":{"$gt":true}}', '{"title":{"$lt":[1]}}', '{"title":{"$in":"milk"}}', '{"title":{"$in":{"0":1,"length":1}}}',
    '{"title":{"$in":[[1]]}}', '{"title":{"$nin":[{}]}}', '{"title":{"$contains":1}}', '{"title":{"$contains":null}}', '{"title":{"$contains":["a"]}}',
    '{"$or":[]}', '{"$or":{}}', '{"$and":null}', '{"$nor":[1]}', '{"$or":[[]]}', '{"$and":[null]}', '{"$and":{"0":{},"length":1}}',
    '{"__proto__":{"admin":true}}', '{"constructor":1}', '{"a.__proto__":1}', '{"prototype.a":1}', '{"a.constructor.name":"Object"}',
    '{"":1}', '{".":1}', '{"a.":1}', '{".a":1}', '{"a..b":1}', '{"a.0":1}', '{"0":1}', '{"a.$":1}', '{"a b":1}', '{"a\'":1}', '{"a\\"":1}', '{"a[0]":1}',
    '{"a.b.c.d.e.f":1}', '{"a\\u0000":1}', '{"a":"\\u0000"}', '{"a":"\\ud800"}', '{"a":{"$in":["\\udfff"]}}', '{"a":1e999}', '{"a":{"$gt":-1e999}}', '{"a\\n":1}',
  ]) it(`refuses ${text}`, () => refuses(() => parseWhere(parsed(text))));

  it('refuses what JSON cannot say', () => {
    const day = new Date(0);
    for (const value of [undefined, NaN, Infinity, 1n, Symbol('a'), () => 1, /a/, day, Buffer.from('a'), Object.create({ $gt: 1 }), new Map()]) {
      refuses(() => parseWhere({ a: value }));
      refuses(() => parseWhere({ a: { $in: [value] } }));
      if (value !== undefined) refuses(() => parseWhere(value));
    }
    refuses(() => parseWhere({ a: { $in: new Array(3) } }));
  });

  it('looks at own keys only', () => {
    refuses(() => parseWhere(Object.create({ title: 'milk' })));
    assert.deepEqual(conditionOf(Object.assign(Object.create(null), { a: 1 })).of.length, 1);
  });

  it('calls nothing of what it is given', () => {
    const trap = () => assert.fail('It was called.');
    refuses(() => parseWhere({ a: { toString: trap, valueOf: trap, toJSON: trap } }));
    refuses(() => parseWhere({ a: { $gt: { valueOf: trap } } }));
    refuses(() => parseWhere({ $or: { length: 1, map: trap } }));
  });

  it('refuses what is nested five thousand levels deep', () => {
    refuses(() => parseWhere(parsed(`${'{"$and":['.repeat(5000)}{}${']}'.repeat(5000)}`)));
    refuses(() => parseWhere(parsed(`{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`)));
  });

  it('takes 5 levels and no more', () => {
    const nested = levels => parsed(`${'{"$and":['.repeat(levels)}{}${']}'.repeat(levels)}`);
    assert.ok(parseWhere(nested(5)));
    refuses(() => parseWhere(nested(6)));
  });

  it('takes 100 conditions and no more, empty filters counted', () => {
    const object = count => Object.fromEntries(Array.from({ length: count }, (_, n) => [`a${n}`, 1]));
    assert.ok(parseWhere(object(100)));
    refuses(() => parseWhere(object(101)));
    assert.ok(parseWhere({ $or: Array(100).fill({}) }));
    refuses(() => parseWhere({ $or: Array(101).fill({}) }));
    refuses(() => parseWhere({ $or: Array(51).fill({ a: 1 }) }));
    const bomb = [{}, {}, {}, {}].reduce(where => ({ $or: Array(90).fill(where) }), {});
    refuses(() => parseWhere(bomb));
  });

  it('takes 10 times $contains and no more, since each reads all of a text', () => {
    const contains = count => ({ $or: Array.from({ length: count }, (_, n) => ({ a: { $contains: String(n) } })) });
    assert.ok(parseWhere(contains(10)));
    refuses(() => parseWhere(contains(11)));
    assert.ok(matches(contains(11), { a: '10' }));
  });

  it('takes 1,000 values of a list, texts of 1,000 characters, and no more', () => {
    assert.ok(parseWhere({ a: { $in: Array(1000).fill(1) } }));
    refuses(() => parseWhere({ a: { $in: Array(1001).fill(1) } }));
    assert.ok(parseWhere({ a: 'x'.repeat(1000), b: { $contains: 'x'.repeat(1000) } }));
    refuses(() => parseWhere({ a: 'x'.repeat(1001) }));
    refuses(() => parseWhere({ a: { $contains: 'x'.repeat(1001) } }));
    refuses(() => parseWhere({ ['x'.repeat(101)]: 1 }));
  });

  it('leaves the server\'s own filters as large as they like', () => {
    assert.ok(matches({ id: { $in: Array.from({ length: 5000 }, (_, n) => String(n)) } }, { id: '4999' }));
    refuses(() => matches({ id: { $like: '%' } }, { id: '4999' }));
  });
});

describe('pathsOf', () => {
  it('names each attribute that a filter looks at, once', () => {
    const where = { a: 1, 'b.c': { $gt: 1, $lt: 2 }, $or: [{ d: null }, { $nor: [{ e: { $nin: [] } }, { a: 2 }] }], $and: [{ f: { $contains: '' } }] };
    assert.deepEqual(pathsOf(where), ['a', 'b.c', 'd', 'e', 'f']);
    assert.deepEqual(pathsOf({}), []);
  });

  it('names those of an order', () => assert.deepEqual(pathsOfSort(['-a', 'b.c', 'id']), ['a', 'b.c', 'id']));
});

describe('both', () => {
  it('holds where both filters do, though they name the same attribute', () => {
    const where = both({ n: { $gt: 1 } }, { n: { $lt: 3 } });
    assert.deepEqual([1, 2, 3].map(n => matches(where, { n })), [false, true, false]);
  });

  it('is the other one, where there is only one', () => {
    assert.deepEqual([both({ a: 1 }, undefined), both(undefined, { a: 1 }), both(undefined, undefined)], [{ a: 1 }, { a: 1 }, undefined]);
  });
});

describe('compareTexts', () => {
  it('orders as UTF-8 does', () => {
    const texts = ['', 'a', 'ab', 'b', 'B', 'ä', '\ue000', '\uffff', '\u{10000}', '😀', '😁', 'a😀', 'a｡', '\ud7ff', '1', '10', '9'];
    const bytes = [...texts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    assert.deepEqual([...texts].sort(compareTexts), bytes);
  });

  it('orders texts that begin with the same, however long that is', () => {
    const ends = ['', 'a', 'b', 'ab', '\ud7ff', '\uffff', '😀'];
    for (const length of [15, 16, 17, 33, 500]) {
      const texts = ends.map(end => 'é'.repeat(length) + end);
      const bytes = [...texts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      assert.deepEqual([...texts].reverse().sort(compareTexts), bytes);
    }
  });
});

describe('parseFields', () => {
  it('takes attribute paths', () => assert.deepEqual(parseFields(['title', 'user.name']), ['title', 'user.name']));

  for (const input of [null, {}, 'title', [1], [['title']], ['__proto__'], ['a.constructor'], [''], ['*'], ['a.0'], [{ toString: () => 'a' }], Array(101).fill('a')]) {
    it(`refuses ${JSON.stringify(input).slice(0, 40)}`, () => refuses(() => parseFields(input)));
  }
});

describe('covers', () => {
  it('says who sees a field what else he sees', () => {
    const fields = ['title', 'user.name'];
    const seen = ['title', 'title.x', 'user.name', 'user.name.first'];
    const unseen = ['titles', 'user', 'user.names', 'user.mail', 'other', 'toString', 'ti', 'id'];
    assert.deepEqual([...seen, ...unseen].filter(path => covers(fields, path)), seen);
    assert.ok(covers(undefined, 'anything'));
    assert.ok(!covers([], 'anything'));
  });
});

describe('pick', () => {
  const document = { id: '1', title: 'milk', user: { name: 'Ann', mail: 'a@b', pets: [{ name: 'Rex', chip: 5 }, 'cat', [{ name: 'inner' }]] }, done: false };

  it('keeps the listed attributes, of which the id may be one', () => {
    assert.deepEqual(pick(document, ['id', 'title', 'missing', 'user.name']), { id: '1', title: 'milk', user: { name: 'Ann' } });
    assert.deepEqual(pick(document, []), {});
    assert.deepEqual(pick(document, undefined), document);
  });

  it('keeps all that is below a path, whichever comes first', () => {
    assert.deepEqual(pick(document, ['user.name', 'user']), { user: document.user });
    assert.deepEqual(pick(document, ['user', 'user.name']), { user: document.user });
  });

  it('picks from the objects of a list, and shows nothing else of it', () => {
    assert.deepEqual(pick(document, ['user.pets.name']), { user: { pets: [{ name: 'Rex' }] } });
  });

  it('shows nothing of what has no attributes', () => {
    assert.deepEqual(pick({ user: 'Ann', other: null }, ['user.name', 'other.name', 'user.length']), {});
  });

  it('takes nothing that is inherited, and changes nothing', () => {
    const before = structuredClone(document);
    assert.deepEqual(Object.keys(pick(document, ['toString', 'valueOf', 'user.hasOwnProperty'])), ['user']);
    pick(document, ['user.name']).user.name = 'Bob';
    assert.deepEqual(document, before);
  });
});

describe('parseQuery', () => {
  it('reads what a page asks for, and leaves the rest of the data alone', () => {
    const where = { done: null };
    assert.deepEqual(parseQuery({ where, sort: ['-title', 'id'], limit: 10, offset: 20, page: 3, channel: 'x' }), { where, sort: ['-title', 'id'], limit: 10, offset: 20 });
  });

  it('asks for all, where nothing is asked', () => {
    assert.deepEqual(parseQuery({}), {});
    assert.deepEqual(parseQuery({ where: null, sort: null, limit: null, offset: null }), {});
  });

  it('takes one order without its list', () => assert.deepEqual(parseQuery({ sort: '-title' }), { sort: ['-title'] }));

  for (const input of [
    { where: 'x' }, { where: { $where: 1 } }, { sort: {} }, { sort: [1] }, { sort: '--a' }, { sort: '' }, { sort: '-' }, { sort: ['a;b'] }, { sort: 'a.0' },
    { sort: '__proto__' }, { sort: Array(6).fill('a') }, { limit: -1 }, { limit: 1.5 }, { limit: '1' }, { limit: 10_001 }, { limit: {} },
    { offset: -1 }, { offset: 1e99 }, { offset: [1] },
  ]) it(`refuses ${JSON.stringify(input)}`, () => refuses(() => parseQuery(input)));
});
