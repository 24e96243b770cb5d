// How a request is named, from its url.

import type { Entity } from './types';

/** Scheme, host, query and hash are no part of a path: `https://h/api/x?y#z` has the segments `api` and `x`. */
const segments = (url: string): string[] =>
  url.replace(/^([a-z][\w+.-]*:)?\/\/[^/?#]*|[?#].*/gi, '').split('/').filter(Boolean);

/** The strategy unless told otherwise: the first segment of the path, so `posts/42/comments` is `posts`. */
export const firstSegment = (url: string): string | undefined => segments(url)[0];

/** A ready strategy for `ioNamespace`: the path without the model's id, so `users/profiles/42` is `users/profiles`. */
export const fullPath = (url: string, entity: Entity): string => {
  const id = encodeURIComponent((entity as { id?: string }).id!);
  return segments(url).filter((segment, i, all) => segment !== id || i < all.length - 1).join('/');
};
