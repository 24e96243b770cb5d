// What a client sends is checked here, before anything else looks at it: nothing but what a store could hold. Each refusal
// says what is wrong.

import { parseFields } from './filter';
import { checkAttributes, checkChannel, checkId, invalid, isObject, isStorableText } from './stores/base';
import type { Attributes } from './store';
import type { Request } from './types';

/** The data of a request. A collection's fetch may send what it holds, as 0.4.9 does: that asks for all. */
export function modelFrom(data: unknown, method: string, idAttribute: string): Attributes {
  if (method === 'read' && (data == null || Array.isArray(data))) return {};
  const model = checkAttributes(data);
  if (model[idAttribute] != null) idFrom(model[idAttribute]);
  return model;
}

/** What goes with a request beside its data. */
export type Meta = Pick<Request, 'channel' | 'options' | 'fields' | 'op' | 'ifVersion' | 'versions'>;

/** `(data, meta, callback)`: none on the plain wire. */
export function metaFrom(meta: unknown = {}): Meta {
  if (!isObject(meta)) throw invalid('The second argument of a request is its meta, { channel, options, op, ifVersion, versions, fields }.');
  const { channel, options, op, ifVersion, versions, fields } = meta;
  return {
    channel: checkChannel(channel ?? ''),
    options: checkAttributes(options ?? {}),
    ...(op != null && { op: checkOp(op) }),
    ...(ifVersion != null && { ifVersion: checkVersion(ifVersion) }),
    ...(fields != null && { fields: parseFields(fields) }),
    // Who names a write, or a version, knows of versions.
    versions: versions === true || op != null || ifVersion != null,
  };
}

const longestOp = 100;

function checkOp(op: unknown): string {
  if (typeof op === 'string' && op !== '' && op.length <= longestOp && isStorableText(op)) return op;
  throw invalid(`The "op" of a write is a text of 1 to ${longestOp} characters, another one for each write.`);
}

function checkVersion(version: unknown): number {
  if (Number.isSafeInteger(version)) return version as number;
  throw invalid('"ifVersion" is a whole number: the version that the document is to have.');
}

/** An id as stores have it. Pages may have numbers. */
export const idFrom = (id: unknown): string => checkId(typeof id === 'number' ? String(id) : id);

/** What a client would get of it. Throws for a BigInt, or a circle. */
export const asJson = (object: object): Attributes => JSON.parse(JSON.stringify(object)) as Attributes;
