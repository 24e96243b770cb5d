// The store in a folder, by the contract of all stores. A folder takes seconds to make, so that each test has a table of its own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { companion, storeContract } from '../support/companion.mjs';
import { agreesWithMemory } from './agreement.mjs';

const { pgliteStore } = companion;

describe('the store in a folder', function () {
  this.timeout(120_000);
  let folder;
  let keeper;
  let tables = 0;
  const tableOf = new Map();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pglite-'));
    keeper = pgliteStore(folder);
    await keeper.ready;
  });
  after(async () => {
    await keeper.close();
    await rm(folder, { recursive: true });
  });

  const open = (table = `contract_${tables += 1}`) => {
    const store = pgliteStore(folder, { table, log: () => {} });
    tableOf.set(store, table);
    return store;
  };
  const again = store => open(tableOf.get(store));
  storeContract({ test: it, open: () => open(), reopen: again, another: again, once: true });
  agreesWithMemory({ test: it, open: () => open() });
});
