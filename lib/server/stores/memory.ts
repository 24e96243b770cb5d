// The store that keeps documents in the memory of one process, until that ends: for trying things out, for tests and, with `max`, for a
// stream that needs no database. It is also the reference for the other stores.

import { randomUUID } from 'node:crypto';
import { BackendError } from '../errors';
import type { Change, Document, Store, Watcher } from '../store';
import { createAnswers } from './memory/answers';
import { createDraft, type Draft } from './memory/draft';
import { createLog, type LogEntry } from './memory/log';
import { createNesting } from './nesting';
import { createWatchers, type Report } from './watchers';
import { createWrites } from './writing';

export interface MemoryOptions {
  /** The most documents to keep, of all channels together. Beyond that the oldest are deleted, and their deletion is told like any. */
  max?: number;
  /** How many changes the log keeps, of all channels together: 10,000. */
  history?: number;
  /** Reports watchers that throw: `console.error`. */
  log?: Report;
}

export function createMemoryStore({ max = Infinity, history = 10_000, log: report }: MemoryOptions = {}): Store {
  const epoch = randomUUID();
  const documents = new Map<string, Document>();
  const log = createLog(history);
  const watchers = createWatchers(report);
  const nesting = createNesting();
  const answers = createAnswers();
  /** Settles when all writes that have begun so far have ended. */
  let begun: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | undefined;

  const complete = (change: Omit<Change, 'document'>): Change => {
    const document = documents.get(change.id);
    // A document that has moved to another channel is not shown to those who hear this one.
    return document?.channel === change.channel ? { ...change, document } : change;
  };

  const commit = ({ steps }: Draft): void => {
    const entries: LogEntry[] = [];
    for (const { entry, document } of steps) {
      entries.push(entry);
      if (document) documents.set(entry.id, document);
      else documents.delete(entry.id);
    }
    entries.push(...removeOldest(documents, max));
    const changes = entries.map(log.record);
    for (const change of changes) watchers.change(complete(change));
  };

  const open = <Result>(work: () => Result): Result => {
    if (closing) throw new BackendError('unavailable', 'The store is closed.');
    nesting.check();
    return work();
  };

  // One after the other: a transaction that waits for something delays later ones, but no reads.
  const transaction: Store['transaction'] = async work => open(() => {
    const run = begun.then(async () => {
      const draft = createDraft(documents, log.version);
      try {
        const result = await nesting.run(() => work(draft));
        commit(draft);
        return result;
      } finally {
        draft.end();
      }
    });
    begun = run.catch(() => {});
    return run;
  });

  return {
    ...createWrites(transaction),
    ready: Promise.resolve(),
    reach: 'process',
    transaction,
    once: (key, digest, work) => transaction(draft => answers.once(key, digest, () => work(draft))),
    read: async (id, which) => open(() => createDraft(documents, log.version).read(id, which)),
    list: async query => open(() => createDraft(documents, log.version).list(query)),
    epoch: async () => open(() => epoch),
    head: async channel => open(() => log.head(channel)),
    changes: async (channel, from, limit) => open(() => structuredClone(log.after(channel, from, limit)?.map(complete))),
    watch: (watcher: Watcher) => watchers.watch(watcher),
    close: () => (closing ??= begun.then(() => {})),
  };
}

function removeOldest(documents: Map<string, Document>, max: number): LogEntry[] {
  const removed: LogEntry[] = [];
  for (const { id, version, channel, attributes: former } of documents.values()) {
    if (documents.size <= max) break;
    documents.delete(id);
    removed.push({ action: 'delete', id, version, channel, former });
  }
  return removed;
}
