import { Store } from './index.js';

interface ContractOptions {
    /** Opens a store that is empty: no document, no change. Each test closes the one it was given. */
    open: () => Store | Promise<Store>;
    /** Registers a test: `it` of mocha, jest and vitest, `test` of node:test. It takes up to some seconds. */
    test: (title: string, run: () => Promise<void>) => unknown;
    /** For stores that last: opens again what has been closed. */
    reopen?: (closed: Store) => Store | Promise<Store>;
    /** For stores whose `reach` is `database`: another one on the same database, as another node has it. */
    another?: (store: Store) => Store | Promise<Store>;
    /** For stores that have the method of this name. */
    once?: boolean;
}
declare function storeContract({ open, test, reopen, another, once: hasOnce }: ContractOptions): void;

export { storeContract };
export type { ContractOptions };
