// The store that keeps documents by a Mongoose model, whose schema has `publishChanges`: with its validators, setters, defaults and hooks.
// Changes that other code of this process makes by the model are told, too. Each write names the version that it read, so that it
// overwrites none unknowingly. On a replica set a change and its log are one; a standalone server has no transactions, see journal.ts.

import type { ClientSession } from 'mongoose';
import { BackendError } from '../errors';
import type { Change, Document, Documents, Query, Store, Watcher } from '../store';
import { createTurns } from '../turns';
import { isChannel, isId } from './base';
import { mappingOf, type Mapping } from './mongo/attributes';
import { documentsOf } from './mongo/documents';
import { journalOf, type AnyModel, type Journal } from './mongo/journal';
import { isPublished } from './mongo/plugin';
import { createNesting } from './nesting';
import type { Report } from './watchers';
import { createWrites } from './writing';

export { publishChanges } from './mongo/plugin';

/** Any model of Mongoose's. */
export interface MongooseModel {
  readonly modelName: string;
  readonly schema: object;
}

export interface MongooseOptions {
  /** Where mistakes of those who watch are reported, and documents that cannot be read when they are to be told: `console.error`. */
  log?: Report;
}

export function createMongooseStore(model: MongooseModel, options: MongooseOptions = {}): Store {
  // Mongoose's own type has a dozen parameters, which say nothing here.
  if (isPublished(model.schema)) return new MongooseStore(model as unknown as AnyModel, options);
  throw new Error(`The schema of the model "${model.modelName}" lacks the plugin: schema.plugin(publishChanges), before mongoose.model().`);
}

class MongooseStore implements Store {
  readonly reach = 'process';
  readonly ready: Promise<void>;
  private readonly writes = createWrites(work => this.write(work));
  readonly create = this.writes.create;
  readonly update = this.writes.update;
  readonly patch = this.writes.patch;
  readonly delete = this.writes.delete;
  private readonly journal: Journal;
  private readonly mapping: Mapping;
  private readonly nesting = createNesting();
  /** One transaction at a time, so that they are told in the order of their heads. */
  private readonly inTurn = createTurns();
  private readonly running = new Set<Promise<unknown>>();
  private replicated: Promise<boolean> | undefined;
  private closing: Promise<void> | undefined;

  constructor(private readonly model: AnyModel, { log }: MongooseOptions) {
    this.journal = journalOf(model);
    this.mapping = mappingOf(model);
    this.journal.reader = id => this.documents().read(id);
    if (log) this.journal.report = log;
    this.ready = model.db.asPromise().then(() => model.init()).then(() => {});
    // Whoever waits for it hears of it; nobody need.
    this.ready.catch(() => {});
  }

  read(...args: Parameters<Documents['read']>): Promise<Document | undefined> {
    return this.run(() => this.documents().read(...args));
  }

  list(query?: Query): Promise<Document[]> {
    return this.run(() => this.documents().list(query));
  }

  transaction<T>(work: (documents: Documents) => Promise<T>): Promise<T> {
    return this.run(async () => {
      if (await this.isReplicated()) return this.inTransaction(work);
      throw new BackendError('unsupported', 'Transactions need a replica set of MongoDB; this server is none.');
    });
  }

  /** Its counters are kept for ever. */
  epoch(): Promise<string> {
    return this.run(async () => '');
  }

  head(channel: string): Promise<number> {
    return this.run(async () => (isChannel(channel) ? this.journal.head(channel) : 0));
  }

  changes(channel: string, from: number, limit?: number): Promise<Change[] | undefined> {
    return this.run(async () => {
      if (!isChannel(channel)) return from === 0 ? [] : undefined;
      const found = await this.journal.after(channel, from, limit);
      return found && Promise.all(found.map(change => complete(change, this.documents())));
    });
  }

  watch(watcher: Watcher): () => void {
    return this.journal.watchers.watch(watcher);
  }

  close(): Promise<void> {
    return (this.closing ??= Promise.allSettled(this.running).then(() => {}));
  }

  private documents(session?: ClientSession): Documents {
    return documentsOf(this.model, this.mapping, session);
  }

  /** All that is begun before the store is closed is waited for by `close`. */
  private async run<T>(work: () => Promise<T>): Promise<T> {
    this.nesting.check();
    if (this.closing) throw new BackendError('unavailable', 'The store is closed.');
    const run = this.ready.then(work);
    this.running.add(run);
    return run.finally(() => this.running.delete(run));
  }

  private write<T>(work: (documents: Documents) => Promise<T>): Promise<T> {
    return this.run(async () => ((await this.isReplicated()) ? this.inTransaction(work) : work(this.documents())));
  }

  /** May run the work again when another process is in its way. */
  private inTransaction<T>(work: (documents: Documents) => Promise<T>): Promise<T> {
    return this.inTurn(async () => {
      const session = await this.model.db.startSession();
      try {
        return await session.withTransaction(() => this.nesting.run(() => work(this.documents(session))));
      } finally {
        await session.endSession();
      }
    });
  }

  private isReplicated(): Promise<boolean> {
    return (this.replicated ??= hasTransactions(this.model));
  }
}

async function complete(change: Omit<Change, 'document'>, documents: Documents): Promise<Change> {
  const document = isId(change.id) ? await documents.read(change.id, { channel: change.channel }) : undefined;
  return document ? { ...change, document } : change;
}

/** A replica set has a name; what stands before shards has that message. */
async function hasTransactions(model: AnyModel): Promise<boolean> {
  const { setName, msg } = ((await model.db.db?.admin().command({ hello: 1 })) ?? {}) as { setName?: string; msg?: string };
  return setName !== undefined || msg === 'isdbgrid';
}
