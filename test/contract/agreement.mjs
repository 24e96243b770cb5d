// Another store is to answer whatever it is asked as the store in memory does: checked on documents, filters, orders and series
// of writes that fast-check makes up. For stores' tests, beside the contract:
//   agreesWithMemory({ test: it, open: () => createMyStore(emptyDatabase()), runs: 50 });
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { companion } from '../support/companion.mjs';

const { memoryStore } = companion;

// Mostly a few, so that what is asked for is often there.
const often = (arbitrary, other) => fc.oneof({ weight: 4, arbitrary }, { weight: 1, arbitrary: other });
const name = often(fc.constantFrom('v', 'w'), fc.constantFrom('length', 'toString', 'id', 'größe', '_x', 'a-b', 'a$', 'exists', 'last'));
const number = often(fc.constantFrom(0, 1, -1.5, 0.1, 2 ** 53, 1e21, 1e-7, 5e-324, 1.7976931348623157e308, -1e100),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(n => n + 0));
const text = often(
  fc.constantFrom('', 'a', 'A', 'ab', '1', '10', '9', 'ä', 'a\u0308', '😀', '｡', 'b"\\%_', '.*', `'`, '\n', '\ufeff', '\u2028', '$value', 'd1', 'd3'),
  fc.string({ unit: 'grapheme', maxLength: 5 }).filter(one => !/[\0\p{Surrogate}]/u.test(one)));
const scalar = fc.oneof({ weight: 2, arbitrary: fc.constantFrom(null, true, false, 0, 1, 'a') }, { weight: 1, arbitrary: fc.oneof(number, text) });
const { value } = fc.letrec(tie => ({
  value: fc.oneof({ depthSize: 'small', maxDepth: 4 },
    scalar, scalar, fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true })),
}));
const path = fc.oneof(fc.constant('id'), fc.array(name, { minLength: 1, maxLength: 3 }).map(parts => parts.join('.')));
const ordered = fc.oneof(number, text);
const values = fc.array(scalar, { maxLength: 3 });
const tests = fc.record({
  $ne: scalar, $in: values, $nin: values, $gt: ordered, $gte: ordered, $lt: ordered, $lte: ordered, $contains: text,
}, { requiredKeys: [], noNullPrototype: true }).filter(given => Object.keys(given).length > 0);
const condition = fc.oneof(scalar, tests);

export const attributes = fc.dictionary(name, value, { maxKeys: 3, noNullPrototype: true });
export const { where } = fc.letrec(tie => ({
  where: fc.oneof({ maxDepth: 3, depthSize: 'small' },
    fc.dictionary(path, condition, { maxKeys: 2, noNullPrototype: true }),
    fc.tuple(fc.constantFrom('$and', '$or', '$nor'), fc.array(tie('where'), { minLength: 1, maxLength: 2 })).map(([group, list]) => ({ [group]: list }))),
}));
/** Lists and objects have no order among themselves, and are equal there: by their ids. */
const sort = fc.array(fc.tuple(fc.constantFrom('', '-'), path).map(parts => parts.join('')), { maxLength: 2 });
const part = fc.record({ limit: fc.nat(6), offset: fc.nat(4) }, { requiredKeys: [] });
const query = fc.tuple(where, sort, part).map(([where, sort, part]) => ({ where, sort, ...part }));

/** Mostly one, so that it is created, deleted and created again: what is kept of it meanwhile counts. */
const id = often(fc.constant('a'), fc.constantFrom('b', 'B', '😀', '｡'));
const channel = fc.constantFrom('', 'one', 'two');
const which = { channel, where, ifVersion: fc.integer({ min: 1, max: 3 }), origin: fc.constantFrom('me', 'you') };
const optional = { requiredKeys: [] };
const write = fc.oneof(
  fc.tuple(fc.constant('create'), attributes, fc.record({ id, channel })),
  fc.tuple(fc.constant('create'), attributes, fc.record({ id, channel })),
  fc.tuple(fc.constantFrom('update', 'patch'), id, attributes, fc.record({ ...which, moveTo: channel }, optional)),
  fc.tuple(fc.constant('patch'), id, attributes, fc.record({ moveTo: channel }, optional)),
  fc.tuple(fc.constant('delete'), id, fc.record(which, optional)),
  fc.tuple(fc.constant('delete'), id),
);
/** Each in a transaction of its own, or several in one, which is ended by a refusal. */
const writes = fc.array(fc.oneof(write.map(one => [one]), fc.array(write, { minLength: 2, maxLength: 4 })), { maxLength: 16, size: 'max' });

/** What comes of it, a refusal included. */
const outcome = promise => promise.then(
  result => ({ result }),
  error => ({ refused: error.code ?? error.stack, document: error.details?.document }),
);

async function perform(store, steps) {
  const outcomes = [];
  for (const step of steps) {
    const [[method, ...args]] = step;
    if (step.length === 1) outcomes.push(await outcome(store[method](...args)));
    else outcomes.push(await outcome(store.transaction(async documents => {
      const results = [];
      for (const [method, ...args] of step) results.push(await documents[method](...args), await documents.list());
      return results;
    })));
  }
  const logs = ['', 'one', 'two'].map(async name => [await store.head(name), await store.changes(name, 0)]);
  return { outcomes, list: await store.list(), logs: await Promise.all(logs) };
}

/** Without the version of one that was made again: that goes on for as long as a log does, which is another in each store. */
const shown = document => document && { ...document, version: undefined };

async function empty(store) {
  for (const { id } of await store.list()) await store.delete(id);
}

/** The same on both, each opened anew where heads are looked at. Takes up to a minute. */
export function agreesWithMemory({ test, open, runs = 50 }) {
  test('answers every filter, order and part of a list as the store in memory does', async () => {
    const [store, memory] = [await open(), memoryStore()];
    const checked = fc.asyncProperty(fc.array(attributes, { maxLength: 12 }), fc.array(query, { minLength: 20, maxLength: 20 }), async (rows, queries) => {
      for (const each of [store, memory]) {
        await empty(each);
        await each.transaction(async documents => {
          for (const [n, row] of rows.entries()) await documents.create(row, { id: `d${n}` });
        });
      }
      for (const each of queries) {
        assert.deepEqual((await store.list(each)).map(shown), (await memory.list(each)).map(shown), JSON.stringify(each));
        assert.deepEqual(shown(await store.read('d1', each)), shown(await memory.read('d1', each)), JSON.stringify(each));
      }
    });
    await fc.assert(checked, { numRuns: runs }).finally(() => store.close());
  });

  test('does whatever is written as the store in memory does', async () => {
    const checked = fc.asyncProperty(writes, async steps => {
      const [store, memory] = [await open(), memoryStore()];
      try {
        assert.deepEqual(await perform(store, steps), await perform(memory, steps));
      } finally {
        await store.close();
      }
    });
    await fc.assert(checked, { numRuns: runs });
  });
}
