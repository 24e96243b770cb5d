// Lists of documents: which, in which order, and how many.

import assert from 'node:assert/strict';
import { fill, idsOf, refusal, type Promises } from './support';

export const lists: Promises = {
  'lists nothing while there is nothing': async store => assert.deepEqual(await store.list(), []),

  'lists the documents of a channel, or of all': async store => {
    await fill(store, { a: {}, c: {} }, 'one');
    await fill(store, { b: {} }, 'two');
    await fill(store, { d: {} });
    assert.deepEqual(idsOf(await store.list({ channel: 'one' })), ['a', 'c']);
    assert.deepEqual(idsOf(await store.list({ channel: '' })), ['d']);
    assert.deepEqual(idsOf(await store.list({ channel: 'none' })), []);
    assert.deepEqual(idsOf(await store.list()), ['a', 'b', 'c', 'd']);
  },

  'lists whole documents': async store => {
    const made = await store.create({ title: 'milk', nested: { list: [1, [2]] } }, { id: 'a', channel: 'one' });
    const now = await store.patch(made.id, { done: false });
    assert.deepEqual(await store.list(), [now]);
  },

  'lists in the order of the ids, by their code points': async store => {
    const ids = ['😀', 'b', 'a', 'B', '10', '9', 'ä', 'aa', '_', '｡', 'a b', 'a-b', 'A'];
    await fill(store, Object.fromEntries(ids.map(id => [id, {}])));
    const ordered = ['10', '9', 'A', 'B', '_', 'a', 'a b', 'a-b', 'aa', 'b', 'ä', '｡', '😀'];
    assert.deepEqual(idsOf(await store.list()), ordered);
    assert.deepEqual(idsOf(await store.list({ sort: ['-id'] })), ordered.reverse());
  },

  'sorts by attributes: missing values first, then numbers, strings, false, true': async store => {
    await fill(store, {
      a: { v: true }, b: { v: 'ä' }, c: { v: 10 }, d: {}, e: { v: false }, f: { v: 'Z' }, g: { v: 9 }, h: { v: null },
      i: { v: -1.5 }, j: { v: '10' }, k: { v: '9' }, l: { v: 'z' }, m: { v: '' }, n: { v: '😀' }, o: { v: '｡' },
    });
    const ordered = 'd h i g c m j k f l b o n e a'.split(' ');
    assert.deepEqual(idsOf(await store.list({ sort: ['v'] })), ordered);
    // Ties stay in the order of their ids.
    assert.deepEqual(idsOf(await store.list({ sort: ['-v'] })), 'a e n o b l f k j m c g i d h'.split(' '));
  },

  'sorts by several attributes, also within objects': async store => {
    await fill(store, {
      a: { user: { name: 'Bob' }, n: 1 }, b: { user: { name: 'Ann' }, n: 1 }, c: { user: { name: 'Bob' }, n: 2 },
      d: { user: 'Ann', n: 3 }, e: { user: { name: 'Ann' }, n: 1 },
    });
    assert.deepEqual(idsOf(await store.list({ sort: ['user.name', '-n'] })), ['d', 'b', 'e', 'c', 'a']);
    assert.deepEqual(idsOf(await store.list({ sort: ['-user.name', 'n'] })), ['a', 'c', 'b', 'e', 'd']);
  },

  'lists a part by limit and offset': async store => {
    await fill(store, { a: { n: 3 }, b: { n: 1 }, c: { n: 2 }, d: { n: 2 } });
    const ids = async (query: Parameters<typeof store.list>[0]) => idsOf(await store.list(query));
    assert.deepEqual(await ids({ limit: 2 }), ['a', 'b']);
    assert.deepEqual(await ids({ offset: 3 }), ['d']);
    assert.deepEqual(await ids({ offset: 1, limit: 2, sort: ['n'] }), ['c', 'd']);
    assert.deepEqual(await ids({ offset: 1, limit: 5, where: { n: { $gte: 2 } } }), ['c', 'd']);
    assert.deepEqual(await ids({ limit: 1, where: { n: { $lt: 3 }, id: { $ne: 'b' } } }), ['c']);
    assert.deepEqual(await ids({ limit: 0 }), []);
    assert.deepEqual(await ids({ offset: 4 }), []);
  },

  'refuses a limit or an offset that is not a whole number from 0': async store => {
    await store.create({}, { id: 'a' });
    for (const count of [-1, 1.5, NaN, Infinity, '2', null, 2 ** 53] as number[]) {
      await refusal('invalid', store.list({ limit: count }));
      await refusal('invalid', store.list({ offset: count }));
      await refusal('invalid', store.transaction(documents => documents.list({ limit: count })));
    }
    assert.deepEqual(idsOf(await store.list({ limit: 2 ** 53 - 1, offset: 0 })), ['a']);
  },

  'lists ten thousand documents': async store => {
    const numbers = Array.from({ length: 10_000 }, (_, n) => n);
    await fill(store, Object.fromEntries(numbers.map(n => [`id ${String(n).padStart(5, '0')}`, { n, title: `title ${n}` }])));
    assert.deepEqual((await store.list()).map(({ attributes }) => attributes.n), numbers);
    assert.equal((await store.list({ where: { n: { $gte: 9_000 } }, sort: ['-n'], limit: 500 })).at(-1)?.attributes.n, 9_500);
    assert.equal(await store.head(''), 10_000);
  },
};
