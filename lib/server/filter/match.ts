// Whether a document fits a filter, and which of two comes first: decided in memory, with the same results as PostgreSQL's lax jsonpath and
// MongoDB. Not by a library such as sift, which looks into nested lists, takes inherited properties and the `length` of a string for
// attributes, and orders strings by UTF-16.

import type { Where } from '../filter';
import type { Attributes, Document, Json } from '../store';
import { isObject } from '../stores/base';
import { conditionOf, type Condition } from './grammar';
import { parsePath } from './path';

/** The id is an argument of its own, unless it is among the attributes: to put it there would copy them. */
type Test = (attributes: Attributes, id?: string) => boolean;

/** Compiles the filter once, for many documents. */
export const matcher = (where: Where): Test => testOf(conditionOf(where));

function testOf(condition: Condition): Test {
  if ('of' in condition) return groupOf(condition.is, condition.of.map(testOf));
  const { path } = condition;
  if (condition.is !== 'in') {
    const fits = fitsOf(condition);
    return (attributes, id) => valueFits(attributes, id, path, fits) === true;
  }
  // A set, since there may be a thousand values.
  const values = new Set<Json>(condition.values);
  const fits = (value: Json): boolean => values.has(value);
  const ifMissing = values.has(null);
  return (attributes, id) => valueFits(attributes, id, path, fits) ?? ifMissing;
}

function groupOf(is: 'all' | 'any' | 'none', tests: Test[]): Test {
  switch (is) {
    case 'all': return (attributes, id) => tests.every(test => test(attributes, id));
    case 'any': return (attributes, id) => tests.some(test => test(attributes, id));
    case 'none': return (attributes, id) => !tests.some(test => test(attributes, id));
  }
}

function fitsOf(condition: Exclude<Condition, { is: 'in' } | { of: unknown }>): (value: Json) => boolean {
  if (condition.is === 'contains') return value => typeof value === 'string' && value.includes(condition.text);
  const { is, value: bound } = condition;
  const fits = { gt: (n: number) => n > 0, gte: (n: number) => n >= 0, lt: (n: number) => n < 0, lte: (n: number) => n <= 0 }[is];
  return typeof bound === 'number'
    ? value => typeof value === 'number' && fits(value - bound)
    : value => typeof value === 'string' && fits(compareTexts(value, bound));
}

function valueFits(attributes: Attributes, id: string | undefined, path: readonly string[], fits: (value: Json) => boolean): boolean | undefined {
  if (id === undefined || path[0] !== 'id') return leadsTo(attributes, path, 0, fits);
  // The id is a string, so that no path leads into it.
  return path.length === 1 ? fits(id) : undefined;
}

/**
 * Whether a path leads to a value that fits; undefined if it leads nowhere. Lists on the way are entered, and so is one at its end. Makes
 * no objects, since it runs for each document and condition.
 */
function leadsTo(value: Json, path: readonly string[], depth: number, fits: (value: Json) => boolean): boolean | undefined {
  if (depth === path.length) return Array.isArray(value) ? value.some(fits) : fits(value);
  if (!Array.isArray(value)) return isObject(value) ? leadsBelow(value, path, depth, fits) : undefined;
  let found: boolean | undefined;
  for (const item of value) {
    if (isObject(item)) found = leadsBelow(item, path, depth, fits) ?? found;
    if (found) break;
  }
  return found;
}

function leadsBelow(object: Attributes, path: readonly string[], depth: number, fits: (value: Json) => boolean): boolean | undefined {
  const name = path[depth] as string;
  return Object.hasOwn(object, name) ? leadsTo(object[name] as Json, path, depth + 1, fits) : undefined;
}

/**
 * The order of `sort`: missing values and null come first, then numbers, strings by their code points, objects and lists (in no order
 * among themselves), false, true; `-title` reverses all of that. Lists on the way are not entered. Ties are ordered by id.
 */
export function sorter(sort: readonly string[] = []): (a: Document, b: Document) => number {
  const keys = sort.map(key => ({ path: parsePath(key.replace(/^-/, '')), sign: key.startsWith('-') ? -1 : 1 }));
  return (a, b) => {
    for (const { path, sign } of keys) {
      const order = compare(valueAt(a, path), valueAt(b, path));
      if (order) return sign * order;
    }
    return compareTexts(a.id, b.id);
  };
}

function valueAt({ id, attributes }: Document, path: readonly string[]): Json | undefined {
  if (path.length === 1 && path[0] === 'id') return id;
  let value: Json | undefined = attributes;
  for (const name of path) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

function compare(a: Json | undefined, b: Json | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  return rank(a) - rank(b);
}

function rank(value: Json | undefined): number {
  switch (typeof value) {
    case 'number': return 1;
    case 'string': return 2;
    case 'object': return value === null ? 0 : 3;
    case 'boolean': return value ? 5 : 4;
    default: return 0;
  }
}

/** Compares by code points, as UTF-8 does. JavaScript's own comparison is by UTF-16, with emoji before `｡`. */
export function compareTexts(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  const index = commonLength(a, b, end);
  return index < end ? order(a.charCodeAt(index)) - order(b.charCodeAt(index)) : a.length - b.length;
}

/** Most strings differ near their beginning. Of others whole parts are compared: one unit at a time would take four times as long. */
function commonLength(a: string, b: string, end: number): number {
  const near = Math.min(end, 16);
  let low = 0;
  while (low < near && a.charCodeAt(low) === b.charCodeAt(low)) low += 1;
  if (low < near) return low;
  for (let high = end; low < high;) {
    const middle = Math.ceil((low + high) / 2);
    if (a.slice(low, middle) === b.slice(low, middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Surrogates, D800 to DFFF, are halves of the code points above FFFF, and so come after all other units. */
const order = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit);
