// What lib/server/filter.ts promises: that PostgreSQL's lax jsonpath finds the same documents. By a translation that is as plain
// as can be, and not the one that a store uses.
import assert from 'node:assert/strict';
import { PGlite } from '@electric-sql/pglite';
import fc from 'fast-check';
import { tsImport } from 'tsx/esm/api';
import { attributes, where } from './agreement.mjs';

const { conditionOf, matches } = await tsImport('../../lib/server/filter.ts', import.meta.url);

const comparisons = { in: '==', gt: '>', gte: '>=', lt: '<', lte: '<=' };

function sqlOf(condition, parameters) {
  const add = parameter => `$${parameters.push(parameter)}`;
  if (condition.of) {
    const tests = condition.of.map(one => sqlOf(one, parameters));
    if (condition.is === 'all') return tests.reduce((one, other) => `(${one} and ${other})`, 'true');
    const any = tests.reduce((one, other) => `(${one} or ${other})`, 'false');
    return condition.is === 'any' ? any : `not ${any}`;
  }
  const path = condition.path.map(name => `."${name}"`).join('');
  if (condition.is === 'contains') {
    return `exists (select from jsonb_path_query(a, '$${path}[*]') v where jsonb_typeof(v) = 'string' and position(${add(condition.text)}::text in v #>> '{}') > 0)`;
  }
  const wanted = add(JSON.stringify({ x: condition.values ?? [condition.value] }));
  const found = `jsonb_path_exists(a, '$ ? (@${path} ${comparisons[condition.is]} $x[*])', ${wanted}::jsonb)`;
  return condition.values?.includes(null) ? `(${found} or not jsonb_path_exists(a, '$${path}'))` : found;
}

describe('filters', () => {
  it('find what PostgreSQL\'s jsonpath finds', async () => {
    const database = new PGlite();
    const found = async (documents, filter) => {
      const parameters = [JSON.stringify(documents)];
      const sql = sqlOf(conditionOf(filter), parameters);
      const { rows } = await database.query(`select a ->> 'id' as id from jsonb_array_elements($1::jsonb) a where ${sql}`, parameters);
      return rows.map(({ id }) => id);
    };
    const checked = fc.asyncProperty(fc.array(attributes, { maxLength: 15 }), fc.array(where, { minLength: 10, maxLength: 10 }), async (rows, filters) => {
      const documents = rows.map((row, n) => ({ ...row, id: `d${n}` }));
      for (const filter of filters) {
        const fitting = documents.filter(document => matches(filter, document)).map(({ id }) => id);
        assert.deepEqual(await found(documents, filter), fitting, JSON.stringify(filter));
      }
    });
    await fc.assert(checked, { numRuns: 150 }).finally(() => database.close());
  });
});
