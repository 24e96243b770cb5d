// Which documents, and how much of each: a small part of MongoDB's grammar, so small that every store can answer it alike.
//
//   { title: 'milk', 'user.name': { $ne: 'Ann' }, price: { $gt: 1, $lte: 5 }, tags: { $in: ['a', 'b'] } }
//   { $or: [{ title: { $contains: 'mil' } }, { done: null }] }      also $and, $nor
//
// A path leads through objects and, one level each, through lists: a condition holds if any of the values there fits. The path
// `id` is the document's id. Values are null, booleans, numbers and texts, and fit only their own kind; `null` fits what is missing, too. `$gt`,
// `$gte`, `$lt`, `$lte` and `sort` go by number, or by text in the order of the code points. `$ne` and `$nin` hold exactly where
// equality and `$in` do not. `$contains` takes a text literally, case and all.

import type { Attributes, Json } from './store';

/** Conditions that all hold. */
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

/** Whether a document fits. Give it the attributes with the document's id under `id`. */
export const matches = (where: Where, attributes: Attributes): boolean => matcher(where)(attributes);

/** The filter that holds where both do. */
export const both = (one: Where | undefined, other: Where | undefined): Where | undefined =>
  one && other ? { $and: [one, other] } : (one ?? other);
