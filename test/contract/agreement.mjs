// Another store is to answer whatever it is asked as the store in memory does: checked on documents, filters, orders and series
// of writes that fast-check makes up. For stores' tests, beside the contract:
//   agreesWithMemory({ test: it, open: () => createMyStore(emptyDatabase()), runs: 50 });
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { companion } from '../support/companion.mjs';

const { memoryStore } = companion;

const names = ['v', 'w', 'length', 'toString'];
const scalar = fc.constantFrom(null, true, false, 0, 1, -1.5, 2 ** 53, 1e21, 5e-324, '', 'a', 'A', 'ab', '1', 'ä', '😀', '｡', 'b"\\%_');
const name = fc.constantFrom(...names);
const { value } = fc.letrec(tie => ({
  value: fc.oneof({ depthSize: 'small', maxDepth: 4 },
    scalar, scalar, fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true })),
}));
const path = fc.oneof(fc.constant('id'), fc.array(name, { minLength: 1, maxLength: 3 }).map(parts => parts.join('.')));
const ordered = fc.constantFrom(0, 1, -1.5, '', 'a', 'A', 'd3', '｡', '😀');
const values = fc.array(scalar, { maxLength: 3 });
const condition = fc.oneof(
  scalar,
  scalar.map(one => ({ $ne: one })),
  values.map(list => ({ $in: list })),
  values.map(list => ({ $nin: list })),
  fc.tuple(fc.constantFrom('$gt', '$gte', '$lt', '$lte'), ordered).map(([test, bound]) => ({ [test]: bound })),
  fc.constantFrom('', 'a', 'A', '1', '"', '%', '😀').map(text => ({ $contains: text })),
);

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

const id = fc.constantFrom('a', 'b', 'B', '😀', '｡');
const channel = fc.constantFrom('', 'one', 'two');
const which = { channel, where, ifVersion: fc.integer({ min: 1, max: 3 }), origin: fc.constantFrom('me', 'you') };
const optional = { requiredKeys: [] };
const write = fc.oneof(
  fc.tuple(fc.constant('create'), attributes, fc.record({ id, channel })),
  fc.tuple(fc.constant('create'), attributes, fc.record({ id, channel })),
  fc.tuple(fc.constantFrom('update', 'patch'), id, attributes, fc.record({ ...which, moveTo: channel }, optional)),
  fc.tuple(fc.constant('patch'), id, attributes, fc.record({ moveTo: channel }, optional)),
  fc.tuple(fc.constant('delete'), id, fc.record(which, optional)),
);
/** Each in a transaction of its own, or several in one, which is ended by a refusal. */
const writes = fc.array(fc.oneof(write.map(one => [one]), fc.array(write, { minLength: 2, maxLength: 4 })), { maxLength: 12 });

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

async function empty(store) {
  for (const { id } of await store.list()) await store.delete(id);
}

/** The same on both, each opened anew where heads are looked at. */
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
      for (const each of queries) assert.deepEqual(await store.list(each), await memory.list(each), JSON.stringify(each));
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
