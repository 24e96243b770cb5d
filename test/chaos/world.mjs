// All that a run consists of: PostgreSQL, two nodes on it, eight pages in four processes, and a line for each page. The lines are here,
// everything else is a process of its own.
import pg from 'pg';
import { freePort } from '../support/daemon.mjs';
import { startPostgres } from '../support/postgres.mjs';
import { History, trigger } from './history.mjs';
import { Program } from './process.mjs';
import { openProxy } from './proxy.mjs';
import { persist } from './rights.mjs';
import { nameOf } from './views.mjs';

export const tick = 500;
const [nodeCount, programCount, pagesEach, things, secrets] = [2, 4, 2, 600, 60];
const pageCount = programCount * pagesEach;
const list = (count, make) => Array.from({ length: count }, (_, index) => make(index));

export async function openWorld({ seed, plant = '', chance }) {
  const postgres = await startPostgres();
  const pool = new pg.Pool({ connectionString: postgres.url, max: 4 });
  pool.on('error', () => {});
  const query = async (sql, values) => (await pool.query(sql, values)).rows;
  const history = new History(query);

  const ports = await Promise.all(list(nodeCount, freePort));
  const nodes = ports.map(port => new Program('node.mjs', {
    PORT: String(port), DATABASE: postgres.url, PLANT: plant, TICK: String(tick),
  }));
  // Each connection of a page's goes to some node, as a balancer would have it.
  const lines = await Promise.all(list(pageCount, () => openProxy(() => ports[Math.floor(chance() * nodeCount)])));
  const programs = list(programCount, index => {
    const numbers = list(pagesEach, one => index * pagesEach + one);
    const env = { NUMBERS: numbers.join(' '), PORTS: numbers.map(one => lines[one].port).join(' '), SEED: String(seed), PLANT: plant };
    return new Program('pages.mjs', env, report => history.hear(report));
  });

  const world = {
    chance, postgres, query, history, nodes, lines, programs, counts: {}, levels: new Map(list(pageCount, index => [nameOf(index), 2])),
    count: name => void (world.counts[name] = (world.counts[name] ?? 0) + 1),
    below: most => Math.floor(chance() * most),
    // Of each node, or each process of pages; one that is killed meanwhile has no answer.
    askAll: async (all, ...question) => (await Promise.allSettled(all.map(one => one.ask(...question)))).map(({ value }) => value),
    async close() {
      for (const program of [...programs, ...nodes]) await program.kill();
      await Promise.all(lines.map(line => line.close()));
      await pool.end();
      // It may not have noticed yet that the others are gone.
      await persist(() => postgres.stop());
    },
  };
  await begin(world);
  return world;
}

// The rights, the table that the first node makes, the documents that are there from the start; then everybody else.
async function begin({ query, nodes: [first, ...others], programs, levels, history }) {
  await query('create table rights (name text primary key, level int not null)');
  for (const [name, level] of levels) await query('insert into rights values ($1, $2)', [name, level]);
  await first.start();
  await query(trigger);
  const fill = `insert into things (id, channel, attributes) select $1 || n, $2, jsonb_build_object(
    'mark', 'sql ' || $1 || n, 'n', n % 100, 'kind', case n % 2 when 0 then 'x' else 'y' end, 'user', jsonb_build_object('name', 'anna', 'mail', 'secret'))
    from generate_series(1, $3::int) n`;
  await query(fill, ['thing-', '', things]);
  await query(fill, ['secret-', 'secret', secrets]);
  await Promise.all([...others, ...programs].map(program => program.start()));
  await history.read();
}
