// Keeps a transaction from waiting for itself: a write to the store, from within one of its transactions that is not by the documents it
// was given, would wait for the end of a transaction that waits for it.

import { AsyncLocalStorage } from 'node:async_hooks';

export interface Nesting {
  /** Runs what a transaction does. */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Throws within what is run, while it runs; not in what it has set going and left. */
  check(): void;
}

/** The transactions that this is within. One for all stores, since each slows down every promise of the process a little. */
const within = new AsyncLocalStorage<readonly { readonly of: Nesting; runs: boolean }[]>();

export function createNesting(): Nesting {
  const nesting: Nesting = {
    async run(work) {
      const state = { of: nesting, runs: true };
      try {
        return await within.run([...(within.getStore() ?? []), state], work);
      } finally {
        state.runs = false;
      }
    },
    check() {
      const waits = within.getStore()?.some(({ of, runs }) => of === nesting && runs);
      if (waits) throw new Error('Within a transaction, write by the documents that it was given.');
    },
  };
  return nesting;
}
