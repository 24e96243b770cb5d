// How the stores in PostgreSQL begin and end.
import assert from 'node:assert/strict';
import pg from 'pg';
import { hear, postgresStore, useChildren, usePostgres } from './sql-support.mjs';

describe('opening PostgreSQL', () => {
  const server = usePostgres();
  const start = useChildren();

  it('lets many nodes start at once on a database that has nothing', async () => {
    const client = await server.client();
    await client.query('create database fresh');
    const connectionString = server.url.replace(/postgres$/, 'fresh');
    const stores = Array.from({ length: 6 }, (_, n) => server.store({ table: n % 2 ? 'one' : 'two' }, server.pool({ connectionString })));
    await Promise.all(stores.map(store => store.ready));
    await Promise.all(stores.map((store, n) => store.create({}, { id: `n${n}` })));
    assert.deepEqual(await Promise.all(stores.map(store => store.head(''))), [3, 3, 3, 3, 3, 3]);
  });

  for (const [part, last] of [['', 2], ['newer', 1]]) it(`refuses a database that is newer than the code: ${part || 'the schema'}`, async () => {
    const client = await server.client();
    await server.store({ table: 'newer' }).ready;
    await client.query(`update iosync_versions set version = version + 98 where part = $1`, [part]);
    const store = server.store({ table: 'newer' });
    await assert.rejects(store.ready, new RegExp(`newer than this server: .* has version ${last + 98}, and ${last} is the last`));
    await assert.rejects(store.create({}), /newer than this server/);
    await client.query(`update iosync_versions set version = version - 98 where part = $1`, [part]);
  });

  it('refuses a table that is no store\'s, and leaves it as it is', async () => {
    const client = await server.client();
    await client.query('create table somebodys (id integer)');
    await assert.rejects(server.store({ table: 'somebodys' }).ready, /already a table "somebodys" that does not belong to a store/);
    assert.equal((await client.query(`select from information_schema.columns where table_name = 'somebodys'`)).rowCount, 1);
  });

  it('refuses names that are none for a table', () => {
    for (const table of ['', 'a b', 'A', 'a"b', '1a', 'iosync_log', 'pg_a', 'x'.repeat(51), 'a.b', 'ä']) {
      assert.throws(() => postgresStore(server.pool(), { table }), { code: 'invalid' });
    }
  });

  it('keeps stores of different schemas apart', async () => {
    const client = await server.client();
    await client.query('create schema other');
    const stores = [server.store({ table: 'same' }), server.store({ table: 'same' }, server.pool({ options: '-c search_path=other' }))];
    const heard = stores.map(hear);
    await stores[0].create({}, { id: 'a' });
    await stores[1].create({}, { id: 'b' });
    for (const one of heard) await one.until(() => one.told.length);
    assert.deepEqual(heard.map(one => one.lines()), [['create a v1 in "" as 1'], ['create b v1 in "" as 1']]);
  });

  it('says by each method why it could not be opened, and does not end the process unheard', async () => {
    const pool = new pg.Pool({ host: '127.0.0.1', port: 1 });
    const store = postgresStore(pool);
    const stop = store.watch({ change() {} });
    const methods = [store.ready, store.create({}), store.read('a'), store.list(), store.update('a', {}), store.patch('a', {}), store.delete('a'),
      store.transaction(async () => {}), store.head(''), store.changes('', 0), store.tell({})];
    for (const method of methods) await assert.rejects(method, { code: 'ECONNREFUSED' });
    stop();
    await store.close();
    await pool.end();
    assert.deepEqual(await start('fail', 'postgres://127.0.0.1:1/none').exited, { code: 0, errors: '' });
  });

  it('leaves nothing behind when it is closed', async () => {
    assert.deepEqual(await start('leavePostgres', server.url).exited, { code: 0, errors: '' });
    const pool = server.pool();
    const before = pool.listenerCount('error');
    const stores = [server.store({ table: 'left' }, pool), server.store({ table: 'left' }, pool)];
    const heard = stores.map(hear);
    await stores[0].create({}, { id: 'a' });
    await heard[0].until(() => heard[0].told.length);
    await stores[0].close();
    await stores[1].create({}, { id: 'b' });
    await heard[1].until(() => heard[1].ids().includes('b'));
    await stores[1].close();
    assert.equal(pool.listenerCount('error'), before);
    assert.deepEqual(heard[0].ids(), ['a']);
  });

  it('tells what was written before it is closed', async () => {
    const store = server.store({ table: server.table() });
    const heard = hear(store);
    const writes = Array.from({ length: 250 }, (_, n) => store.create({}, { id: `n${n}` }));
    await store.close();
    assert.equal((await Promise.allSettled(writes)).filter(({ status }) => status === 'fulfilled').length, 250);
    assert.deepEqual(heard.told.map(({ head }) => head), Array.from({ length: 250 }, (_, n) => n + 1));
  });

  it('forgets old changes, and says then that the log does not reach back', async () => {
    const table = server.table();
    const store = server.store({ table });
    for (const channel of ['one', 'two', 'one', 'one']) await store.create({}, { channel });
    const other = server.store({ table, keep: 0 });
    await other.ready;
    // Begun when it was opened.
    while (await store.changes('one', 0)) await other.head('');
    assert.equal(await store.changes('one', 1), undefined);
    assert.deepEqual((await store.changes('one', 2)).map(({ head }) => head), [3]);
    assert.deepEqual((await store.changes('two', 0)).map(({ head }) => head), [1]);
    await store.create({}, { channel: 'one' });
    assert.equal(await store.head('one'), 4);
  });

  it('fails a transaction whose statement failed, though its function went on', async () => {
    const table = server.table();
    const store = server.store({ table });
    await store.create({}, { id: 'a' });
    await (await server.client()).query(`alter table ${table} add check (attributes ->> 'n' <> '13')`);
    await assert.rejects(store.transaction(async documents => {
      await documents.create({}, { id: 'b' });
      await assert.rejects(documents.create({ n: 13 }, { id: 'c' }));
    }), /rolled the transaction back/);
    assert.deepEqual((await store.list()).map(({ id }) => id), ['a']);
  });

  it('refuses what is written in a transaction after its end', async () => {
    const store = server.store({ table: server.table() });
    let late;
    await store.transaction(async documents => { late = documents; });
    await assert.rejects(late.create({}, { id: 'a' }), /has ended/);
    await assert.rejects(late.read('a'), /has ended/);
  });

  it('refuses to read within transactions that have all connections of the pool, which would wait for ever', async () => {
    const store = server.store({ table: server.table() }, server.pool({ max: 2 }));
    const { id } = await store.create({});
    let begun = 0;
    let both;
    const bothBegan = new Promise(resolve => { both = resolve; });
    await Promise.all([1, 2].map(() => store.transaction(async documents => {
      if ((begun += 1) === 2) both();
      await bothBegan;
      await assert.rejects(store.read(id), /read and write by the documents/);
      assert.equal((await documents.list()).length, 1);
    })));
  });
});
