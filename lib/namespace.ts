// How a request is named, from its url.

import type { Entity, IoSyncOptions, Namespace } from './types';
import { findUrl, required, result, setting } from './socket';

/** Scheme, host, query and hash are not part of the path: of `https://h/api/x?y#z` it is `api/x`, and its segments `api` and `x`. */
const path = /^(?:(?:[a-z][\w+.-]*:)?\/\/[^/?#]*)?([^?#]*)/i;

const segmentsOf = (url: string): string[] => path.exec(url)![1]!.split('/').filter(Boolean);

/** The strategy unless told otherwise: the first segment of the path, so `posts/42/comments` is `posts`. */
export const firstSegment = (url: string): string | undefined => segmentsOf(url)[0];

/** By the `ioNamespace` of the options, the object or its collection, else by the strategy for all requests. */
export function namespaceOf(all: { namespace: Namespace } | undefined, entity: Entity, options: IoSyncOptions = {}): string {
  const url = findUrl(entity, options);
  const own = setting('ioNamespace', entity, options, url, entity, options);
  const namespace = own || result(all || { namespace: firstSegment }, 'namespace', url, entity, options);
  return required(namespace as string, 'namespace: the url needs a path');
}

/** A ready strategy for `ioNamespace`: the path without the model's id, so `users/profiles/42` is `users/profiles`. */
export const fullPath = (url: string, entity: Entity): string => {
  const segments = segmentsOf(url);
  const { id } = entity as { id?: unknown };
  const last = segments[segments.length - 1]!;
  if (id != null && 'isNew' in entity && [String(id), encodeURIComponent(String(id))].includes(last)) segments.pop();
  return segments.join('/');
};
