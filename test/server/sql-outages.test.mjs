// That no change is lost or told twice when what carries it fails: a connection, a notification, PostgreSQL itself.
import assert from 'node:assert/strict';
import { gate } from './servers.mjs';
import { begun, hear, listeners, untilRow, upTo, usePostgres } from './sql-support.mjs';

describe('listening to a database that fails', () => {
  const server = usePostgres();
  let table;
  beforeEach(() => { table = server.table(); });

  /** Ends the connections that listen, and waits until they are gone. */
  async function cutListeners(client) {
    const { rows } = await client.query(`select pid, pg_terminate_backend(pid) ${listeners}`);
    await untilRow(client, 'select where not exists (select from pg_stat_activity where pid = any($1))', [rows.map(({ pid }) => pid)]);
    return rows.length;
  }

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
    assert.deepEqual(heard.heads(), upTo(151));
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
    assert.deepEqual(heard.heads(), upTo(400));
  });

  it('works, and tells, once a database is there that was not when it began', async () => {
    const admin = await server.client();
    await admin.query('create role late superuser nologin');
    const failed = gate();
    const log = message => message.includes('cannot be opened') && failed.open(message);
    const store = server.store({ table, tick: 20, log }, server.pool({ connectionString: server.url.replace('postgres@', 'late@') }));
    const heard = hear(store);
    await assert.rejects(store.ready);
    assert.match(await failed.passed, /cannot be opened, and will be tried again/);
    await assert.rejects(store.create({}, { id: 'early' }));
    await admin.query('alter role late login');
    const created = () => store.create({}, { id: 'a' }).then(() => true, () => false);
    while (!(await created())) await new Promise(setImmediate);
    await heard.until(() => heard.told.length === 1);
    await store.close();
    await admin.query('reassign owned by late to postgres; drop owned by late; drop role late');
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

  it('reports that it cannot find out where a watcher begins, once, and begins when it can', async () => {
    const pool = server.pool();
    const reported = [];
    const store = server.store({ table, log: (...words) => reported.push(words) }, pool);
    await store.ready;
    const query = pool.query.bind(pool);
    const fault = new Error('on purpose');
    pool.query = async statement => {
      if (statement.text.includes('max(seq)')) throw fault;
      return query(statement);
    };
    const heard = hear(store);
    const program = await server.client();
    for (const id of ['a', 'b']) await store.create({}, { id });
    while (!reported.length) await program.query('select');
    pool.query = query;
    // The first ones may be committed before it has begun.
    for (let n = 0; !heard.ids().length; n += 1) await store.create({}, { id: `later-${n}` });
    // Of changes, and of messages.
    assert.deepEqual(reported, Array(2).fill(['The changes in the database cannot be read, and will be told later:', fault]));
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
    assert.deepEqual(heard.heads(), upTo(length));
    assert.equal(new Set(heard.ids()).size, length);
  });

  it('goes on over another connection when one has died without a word: no error, and no answer', async () => {
    const pool = server.pool({ max: 1, query_timeout: 200 });
    const streams = [];
    pool.on('connect', client => streams.push(client.connection.stream));
    const store = server.store({ table, tick: 20, log() {} }, pool);
    const heard = hear(store);
    await store.create({}, { id: 'a' });
    await heard.until(() => heard.told.length === 1);
    const program = await server.client();
    streams.at(-1).pause();
    await program.query(`insert into ${table} (id) values ('b')`);
    await heard.until(() => heard.told.length === 2);

    const silently = () => store.transaction(async documents => {
      await documents.create({}, { id: 'c' });
      streams.at(-1).pause();
      return documents.read('c');
    });
    await assert.rejects(silently, /timeout/);
    await store.transaction(documents => documents.create({}, { id: 'c' }));
    await heard.until(() => heard.told.length === 3);
    assert.deepEqual(heard.ids(), ['a', 'b', 'c']);
  });

  it('survives the loss of a connection in the moment in which the pool gives it', async () => {
    const pool = server.pool({ max: 1 });
    const store = server.store({ table }, pool);
    await store.create({ n: 0 }, { id: 'a' });
    const { connect } = pool;
    // As when the end of a connection arrives together with the answer to whoever had it before.
    const loseIt = tell => connect.call(pool, (error, client, release) => {
      pool.connect = connect;
      tell(error, client, release);
      client.connection.emit('errorMessage', Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' }));
    });
    pool.connect = tell => (tell ? loseIt(tell) : new Promise((resolve, reject) => loseIt((error, client) => (error ? reject(error) : resolve(client)))));
    const write = () => store.transaction(documents => documents.patch('a', { n: 1 }));
    await assert.rejects(write, /terminating connection|not queryable/);
    await write();
    assert.equal((await store.read('a')).version, 2);
  });

  it('repeats a transaction that the database gave up for a deadlock', async () => {
    const stores = [server.store({ table }), server.store({ table })];
    for (const id of ['a', 'b']) await stores[0].create({ n: 0 }, { id });
    const bothHaveOne = gate();
    let tries = 0;
    const swap = (store, first, second) => store.transaction(async documents => {
      await documents.patch(first, { by: first });
      tries += 1;
      if (tries === 2) bothHaveOne.open();
      await bothHaveOne.passed;
      await documents.patch(second, { by: first });
    });
    await Promise.all([swap(stores[0], 'a', 'b'), swap(stores[1], 'b', 'a')]);
    assert.ok(tries > 2);
    assert.deepEqual((await stores[0].list()).map(({ version }) => version), [3, 3]);
    assert.equal(await stores[0].head(''), 6);
  });
});
