// The store that keeps documents by a Mongoose model whose schema has `publishChanges`, with its validators, setters, defaults and hooks.
// Changes that other code of this process makes by the model are told, too. Each write names the version that it has read, so that it
// never overwrites another one unknowingly. On a replica set, a change and its log entry are one transaction; a standalone server has no
// transactions, see journal.ts.

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

/** Any Mongoose model. */
export interface MongooseModel {
  readonly modelName: string;
  readonly schema: object;
}

export interface MongooseOptions {
  /** Reports watchers that throw, and documents that could not be read for them: `console.error`. */
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
  /** One transaction at a time, so that changes are told in the order of their heads. */
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
    // Perhaps nobody waits for it; an unhandled rejection would end the process.
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
      throw new BackendError('unsupported', 'Transactions need a replica set of MongoDB, which this server is not.');
    });
  }

  /** Always the same: the counters are kept forever. */
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

  /** `close` waits for all that began before it. */
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

  /** May run the work again after a write conflict with another process. */
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

/** A replica set has a name; the router of a sharded cluster (mongos) has that message. */
async function hasTransactions(model: AnyModel): Promise<boolean> {
  const { setName, msg } = ((await model.db.db?.admin().command({ hello: 1 })) ?? {}) as { setName?: string; msg?: string };
  return setName !== undefined || msg === 'isdbgrid';
}
