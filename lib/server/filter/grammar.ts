// The grammar of filters: checks a filter, and parses it into conditions, which stores translate for their database. Nothing that a client
// sends is used as the name of a property here, or executed.

import { invalid, isPlain, isStorableText } from '../stores/base';
import type { Where } from '../filter';
import { parsePath } from './path';

type Scalar = null | boolean | number | string;

/** A parsed filter. `$ne` and `$nin` are `none` of an `in`; equality is an `in` with one value. */
export type Condition =
  | { readonly is: 'all' | 'any' | 'none'; readonly of: readonly Condition[] }
  | { readonly is: 'in'; readonly path: readonly string[]; readonly values: readonly Scalar[] }
  | { readonly is: 'gt' | 'gte' | 'lt' | 'lte'; readonly path: readonly string[]; readonly value: number | string }
  | { readonly is: 'contains'; readonly path: readonly string[]; readonly text: string };

/**
 * Limits for filters of clients, whose cost grows with each of these. The members of $and, $or and $nor count as conditions. A search
 * (`$contains`) reads the whole of each string, and so costs as much as twenty other conditions.
 */
const limits = { depth: 5, conditions: 100, searches: 10, values: 1000, length: 1000 };
/** Larger by an id: a page adds one to a subscription's filter, which may use up its limits, to read one document of it. */
const limitsWithId: typeof limits = { ...limits, depth: limits.depth + 1, conditions: limits.conditions + 3 };
const unlimited: typeof limits = { depth: Infinity, conditions: Infinity, searches: Infinity, values: Infinity, length: Infinity };

/** What is left of the limits while a filter is parsed. */
interface Reading {
  conditions: number;
  searches: number;
  readonly limits: typeof limits;
}

const begin = (most: typeof limits): Reading => ({ conditions: most.conditions, searches: most.searches, limits: most });

const groups: ReadonlyMap<string, 'all' | 'any' | 'none'> = new Map([['$and', 'all'], ['$or', 'any'], ['$nor', 'none']]);

/** A filter that a client sent. Throws `invalid`, with what is wrong. */
export function parseWhere(input: unknown, most = limits): Where {
  readGroup(input, begin(most), 0);
  return input as Where;
}

/** The filter of a client's read. */
export const parseReadWhere = (input: unknown): Where => parseWhere(input, limitsWithId);

/** A filter's conditions. The server's own filters may have any size; a mistake in one throws `invalid` all the same. */
export const conditionOf = (where: Where): Condition => readGroup(where, begin(unlimited), 0);

/** The attribute paths that a filter looks at: a user who may not read one of them may not filter by it either. */
export function pathsOf(where: Where): string[] {
  const paths = (condition: Condition): string[] => ('of' in condition ? condition.of.flatMap(paths) : [condition.path.join('.')]);
  return [...new Set(paths(conditionOf(where)))];
}

function readGroup(input: unknown, reading: Reading, depth: number): Condition {
  if (!isPlain(input)) throw invalid('A filter is an object: { title: "milk" }.');
  if (depth > reading.limits.depth) throw invalid(`A filter is at most ${limits.depth} levels deep.`);
  return { is: 'all', of: Object.entries(input).flatMap(([key, value]) => readEntry(key, value, reading, depth)) };
}

function readEntry(key: string, value: unknown, reading: Reading, depth: number): Condition[] {
  const is = groups.get(key);
  if (is) return [{ is, of: readList(key, value, reading).map(one => readGroup(one, reading, depth + 1)) }];
  if (key.startsWith('$')) throw invalid('Filters are grouped by $and, $or and $nor.');
  const path = parsePath(key);
  if (isPlain(value)) return readTests(path, Object.entries(value), reading);
  count(reading, 1);
  return [oneOf(path, [readScalar(value, reading)])];
}

/** Stores have ids as strings, pages may have numbers. */
const textOf = (id: Scalar): Scalar => (typeof id === 'number' ? String(id) : id);

const oneOf = (path: string[], values: Scalar[]): Condition => ({ is: 'in', path, values: path.join('.') === 'id' ? values.map(textOf) : values });
const noneOf = (path: string[], values: Scalar[]): Condition => ({ is: 'none', of: [oneOf(path, values)] });

function readTests(path: string[], tests: [name: string, operand: unknown][], reading: Reading): Condition[] {
  if (!tests.length) throw invalid('A condition is a value or an object of tests, such as { $gt: 1 }.');
  count(reading, tests.length);
  return tests.map(([name, operand]) => readTest(path, name, operand, reading));
}

function readTest(path: string[], name: string, operand: unknown, reading: Reading): Condition {
  switch (name) {
    case '$ne': return noneOf(path, [readScalar(operand, reading)]);
    case '$in': return oneOf(path, readValues(name, operand, reading));
    case '$nin': return noneOf(path, readValues(name, operand, reading));
    case '$gt': return { is: 'gt', path, value: readOrdered(name, operand, reading) };
    case '$gte': return { is: 'gte', path, value: readOrdered(name, operand, reading) };
    case '$lt': return { is: 'lt', path, value: readOrdered(name, operand, reading) };
    case '$lte': return { is: 'lte', path, value: readOrdered(name, operand, reading) };
    case '$contains': return { is: 'contains', path, text: readSearch(name, operand, reading) };
    default: throw invalid('The tests of a filter are $ne, $in, $nin, $gt, $gte, $lt, $lte and $contains.');
  }
}

/** Counted before it is read, so that a list of a million costs nothing. */
function count(reading: Reading, conditions: number): void {
  reading.conditions -= conditions;
  if (reading.conditions < 0) throw invalid(`A filter has at most ${limits.conditions} conditions.`);
}

function readList(name: string, list: unknown, reading: Reading): unknown[] {
  if (!Array.isArray(list) || !list.length) throw invalid(`${name} takes a list of filters.`);
  // Counts empty members as well: otherwise a list of them would have no limit.
  count(reading, list.length);
  return list;
}

function readValues(name: string, list: unknown, reading: Reading): Scalar[] {
  const most = reading.limits.values;
  if (Array.isArray(list) && list.length <= most) return Array.from(list, value => readScalar(value, reading));
  throw invalid(`${name} takes a list of ${most === Infinity ? '' : `up to ${most} `}values.`);
}

function readScalar(value: unknown, reading: Reading): Scalar {
  if (value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return value;
  if (typeof value === 'string') return checkText(value, reading);
  throw invalid('The values of a filter are null, booleans, finite numbers and strings.');
}

function readOrdered(name: string, value: unknown, reading: Reading): number | string {
  const scalar = readScalar(value, reading);
  if (typeof scalar === 'number' || typeof scalar === 'string') return scalar;
  throw invalid(`${name} takes a number or a string.`);
}

function readSearch(name: string, value: unknown, reading: Reading): string {
  reading.searches -= 1;
  if (reading.searches < 0) throw invalid(`A filter may use ${name} at most ${reading.limits.searches} times.`);
  if (typeof value === 'string') return checkText(value, reading);
  throw invalid(`${name} takes a string.`);
}

function checkText(text: string, { limits: { length } }: Reading): string {
  if (text.length > length) throw invalid(`The strings of a filter have at most ${length} characters.`);
  if (!isStorableText(text)) throw invalid('The strings of a filter must be well-formed Unicode, without the character U+0000.');
  return text;
}
