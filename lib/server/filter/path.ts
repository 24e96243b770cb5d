// The path of an attribute: plain names with dots between them, `user.name`. No name begins with a digit, since databases
// disagree whether `tags.0` is a key or an index, and none reaches a prototype.

import { invalid, isForbiddenKey } from '../stores/base';

const longest = 5;
const name = /^[\p{L}_][\p{L}\p{M}\p{N}_$-]{0,99}$/u;

/** The names in a path. Throws `invalid` for anything that is not a path. */
export function parsePath(path: unknown): string[] {
  const names = typeof path === 'string' ? path.split('.', longest + 1) : [];
  const isPath = names.length > 0 && names.length <= longest && names.every(one => name.test(one) && !isForbiddenKey(one));
  if (isPath) return names;
  // The message does not quote it: it can be long, and comes from a client.
  throw invalid(`The path of an attribute is up to ${longest} plain names with dots between them.`);
}
