// A process of its own for the tests of the SQL stores: node sql-child.mjs <what> <folder or url>. Prints a line for each thing that
// it has done.
import pg from 'pg';
import { companion } from '../support/companion.mjs';

const [what, place] = process.argv.slice(2);
const tell = line => process.stdout.write(`${line}\n`);
const { pgliteStore, postgresStore } = companion;

const parts = {
  // Opens a folder, and keeps it.
  async hold() {
    const store = pgliteStore(place);
    await store.ready;
    tell('open');
    setInterval(() => {}, 1_000);
  },

  // Writes until it is killed; a line for each write that was answered.
  async write() {
    const store = pgliteStore(place);
    store.watch({ change() {} });
    for (let n = 0; ; n += 1) {
      const id = `${process.pid}-${n}`;
      await store.create({ n }, { id });
      tell(`created ${id}`);
      await store.patch(id, { patched: true });
      tell(`patched ${id}`);
      await store.transaction(async documents => {
        for (const one of [`${id}a`, `${id}ab`]) await documents.create({ n }, { id: one });
      });
      tell(`both ${id}a`);
    }
  },

  // Uses a store and closes it: then nothing keeps the process alive.
  async leaveFolder() {
    await use(pgliteStore(place));
  },
  async leavePostgres() {
    const pool = new pg.Pool({ connectionString: place });
    await use(postgresStore(pool, { table: 'leaving' }));
    await pool.end();
  },

  // Cannot open, and nobody asks why.
  async fail() {
    postgresStore(new pg.Pool({ connectionString: place }));
  },
};

async function use(store) {
  let told;
  const heard = new Promise(resolve => { told = resolve; });
  store.watch({ change: told });
  await store.create({}, { id: 'a' });
  await heard;
  await store.close();
  tell('closed');
}

await parts[what]();
