// A subscription with `fields` shows a part of each document. Requests of its models are for that part, even after the subscription has
// ended. What `fields` do not cover is left alone: in the model, and on the server unless the page changes it.

import type Backbone from 'backbone';
import type { Entity } from '../types';
import { result } from '../socket';
import type { Asked, Attributes } from './writes';

/** Of models that were shown a part of their documents, which; undefined, once they were shown the whole. */
const parts = new WeakMap<Entity, string[] | undefined>();

/** What these have besides, as it was when the page got it, or sent it. No more than their `defaults`, if it is not there. */
const rests = new WeakMap<Entity, Attributes>();

export const covers = (fields: string[] | undefined, name: string): boolean => !fields || fields.some(path => path.split('.')[0] === name);

/** `attributes` are what the model had before, if it was there. */
export function show(model: Backbone.Model | undefined, fields: string[] | undefined, attributes?: Attributes): void {
  if (!model) return;
  const part = parts.get(model);
  if (fields && attributes && !part) rests.set(model, Object.assign({}, attributes));
  if (parts.has(model)) parts.set(model, merged(part, fields));
  else if (fields) parts.set(model, fields);
}

/** All of both, as one of them if it has all; a whole is more than any part. */
const merged = (some: string[] | undefined, others: string[] | undefined): string[] | undefined =>
  some && others && (some.every(one => others.includes(one)) ? others : [...new Set([...some, ...others])]);

/** Called once all subscriptions have seen the request: a model may be of several, and one of them may show all of it. */
export function narrow({ entity, request, options, sent, shown }: Asked): void {
  const part = parts.get(entity);
  const lists = part ? [part, ...shown.filter(fields => fields)] : shown;
  const fields = lists[0] && lists.reduce(merged);
  if (!fields) return;
  // What has left its collection goes by its url, without meta.
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
