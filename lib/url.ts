// From a url to the words of the wire: the namespace of requests, and the spellings of pushes.

import type { Entity, IoSyncOptions, Namespace } from './types';
import { findUrl } from './socket';

/** Scheme, host, query and hash are no part of a path: `https://h/api/x?y#z` has the segments `api` and `x`. */
const segments = (url: string): string[] =>
  url.replace(/^([a-z][\w+.-]*:)?\/\/[^/?#]*|[?#].*/gi, '').split('/').filter(Boolean);

const idOf = (entity: Entity): string => String((entity as { id?: unknown }).id);

/** The strategy unless told otherwise: the first segment of the path, so `posts/42/comments` is `posts`. */
export const firstSegment = (url: string): string | undefined => segments(url)[0];

/** A ready strategy for `ioNamespace`: the path without the model's id, so `users/profiles/42` is `users/profiles`. */
export function fullPath(url: string, entity: Entity): string {
  const all = segments(url);
  if (all[all.length - 1] === encodeURIComponent(idOf(entity))) all.pop();
  return all.join('/');
}

/** The namespace of a request, by the first strategy that is set: the options', the entity's, its collection's, everybody's. */
export function namespaceOf(url: string, entity: Entity, options: IoSyncOptions, standard: Namespace): string {
  const { collection } = entity;
  const strategy = options.ioNamespace || entity.ioNamespace || (collection && collection.ioNamespace) || standard;
  const name = typeof strategy === 'string' ? strategy : strategy(url, entity, options);
  if (!name) throw new Error(`No namespace in the url "${url}": it needs a path`);
  return name;
}

/**
 * The urls that a push for this entity may carry, without leading slash: the url as it is and its path alone, with
 * the id encoded (as Backbone's `url()` writes it) and raw (as servers do). Which one a server sends is its own choice.
 */
export function spellings(entity: Entity): string[] {
  const url = findUrl(entity).replace(/^\//, '');
  const id = idOf(entity);
  const encoded = encodeURIComponent(id);
  const all = new Set([url, segments(url).join('/')]);
  for (const [from, to] of [[encoded, id], [id, encoded]] as const) {
    for (const one of [...all]) if (one.endsWith(from)) all.add(one.slice(0, -from.length) + to);
  }
  return [...all];
}
