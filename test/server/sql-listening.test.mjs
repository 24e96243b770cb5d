// How changes reach every node, and that none is lost or told twice when what carries them fails.
import assert from 'node:assert/strict';
import { hear, untilRow, usePostgres } from './sql-support.mjs';

const listeners = `from pg_stat_activity where query = 'listen iosync' and pid <> pg_backend_pid()`;
const upTo = count => Array.from({ length: count }, (_, index) => index + 1);
const heads = (heard, channel = '') => heard.told.filter(change => change.channel === channel).map(({ head }) => head);

describe('listening to a database', () => {
  const server = usePostgres();
  let table;
  beforeEach(() => { table = server.table(); });

  /** Ends the connections that listen, and waits until they are gone. */
  async function cutListeners(client) {
    const { rows } = await client.query(`select pid, pg_terminate_backend(pid) ${listeners}`);
    await untilRow(client, 'select where not exists (select from pg_stat_activity where pid = any($1))', [rows.map(({ pid }) => pid)]);
    return rows.length;
  }

  /** A store answers when those who watch it do so. */
  const begun = store => store.head('');

  it('lets two nodes hear of what each of them commits, in one order', async () => {
    const stores = [server.store({ table }), server.store({ table })];
    const heard = stores.map(hear);
    await Promise.all(stores.map(begun));
    await Promise.all(upTo(100).map(n => stores[n % 2].create({}, { id: `n${n}`, channel: n % 3 ? 'one' : '' })));
    for (const one of heard) await one.until(() => one.told.length === 100);
    assert.deepEqual(heard[0].lines(), heard[1].lines());
    assert.deepEqual(heads(heard[0]), upTo(33));
    assert.deepEqual(heads(heard[0], 'one'), upTo(67));
  });

  it('uses one connection for all stores of a node', async () => {
    const pool = server.pool();
    const stores = [server.store({ table }, pool), server.store({ table: server.table() }, pool)];
    const heard = stores.map(hear);
    for (const store of stores) await store.create({}, { id: 'a' });
    for (const one of heard) await one.until(() => one.told.length);
    assert.equal((await (await server.client()).query(`select ${listeners}`)).rowCount, 1);
    assert.deepEqual(heard.map(one => one.ids()), [['a'], ['a']]);
  });

  it('works with a pool of one connection', async () => {
    const store = server.store({ table }, server.pool({ max: 1 }));
    const heard = hear(store);
    await Promise.all(upTo(5).map(n => store.create({}, { id: String(n) })));
    await heard.until(() => heard.told.length === 5);
  });

  it('tells what was committed while nobody could listen, once it can again', async () => {
    const admin = await server.client();
    await admin.query('create role node login superuser');
    const store = server.store({ table }, server.pool({ connectionString: server.url.replace('postgres@', 'node@') }));
    const heard = hear(store);
    await store.create({}, { id: 'n0' });
    await heard.until(() => heard.told.length === 1);
    await untilRow(admin, `select ${listeners}`);

    await admin.query('alter role node nologin');
    assert.equal(await cutListeners(admin), 1);
    for (const n of upTo(150)) await store.create({}, { id: `n${n}` });
    assert.equal(heard.told.length, 1);
    // Nothing is written after this: only the new connection can be what makes it read.
    await admin.query('alter role node login');
    await heard.until(() => heard.told.length === 151);
    assert.deepEqual(heads(heard), upTo(151));
    await store.close();
    await admin.query('reassign owned by node to postgres; drop owned by node; drop role node');
  });

  it('tells each change once, and in order, however often the connection that listens is cut', async () => {
    const admin = await server.client();
    const store = server.store({ table });
    const heard = hear(store);
    let writing = true;
    const cutting = (async () => {
      let cuts = 0;
      while (writing) cuts += await cutListeners(admin);
      return cuts;
    })();
    for (const n of upTo(400)) await store.create({}, { id: `n${n}` });
    writing = false;
    assert.ok(await cutting > 1);
    await heard.until(() => heard.told.length >= 400);
    await store.close();
    assert.deepEqual(heads(heard), upTo(400));
  });

  it('reads by its tick what it was not told to read', async () => {
    const store = server.store({ table, tick: 20 });
    const heard = hear(store);
    await store.create({}, { id: 'a' });
    await heard.until(() => heard.told.length === 1);
    // This transaction notifies nobody, as if the hint had been lost.
    const program = await server.client();
    await program.query('create schema deaf; create function deaf.pg_notify(text, text) returns void language sql as \'\'');
    await program.query(`alter function iosync_begin(text) set search_path = deaf, pg_catalog`);
    await program.query(`insert into ${table} (id) values ('b')`);
    await program.query('alter function iosync_begin(text) reset search_path; drop schema deaf cascade');
    await heard.until(() => heard.told.length === 2);
    assert.deepEqual(heard.ids(), ['a', 'b']);
  });

  it('takes no harm from notifications that come twice, late or for nothing', async () => {
    const store = server.store({ table });
    const heard = hear(store);
    const program = await server.client();
    const payload = JSON.stringify({ schema: 'public', table });
    for (const n of upTo(50)) {
      await Promise.all([store.create({}, { id: `n${n}` }), program.query(`select pg_notify('iosync', $1)`, [payload])]);
    }
    await heard.until(() => heard.told.length >= 50);
    await program.query(`select pg_notify('iosync', $1)`, [payload]);
    await store.create({}, { id: 'last' });
    await heard.until(() => heard.ids().includes('last'));
    assert.deepEqual(heads(heard), upTo(51));
  });

  it('begins for each watcher where the log was when it began', async () => {
    const stores = [server.store({ table }), server.store({ table })];
    const first = hear(stores[0]);
    await begun(stores[0]);
    await stores[1].create({}, { id: 'a' });
    const second = hear(stores[0]);
    await stores[0].create({}, { id: 'b' });
    const third = hear(stores[0]);
    await first.until(() => first.ids().includes('a'));
    first.stop();
    await stores[0].create({}, { id: 'c' });
    await second.until(() => second.ids().includes('c'));
    await third.until(() => third.ids().includes('c'));
    assert.deepEqual(second.ids(), ['b', 'c']);
    assert.deepEqual(third.ids(), ['c']);
    assert.deepEqual(first.ids().filter(id => id !== 'b'), ['a']);
  });

  it('lets a write wait until it is known where those begin who watch', async () => {
    const pool = server.pool();
    const store = server.store({ table }, pool);
    hear(store);
    await store.create({}, { id: 'before' });
    // The question where the log is now is slow.
    const query = pool.query.bind(pool);
    let ask;
    const asked = new Promise(resolve => { ask = resolve; });
    let answer;
    const answered = new Promise(resolve => { answer = resolve; });
    pool.query = async (sql, values) => {
      if (sql.includes('max(seq)')) { ask(); await answered; }
      return query(sql, values);
    };
    const heard = hear(store);
    const created = store.create({}, { id: 'a' });
    await asked;
    const program = await server.client();
    assert.equal((await program.query(`select from ${table}`)).rowCount, 1);
    answer();
    await created;
    await heard.until(() => heard.told.length);
    assert.deepEqual(heard.ids(), ['a']);
  });

  it('reports that it cannot find out where a watcher begins, once, and begins when it can', async () => {
    const pool = server.pool();
    const reported = [];
    const store = server.store({ table, log: (...words) => reported.push(words) }, pool);
    await store.ready;
    const query = pool.query.bind(pool);
    const fault = new Error('on purpose');
    pool.query = async (sql, values) => {
      if (sql.includes('max(seq)')) throw fault;
      return query(sql, values);
    };
    const heard = hear(store);
    const program = await server.client();
    for (const id of ['a', 'b']) await store.create({}, { id });
    while (!reported.length) await program.query('select');
    pool.query = query;
    await store.create({}, { id: 'c' });
    await store.create({}, { id: 'd' });
    await heard.until(() => heard.ids().includes('d'));
    // Of changes, and of messages.
    assert.deepEqual(reported, Array(2).fill(['The changes in the database cannot be read, and will be told later:', fault]));
  });

  it('passes messages to every node, the own one included, and only for the same table', async () => {
    const stores = [server.store({ table }), server.store({ table }), server.store({ table: server.table() })];
    const heard = stores.map(hear);
    await Promise.all(stores.map(begun));
    const message = { text: 'ä"\'\\', list: [1, null] };
    await stores[0].tell(message);
    await stores[2].tell('other');
    for (const one of heard) await one.until(() => one.messages.length);
    assert.deepEqual(heard.map(one => one.messages), [[message], [message], ['other']]);
    // More than PostgreSQL can notify.
    await stores[0].tell('ä'.repeat(10_000));
    await heard[1].until(() => heard[1].messages.length === 2);
  });

  it('passes on what was said while a node was not listening', async () => {
    const stores = [server.store({ table }), server.store({ table })];
    const heard = stores.map(hear);
    await Promise.all(stores.map(begun));
    await cutListeners(await server.client());
    for (const n of upTo(5)) await stores[0].tell(n);
    for (const one of heard) await one.until(() => one.messages.length === 5);
    assert.deepEqual(heard[1].messages, upTo(5));
  });

  it('survives a restart of PostgreSQL: writes fail, then work, and what was missed is told', async () => {
    const reported = [];
    const store = server.store({ table, log: (...words) => reported.push(words) });
    const heard = hear(store);
    await store.create({}, { id: 'before' });
    await heard.until(() => heard.told.length === 1);
    const restarted = server.restart();
    const isDone = id => store.create({}, { id }).then(() => true, error => assert.ok(!error.code || error.code !== 'taken'));
    let done = 0;
    while (await isDone(`n${done}`)) done += 1;
    await restarted;
    const program = await server.client();
    await program.query(`insert into ${table} (id) values ('missed')`);
    await store.create({}, { id: 'after' });
    await heard.until(() => heard.ids().includes('after'));
    const { length } = await store.list();
    // The one that failed may have been done.
    assert.ok([3 + done, 4 + done].includes(length));
    assert.deepEqual(heads(heard), upTo(length));
    assert.equal(new Set(heard.ids()).size, length);
  });

  it('numbers and tells once what two nodes write in many channels at once, in transactions that would block each other', async () => {
    const stores = [server.store({ table }), server.store({ table })];
    const heard = stores.map(hear);
    await Promise.all(stores.map(begun));
    const channels = ['a', 'b', 'c'];
    await Promise.all(upTo(60).map(n => stores[n % 2].transaction(async documents => {
      // Each in another order.
      for (const step of upTo(3)) await documents.create({}, { id: `n${n}-${step}`, channel: channels[(n * step) % 3] });
      if (n % 10 === 0) await documents.patch(`n${n}-1`, {}, { moveTo: 'd', origin: `origin ${n}` });
    })));
    const total = 180 + 2 * 6;
    for (const one of heard) await one.until(() => one.told.length >= total);
    assert.deepEqual(heard[0].lines(), heard[1].lines());
    for (const channel of [...channels, 'd']) {
      const own = heads(heard[0], channel);
      assert.deepEqual(own, upTo(own.length));
      assert.equal(own.length, await stores[0].head(channel));
    }
    assert.deepEqual(heard[0].told.filter(({ origin }) => origin).length, 12);
  });

  it('repeats a transaction that the database gave up for a deadlock', async () => {
    const stores = [server.store({ table }), server.store({ table })];
    for (const id of ['a', 'b']) await stores[0].create({ n: 0 }, { id });
    let both;
    const bothHaveOne = new Promise(resolve => { both = resolve; });
    let tries = 0;
    const swap = (store, first, second) => store.transaction(async documents => {
      await documents.patch(first, { by: first });
      tries += 1;
      if (tries === 2) both();
      await bothHaveOne;
      await documents.patch(second, { by: first });
    });
    await Promise.all([swap(stores[0], 'a', 'b'), swap(stores[1], 'b', 'a')]);
    assert.ok(tries > 2);
    assert.deepEqual((await stores[0].list()).map(({ version }) => version), [3, 3]);
    assert.equal(await stores[0].head(''), 6);
  });
});
