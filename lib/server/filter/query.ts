// The query of a collection's fetch: `fetch({ data: { where, sort, limit, offset } })`. Anything else in the data is for the layers of the
// backend.

import type { Query } from '../store';
import { invalid } from '../stores/base';
import { parseReadWhere } from './grammar';
import { parsePath } from './path';

const limits = { sort: 5, limit: 10_000, offset: 1_000_000_000 };

/** Parses a request's data. Throws `invalid`, with what is wrong. Without `limit` it asks for all documents. */
export function parseQuery(input: { readonly [name: string]: unknown }): Query {
  const { where, sort, limit, offset } = input;
  return {
    ...(where != null && { where: parseReadWhere(where) }),
    ...(sort != null && { sort: parseSort(sort) }),
    ...(limit != null && { limit: parseCount('limit', limit) }),
    ...(offset != null && { offset: parseCount('offset', offset) }),
  };
}

/** The attribute paths that an order looks at: a user could learn their values from it. */
export const pathsOfSort = (sort: readonly string[] = []): string[] => sort.map(key => key.replace(/^-/, ''));

/** A single path need not be in a list. */
function parseSort(sort: unknown): string[] {
  const keys: unknown[] = Array.isArray(sort) ? sort : [sort];
  if (keys.length > limits.sort || !keys.every(key => typeof key === 'string')) {
    throw invalid(`"sort" is a list of up to ${limits.sort} attribute paths; "-title" is descending.`);
  }
  for (const key of keys) parsePath(key.replace(/^-/, ''));
  return keys;
}

function parseCount(name: 'limit' | 'offset', count: unknown): number {
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= limits[name]) return count;
  throw invalid(`"${name}" is a whole number from 0 to ${limits[name]}.`);
}
