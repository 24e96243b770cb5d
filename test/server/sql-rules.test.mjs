// Rules that somebody has added to the table of a store: a write that they do not let pass fails, and says so.
import assert from 'node:assert/strict';
import { usePostgres } from './sql-support.mjs';

describe('a table with rules of its own', () => {
  const server = usePostgres();
  let table;
  let store;
  let program;

  before(async () => {
    await (await server.client()).query(`create function keep() returns trigger language plpgsql as 'begin return null; end'`);
  });
  beforeEach(async () => {
    table = server.table();
    store = server.store({ table });
    await store.create({ n: 0 }, { id: 'first' });
    program = await server.client();
  });

  it('may keep documents as they are, by a trigger: a write fails then, in words', async () => {
    await program.query(`create trigger keep before update or delete on ${table} for each row execute function keep()`);
    for (const write of [() => store.update('first', {}), () => store.patch('first', {}, { ifVersion: 1 }), () => store.delete('first')]) {
      await assert.rejects(write, /keeps the document as it is: by a trigger/);
    }
    await program.query(`drop trigger keep on ${table}`);
    assert.equal((await store.patch('first', {})).version, 2);
  });

  it('may keep documents out, by a trigger: creating one fails then, in words, and not as taken', async () => {
    await program.query(`create trigger keep before insert on ${table} for each row when (new.id <> 'first') execute function keep()`);
    await assert.rejects(store.create({}, { id: 'a' }), /does not take the document: by a trigger/);
    await assert.rejects(store.transaction(documents => documents.create({}, { id: 'a', origin: 'me' })), /does not take the document/);
    await assert.rejects(store.create({}, { id: 'first' }), { code: 'taken' });
    assert.equal(await store.head(''), 1);
    await program.query(`drop trigger keep on ${table}`);
  });

  it('may keep documents as they are, by row level security', async () => {
    await program.query(`create role reader login; grant usage on schema public to reader; grant all on all tables in schema public to reader;
      alter table ${table} enable row level security; create policy reading on ${table} for select to reader using (true)`);
    const other = server.store({ table }, server.pool({ connectionString: server.url.replace('postgres@', 'reader@') }));
    for (const write of [() => other.update('first', {}), () => other.delete('first')]) await assert.rejects(write, /row level security/);
    await assert.rejects(other.create({}), { code: '42501' });
    assert.equal((await other.read('first')).version, 1);
    await other.close();
    await program.query('drop owned by reader; drop role reader');
  });
});
