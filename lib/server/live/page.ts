// What somebody who subscribes is answered: what has changed since his cursor, or if the log cannot tell that, page by page what he has
// not, or not as it is, and which of his documents he may not have any more. Documents are compared in the order of their ids.

import type { Entry, Subscribe } from '../../wire';
import { both, compareTexts } from '../filter';
import type { Store } from '../store';
import { fatesOf, type View } from './entries';

/** Documents of a page, at most. */
const size = 500;
/** Changes that are told instead of pages, at most. */
const most = 2_000;
/** Characters of an answer after which nothing more is put into it: a page on a slow line waits 10 s for one. */
const longest = 250_000;

export interface Page {
  readonly entries: Entry[];
  /** Of the first answer; the pages after it belong to that. */
  readonly position?: { epoch: string; head: number };
  readonly next?: string;
}

/** Whoever asks has to be in the shape's room by then: what is committed after the reading is told there. */
export async function readPage(store: Store, channel: string, view: View, asked: Subscribe & { isSame: boolean }): Promise<Page> {
  const epoch = await store.epoch();
  const { cursor, after, isSame } = asked;
  // Of these documents as they are shown now; other versions, and heads, say nothing.
  const isKnown = isSame && cursor?.epoch === epoch;
  if (cursor && after === undefined) {
    const changes = isKnown ? await store.changes(channel, cursor.head, most + 1) : undefined;
    const fates = changes && changes.length <= most ? fatesOf(changes) : undefined;
    if (changes && fates && !fates.some(fate => view.isUnclear(fate))) {
      const entries = fates.map(fate => view.entryOf(fate)).filter(entry => entry !== undefined);
      if (JSON.stringify(entries).length < longest) return { entries, position: { epoch, head: changes.at(-1)?.head ?? cursor.head } };
    }
  }
  // Before the documents: what is committed meanwhile is told.
  const position = after ? undefined : { position: { epoch, head: await store.head(channel) } };
  if (cursor && after === undefined) return { entries: [], ...position, next: '' };
  return { ...(await readDocuments(store, channel, view, { ...asked, after: after ?? '', isKnown })), ...position };
}

async function readDocuments(
  store: Store, channel: string, view: View, { after, held = [], more, isKnown }: Subscribe & { after: string; isKnown: boolean },
): Promise<Page> {
  const ids = held.map(([id]) => id);
  const last = more ? ids.at(-1) : undefined;
  const range = { ...(after && { $gt: after }), ...(last !== undefined && { $lte: last }) };
  const where = both(view.where, Object.keys(range).length ? { id: range } : undefined);
  const documents = await store.list({ channel, limit: size, ...(where && { where }) });
  // A full page ends with its last document, and says nothing of what comes after that.
  let end = documents.length === size ? documents.at(-1)?.id : last;
  let left = longest;
  const versions = new Map(held);
  const entries: Entry[] = [];
  for (const document of documents) {
    const isHeld = isKnown && versions.get(document.id) === document.version;
    versions.delete(document.id);
    if (isHeld) continue;
    const entry = view.put(document);
    entries.push(entry);
    left -= JSON.stringify(entry).length;
    if (left > 0) continue;
    end = document.id;
    break;
  }
  for (const [id, version] of versions) {
    if (end === undefined || compareTexts(id, end) <= 0) entries.push({ action: 'leave', id, version });
  }
  return { entries, ...(end !== undefined && { next: end }) };
}
