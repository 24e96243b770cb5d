// Filters and lists of attributes: a part of MongoDB's query language that is small enough for every store to answer it alike.
//
//   { title: 'milk', 'user.name': { $ne: 'Ann' }, price: { $gt: 1, $lte: 5 }, tags: { $in: ['a', 'b'] } }
//   { $or: [{ title: { $contains: 'mil' } }, { done: null }] }      also $and, $nor
//
// A path leads through objects and, one level each, through lists: a condition holds if any of the values there fits. The path `id` is
// the document's id. Values are null, booleans, numbers and strings, and fit only values of their own type; `null` also fits what is
// missing. `$gt`, `$gte`, `$lt`, `$lte` and `sort` compare numbers, or strings by their code points. `$ne` and `$nin` hold exactly where
// equality and `$in` do not. `$contains` looks for a part of a string, literally and case-sensitively.

import type { Attributes, Json } from './store';

/** Conditions, all of which must hold. */
export type Where = { [path: string]: Json };

/** Attribute paths. */
export type Fields = readonly string[];

/** What a user may see and change: these documents, and of each of them these attributes. */
export interface Scope {
  where?: Where;
  fields?: Fields;
}

export { conditionOf, parseWhere, pathsOf, type Condition } from './filter/grammar';
export { compareTexts, matcher, sorter } from './filter/match';
export { complete, covers, isPart, parseFields, pick } from './filter/fields';
export { pathsOfSort, parseQuery } from './filter/query';

import { matcher } from './filter/match';

/** Whether a document fits. The attributes must have the document's id under `id`. */
export const matches = (where: Where, attributes: Attributes): boolean => matcher(where)(attributes);

/** A filter that holds where both do. */
export const both = (one: Where | undefined, other: Where | undefined): Where | undefined =>
  one && other ? { $and: [one, other] } : (one ?? other);
