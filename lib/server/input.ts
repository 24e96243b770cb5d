// Checks what a client sends, before anything else looks at it: only what a store can hold passes. Each refusal says what is wrong.

import { parseFields } from './filter';
import { checkAttributes, checkChannel, checkId, invalid, isObject, isStorableText } from './stores/base';
import type { Attributes } from './store';
import type { Request } from './types';

/** The data of a request. A fetch of 0.4.9 sends the collection's models: such a list asks for all documents, as no data does. */
export function modelFrom(data: unknown, method: string, idAttribute: string): Attributes {
  if (method === 'read' && (data == null || Array.isArray(data))) return {};
  const model = checkAttributes(data);
  if (model[idAttribute] != null) idFrom(model[idAttribute]);
  return model;
}

/** What a request has besides its data. */
export type Meta = Pick<Request, 'channel' | 'options' | 'fields' | 'op' | 'ifVersion' | 'versions'>;

/** The second argument of a request, `(data, meta, callback)`; clients that do not know the companion send none. */
export function metaFrom(meta: unknown = {}): Meta {
  if (!isObject(meta)) throw invalid('The second argument of a request is its meta, { channel, options, op, ifVersion, versions, fields }.');
  const { channel, options, op, ifVersion, versions, fields } = meta;
  return {
    channel: checkChannel(channel ?? ''),
    options: checkAttributes(options ?? {}),
    ...(op != null && { op: checkOp(op) }),
    ...(ifVersion != null && { ifVersion: checkVersion(ifVersion) }),
    ...(fields != null && { fields: parseFields(fields) }),
    // A client that sends `op` or `ifVersion` understands versions.
    versions: versions === true || op != null || ifVersion != null,
  };
}

const longestOp = 100;

function checkOp(op: unknown): string {
  if (typeof op === 'string' && op !== '' && op.length <= longestOp && isStorableText(op)) return op;
  throw invalid(`The "op" of a write is a string of 1 to ${longestOp} characters, a different one for each write.`);
}

function checkVersion(version: unknown): number {
  if (Number.isSafeInteger(version)) return version as number;
  throw invalid('"ifVersion" is a whole number: the version that the document must have.');
}

/** An id as stores have it, a string. Pages may have numbers. */
export const idFrom = (id: unknown): string => checkId(typeof id === 'number' ? String(id) : id);

/** A copy as a client would get it. Throws for a BigInt, and for a circular reference. */
export const asJson = (object: object): Attributes => JSON.parse(JSON.stringify(object)) as Attributes;
