// A subscription with `fields` shows a part of each document. Requests are for that part, and leave all else as it is, also those of
// models that have outlived it.

import type Backbone from 'backbone';
import type { Entity } from '../types';
import { result } from '../socket';
import type { Asked, Attributes } from './writes';

/** Of models that were shown a part of their documents, which; nothing, once they were shown the whole. */
const parts = new WeakMap<Entity, string[] | undefined>();

export function show(model: Backbone.Model | undefined, fields: string[] | undefined): void {
  if (model && parts.has(model)) parts.set(model, merged(parts.get(model), fields));
  else if (model && fields) parts.set(model, fields);
}

/** All of both, as one of them if it has all; a whole is more than any part. */
const merged = (some: string[] | undefined, others: string[] | undefined): string[] | undefined =>
  some && others && (some.every(one => others.includes(one)) ? others : [...new Set([...some, ...others])]);

/** Once all who are subscribed have seen the request: a model may be of several subscriptions, and one of them may show all of it. */
export function narrow({ entity, request, options, sent, showings }: Asked): void {
  const part = parts.get(entity);
  const shown = showings.map(({ fields }) => fields || part);
  if (part) shown.unshift(part);
  const fields = shown.length ? shown.reduce(merged) : undefined;
  if (!fields) return;
  // What has left its collection goes by its url, without meta.
  const { meta = (request.meta = {}) } = request;
  meta.fields = fields;
  if (!/:update$/.test(request.event!) || options.data) return;

  // What a model has by its `defaults` only, and the page was not shown, may be something else on the server.
  const own = Object(result(entity, 'defaults')) as Attributes;
  const seen = [...showings.flatMap(({ names }) => names), ...fields.map(path => path.split('.')[0]!)];
  const data = (request.data = Object.assign(Object.create(null), request.data)) as Attributes;
  for (const name of Object.keys(own)) {
    if (seen.includes(name) || JSON.stringify(data[name]) !== JSON.stringify(own[name])) continue;
    delete data[name];
    delete sent[name];
  }
}
