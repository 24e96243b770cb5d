// Keeps a transaction from waiting for itself. Whatever is asked of the store from within one of its transactions, and not of the documents
// that this was given, may have to wait for the end of a transaction that waits for it: a write, and where there is one
// connection, or none that is free, a read as well. So that what works on one store works on all, each refuses both.

import { AsyncLocalStorage } from 'node:async_hooks';

export interface Nesting {
  /** Runs what a transaction does. */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Throws within what is run, while it runs; not in what it has set going and left. */
  check(): void;
}

/** The transactions around the running code. One storage for all stores, since each one slows down every promise of the process a little. */
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
      if (waits) throw new Error('Within a transaction, read and write by the documents that it was given.');
    },
  };
  return nesting;
}
