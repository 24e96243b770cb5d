// A subscription with `fields` shows a part of each document. Requests are for that part, and leave all else as it is, also those of
// models that have outlived it.

import type Backbone from 'backbone';
import type { Entity, LiveRequest } from '../types';
import { result } from '../socket';
import type { Attributes } from './writes';

/** A request, once those who are subscribed have seen it. */
export interface Noticed extends LiveRequest {
  _by?: Set<object>;
  /** What it was to send. */
  _whole?: unknown;
  /** What it does not send of that. */
  _unseen?: string[];
}

/** Of models that were shown a part of their documents, which; nothing, once they were shown the whole. */
const parts = new WeakMap<Entity, string[] | undefined>();

export function show(model: Backbone.Model | undefined, fields: string[] | undefined): void {
  if (model && parts.has(model)) parts.set(model, merged(parts.get(model), fields));
  else if (model && fields) parts.set(model, fields);
}

/** All of both, as one of them if it has all; a whole is more than any part. */
const merged = (some: string[] | undefined, others: string[] | undefined): string[] | undefined =>
  some && others && (some.every(one => others.includes(one)) ? others : [...new Set([...some, ...others])]);

/** `told` are the attributes that the page has been told of. A model's request is told twice to its collection. */
export function narrow(request: Noticed, entity: Entity, by: object, fields: string[] | undefined, told: readonly string[] | undefined): void {
  const part = parts.get(entity);
  // What has left its collection goes by its url, without meta.
  const { data, meta = part && (request.meta = {}) } = request;
  if (!meta) return;
  const all = (request._by = request._by || new Set<object>());
  if (all.has(by)) return;
  const isFirst = !all.size;
  all.add(by);
  request.data = request._whole = request._whole || data;
  // A model may be of two subscriptions, and one of them may show all of it.
  meta.fields = isFirst ? merged(part || fields, fields || part) : merged(meta.fields, fields || part);
  request._unseen = [];
  if (isFirst && meta.fields && told && /:update$/.test(request.event!)) omit(request, entity, [...told, ...meta.fields.map(path => path.split('.')[0]!)]);
}

/** Of a model that nobody subscribes to any more. */
export function narrowAlone([, entity, request, options]: unknown[]): void {
  const { data } = Object(options) as { data?: unknown };
  if (!(request as Noticed)._by) narrow(request as Noticed, entity as Entity, parts, undefined, data ? undefined : []);
}

/** What a model has by its `defaults` only, and the page was not shown, may be something else on the server. */
function omit(request: Noticed, entity: Entity, seen: readonly string[]): void {
  const own = Object(result(entity, 'defaults')) as Attributes;
  const data = (request.data = Object.assign(Object.create(null), request.data)) as Attributes;
  const isDefault = (name: string): boolean => JSON.stringify(data[name]) === JSON.stringify(own[name]);
  request._unseen = Object.keys(data).filter(name => name in own && !seen.includes(name) && isDefault(name));
  for (const name of request._unseen) delete data[name];
}
