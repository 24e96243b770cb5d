// A subscription with `fields` shows a part of each document. Requests of its models are for that part, even after the subscription has
// ended. What `fields` do not cover is left alone: in the model, and on the server unless the page changes it.

import type Backbone from 'backbone';
import type { Entity } from '../types';
import { result } from '../socket';
import type { Asked, Attributes } from './writes';

/** The fields that models were shown, if that was a part of their documents; undefined once they were shown the whole. */
const parts = new WeakMap<Entity, string[] | undefined>();

/** The other attributes of these models, as the page last received or sent them. A model without an entry has only its `defaults`. */
const rests = new WeakMap<Entity, Attributes>();

export const covers = (fields: string[] | undefined, name: string): boolean => !fields || fields.some(path => path.split('.')[0] === name);

/** `attributes` are those that the model had before, if it existed. */
export function show(model: Backbone.Model | undefined, fields: string[] | undefined, attributes?: Attributes): void {
  if (!model) return;
  const part = parts.get(model);
  if (fields && attributes && !part) rests.set(model, Object.assign({}, attributes));
  if (parts.has(model)) parts.set(model, merged(part, fields));
  else if (fields) parts.set(model, fields);
}

/** The fields of both lists, or `others` itself if it has them all; undefined, the whole document, includes any list. */
const merged = (some: string[] | undefined, others: string[] | undefined): string[] | undefined =>
  some && others && (some.every(one => others.includes(one)) ? others : [...new Set([...some, ...others])]);

/**
 * Limits a request to the fields that the page was shown. Called once all subscriptions have seen the request: a model may belong to
 * several, and one of them may show the whole document.
 */
export function narrow({ entity, request, options, sent, shown }: Asked): void {
  const part = parts.get(entity);
  const lists = part ? [part, ...shown.filter(fields => fields)] : shown;
  const fields = lists[0] && lists.reduce(merged);
  if (!fields) return;
  // The request of a model that has left its collection is named after the url, and has no meta.
  const { meta = (request.meta = {}) } = request;
  meta.fields = fields;
  if (options.data) return;

  const rest = rests.get(entity) || Object.assign({}, result(entity, 'defaults') as Attributes | undefined);
  const data = (request.data = Object.assign(Object.create(null), request.data)) as Attributes;
  rests.set(entity, rest);
  for (const name of Object.keys(sent)) {
    if (covers(fields, name) || name === (entity as Backbone.Model).idAttribute) continue;
    if (/:update$/.test(request.event!) && isSame(sent[name], rest[name])) {
      delete data[name];
      delete sent[name];
    } else rest[name] = sent[name];
  }
}

const isSame = (one: unknown, other: unknown): boolean => one === other || JSON.stringify(one) === JSON.stringify(other);
