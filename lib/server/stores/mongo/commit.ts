// Work that belongs to a session's transaction: log entries are written right before it commits, so that heads are in the order of the
// commits, and changes are told after it; neither happens if it never commits. The driver has no event for that, so the session's own
// methods are wrapped, which `withTransaction` calls as well, at each attempt.

import type { ClientSession } from 'mongoose';

/** Writes the items within the session, and returns a function to call after the commit. */
export type Write<Item> = (items: readonly Item[], session: ClientSession) => Promise<() => Promise<void>>;

type Batches = Map<Write<never>, never[]>;

const sessions = new WeakMap<ClientSession, Batches>();

export function atCommit<Item>(session: ClientSession, write: Write<Item>, item: Item): void {
  const batches = sessions.get(session) ?? listenTo(session);
  // One map for items of several types: each function only gets its own.
  const key = write as Write<never>;
  batches.set(key, [...(batches.get(key) ?? []), item as never]);
}

function listenTo(session: ClientSession): Batches {
  const batches: Batches = new Map();
  sessions.set(session, batches);
  const { startTransaction, abortTransaction, commitTransaction } = session;
  let prepared: Array<() => Promise<void>> | undefined;
  const forget = (): void => {
    batches.clear();
    prepared = undefined;
  };
  /** A session does one thing at a time. */
  const prepare = async (): Promise<Array<() => Promise<void>>> => {
    const works = [];
    for (const [write, items] of batches) works.push(await write(items, session));
    return works;
  };

  session.startTransaction = (...args) => {
    forget();
    startTransaction.apply(session, args);
  };
  session.abortTransaction = (...args) => {
    forget();
    return abortTransaction.apply(session, args);
  };
  session.commitTransaction = async (...args) => {
    // A commit that fails may be tried again; what was written for it need not be written again.
    prepared ??= await prepare().catch(async (error: unknown) => {
      await session.abortTransaction().catch(() => {});
      throw error;
    });
    await commitTransaction.apply(session, args);
    const works = prepared;
    forget();
    for (const work of works) await work();
  };
  return batches;
}
