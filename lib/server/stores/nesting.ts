// Prevents deadlocks. Within a transaction, a call to the store itself, instead of the documents that the transaction was given, could wait
// for the end of that same transaction: a write, and a read as well if there is no other free connection. Every store refuses both, so
// that what works on one works on all.

import { AsyncLocalStorage } from 'node:async_hooks';

export interface Nesting {
  /** Runs the function of a transaction. */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Throws if called by a running transaction; not if called by something that a transaction started and has left running. */
  check(): void;
}

/** The transactions around the running code. One for all stores, since each storage slows down every promise of the process a little. */
const enclosing = new AsyncLocalStorage<readonly { readonly of: Nesting; runs: boolean }[]>();

export function createNesting(): Nesting {
  const nesting: Nesting = {
    async run(work) {
      const state = { of: nesting, runs: true };
      try {
        return await enclosing.run([...(enclosing.getStore() ?? []), state], work);
      } finally {
        state.runs = false;
      }
    },
    check() {
      const waits = enclosing.getStore()?.some(({ of, runs }) => of === nesting && runs);
      if (waits) throw new Error('Within a transaction, read and write by the documents that it was given, not by the store.');
    },
  };
  return nesting;
}
