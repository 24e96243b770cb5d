// What goes wrong between PostgreSQL and a live collection, and beside each the mistake by which the page would be wrong from then on.
import { companion } from '../support/companion.mjs';
import { asked, change, fault, fill, tick, usePages } from './live-pages.mjs';
import { gate } from './servers.mjs';
import { never, untilRow, usePostgres } from './sql-support.mjs';

const { asLayer } = companion;

describe('A live collection is what PostgreSQL has', function () {
  this.timeout(60_000);
  const { serve, page, later } = usePages();
  const postgres = usePostgres();
  let table;
  beforeEach(() => { table = postgres.table(); });

  // Ends all connections to this database but this client's own, or those that only listen, and waits until they are gone.
  async function cut(client, which = '') {
    const { rows } = await client.query(`select pid, pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid() ${which}`);
    await untilRow(client, 'select where not exists (select from pg_stat_activity where pid = any($1))', [rows.map(({ pid }) => pid)]);
    if (!rows.length) throw new Error('There was nothing to cut.');
  }

  // As any other program: the triggers see to the rest.
  const program = client => ({
    create: (attributes, { id }) => client.query(`insert into ${table} (id, attributes) values ($1, $2)`, [id, attributes]),
    patch: (id, attributes) => client.query(`update ${table} set attributes = attributes || $2 where id = $1`, [id, attributes]),
    delete: id => client.query(`delete from ${table} where id = $1`, [id]),
  });

  // With the mistake, once `isBack`: what was committed until then is skipped.
  const goingOn = (store, isPlanted, isBack) => asLayer({
    ...store,
    changes: async (channel, from, limit) => store.changes(channel, isPlanted && isBack() ? await store.head(channel) : from, limit),
    watch: ({ change: tell }) => store.watch({ change: one => (isPlanted && isBack() ? undefined : tell(one)) }),
  });

  fault('after a change was told when the next was made: of which it is not the last', 'a message that leaves out what is as it was before', async isPlanted => {
    const store = postgres.store({ table });
    const both = gate();
    let isLate = false;
    // One at a time.
    const changes = async (channel, from) => (isLate && await both.passed, store.changes(channel, from, 1));
    const slow = asLayer({ ...store, watch: () => () => {}, changes });
    const { url } = await serve(slow);
    await store.create({ n: 1 }, { id: 'a' });
    const hear = message => ({ ...message, entries: message.entries.map(({ attrs, ...entry }) => (isPlanted && message.head === 2 ? entry : { ...entry, attrs })) });
    const one = await page(url, { hear, fields: ['n'] });
    await one.subscription.ready;
    isLate = true;
    await store.patch('a', { n: 2 });
    await one.todos.get('a').fetch();
    await store.patch('a', { n: 1 });
    both.open();
    return { page: one, store };
  });

  const outages = {
    'all its connections were dropped': async () => cut(await postgres.client()),
    'PostgreSQL was away': () => postgres.restart(),
  };
  for (const [what, happen] of Object.entries(outages)) {
    fault(`after ${what}, and others wrote before the node was back`, 'a node that goes on from where the log is when it is back', async isPlanted => {
      const store = postgres.store({ table, log() {} });
      let isBack = false;
      const { url } = await serve(goingOn(store, isPlanted, () => isBack));
      await fill(store);
      const one = await page(url);
      await one.subscription.ready;
      await one.equals(store);
      isBack = true;
      await happen();
      await change(program(await postgres.client()));
      return { page: one, store };
    });
  }

  fault('after it could not listen any more', 'a node that does not look by itself', async isPlanted => {
    const admin = await postgres.client();
    const name = `node_${table}`;
    await admin.query(`create role ${name} login superuser`);
    const store = postgres.store({ table, log() {} }, postgres.pool({ connectionString: postgres.url.replace('postgres@', `${name}@`), idleTimeoutMillis: 0 }));
    const { url } = await serve(store, { tick: isPlanted ? never : tick });
    await fill(store);
    const one = await page(url);
    await one.subscription.ready;
    await admin.query(`alter role ${name} nologin`);
    await cut(admin, "and query = 'listen iosync'");
    await change(program(admin));
    return { page: one, store };
  }, asked);

  fault('after it has moved to a node that has just started', 'a node that knows only what it has heard itself', async isPlanted => {
    const first = await serve(postgres.store({ table }));
    await fill(first.store);
    const one = await page(first.url);
    await one.subscription.ready;
    first.io.close();
    await one.until(() => one.subscription.state === 'connecting');
    await change(program(await postgres.client()));
    const store = postgres.store({ table });
    const begun = await store.head('');
    const changes = (channel, from, limit) => store.changes(channel, isPlanted ? Math.max(from, begun) : from, limit);
    const second = await serve(asLayer({ ...store, changes }));
    one.socket.io.uri = second.url;
    one.socket.io.reconnection(true);
    one.socket.connect();
    await one.until(() => one.subscription.state === 'live');
    return { page: one, store };
  });

  fault('after a node has started between a commit and the page', 'a node that begins where the log ends when it is asked, not when it reads', async isPlanted => {
    const store = postgres.store({ table });
    const other = await postgres.client();
    await fill(store);
    let isFirst = true;
    // The first thing that it does: meanwhile others commit.
    const head = async channel => {
      const found = await store.head(channel);
      if (!isFirst) return found;
      isFirst = false;
      await change(program(other));
      return isPlanted ? store.head(channel) : found;
    };
    const before = await store.list();
    const list = async query => (isPlanted && isOld ? before : store.list(query));
    let isOld = true;
    const { url } = await serve(asLayer({ ...store, head, list }));
    const one = await page(url);
    await one.subscription.ready;
    isOld = false;
    return { page: one, store };
  });

  fault('after a slow commit beside a quick one', 'heads that are taken when a document is written', async isPlanted => {
    const store = postgres.store({ table });
    const { url } = await serve(store);
    await fill(store);
    const one = await page(url);
    await one.subscription.ready;
    const [slow, quick, admin] = [await postgres.client(), await postgres.client(), await postgres.client()];
    if (isPlanted) await plantHeads(admin);
    await slow.query(`begin; insert into ${table} (id) values ('slow'); set constraints all immediate`);
    const done = program(quick).create({}, { id: 'quick' });
    // It has to wait for the slow one; if it need not, it is told long before.
    const waits = untilRow(admin, "select from pg_stat_activity where wait_event_type = 'Lock' and query like 'insert%'");
    if (isPlanted) await done.then(() => one.until(() => one.todos.get('quick')));
    else await waits;
    await slow.query('commit');
    await done;
    await one.until(() => one.todos.get('quick'));
    return { page: one, store };
  });

  // Numbers out of a sequence, for which nobody waits: as most logs of changes are made.
  async function plantHeads(client) {
    const definition = async name => (await client.query('select pg_get_functiondef($1::regproc) as it', [name])).rows[0].it;
    const [record, begin] = [await definition('iosync_record'), await definition('iosync_begin')];
    later(() => client.query(`${record}; ${begin}`));
    const numbered = record.replace(/coalesce\(\(select head[^]*?, 0\) \+ 1/, `nextval('public.heads_${table}')`);
    const unlocked = begin.replace(/perform pg_advisory_xact_lock.*/, '');
    if (numbered === record || unlocked === begin) throw new Error('Heads are not numbered there any more.');
    await client.query(`create sequence heads_${table} start 100; ${numbered}; ${unlocked}`);
  }
});
