/**
 * Places: a list is there as soon as somebody visits its address, `/groceries`; the one at `/` has no name, and is for everyone. `/~ann`
 * belongs to whoever is signed in as ann. `/search/milk` is of all lists but those. An address may go on with a filter:
 * `/groceries/active`. Of the todos each place is a part, and that is what its page subscribes to.
 */
import type { ListenOptions, SnapshotOptions } from 'backbone.iobind/server';

type Part = Required<Pick<SnapshotOptions, 'channel' | 'where'>>;

export interface Place {
  /** As it should be written. */
  readonly address: string;
  /** In the words of public/lists.js; the classic page subscribes to nothing. */
  readonly part: Part | undefined;
}

const filters = ['active', 'completed'];

/** Where there is something else than a list. */
const pages = ['search', 'classic'];

/** Letters of any script with their marks, digits, hyphens. */
const pattern = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}-]{0,49}$/u;

/** One spelling for names that look alike. */
const spell = (text: string): string => text.normalize('NFKC').toLowerCase();

/** Of a list, and of a person. Addresses that mean something else are none. */
export const isName = (text: string): boolean => pattern.test(text) && text === spell(text) && ![...filters, ...pages].includes(text);

/** Of a list that can be: it may be the one for everyone, or somebody's own. */
export const isList = (text: string): boolean => text === '' || isName(text.replace(/^~/, ''));

/** What somebody looks for is any text of one line. */
const isWord = (text: string): boolean => /^[^\p{Cc}]{1,50}$/u.test(text) && text === text.trim();

/**
 * All lists that anybody may see are in one channel, the default one, so that one stream has them all; each private list has a channel of its
 * own, which is named like it.
 */
export const channelOf = (list: unknown): string => (typeof list === 'string' && list.startsWith('~') ? list : '');

/** Who may read, write and hear what is in a channel: everybody, unless it is somebody's own. */
export const authorize: ListenOptions['authorize'] = (user, { channel }) =>
  channel === '' || (user?.id !== undefined && channel === `~${user.id}`);

/** Nothing, where nothing can be. */
export function placeAt(path: string): Place | undefined {
  const parts = spell(decode(path)).split('/').filter(Boolean);
  const isSearch = parts[0] === 'search';
  const filter = parts.length > (isSearch ? 2 : 0) && filters.includes(parts.at(-1) ?? '') ? parts.pop() : undefined;
  const address = `/${[...parts, filter ?? []].flat().map(encodeURIComponent).join('/')}`;
  const [name = '', word = '', ...more] = parts;
  if (isSearch) return isWord(word) && !more.length ? { address, part: search(word) } : undefined;
  if (parts.length > 1) return undefined;
  if (name === 'classic') return { address, part: undefined };
  return isList(name) ? { address, part: { channel: channelOf(name), where: { list: name } } } : undefined;
}

/**
 * Filters are case-sensitive, so this one lists the usual spellings of the word. The page's search (public/places.js) must make the same
 * filter: the cursor in the page is valid for that one only.
 */
function search(word: string): Part {
  const [first = '', ...rest] = word;
  const spellings = [word, first.toUpperCase() + rest.join(''), word.toUpperCase()];
  return { channel: '', where: { $or: spellings.map(text => ({ title: { $contains: text } })) } };
}

/** What cannot be decoded has a character that no name has. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
