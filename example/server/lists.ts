/**
 * Places: a list exists as soon as somebody visits its address, `/groceries`. The list at `/` has no name, and is for everyone. `/~ann` is
 * the private list of the user signed in as ann. `/search/milk` searches all lists that are not private. An address may end with a filter:
 * `/groceries/active`. Each place is a part of all todos, and its page subscribes to that part.
 */
import type { ListenOptions, SnapshotOptions } from 'backbone.iobind/server';

type Part = Required<Pick<SnapshotOptions, 'channel' | 'where'>>;

export interface Place {
  /** The one spelling to which others redirect. */
  readonly address: string;
  /** The same as public/places.js makes of this address; undefined for the classic page, which does not subscribe. */
  readonly part: Part | undefined;
}

const filters = ['active', 'completed'];

/** Addresses of pages other than lists. */
const pages = ['search', 'classic'];

/** Letters of any script with their marks, digits and hyphens. */
const pattern = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}-]{0,49}$/u;

/** One spelling for names that look alike. */
const spell = (text: string): string => text.normalize('NFKC').toLowerCase();

/** Whether a list or a user may have this name. Other pages' addresses and filters are not allowed. */
export const isName = (text: string): boolean => pattern.test(text) && text === spell(text) && ![...filters, ...pages].includes(text);

/** Whether there can be this list. It may be the one for everyone, or a private one. */
export const isList = (text: string): boolean => text === '' || isName(text.replace(/^~/, ''));

/** A word to search for: any characters, on one line. */
const isWord = (text: string): boolean => /^[^\p{Cc}]{1,50}$/u.test(text) && text === text.trim();

/**
 * All public lists are in the default channel, so that one subscription can search them; each private list has its own channel of that
 * name.
 */
export const channelOf = (list: unknown): string => (typeof list === 'string' && list.startsWith('~') ? list : '');

/** Everybody may read, write and hear a channel, unless it is a private list: that is for its owner. */
export const authorize: ListenOptions['authorize'] = (user, { channel }) =>
  channel === '' || (user?.id !== undefined && channel === `~${user.id}`);

/** Undefined if there can be no place at this address. */
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

/** A path that cannot be decoded contains a `%`, which no name contains. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
