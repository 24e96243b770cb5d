// Done. on a PostgreSQL: two nodes, and another program.
import { expect } from 'chai';
import pg from 'pg';
import { needPostgres, startPostgres } from '../support/postgres.mjs';
import { newName, signIn } from './people.mjs';
import { add, agree, connection, destroy, loseHopeSoon, problem, row, runServer, shows, tick, type, useWorld } from './support.mjs';

describe('Done. on two nodes and one PostgreSQL', function () {
  let postgres;
  let nodes = [];
  let lists = 0;

  before(async function () {
    needPostgres(this);
    postgres = await startPostgres();
    // At the same moment, so that both want to make the tables, and the key.
    nodes = await Promise.all([1, 2].map(() => startNode()));
  });

  after(async () => {
    await Promise.all(nodes.map(node => node.stop('SIGTERM')));
    await postgres?.stop();
  });

  const world = useWorld(this);

  const startNode = (port = 0) => runServer(['--port', String(port)], { DATABASE_URL: postgres.url });

  // A window on each node.
  async function open(path = `/list-${(lists += 1)}`) {
    const pages = await Promise.all(nodes.map(({ url }) => world.window(url + path)));
    await Promise.all(pages.map(page => connection(page, 'live')));
    return pages;
  }

  async function sql(...query) {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    try {
      return await client.query(...query);
    } finally {
      await client.end();
    }
  }

  it('agrees in a window on each node', async () => {
    const [here, there] = await open();
    await add(here, 'Milk', 'Bread');
    await agree([here, there], 'Bread', 'Milk');
    await tick(there, 'Milk');
    await agree([here, there], 'Bread', '✓ Milk');
    await destroy(here, 'Bread');
    await agree([here, there], '✓ Milk');
    await add(there, 'Tea');
    await agree([here, there], 'Tea', '✓ Milk');
    expect(here.complaints.concat(there.complaints)).to.deep.equal([]);
  });

  it('agrees in the list without a name, too, and on the classic page', async () => {
    const [here, there] = await open('/');
    const classic = await world.window(`${nodes[1].url}/classic`);
    await add(here, 'Milk');
    await agree([here, there, classic], 'Milk');
    await tick(classic, 'Milk');
    await agree([here, there, classic], '✓ Milk');
  });

  it('finds on one node what is added on the other', async () => {
    const [here] = await open();
    const search = await world.window(`${nodes[1].url}/search/hammer`);
    await add(here, 'Hammer', 'Nails');
    await shows(search, 'Hammer');
  });

  it('shows what another program does by SQL', async () => {
    const [here, there] = await open();
    await add(here, 'Milk', 'Bread');
    const path = new URL(here.url()).pathname.slice(1);
    await sql(`update done_todos set attributes = attributes || '{"done": true}' where attributes ->> 'list' = $1 and attributes ->> 'title' = 'Milk'`, [path]);
    await agree([here, there], 'Bread', '✓ Milk');
    await sql(`delete from done_todos where attributes ->> 'list' = $1 and attributes ->> 'title' = 'Bread'`, [path]);
    await agree([here, there], '✓ Milk');
    await sql(`insert into done_todos (id, channel, attributes) values ('tea', '', '{"title": "Tea", "done": false, "order": 1}' || jsonb_build_object('list', $1::text))`, [path]);
    await agree([here, there], '✓ Milk', 'Tea');
    await tick(there, 'Tea');
    await agree([here, there], '✓ Milk', '✓ Tea');
  });

  it('knows on each node who has signed in on the other', async () => {
    const [here, there] = await open();
    const name = newName();
    await signIn(here, name);
    await add(here, 'Secret');
    await signIn(there, name);
    await agree([here, there], 'Secret');
    const cookies = await here.context().cookies();
    const beside = await world.window('about:blank');
    await beside.context().addCookies(cookies);
    await beside.goto(`${nodes[1].url}/~${name}`);
    await shows(beside, 'Secret');
  });

  it('goes on when one node is gone, and agrees again when it is back', async () => {
    const [here, there] = await open();
    await add(here, 'Milk');
    await nodes[1].stop('SIGKILL');
    await connection(there, 'reconnecting');
    await add(here, 'Bread');
    nodes[1] = await startNode(nodes[1].port);
    await connection(there, 'live');
    await agree([here, there], 'Bread', 'Milk');
    await tick(there, 'Milk');
    await agree([here, there], 'Bread', '✓ Milk');
  });

  it('says that nothing was saved while the database is away, and goes on when it is back', async () => {
    const [here, there] = await open();
    await add(here, 'Milk');
    await shows(there, 'Milk');
    await loseHopeSoon(here);
    await postgres.restart();
    await type(here, 'Bread');
    const draft = here.locator('.draft');
    await Promise.race([problem(draft).waitFor(), row(here, 'Bread').waitFor()]);
    if (await draft.count()) await draft.getByRole('button', { name: 'Try again' }).click();
    await agree([here, there], 'Bread', 'Milk');
  });
});
