// Which attributes of a document: a list of paths, of which a shorter one stands for all that is below it.

import { isDeepStrictEqual } from 'node:util';
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

/** Whether of this attribute, an object, only a part is among the fields. */
export const isPart = (fields: Fields | undefined, name: string): boolean =>
  !covers(fields, name) && fields?.some(field => field.startsWith(`${name}.`)) === true;

/**
 * The attributes that somebody writes who has only these fields: those of which he has a part are whole again, with the rest of them as it is.
 * Throws `invalid` where it cannot be told what he means.
 */
export function complete(written: Attributes, attributes: Attributes, fields: Fields): Attributes {
  const parts = Object.keys(written).filter(name => isPart(fields, name));
  const paths = fields.map(field => field.split('.')).filter(([first]) => parts.includes(first as string));
  const merged = mergePaths(attributes, written, paths, '');
  return { ...written, ...Object.fromEntries(parts.map(name => [name, merged[name] as Json])) };
}

function mergePaths(object: Attributes, changed: Attributes, paths: readonly string[][], at: string): Attributes {
  // What he writes beyond his part, he means.
  const merged: Attributes = { ...object, ...changed };
  for (const name of new Set(paths.map(([first]) => first as string))) {
    const below = paths.filter(([first]) => first === name).map(([, ...rest]) => rest);
    if (!Object.hasOwn(changed, name)) delete merged[name];
    else merged[name] = mergeBelow(object[name] as Json, changed[name] as Json, below, `${at}${name}`);
  }
  return merged;
}

function mergeBelow(value: Json, changed: Json, paths: readonly string[][], at: string): Json {
  if (paths.some(rest => !rest.length)) return changed;
  if (isObject(value) && isObject(changed)) return mergePaths(value, changed, paths, `${at}.`);
  if (value == null) return changed;
  if (isDeepStrictEqual(pickBelow(value, paths), changed)) return value;
  throw invalid(`"${at.slice(0, 50)}" cannot be written by whoever has only a part of it: ask for all of it.`);
}

/** Nothing of what has no attributes: `user.name` of `user: 'Ann'` must not show `Ann`. Lists within lists are not entered. */
function pickBelow(value: Json, paths: readonly string[][]): Json | undefined {
  if (Array.isArray(value)) return value.flatMap(item => (isObject(item) ? pickPaths(item, paths) : []));
  return isObject(value) ? pickPaths(value, paths) : undefined;
}
