// The store that keeps documents by a Mongoose model, whose schema has `publishChanges`: with its validators, setters, defaults and hooks.
// Changes that other code of this process makes by the model are told, too. Each write names the version that it read, so that it
// overwrites none unknowingly. On a replica set a change and its log are one; a standalone server has no transactions, see journal.ts.

import type { ClientSession } from 'mongoose';
import { BackendError } from '../errors';
import type { Change, Documents, Store } from '../store';
import { createTurns } from '../turns';
import { checkAttributes, isChannel, isId } from './base';
import { journalOf, type AnyModel } from './mongo/journal';
import { mappingOf } from './mongo/attributes';
import { documentsOf } from './mongo/documents';
import { isPublished } from './mongo/plugin';
import { createNesting } from './nesting';
import type { Report } from './watchers';

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

export function createMongooseStore(given: MongooseModel, { log: report }: MongooseOptions = {}): Store {
  if (!isPublished(given.schema)) {
    throw new Error(`The schema of the model "${given.modelName}" lacks the plugin: schema.plugin(publishChanges), before mongoose.model().`);
  }
  // Mongoose's own type has a dozen parameters, which say nothing here.
  const model = given as unknown as AnyModel;
  const journal = journalOf(model);
  const mapping = mappingOf(model);
  const documents = (session?: ClientSession): Documents => documentsOf(model, mapping, session);
  journal.reader = (id) => documents().read(id);
  if (report) journal.report = report;

  const running = new Set<Promise<unknown>>();
  const nesting = createNesting();
  let closing: Promise<void> | undefined;
  const ready = model.db.asPromise().then(() => model.init()).then(() => {});
  // Whoever waits for it hears of it; nobody need.
  ready.catch(() => {});
  let replicated: Promise<boolean> | undefined;
  const isReplicated = () => (replicated ??= hasTransactions(model));

  const open = async <T>(work: () => Promise<T>): Promise<T> => {
    if (closing) throw new BackendError('unavailable', 'The store is closed.');
    const run = ready.then(work);
    running.add(run);
    return run.finally(() => running.delete(run));
  };

  /** One transaction at a time, so that they are told in the order of their heads. May run the work again when another process is in its way. */
  const inTurn = createTurns();
  const inSession = <T>(work: (documents: Documents) => Promise<T>): Promise<T> => inTurn(() => transact(work));
  const transact = async <T>(work: (documents: Documents) => Promise<T>): Promise<T> => {
    const session = await model.db.startSession();
    try {
      return await session.withTransaction(() => nesting.run(() => work(documents(session))));
    } finally {
      await session.endSession();
    }
  };

  const write = <T>(work: (documents: Documents) => Promise<T>): Promise<T> =>
    open(async () => {
      nesting.check();
      return (await isReplicated()) ? inSession(work) : work(documents());
    });

  return {
    ready,
    reach: 'process',
    read: (id, which) => open(() => documents().read(id, which)),
    list: (query) => open(() => documents().list(query)),
    create: async (attributes, options) => {
      const copy = checkAttributes(attributes);
      return write((inside) => inside.create(copy, options));
    },
    update: async (id, attributes, options) => {
      const copy = checkAttributes(attributes);
      return write((inside) => inside.update(id, copy, options));
    },
    patch: async (id, attributes, options) => {
      const copy = checkAttributes(attributes);
      return write((inside) => inside.patch(id, copy, options));
    },
    delete: (id, options) => write((inside) => inside.delete(id, options)),
    transaction: (work) =>
      open(async () => {
        nesting.check();
        if (await isReplicated()) return inSession(work);
        throw new BackendError('unsupported', 'Transactions need a replica set of MongoDB; this server is none.');
      }),
    // Its counters are kept for ever.
    epoch: () => open(async () => ''),
    head: (channel) => open(async () => (isChannel(channel) ? journal.head(channel) : 0)),
    changes: (channel, from, limit) =>
      open(async () => {
        const found = isChannel(channel) ? await journal.after(channel, from, limit) : from === 0 ? [] : undefined;
        return found && Promise.all(found.map((change) => complete(change, documents())));
      }),
    watch: (watcher) => journal.watchers.watch(watcher),
    close: () => (closing ??= Promise.allSettled(running).then(() => {})),
  };
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
