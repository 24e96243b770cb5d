// The changes of a model: a log in a collection of its own, `<collection>_log`, numbered by counters in `<collection>_heads`; and the
// watchers. There is one journal per model. In a transaction the log commits with the documents, and changes are told after that. Without
// one, a change is logged after it was made: if the process ends in between, nobody is ever told of that change.

import type { ClientSession, Model } from 'mongoose';
import type { Attributes, Change, Document } from '../../store';
import { createTurns } from '../../turns';
import { createWatchers, type Report, type Watchers } from '../watchers';
import { atCommit, type Write } from './commit';

/** A model of anything. */
export type AnyModel = Model<{ [name: string]: unknown }>;

export type JournalEntry = Pick<Change, 'action' | 'id' | 'version' | 'channel' | 'former'> & { readonly origin?: string | undefined };
type Numbered = Omit<Change, 'document'>;

interface Logged {
  _id: { channel: string; head: number };
  action: Change['action'];
  id: string;
  version: number;
  origin?: string;
  former?: Attributes;
  at: Date;
}

export interface Journal {
  readonly watchers: Watchers;
  record(entry: JournalEntry, session: ClientSession | null): Promise<void>;
  head(channel: string): Promise<number>;
  /** The last log entry of a document, which may have been deleted. */
  last(id: string, session: ClientSession | null): Promise<Pick<Change, 'version' | 'channel'> | undefined>;
  after(channel: string, from: number, limit?: number): Promise<Numbered[] | undefined>;
  /** Reads the document of a change; set by the model's store. */
  reader: ((id: string) => Promise<Document | undefined>) | undefined;
  /** Reports faults: the `log` of the last store that was given one. */
  report: Report;
}

/** How long changes are kept in the log. */
const days = 7;

const journals = new WeakMap<object, Journal>();

export function journalOf(model: AnyModel): Journal {
  // Discriminators share a collection, and so a journal.
  const base = model.baseModelName ? (model.db.model(model.baseModelName) as unknown as AnyModel) : model;
  const journal = journals.get(base) ?? createJournal(base);
  journals.set(base, journal);
  return journal;
}

function createJournal(model: AnyModel): Journal {
  const log = logOf(model);
  const watchers = createWatchers((...mistake) => journal.report(...mistake));
  /** So that changes are told in the order of their heads. */
  const inTurn = createTurns();

  const read = async (id: string): Promise<Document | undefined> => {
    try {
      return await journal.reader?.(id);
    } catch (error) {
      return void journal.report('A document that has changed could not be read:', error);
    }
  };
  const tell = async (changes: readonly Numbered[]): Promise<void> => {
    for (const change of changes) {
      const document = change.action === 'delete' ? undefined : await read(change.id);
      watchers.change(document?.channel === change.channel ? { ...change, document } : change);
    }
  };
  const writeAll: Write<JournalEntry> = async (entries, session) => {
    const changes = await log.append(entries, session);
    return () => inTurn(() => tell(changes));
  };

  const journal: Journal = {
    watchers,
    reader: undefined,
    report: console.error,
    async record(entry, given) {
      const session = given ?? sessionAround(model);
      if (session?.inTransaction()) return atCommit(session, writeAll, entry);
      await inTurn(async () => tell(await log.append([entry], null)));
    },
    head: log.head,
    last: log.last,
    after: log.after,
  };
  return journal;
}

function logOf({ db, collection: { name } }: AnyModel) {
  const log = db.collection<Logged>(`${name}_log`);
  const heads = db.collection<{ _id: string; head: number }>(`${name}_heads`);
  let indexed: Promise<unknown> | undefined;

  const head = async (channel: string): Promise<number> => (await heads.findOne({ _id: channel }))?.head ?? 0;

  const last: Journal['last'] = async (id, session) => {
    const found = await log.findOne({ id }, { sort: { version: -1 }, ...(session && { session }) });
    return found ? { version: found.version, channel: found._id.channel } : undefined;
  };

  const append = async (entries: readonly JournalEntry[], session: ClientSession | null): Promise<Numbered[]> => {
    const options = { ...(session && { session }) };
    // An index cannot be created within a transaction. Without it, the log only grows.
    if (!session) indexed ??= Promise.allSettled([log.createIndex({ at: 1 }, { expireAfterSeconds: days * 86_400 }), log.createIndex({ id: 1, version: -1 })]);
    const next = new Map<string, number>();
    for (const channel of new Set(entries.map(entry => entry.channel))) {
      const count = entries.filter(entry => entry.channel === channel).length;
      const counter = await heads.findOneAndUpdate({ _id: channel }, { $inc: { head: count } }, { upsert: true, returnDocument: 'after', ...options });
      next.set(channel, (counter?.head ?? count) - count + 1);
    }
    const numbered = entries.map(({ origin, ...entry }) => {
      const own = next.get(entry.channel) ?? 1;
      next.set(entry.channel, own + 1);
      return { ...entry, ...(origin !== undefined && { origin }), head: own };
    });
    await log.insertMany(numbered.map(loggedFrom), options);
    return numbered;
  };

  const after = async (channel: string, from: number, limit = Infinity): Promise<Numbered[] | undefined> => {
    const latest = await head(channel);
    if (from > latest) return undefined;
    const to = Math.min(latest, from + limit);
    const range = { '_id.channel': channel, '_id.head': { $gt: from, $lte: to } };
    const found = from < to ? await log.find(range as object).sort({ '_id.head': 1 }).toArray() : [];
    return found.length === to - from ? found.map(changeFrom) : undefined;
  };
  return { head, last, append, after };
}

/** The session around the call, if Mongoose's option `transactionAsyncLocalStorage` is on: it is not passed in any other way. */
export function sessionAround({ base }: AnyModel): ClientSession | null {
  const { transactionAsyncLocalStorage: storage } = base as { transactionAsyncLocalStorage?: { getStore(): { session?: ClientSession } | undefined } };
  return storage?.getStore()?.session ?? null;
}

const loggedFrom = ({ channel, head, ...kept }: Numbered): Logged => ({ _id: { channel, head }, ...kept, at: new Date() });

const changeFrom = ({ _id: { channel, head }, action, id, version, origin, former }: Logged): Numbered =>
  ({ action, id, version, channel, head, ...(origin !== undefined && { origin }), ...(former && { former }) });
