// How the SQL stores begin and end: schemas, folders, processes.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { hear, pgliteStore, postgresStore, usePostgres } from './sql-support.mjs';

const children = new Set();
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});

/** See sql-child.mjs. */
function start(what, place) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'sql-child.mjs'), what, place], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  const errors = [];
  child.stderr.on('data', data => errors.push(data));
  return { child, lines: createInterface({ input: child.stdout }), exited: once(child, 'close').then(([code]) => ({ code, errors: errors.join('') })) };
}

describe('opening PostgreSQL', () => {
  const server = usePostgres();

  it('lets many nodes start at once on a database that has nothing', async () => {
    const client = await server.client();
    await client.query('create database fresh');
    const connectionString = server.url.replace(/postgres$/, 'fresh');
    const stores = Array.from({ length: 6 }, (_, n) => server.store({ table: n % 2 ? 'one' : 'two' }, server.pool({ connectionString })));
    await Promise.all(stores.map(store => store.ready));
    await Promise.all(stores.map((store, n) => store.create({}, { id: `n${n}` })));
    assert.deepEqual(await Promise.all(stores.map(store => store.head(''))), [3, 3, 3, 3, 3, 3]);
  });

  for (const part of ['', 'newer']) it(`refuses a database that is newer than the code: ${part || 'the schema'}`, async () => {
    const client = await server.client();
    await server.store({ table: 'newer' }).ready;
    await client.query(`update iosync_versions set version = version + 98 where part = $1`, [part]);
    const store = server.store({ table: 'newer' });
    await assert.rejects(store.ready, /newer than this server: .* has version 99, and 1 is the last/);
    await assert.rejects(store.create({}), /newer than this server/);
    await client.query(`update iosync_versions set version = version - 98 where part = $1`, [part]);
  });

  it('refuses a table that is no store\'s, and leaves it as it is', async () => {
    const client = await server.client();
    await client.query('create table somebodys (id integer)');
    await assert.rejects(server.store({ table: 'somebodys' }).ready, /a table "somebodys" already that is no store's/);
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
});

describe('opening a folder', function () {
  this.timeout(60_000);
  let folder;
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'pglite-')); });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('refuses the folder to a second process, in words', async () => {
    const { child, lines, exited } = start('hold', folder);
    assert.deepEqual(await once(lines, 'line'), ['open']);
    const store = pgliteStore(folder);
    await assert.rejects(store.ready, { message: `The folder ${folder} is open in another process: stop that one, or choose another folder.` });
    await assert.rejects(store.create({}), /open in another process/);
    await store.close();
    child.kill('SIGKILL');
    await exited;
    const again = pgliteStore(folder);
    await again.create({}, { id: 'a' });
    await again.close();
  });

  it('loses nothing that was answered when the process is killed', async () => {
    const answered = [];
    // The second process finds what the first left.
    for (const writes of [150, 300]) {
      const { child, lines, exited } = start('write', folder);
      let left = writes;
      lines.on('line', line => {
        answered.push(line);
        if ((left -= 1) === 0) child.kill('SIGKILL');
      });
      await exited;
      const store = pgliteStore(folder);
      const documents = new Map((await store.list()).map(document => [document.id, document]));
      for (const line of answered) {
        const [done, id] = line.split(' ');
        const isThere = documents.has(id) && (done !== 'both' || documents.has(`${id}b`)) && (done !== 'patched' || documents.get(id).version > 1);
        assert.ok(isThere, line);
      }
      const changes = await store.changes('', 0);
      assert.deepEqual(changes.map(({ head }) => head), changes.map((_, index) => index + 1));
      assert.equal(changes.length, [...documents.values()].reduce((sum, { version }) => sum + version, 0));
      await store.close();
    }
  });

  it('is shared by the stores of a process, and closed with the last', async () => {
    const [one, two] = [pgliteStore(folder, { table: 'one' }), pgliteStore(folder, { table: 'two' })];
    const heard = [one, two].map(hear);
    await Promise.all([one.create({}, { id: 'a' }), two.create({}, { id: 'b' })]);
    await one.close();
    await assert.rejects(one.read('a'), { code: 'unavailable' });
    await two.create({}, { id: 'c' });
    await two.close();
    assert.deepEqual(heard.map(each => each.ids()), [['a'], ['b', 'c']]);
  });

  it('can be opened again while it is being closed', async () => {
    const store = pgliteStore(folder);
    await store.create({}, { id: 'a' });
    const closed = store.close();
    const again = pgliteStore(folder);
    assert.equal((await again.read('a')).version, 1);
    await closed;
    await again.close();
  });

  it('leaves nothing behind when it is closed', async () => {
    assert.deepEqual(await start('leaveFolder', folder).exited, { code: 0, errors: '' });
    const store = pgliteStore(folder);
    assert.equal((await store.read('a')).version, 1);
    await store.close();
  });

  it('keeps what else uses the store waiting during a transaction, and tells after it', async () => {
    const store = pgliteStore(folder);
    const heard = hear(store);
    let begun;
    const begins = new Promise(resolve => { begun = resolve; });
    const inside = store.transaction(async documents => {
      await documents.create({}, { id: 'a' });
      begun();
      await documents.create({}, { id: 'c' });
    });
    await begins;
    await store.create({}, { id: 'b' });
    await inside;
    await heard.until(() => heard.told.length === 3);
    assert.deepEqual(heard.ids(), ['a', 'c', 'b']);
    await store.close();
  });

  it('refuses a transaction that would wait for itself, also by another store', async () => {
    const [one, two] = [pgliteStore(folder, { table: 'one' }), pgliteStore(folder, { table: 'two' })];
    await one.transaction(async documents => {
      for (const store of [one, two]) {
        await assert.rejects(store.create({}), /write by the documents that it was given/);
        await assert.rejects(store.transaction(async () => {}), /write by the documents/);
      }
      await documents.create({}, { id: 'a' });
    });
    assert.equal((await one.list()).length, 1);
    await Promise.all([one.close(), two.close()]);
  });
});
