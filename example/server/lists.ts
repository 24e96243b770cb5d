/**
 * Lists: each is a channel of the backend, and is there as soon as somebody visits its address. The one at `/` has no name.
 * `/~ann` belongs to whoever is signed in as ann. An address may go on with a filter: `/groceries/active`.
 */
import type { ListenOptions } from 'backbone.iobind/server';

const filters = ['active', 'completed'];

/** Letters of any script with their marks, digits, hyphens. */
const pattern = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}-]{0,49}$/u;

/** One spelling for names that look alike. */
const spell = (text: string): string => text.normalize('NFKC').toLowerCase();

/** Of a list, and of a person. Filters are none, or their addresses would mean two things. */
export const isName = (text: string): boolean => pattern.test(text) && text === spell(text) && !filters.includes(text);

/** Who may read, write and hear what is in a list: everybody, unless it is somebody's own. */
export const authorize: ListenOptions['authorize'] = (user, { channel: list }) =>
  list === '' || isName(list) || (user?.id !== undefined && list === `~${user.id}`);

/** The path as it should be written, or nothing when no list can be there. */
export function addressOf(path: string): string | undefined {
  const parts = spell(decode(path)).split('/').filter(Boolean);
  const filter = filters.includes(parts.at(-1) ?? '') ? parts.pop() : undefined;
  const [list = '', ...more] = parts;
  if (more.length || (list && !isName(list.replace(/^~/, '')))) return undefined;
  return encodeURI(`/${[list, filter].filter(Boolean).join('/')}`);
}

/** What cannot be decoded has a character that no name has. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
