// Places
// ------
//
// A list exists as soon as somebody visits its address: `/groceries`, or with a filter `/groceries/active`. The list at `/` has no name,
// `/~ann` is the private list of the user signed in as ann, and `/search/milk` searches all lists that are not private. The server decides
// about all of this; the checks here only show a mistyped name at once.
'use strict';

const filters = {
  all: { name: 'All', matches: () => true, nothing: 'Nothing to do. Enjoy the day!' },
  active: { name: 'Active', matches: todo => !todo.get('done'), nothing: 'Nothing left to do.' },
  completed: { name: 'Completed', matches: todo => todo.get('done'), nothing: 'Nothing completed yet.' },
};

const isFilter = part => part === 'active' || part === 'completed';

// The user's input in the form used in addresses: the list name `Weekly shop` becomes `weekly-shop`.
const spellWord = text => text.trim().normalize('NFKC').toLowerCase();
const spellList = text => spellWord(text).replace(/\s+/g, '-');

const isReserved = list => isFilter(list) || list === 'search' || list === 'classic';
const isList = list => list === '' || (/^~?[\p{L}\p{N}][\p{L}\p{M}\p{N}-]{0,49}$/u.test(list) && !isReserved(list));

// Each place shows a part of all todos: `part`, a channel and a filter, is what its page subscribes to. All public lists are in the default
// channel, so that a search finds them; each private list has its own channel.
const placeOfList = list => ({
  list,
  path: pathOf(list),
  title: list,
  part: { channel: list.startsWith('~') ? list : '', where: { list } },
});

// Filters are case-sensitive, so this one lists the usual spellings of the word. The server's search (server/lists.ts) must make the same
// filter: the cursor in the page is valid for that one only.
const placeOfSearch = word => ({
  word,
  path: pathOf('search', word),
  title: `“${word}”`,
  part: { channel: '', where: { $or: spellings(word).map(text => ({ title: { $contains: text } })) } },
});

const spellings = word => {
  const [first = '', ...rest] = word;
  return [word, first.toUpperCase() + rest.join(''), word.toUpperCase()];
};

// Reads the part of the address after the first slash: returns the place and the name of the filter.
const readPath = path => {
  const parts = (path ?? '').split('/');
  const isSearch = parts[0] === 'search';
  const filter = parts.length > (isSearch ? 2 : 0) && isFilter(parts.at(-1)) ? parts.pop() : 'all';
  return { place: isSearch ? placeOfSearch(parts[1] ?? '') : placeOfList(parts[0] ?? ''), filter };
};

const pathOf = (...parts) => '/' + parts.filter(Boolean).map(encodeURIComponent).join('/');

// The path of the same place with a filter.
const filtered = (path, filter) => (filter === 'all' ? path : `${path.replace(/\/$/, '')}/${filter}`);
