// The path of an attribute: plain names with dots between them, `user.name`. No name begins with a digit, since databases
// disagree whether `tags.0` is a key or a place in a list, and none reaches a prototype.

import { invalid, isForbiddenKey } from '../stores/base';

const longest = 5;
const name = /^[\p{L}_][\p{L}\p{M}\p{N}_$-]{0,99}$/u;

/** Its names. Throws for all that is none. */
export function parsePath(path: unknown): string[] {
  const names = typeof path === 'string' ? path.split('.', longest + 1) : [];
  const isPath = names.length > 0 && names.length <= longest && names.every(one => name.test(one) && !isForbiddenKey(one));
  if (isPath) return names;
  // Not quoted: it can be long, and is whatever a client sent.
  throw invalid(`The path of an attribute is up to ${longest} plain names, with dots between them.`);
}
