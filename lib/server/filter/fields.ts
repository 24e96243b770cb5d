// Which attributes of a document: a list of paths, of which a shorter one stands for all that is below it.

import type { Fields } from '../filter';
import type { Attributes, Json } from '../store';
import { invalid, isObject } from '../stores/base';
import { parsePath } from './path';

const most = 100;

/** A list of paths that a client sent. Throws `invalid`, with what is wrong. */
export function parseFields(input: unknown): Fields {
  if (!Array.isArray(input) || input.length > most) throw invalid(`Fields are a list of up to ${most} attribute paths.`);
  return input.map((path: unknown) => parsePath(path).join('.'));
}

/** Whether whoever sees these fields sees the attribute at that path. */
export const covers = (fields: Fields | undefined, path: string): boolean =>
  !fields || fields.some(field => path === field || path.startsWith(`${field}.`));

/** Of these attributes only these. Of objects in a list, each is picked from. */
export function pick(attributes: Attributes, fields: Fields | undefined): Attributes {
  return fields ? pickPaths(attributes, fields.map(field => field.split('.'))) : attributes;
}

function pickPaths(object: Attributes, paths: readonly string[][]): Attributes {
  const picked: Attributes = {};
  for (const name of new Set(paths.map(([first]) => first as string))) {
    if (!Object.hasOwn(object, name)) continue;
    const below = paths.filter(([first]) => first === name).map(([, ...rest]) => rest);
    const value = object[name] as Json;
    const kept = below.some(rest => !rest.length) ? value : pickBelow(value, below);
    if (kept !== undefined) picked[name] = kept;
  }
  return picked;
}

/** Nothing of what has no attributes: `user.name` of `user: 'Ann'` must not show `Ann`. Lists within lists are not entered. */
function pickBelow(value: Json, paths: readonly string[][]): Json | undefined {
  if (Array.isArray(value)) return value.filter(isObject).map(item => pickPaths(item, paths));
  return isObject(value) ? pickPaths(value, paths) : undefined;
}
