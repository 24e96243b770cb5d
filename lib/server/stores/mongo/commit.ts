// What goes with a session's transaction: written right before it commits, so that its heads are those of the order of commits, and told
// after that; neither, if it never commits. The driver has no event for it, so the session's own methods are listened to; its
// `withTransaction` calls them, too, each time it tries anew.

import type { ClientSession } from 'mongoose';

/** Writes within the session, and returns what is to be done after the commit. */
export type Write<Item> = (items: readonly Item[], session: ClientSession) => Promise<() => Promise<void>>;

type Batches = Map<Write<never>, never[]>;

const sessions = new WeakMap<ClientSession, Batches>();

export function atCommit<Item>(session: ClientSession, write: Write<Item>, item: Item): void {
  const batches = sessions.get(session) ?? listenTo(session);
  // One map for items of several kinds, each of which only its own function sees.
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
    // A commit that fails may be tried anew; what was written for it is written.
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
