// Lists
// -----
//
// A list is there as soon as somebody visits its address: `/groceries`, and with a filter `/groceries/active`. The one at `/` has no
// name. `/~ann` is the private list of whoever is signed in as ann. The server has the last word on all of this; here it
// only saves someone who has mistyped a name the way there.
'use strict';

const filters = {
  all: { name: 'All', matches: () => true, nothing: 'Nothing to do. Enjoy the day!' },
  active: { name: 'Active', matches: (todo) => !todo.get('done'), nothing: 'Nothing left to do.' },
  completed: { name: 'Completed', matches: (todo) => todo.get('done'), nothing: 'Nothing completed yet.' },
};

const isFilter = (part) => part === 'active' || part === 'completed';

// What someone typed, as a list's name: `Weekly shop` is `weekly-shop`.
const spellList = (text) => text.trim().normalize('NFKC').toLowerCase().replace(/\s+/g, '-');

const isList = (list) => list === '' || (/^~?[\p{L}\p{N}][\p{L}\p{M}\p{N}-]{0,49}$/u.test(list) && !isFilter(list));

// What the router has found after the first slash: the list, and the name of the filter.
const readPath = (path) => {
  const parts = (path ?? '').split('/');
  const filter = isFilter(parts.at(-1)) ? parts.pop() : 'all';
  return { list: parts[0] ?? '', filter };
};

const pathOf = (list, filter = 'all') =>
  '/' + [list, filter === 'all' ? '' : filter].filter(Boolean).map(encodeURIComponent).join('/');
