import { Store } from './index.js';

interface ContractOptions {
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
declare function storeContract({ open, test, reopen, another, once: hasOnce }: ContractOptions): void;

export { storeContract };
export type { ContractOptions };
