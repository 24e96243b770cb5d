// Answers a subscribe: the changes since the cursor or, if the log does not reach back, pages with the documents that are missing or
// outdated, and the ids to remove. The pages are in the order of the ids.

import type { Entry, Subscribe } from '../../wire';
import { both, compareTexts } from '../filter';
import type { Store } from '../store';
import { fatesOf, type View } from './entries';

/** Documents of one page, at most. */
const size = 500;
/** Changes that are sent instead of pages, at most. */
const most = 2_000;
/** Characters after which an answer ends: a client on a slow line waits 10 s for one. */
const longest = 250_000;

export interface Page {
  readonly entries: Entry[];
  /** In the first answer only; it holds for the pages after it, too. */
  readonly position?: { epoch: string; head: number };
  readonly next?: string;
}

/** The subscriber has to be in its shape's room before: what is committed after the reading is sent there. */
export async function readPage(store: Store, channel: string, view: View, asked: Subscribe & { isSame: boolean }): Promise<Page> {
  const epoch = await store.epoch();
  const { cursor, after, isSame } = asked;
  // Versions and heads can be compared only for the same view and the same epoch.
  const isKnown = isSame && cursor?.epoch === epoch;
  if (cursor && after === undefined) {
    const changes = isKnown ? await store.changes(channel, cursor.head, most + 1) : undefined;
    const fates = changes && changes.length <= most ? fatesOf(changes) : undefined;
    if (changes && fates && !fates.some(fate => view.isUnclear(fate))) {
      const entries = fates.map(fate => view.entryOf(fate)).filter(entry => entry !== undefined);
      if (JSON.stringify(entries).length < longest) return { entries, position: { epoch, head: changes.at(-1)?.head ?? cursor.head } };
    }
  }
  // Read before the documents: what is committed meanwhile is sent to the room.
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
  // A full page ends with its last document, and does not cover what comes after it.
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
