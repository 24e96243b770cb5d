// What a client sends is checked here, before anything else looks at it: nothing but what a store could hold. Each refusal
// says what is wrong.

import { BackendError } from './errors';
import { checkAttributes, checkChannel, checkId } from './stores/base';
import type { Attributes } from './store';

export const invalid = (message: string): BackendError => new BackendError('invalid', message);

export const isObject = (value: unknown): value is { [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The data of a request. A collection's fetch may send what it holds, as 0.4.9 does: that asks for all. */
export function modelFrom(data: unknown, method: string, idAttribute: string): Attributes {
  if (method === 'read' && (data == null || Array.isArray(data))) return {};
  const model = checkAttributes(data);
  if (model[idAttribute] != null) idFrom(model[idAttribute]);
  return model;
}

/** `(data, meta, callback)`: none on the plain wire. */
export function metaFrom(meta: unknown = {}): { channel: string; options: Attributes } {
  if (!isObject(meta)) throw invalid('The second argument of a request is its meta, { channel, options }.');
  return { channel: checkChannel(meta.channel ?? ''), options: checkAttributes(meta.options ?? {}) };
}

/** An id as stores have it. Pages may have numbers. */
export const idFrom = (id: unknown): string => checkId(typeof id === 'number' ? String(id) : id);

/** What a client would get of it. Throws for a BigInt, or a circle. */
export const asJson = (object: object): Attributes => JSON.parse(JSON.stringify(object)) as Attributes;
