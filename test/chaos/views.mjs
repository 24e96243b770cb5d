// What each page is subscribed to, and what it must be shown of what is in the database: said here once more, apart from the library.
import { isDeepStrictEqual } from 'node:util';

const nameIn = ({ user }) => user?.name ?? '';

const parts = [
  { where: { kind: 'x' }, fits: ({ kind }) => kind === 'x' },
  { where: { n: { $gte: 50 } }, fields: ['n', 'mark'], fits: ({ n }) => n >= 50 },
  { where: { $or: [{ kind: 'y' }, { n: { $lt: 20 } }] }, fits: ({ kind, n }) => kind === 'y' || n < 20 },
  { where: { 'user.name': { $contains: 'nn' } }, fields: ['user.name', 'mark', 'note'], fits: one => nameIn(one).includes('nn') },
];

const secrets = [{}, { where: { n: { $lt: 80 } }, fields: ['mark', 'kind'], fits: ({ n }) => n < 80 }];

// Pages are numbered from 0.
export const viewsOf = number => [
  { name: 'all', channel: '' },
  { name: 'part', channel: '', ...parts[number % parts.length] },
  { name: 'secret', channel: 'secret', ...secrets[number % secrets.length] },
];

export const nameOf = number => `page-${number}`;

// `documents` are rows of the database; `level` is what the page may see in the channel `secret`: see node.mjs. By their ids.
export function shownOf({ channel, fits = () => true, fields }, documents, level) {
  const isOpen = ({ kind }) => channel !== 'secret' || level === 2 || (level === 1 && kind === 'x');
  const shown = documents.filter(one => one.channel === channel && isOpen(one.attributes) && fits(one.attributes));
  return new Map(shown.map(({ id, attributes }) => [id, { id, ...picked(attributes, fields) }]));
}

function picked(attributes, fields) {
  if (!fields) return attributes;
  const { user, ...others } = attributes;
  const open = Object.entries(others).filter(([name]) => fields.includes(name));
  return { ...Object.fromEntries(open), ...(fields.includes('user.name') && user && { user: { name: user.name } }) };
}

// In words, how a page's list differs from what it must be: document by document.
export function differences(shown, expected) {
  const words = [];
  const ids = new Set();
  for (const one of shown) {
    const { id } = one;
    if (ids.has(id)) words.push(`${id} is there twice`);
    else if (!expected.has(id)) words.push(`${id} is there, and must not be: ${JSON.stringify(one)}`);
    else if (!isDeepStrictEqual(one, expected.get(id))) words.push(`${id} is ${JSON.stringify(one)}, not ${JSON.stringify(expected.get(id))}`);
    ids.add(id);
  }
  for (const id of expected.keys()) if (!ids.has(id)) words.push(`${id} is missing: ${JSON.stringify(expected.get(id))}`);
  return words;
}
