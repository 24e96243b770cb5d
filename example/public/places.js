// Places
// ------
//
// A list is there as soon as somebody visits its address: `/groceries`, and with a filter `/groceries/active`. The one at `/` has no
// name, and `/~ann` is the private list of whoever is signed in as ann. `/search/milk` is of all lists that are not private. The
// server has the last word on all of this; here it only saves someone who has mistyped a name the way there.
'use strict';

const filters = {
  all: { name: 'All', matches: () => true, nothing: 'Nothing to do. Enjoy the day!' },
  active: { name: 'Active', matches: todo => !todo.get('done'), nothing: 'Nothing left to do.' },
  completed: { name: 'Completed', matches: todo => todo.get('done'), nothing: 'Nothing completed yet.' },
};

const isFilter = part => part === 'active' || part === 'completed';

// What someone typed, as it stands in an address; of a list's name, `Weekly shop`, that is `weekly-shop`.
const spellWord = text => text.trim().normalize('NFKC').toLowerCase();
const spellList = text => spellWord(text).replace(/\s+/g, '-');

const isReserved = list => isFilter(list) || list === 'search' || list === 'classic';
const isList = list => list === '' || (/^~?[\p{L}\p{N}][\p{L}\p{M}\p{N}-]{0,49}$/u.test(list) && !isReserved(list));

// Each place is a part of the one stream of todos: its `part` is what there is to subscribe to, a channel and a filter. All public
// lists are in the channel without a name, so that a search finds them; each private one has a channel of its own.
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

// What the router has found after the first slash: the place, and the name of the filter.
const readPath = path => {
  const parts = (path ?? '').split('/');
  const isSearch = parts[0] === 'search';
  const filter = parts.length > (isSearch ? 2 : 0) && isFilter(parts.at(-1)) ? parts.pop() : 'all';
  return { place: isSearch ? placeOfSearch(parts[1] ?? '') : placeOfList(parts[0] ?? ''), filter };
};

const pathOf = (...parts) => '/' + parts.filter(Boolean).map(encodeURIComponent).join('/');

// The same place, of which only some todos are shown.
const filtered = (path, filter) => (filter === 'all' ? path : `${path.replace(/\/$/, '')}/${filter}`);
