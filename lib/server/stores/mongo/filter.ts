// The part of a filter that MongoDB can decide beforehand: it finds all documents that fit, and perhaps more, which are then checked one
// by one. Built from the parsed filter with five operators; nothing that a client sent becomes an operator or an expression. Negations are
// left out, so that no value of a hidden field can be guessed from the documents that are not found.

import { conditionOf, type Condition, type Where } from '../../filter';

export type MongoFilter = { [name: string]: unknown };

/** The field of an attribute in the database, and the types whose values are the same there as in JSON; undefined if there is none. */
export type Locate = (path: readonly string[]) => { readonly field: string; readonly types: readonly string[] } | undefined;

export const mongoFilter = (where: Where, locate: Locate): MongoFilter => compile(conditionOf(where), locate) ?? {};

/** Undefined if any document might fit. */
function compile(condition: Condition, locate: Locate): MongoFilter | undefined {
  if ('of' in condition) return compileGroup(condition.is, condition.of.map(one => compile(one, locate)));
  const found = locate(condition.path);
  if (!found) return undefined;
  const { field, types } = found;
  const fits = (value: unknown): boolean => types.includes(typeof value);
  // Mongoose would cast values of another type, and find documents that do not fit.
  switch (condition.is) {
    case 'in': return condition.values.includes(null) ? undefined : { [field]: { $in: condition.values.filter(fits) } };
    case 'contains': return fits('') ? { [field]: { $regex: escaped(condition.text) } } : nothing;
    default: return fits(condition.value) ? { [field]: { [`$${condition.is}`]: condition.value } } : nothing;
  }
}

const nothing: MongoFilter = { _id: { $in: [] } };

function compileGroup(is: 'all' | 'any' | 'none', parts: (MongoFilter | undefined)[]): MongoFilter | undefined {
  if (is === 'none') return undefined;
  const known = parts.filter(part => part !== undefined);
  if (is === 'any') return known.length === parts.length ? { $or: known } : undefined;
  return known.length ? { $and: known } : undefined;
}

/** A string as a pattern that matches only that string. */
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|#\s-]/g, '\\$&');
