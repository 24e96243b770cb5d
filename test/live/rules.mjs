// What may be seen, in the test's own words: none of lib's is used to say what lib should show.

const keep = names => attributes => Object.fromEntries(names.filter(name => name in attributes).map(name => [name, attributes[name]]));
const keepAll = attributes => attributes;

/** What may be subscribed to: these documents… */
export const filters = [
  { fits: () => true, paths: [] },
  { where: { n: { $gt: 1 } }, fits: ({ n }) => typeof n === 'number' && n > 1, paths: ['n'] },
  { where: { $or: [{ kind: 'x' }, { n: 0 }] }, fits: ({ kind, n }) => kind === 'x' || n === 0, paths: ['kind', 'n'] },
];

/** …and of each of them these attributes. */
export const fieldLists = [
  { pick: keepAll, paths: [] },
  { fields: ['n', 'w'], pick: keep(['n', 'w']), paths: ['n', 'w'] },
  { fields: ['title', 'w', 'user.name'], pick: titleAndName, paths: ['title', 'w', 'user'] },
  // Most writes show nothing that is new here.
  { fields: ['title'], pick: keep(['title']), paths: ['title'] },
];

function titleAndName(attributes) {
  const picked = keep(['title', 'w'])(attributes);
  return attributes.user ? { ...picked, user: { name: attributes.user.name } } : picked;
}

/** What a user may see of a channel. */
export const levels = [
  { isClosed: true },
  { fits: () => true, pick: keepAll },
  { scope: { where: { kind: 'x' } }, fits: ({ kind }) => kind === 'x', pick: keepAll },
  { scope: { fields: ['n', 'w', 'user'] }, fits: () => true, pick: keep(['n', 'w', 'user']), open: ['n', 'w', 'user'] },
];

export function isRefused(level, { filter, fields }) {
  if (level.isClosed) return true;
  return !!level.open && [...filters[filter].paths, ...fieldLists[fields].paths].some(name => !level.open.includes(name));
}

/** The attributes by id, or nothing, if it is refused. */
export function viewOf(documents, level, { channel, filter, fields }) {
  if (isRefused(level, { filter, fields })) return undefined;
  const view = new Map();
  for (const { id, channel: of, attributes } of documents.values()) {
    if (of !== channel || !level.fits(attributes) || !filters[filter].fits(attributes)) continue;
    view.set(id, fieldLists[fields].pick(level.pick(attributes)));
  }
  return view;
}
