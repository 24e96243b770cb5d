// The documents in the lists, of about 200 bytes of JSON, the same in every run.

export const listName = list => `list-${list}`;

const hex = n => n.toString(16).padStart(8, '0');

export const idOf = (list, n) => `65f0c0ff${hex(list)}${hex(n)}`;

export function documentsOf({ lists, documents }) {
  const all = [];
  for (let list = 0; list < lists; list += 1) for (let n = 0; n < documents; n += 1) all.push(documentOf(list, n));
  return all;
}

const documentOf = (list, n) => ({
  id: idOf(list, n),
  title: `Write the quarterly report, part ${n}`,
  note: 'Lorem ipsum dolor sit amet, consectetur adipiscing',
  done: n % 2 === 1,
  order: 0,
  updatedAt: 1_700_000_000_000 + n,
  list: listName(list),
});

// The change for which pages watch: `order` grows with each change, whichever document it is for.
let count = 0;
export const change = (list, n) => ({ id: idOf(list, n), attributes: { order: (count += 1), updatedAt: 1_800_000_000_000 + count } });

// The database of the hand-written servers.
export function createMap(documents) {
  const all = new Map(documents.map(document => [document.id, document]));
  return {
    in: list => [...all.values()].filter(document => document.list === list),
    // Returns the changed document.
    patch(id, attributes) {
      const document = { ...all.get(id), ...attributes };
      all.set(id, document);
      return document;
    },
  };
}
