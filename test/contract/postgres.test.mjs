// The store in PostgreSQL, by the contract of all stores. Each test has a table of its own.
import pg from 'pg';
import { companion, storeContract } from '../support/companion.mjs';
import { agreesWithMemory } from './agreement.mjs';
import { needPostgres, startPostgres } from '../support/postgres.mjs';

const { postgresStore } = companion;

describe('the store in PostgreSQL', function () {
  this.timeout(120_000);
  let server;
  let pools;
  let tables = 0;
  const tableOf = new Map();

  before(async function () {
    needPostgres(this);
    server = await startPostgres();
    pools = [1, 2].map(() => new pg.Pool({ connectionString: server.url }));
  });
  after(async () => {
    await Promise.all((pools ?? []).map(pool => pool.end()));
    await server?.stop();
  });

  const open = (table = `contract_${tables += 1}`, pool = pools[0]) => {
    const store = postgresStore(pool, { table, log: () => {} });
    tableOf.set(store, table);
    return store;
  };
  storeContract({
    test: it, open: () => open(), reopen: closed => open(tableOf.get(closed)), another: store => open(tableOf.get(store), pools[1]),
    once: true,
  });
  agreesWithMemory({ test: it, open: () => open(), runs: 100 });
});
