// What all stores share: the ids, channels and attributes that they accept, and the errors of their writes. So a document that one store
// accepts is accepted by every other, and comes back as it went in.

import { BackendError } from '../errors';
import type { Attributes, Document, Json } from '../store';

/** A day in ms. */
export const day = 86_400_000;

const maximumLength = 255;
/** Levels of objects and lists within a document. Deeper nesting overflows the stack of some serialisers. */
export const maximumDepth = 50;

export const invalid = (sentence: string): BackendError => new BackendError('invalid', sentence);

/** PostgreSQL's JSON cannot hold U+0000, and UTF-8 no half of a surrogate pair: what one store cannot hold, all refuse. */
export const isStorableText = (text: string): boolean => !text.includes('\u0000') && !/\p{Surrogate}/u.test(text);

/** Names that every object inherits: no id may be one of them, since Backbone looks models up by `_byId[id]`. */
const isInherited = (name: string): boolean => name in Object.prototype;

export const isObject = (value: unknown): value is { [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keys that reach an object's prototype when they are copied carelessly, on the page or on the server. */
export const forbiddenKeys: readonly string[] = ['__proto__', 'constructor', 'prototype'];

export const isForbiddenKey = (key: string): boolean => forbiddenKeys.includes(key);

/** Whether a document can have this id. With any other id nothing can be found, and writes are `not_found`. */
export const isId = (id: unknown): id is string =>
  typeof id === 'string' && id !== '' && id.length <= maximumLength && !isInherited(id) && isStorableText(id);

/** Whether there can be a channel of this name; `''` is one. Any other channel is always empty. */
export const isChannel = (channel: unknown): channel is string =>
  typeof channel === 'string' && channel.length <= maximumLength && isStorableText(channel);

export function checkId(id: unknown): string {
  if (isId(id)) return id;
  throw invalid(`An id is a string of 1 to ${maximumLength} characters, and not a name that every object has, such as "constructor".`);
}

export function checkChannel(channel: unknown): string {
  if (isChannel(channel)) return channel;
  throw invalid(`A channel is a string of up to ${maximumLength} characters.`);
}

/** Checks the `limit` or the `offset` of a query. */
export function checkCount(name: 'limit' | 'offset', count: unknown): void {
  if (count === undefined || (Number.isSafeInteger(count) && (count as number) >= 0)) return;
  throw invalid(`"${name}" is a whole number from 0.`);
}

/**
 * A copy of the attributes as JSON would carry them: `undefined` is left out, a Date becomes a string. Throws `invalid` for anything that
 * JSON or a store cannot hold. Call it before the first `await`, so that the caller may go on changing its own object.
 */
export function checkAttributes(attributes: unknown): Attributes {
  const copy = copyOf(attributes, 0);
  if (isPlain(copy)) return copy;
  throw invalid('Attributes must be an object.');
}

function copyOf(given: unknown, depth: number): Json | undefined {
  const value = hasToJSON(given) ? given.toJSON() : given;
  if (value === undefined || value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return checkNumber(value);
  if (typeof value === 'string') return checkText(value);
  if (depth > maximumDepth) throw invalid(`A document is nested at most ${maximumDepth} levels deep.`);
  if (Array.isArray(value)) return Array.from(value, item => copyOf(item, depth + 1) ?? null);
  if (isPlain(value)) return copyOfObject(value, depth);
  throw invalid('A document can only hold values of JSON.');
}

function copyOfObject(object: object, depth: number): Attributes {
  const copy: Attributes = {};
  for (const [key, value] of Object.entries(object)) {
    if (isForbiddenKey(key)) throw invalid(`No attribute can be called "${key}".`);
    const kept = copyOf(value, depth + 1);
    if (kept !== undefined) copy[checkText(key)] = kept;
  }
  return copy;
}

// A Buffer has a `toJSON`, too, which is not wanted here: binary data are refused.
const hasToJSON = (value: unknown): value is { toJSON(): unknown } =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && 'toJSON' in value && typeof value.toJSON === 'function';

/** Whether it is an object, but neither a list nor an instance of a class. */
export function isPlain(value: unknown): value is { [name: string]: unknown } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function checkNumber(number: number): number {
  // -0 is 0 in a database.
  if (Number.isFinite(number)) return number + 0;
  throw invalid('Numbers must be finite.');
}

function checkText(text: string): string {
  if (isStorableText(text)) return text;
  throw invalid('A string must not contain the character U+0000, nor half of a surrogate pair.');
}

export const taken = (): BackendError => new BackendError('taken', 'There is a document with this id already.');

export const notFound = (): BackendError => new BackendError('not_found', 'There is no such document.');

/** For a key that `once` has seen with another digest. */
export const reused = (): BackendError =>
  invalid('This op has been used for another write: give each write an op of its own, and repeat a write unchanged.');

/** Carries the current document; how much of it a user may see is up to the backend. */
export const conflict = (document: Document): BackendError =>
  new BackendError('conflict', 'Somebody else has changed the document meanwhile.', { document });
