// Filters and orders, compiled to SQL, against the same in memory: on random documents both find the same, in the same order.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { memoryStore, pgliteStore, useFolder, usePostgres } from './sql-support.mjs';

const names = ['a', 'b', 'id', 'größe', '_x', 'a-b', 'a$', '$', 'toString', 'exists', 'last'];
const texts = ['', 'a', 'A', 'b', 'ab', 'ä', 'a\u0308', '😀', '｡', '10', '9', '%', '_', '.*', '\\', '\\\\', '"', 'a"b', `'`, '\n', '\ufeff', '$value', '\u2028', 'n1', 'n2'];
const numbers = [0, 1, -1, 2, 1.5, 0.1, 0.3, 1e21, 1e-7, 2 ** 53, 5e-324, 1.7976931348623157e308, -1e100];

// Mostly a few, so that what is asked for is often there.
const name = fc.oneof({ weight: 4, arbitrary: fc.constantFrom('a', 'b') }, { weight: 1, arbitrary: fc.constantFrom(...names) });
const path = fc.array(name.filter(one => one !== '$'), { minLength: 1, maxLength: 3 }).map(parts => parts.join('.'));
const text = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...texts) }, { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 5 }).filter(one => !/[\0\p{Surrogate}]/u.test(one)) });
const number = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...numbers) }, { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map(n => n + 0) });
const scalar = fc.oneof({ weight: 2, arbitrary: fc.constantFrom(null, true, false, 0, 1, 'a', 'b') }, { weight: 1, arbitrary: fc.oneof(number, text) });

const { attributes } = fc.letrec(tie => ({
  value: fc.oneof({ maxDepth: 4, depthSize: 'medium' }, { weight: 3, arbitrary: scalar }, { weight: 2, arbitrary: tie('list') }, { weight: 2, arbitrary: tie('attributes') }),
  list: fc.array(tie('value'), { maxLength: 3 }),
  attributes: fc.dictionary(name, tie('value'), { maxKeys: 5, noNullPrototype: true }),
}));

const ordered = fc.oneof(number, text);
const test = fc.oneof(
  scalar,
  fc.record({ $ne: scalar, $in: fc.array(scalar, { maxLength: 4 }), $nin: fc.array(scalar, { maxLength: 4 }), $gt: ordered, $gte: ordered, $lt: ordered,
    $lte: ordered, $contains: text }, { requiredKeys: [], noNullPrototype: true }).filter(tests => Object.keys(tests).length > 0),
);
const { where } = fc.letrec(tie => ({
  conditions: fc.dictionary(path, test, { maxKeys: 2, noNullPrototype: true }),
  where: fc.oneof({ maxDepth: 3 }, { weight: 3, arbitrary: tie('conditions') },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom('$and', '$or', '$nor'), fc.array(tie('where'), { minLength: 1, maxLength: 3 })).map(([key, list]) => ({ [key]: list })) }),
}));
const sort = fc.array(fc.tuple(fc.constantFrom('', '-'), path).map(parts => parts.join('')), { maxLength: 3 });
const query = fc.record({ where, sort, limit: fc.nat(12), offset: fc.nat(4) }, { requiredKeys: ['where'], noNullPrototype: true });

/** Both stores with the same documents, and the same asked of both. */
async function compare(store, documents, queries) {
  const model = memoryStore();
  // A document made again has a greater version than the one before.
  const shown = document => document && { ...document, version: undefined };
  for (const each of [model, store]) {
    await each.transaction(async inside => {
      for (const { id } of await inside.list()) await inside.delete(id);
      for (const [index, one] of documents.entries()) await inside.create(one, { id: `n${index}` });
    });
  }
  for (const one of queries) assert.deepEqual((await store.list(one)).map(shown), (await model.list(one)).map(shown), JSON.stringify(one));
  for (const { where } of queries) {
    assert.deepEqual(shown(await store.read('n1', { where })), shown(await model.read('n1', { where })));
  }
  return queries.length;
}

const property = open => async function () {
  this.timeout(120_000);
  const store = open();
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(attributes, { minLength: 2, maxLength: 15 }), fc.array(query, { minLength: 20, maxLength: 20 }), async (documents, queries) => {
        await compare(store, documents, queries);
      }),
      { numRuns: 100 },
    );
  } finally {
    await store.close();
  }
};

describe('filters and orders in SQL', () => {
  const folder = useFolder();
  const server = usePostgres();
  it('answer in PostgreSQL as they do in memory', property(() => server.store({ table: server.table() })));
  it('answer in PGlite as they do in memory', property(() => pgliteStore(folder.path)));
});
