// Checks the data of a `subscribe`.

import type { Subscribe } from '../../wire';
import { compareTexts, parseFields, parseWhere } from '../filter';
import { checkAttributes, invalid, isId, isObject } from '../stores/base';

/** Documents in `held`, at most. */
const mostHeld = 2_000;
const longestName = 100;

export function parseSubscribe(data: unknown): Subscribe {
  const { uid, where, fields, cursor, after, held, more } = checkAttributes(data);
  return {
    uid: parseName(uid),
    ...(where != null && { where: parseWhere(where) }),
    ...(fields != null && { fields: [...parseFields(fields)] }),
    ...(cursor != null && { cursor: parseCursor(cursor) }),
    ...(after != null && { after: parseAfter(after) }),
    ...(held != null && { held: parseHeld(held, after) }),
    ...(more != null && { more: more === true }),
  };
}

export function parseName(uid: unknown): string {
  if (typeof uid === 'string' && uid !== '' && uid.length <= longestName) return uid;
  throw invalid(`The "uid" of a subscription must be a string of 1 to ${longestName} characters.`);
}

function parseCursor(cursor: unknown): NonNullable<Subscribe['cursor']> {
  const { epoch, head, view } = isObject(cursor) ? cursor : ({} as { [name: string]: unknown });
  if (typeof epoch === 'string' && typeof view === 'string' && Number.isSafeInteger(head)) return { epoch, head: head as number, view };
  throw invalid('"cursor" must be one from an earlier answer: { epoch, head, view }.');
}

function parseAfter(after: unknown): string {
  if (after === '' || isId(after)) return after;
  throw invalid('"after" must be an id, or an empty string for the first page.');
}

/** Requires the order of the ids, so that each page is further on than the one before. */
function parseHeld(held: unknown, after: unknown): Array<[string, number]> {
  const isPair = (pair: unknown): pair is [string, number] =>
    Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string' && Number.isSafeInteger(pair[1]);
  const isOrdered = (pairs: Array<[string, number]>): boolean =>
    pairs.every(([id], index) => compareTexts(id, pairs[index - 1]?.[0] ?? String(after ?? '')) > 0);
  if (Array.isArray(held) && held.length <= mostHeld && held.every(isPair) && isOrdered(held)) return held;
  throw invalid(`"held" must be a list of up to ${mostHeld} pairs, [id, version], in the order of the code points, all after "after".`);
}
