// Fields: a list of attribute paths that selects a part of a document. A path selects everything below it.

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

/** Whether the fields contain the whole attribute at that path. */
export const covers = (fields: Fields | undefined, path: string): boolean =>
  !fields || fields.some(field => path === field || path.startsWith(`${field}.`));

/** The part of the attributes that the fields select. In a list, each object is reduced to it. */
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

/** Whether the fields contain a part of this attribute, and not all of it. */
export const isPart = (fields: Fields | undefined, name: string): boolean =>
  !covers(fields, name) && fields?.some(field => field.startsWith(`${name}.`)) === true;

/**
 * What a client writes that has only these fields: attributes of which it has a part are completed with the rest of their current value.
 * Throws `invalid` if it is not clear what is meant.
 */
export function complete(written: Attributes, attributes: Attributes, fields: Fields): Attributes {
  const parts = Object.keys(written).filter(name => isPart(fields, name));
  const paths = fields.map(field => field.split('.')).filter(([first]) => parts.includes(first as string));
  const merged = mergePaths(attributes, written, paths, '');
  return { ...written, ...Object.fromEntries(parts.map(name => [name, merged[name] as Json])) };
}

function mergePaths(object: Attributes, changed: Attributes, paths: readonly string[][], at: string): Attributes {
  // What the client writes beyond its part is meant.
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
  throw invalid(`"${at.slice(0, 50)}" cannot be written by a client that has only a part of it: ask for all of it.`);
}

/** Undefined for a value without attributes: `user.name` of `user: 'Ann'` must not show `Ann`. Lists within lists are not entered. */
function pickBelow(value: Json, paths: readonly string[][]): Json | undefined {
  if (Array.isArray(value)) return value.flatMap(item => (isObject(item) ? pickPaths(item, paths) : []));
  return isObject(value) ? pickPaths(value, paths) : undefined;
}
