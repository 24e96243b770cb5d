// The contract of stores: each test names one promise of store.ts. Runs under any runner that has a function to register a test.
//
//   import { storeContract } from 'backbone.iobind/server/contract';
//   describe('my store', () => storeContract({ test: it, open: () => createMyStore(emptyDatabase()) }));

import { changes } from './contract/changes';
import { closing, reopening } from './contract/closing';
import { concurrency } from './contract/concurrency';
import { documents } from './contract/documents';
import { filters } from './contract/filters';
import { hostile } from './contract/hostile';
import { lists } from './contract/lists';
import type { Promises } from './contract/support';
import { transactions } from './contract/transactions';
import type { Store } from './store';

export interface ContractOptions {
  /** Opens a store that is empty: no document, no change. Each test closes the one it was given. */
  open: () => Store | Promise<Store>;
  /** Registers a test: `it` of mocha, jest and vitest, `test` of node:test. It takes up to some seconds. */
  test: (title: string, run: () => Promise<void>) => unknown;
  /** For stores that last: opens again what has been closed. */
  reopen?: (closed: Store) => Store | Promise<Store>;
}

const all: Promises = { ...documents, ...lists, ...filters, ...hostile, ...changes, ...transactions, ...concurrency, ...closing };

export function storeContract({ open, test, reopen }: ContractOptions): void {
  const register = (title: string, check: (store: Store) => Promise<void | Store>): void => void test(title, async () => {
    let store = await open();
    try {
      store = (await check(store)) ?? store;
    } finally {
      await store.close();
    }
  });

  for (const [title, check] of Object.entries(all)) register(title, check);
  if (!reopen) return;
  for (const [title, check] of Object.entries(reopening)) register(title, store => check(store, async () => {
    await store.close();
    return reopen(store);
  }));
}
