// The contract of stores: each test names one promise of store.ts. Works with any test runner that has a function to register a test.
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
import { nodes } from './contract/nodes';
import { once, onceByNodes, onceReopened } from './contract/once';
import type { Promises } from './contract/support';
import { transactions } from './contract/transactions';
import type { Store } from './store';

export interface ContractOptions {
  /** Opens an empty store: no documents, no changes. Each test closes its store. */
  open: () => Store | Promise<Store>;
  /** Registers a test: `it` of mocha, jest and vitest, `test` of node:test. A test takes up to a few seconds. */
  test: (title: string, run: () => Promise<void>) => unknown;
  /** For persistent stores: opens a store again that has been closed. */
  reopen?: (closed: Store) => Store | Promise<Store>;
  /** For stores whose `reach` is `database`: opens another store on the same database, as another node would. */
  another?: (store: Store) => Store | Promise<Store>;
  /** Whether the store has the method `once`. */
  once?: boolean;
}

const all: Promises = { ...documents, ...lists, ...filters, ...hostile, ...changes, ...transactions, ...concurrency, ...closing };

export function storeContract({ open, test, reopen, another, once: hasOnce = false }: ContractOptions): void {
  const register = (title: string, check: (store: Store) => Promise<void>): void => void test(title, async () => {
    const store = await open();
    await check(store).finally(() => store.close());
  });

  for (const [title, check] of Object.entries({ ...all, ...(hasOnce && once) })) register(title, check);

  if (reopen) for (const [title, check] of Object.entries({ ...reopening, ...(hasOnce && onceReopened) })) register(title, async store => {
    let again: Store | undefined;
    const openAgain = async (): Promise<Store> => {
      await store.close();
      return (again = await reopen(store));
    };
    await check(store, openAgain).finally(() => again?.close());
  });

  if (another) for (const [title, check] of Object.entries({ ...nodes, ...(hasOnce && onceByNodes) })) register(title, async store => {
    const other = await another(store);
    await check(store, other).finally(() => other.close());
  });
}
