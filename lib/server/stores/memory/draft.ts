// The documents within a transaction in memory: the committed ones, which stay as they are, overlaid by its own writes. Nothing in here
// waits, so nothing can come between a check and the write that relies on it.

import { newId } from '../id';
import { matcher, matches, sorter } from '../../filter';
import type { Attributes, Document, Documents, Query, Which, WriteOptions } from '../../store';
import { checkAttributes, checkChannel, checkCount, checkId, conflict, isId, notFound, taken } from '../base';
import type { LogEntry } from './log';

export interface Draft extends Documents {
  /** The writes, in their order; each with the document, unless that has been deleted. */
  readonly steps: readonly { readonly entry: LogEntry; readonly document?: Document }[];
  /** Refuses writes from now on, which would be lost. */
  end(): void;
}

/** `last` returns the last version of a document, also of one that has been deleted. */
export function createDraft(committed: ReadonlyMap<string, Document>, last: (id: string) => number): Draft {
  const own = new Map<string, Document | undefined>();
  const versions = new Map<string, number>();
  const steps: { entry: LogEntry; document?: Document }[] = [];
  let ended = false;

  const current = (id: string): Document | undefined => (own.has(id) ? own.get(id) : committed.get(id));

  const step = (entry: LogEntry, document?: Document): void => {
    if (ended) throw new Error('The transaction has ended: await what is written in it.');
    own.set(entry.id, document);
    versions.set(entry.id, entry.version);
    steps.push({ entry, ...(document && { document }) });
  };
  const put = (document: Document, origin?: string, former?: Attributes): Document => {
    const { id, version, channel } = document;
    const action = former ? 'update' : 'create';
    step({ action, id, version, channel, ...(former && { former }), ...(origin !== undefined && { origin }) }, document);
    return structuredClone(document);
  };
  const drop = ({ id, version, channel, attributes: former }: Document, origin?: string): void =>
    step({ action: 'delete', id, version, channel, former, ...(origin !== undefined && { origin }) });

  const find = (id: string, { channel, where }: Which = {}): Document | undefined => {
    const document = isId(id) ? current(id) : undefined;
    if (!document || (channel !== undefined && document.channel !== channel)) return undefined;
    return !where || matches(where, { ...document.attributes, id }) ? document : undefined;
  };
  const findToWrite = (id: string, options: WriteOptions = {}): Document => {
    const document = find(id, options);
    if (!document) throw notFound();
    if (options.ifVersion !== undefined && options.ifVersion !== document.version) throw conflict(structuredClone(document));
    return document;
  };

  const replace = (before: Document, attributes: Attributes, { origin, moveTo }: WriteOptions = {}): Document => {
    const channel = moveTo === undefined ? before.channel : checkChannel(moveTo);
    const after = { id: before.id, version: before.version + 1, channel, attributes };
    if (channel === before.channel) return put(after, origin, before.attributes);
    drop(before, origin);
    return put(after, origin);
  };

  return {
    steps,
    end: () => void (ended = true),
    async create(attributes, { id = newId(), channel = '', origin } = {}) {
      const version = (versions.get(checkId(id)) ?? last(id)) + 1;
      const document = { id, version, channel: checkChannel(channel), attributes: checkAttributes(attributes) };
      if (current(id)) throw taken();
      return put(document, origin);
    },
    async read(id, which) {
      return structuredClone(find(id, which));
    },
    async list(query) {
      const untouched = [...committed.values()].filter(({ id }) => !own.has(id));
      const written = [...own.values()].filter(document => document !== undefined);
      return structuredClone(select([...untouched, ...written], query));
    },
    async update(id, attributes, options) {
      const checked = checkAttributes(attributes);
      return replace(findToWrite(id, options), checked, options);
    },
    async patch(id, attributes, options) {
      const checked = checkAttributes(attributes);
      const before = findToWrite(id, options);
      return replace(before, { ...before.attributes, ...checked }, options);
    },
    async delete(id, options) {
      const document = findToWrite(id, options);
      drop(document, options?.origin);
      return structuredClone(document);
    },
  };
}

function select(documents: Document[], { channel, where, sort, limit, offset = 0 }: Query = {}): Document[] {
  checkCount('limit', limit);
  checkCount('offset', offset);
  const fits = where && matcher(where);
  const fitting = documents
    .filter(document => (channel === undefined || document.channel === channel) && (!fits || fits(document.attributes, document.id)));
  return firstOf(fitting, sorter(sort), limit === undefined ? Infinity : offset + limit).slice(offset);
}

/** The first `count` documents in order. Of a long list, most documents are only compared with the last of those found so far. */
function firstOf(documents: Document[], compare: (a: Document, b: Document) => number, count: number): Document[] {
  let first: Document[] = [];
  let last: Document | undefined;
  for (const document of documents) {
    if (last && compare(document, last) > 0) continue;
    first.push(document);
    if (first.length <= 2 * count + 1) continue;
    first = first.sort(compare).slice(0, count);
    last = first.at(-1);
  }
  return first.sort(compare).slice(0, count);
}
