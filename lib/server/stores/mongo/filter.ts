// The part of a filter that MongoDB can decide beforehand: it finds all that fit, and perhaps some more, which are then looked at one by
// one. Built from the checked grammar out of five operators; nothing of what a client sent is an operator, or an expression. What negates is
// left out, so that nothing of a field that documents hide can be found out by what is not found.

import { conditionOf, type Condition, type Where } from '../../filter';

export type MongoFilter = { [name: string]: unknown };

/** Where an attribute is in the database, and whether it stands there as it does in JSON. */
export type Locate = (path: readonly string[]) => { readonly field: string; readonly types: readonly string[] } | undefined;

export const mongoFilter = (where: Where, locate: Locate): MongoFilter => compile(conditionOf(where), locate) ?? {};

/** Nothing: it might be any document. */
function compile(condition: Condition, locate: Locate): MongoFilter | undefined {
  if ('of' in condition) return compileGroup(condition.is, condition.of.map(one => compile(one, locate)));
  const found = locate(condition.path);
  if (!found) return undefined;
  const { field, types } = found;
  const fits = (value: unknown): boolean => types.includes(typeof value);
  // Values of another type would be cast by Mongoose, and find what they are not.
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

/** A text as a pattern that fits this text only. */
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|#\s-]/g, '\\$&');
