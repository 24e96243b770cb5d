// What other programs do by SQL to the table of a store: it is versioned, logged and told like what the store does itself.
import assert from 'node:assert/strict';
import { hear, untilRow, usePostgres } from './sql-support.mjs';

/** Attributes with so many lists in each other. */
const nested = lists => `{"deep":${'['.repeat(lists)}${']'.repeat(lists)}}`;

describe('another program on the table of a store', () => {
  const server = usePostgres();
  let table;
  let store;
  let heard;
  let program;

  beforeEach(async () => {
    table = server.table();
    store = server.store({ table });
    await store.ready;
    heard = hear(store);
    await store.create({ n: 0 }, { id: 'first', origin: 'store' });
    program = await server.client();
  });

  it('is told of by INSERT, UPDATE and DELETE', async () => {
    await program.query(`insert into ${table} (id, attributes) values ('a', '{"n":1}')`);
    await program.query(`update ${table} set attributes = '{"n":2}' where id = 'a'`);
    await program.query(`delete from ${table} where id = 'a'`);
    await heard.until(() => heard.told.length === 4);
    assert.deepEqual(heard.lines().slice(1), ['create a v1 in "" as 2', 'update a v2 in "" as 3', 'delete a v2 in "" as 4']);
    assert.equal(heard.told[0].origin, 'store');
    assert.ok(heard.told.slice(1).every(change => !('origin' in change)));
  });

  it('cannot help counting the version, whatever it sets it to', async () => {
    await program.query(`insert into ${table} (id, version, attributes) values ('a', 77, '{}')`);
    await program.query(`update ${table} set version = 5, attributes = '{"n":2}' where id = 'a'`);
    assert.deepEqual(await store.read('a'), { id: 'a', version: 2, channel: '', attributes: { n: 2 } });
  });

  it('is told of as a delete and a create when it moves a document, or renames it', async () => {
    await program.query(`update ${table} set channel = 'one' where id = 'first'`);
    await program.query(`update ${table} set id = 'second' where id = 'first'`);
    await heard.until(() => heard.told.length === 5);
    assert.deepEqual(heard.lines().slice(1), [
      'delete first v1 in "" as 2', 'create first v2 in "one" as 1', 'delete first v2 in "one" as 2', 'create second v3 in "one" as 3']);
  });

  it('is told of by TRUNCATE', async () => {
    await store.create({}, { id: 'a', channel: 'one' });
    await program.query(`truncate ${table}`);
    await heard.until(() => heard.told.length === 4);
    assert.deepEqual(heard.lines().slice(2).sort(), ['delete a v1 in "one" as 2', 'delete first v1 in "" as 2']);
    assert.deepEqual(await store.list(), []);
  });

  it('may name an origin for its transaction', async () => {
    await program.query('begin');
    await program.query(`select set_config('iosync.origin', 'script', true)`);
    await program.query(`insert into ${table} (id) values ('a')`);
    await program.query('commit');
    await program.query(`insert into ${table} (id) values ('b')`);
    await heard.until(() => heard.told.length === 3);
    assert.deepEqual(heard.told.map(({ origin }) => origin), ['store', 'script', undefined]);
  });

  it('is told of a document of any size', async () => {
    const text = 'ä'.repeat(2_000_000);
    await program.query(`insert into ${table} (id, attributes) values ('big', $1)`, [JSON.stringify({ text })]);
    await heard.until(() => heard.told.length === 2);
    assert.equal(heard.told[1].document.attributes.text, text);
  });

  it('tells nothing that it rolls back', async () => {
    await program.query('begin');
    await program.query(`insert into ${table} (id) values ('a')`);
    await program.query('set constraints all immediate');
    await program.query('rollback');
    await program.query(`insert into ${table} (id) values ('b')`);
    await heard.until(() => heard.ids().includes('b'));
    assert.deepEqual(heard.lines().slice(1), ['create b v1 in "" as 2']);
  });

  it('is told of after a quicker one, when its commit is slower, and is not overlooked', async () => {
    await program.query('begin');
    await program.query(`insert into ${table} (id) values ('slow')`);
    await store.create({}, { id: 'quick' });
    await heard.until(() => heard.ids().includes('quick'));
    await program.query('commit');
    await heard.until(() => heard.ids().includes('slow'));
    assert.deepEqual(heard.lines().slice(1), ['create quick v1 in "" as 2', 'create slow v1 in "" as 3']);
  });

  it('keeps others from overtaking it once its changes have their heads', async () => {
    await program.query('begin');
    await program.query(`insert into ${table} (id) values ('slow')`);
    await program.query('set constraints all immediate');
    const quick = store.create({}, { id: 'quick' });
    // Either it waits for its turn, or, wrongly, it is done.
    const observer = await server.client();
    await Promise.race([quick, untilRow(observer, `select from pg_locks where locktype = 'advisory' and not granted`)]);
    assert.equal(await store.head(''), 1);
    await program.query('commit');
    await quick;
    await heard.until(() => heard.ids().includes('quick'));
    assert.deepEqual(heard.lines().slice(1), ['create slow v1 in "" as 2', 'create quick v1 in "" as 3']);
  });

  it('may write a great many at once, each of which is told', async () => {
    const count = 20_000;
    const begun = Date.now();
    await program.query(`insert into ${table} (id, channel) select 'n' || n, 'c' || n % 3 from generate_series(1, ${count}) n`);
    assert.ok(Date.now() - begun < 20_000);
    await heard.until(() => heard.told.length === count + 1);
    for (const channel of ['c0', 'c1', 'c2']) {
      const heads = heard.heads(channel);
      assert.deepEqual(heads, heads.map((_, index) => index + 1));
    }
  });

  for (const level of ['repeatable read', 'serializable']) it(`is told by 40001 to try anew what it does in ${level}, when others have committed in the channel`, async () => {
    await program.query(`begin isolation level ${level}; select from ${table}`);
    await store.create({}, { id: 'a' });
    await program.query(`insert into ${table} (id) values ('b')`);
    await assert.rejects(program.query('commit'), { code: '40001' });
    await program.query(`begin isolation level ${level}; insert into ${table} (id) values ('b'); commit`);
    await heard.until(() => heard.told.length === 3);
    assert.deepEqual(heard.lines().slice(1), ['create a v1 in "" as 2', 'create b v1 in "" as 3']);
  });

  it('needs no rights but those on the documents', async () => {
    await program.query(`drop role if exists clerk; create role clerk; grant insert, update, delete, select on ${table} to clerk`);
    await program.query(`set role clerk; insert into ${table} (id) values ('a')`);
    await heard.until(() => heard.ids().includes('a'));
    await program.query(`reset role; revoke all on ${table} from clerk; drop role clerk`);
  });

  for (const [what, values] of Object.entries({
    'an id that objects inherit': `('toString', '{}')`, 'no id': `('', '{}')`, 'attributes that are no object': `('a', '[1]')`,
    'an attribute called __proto__': `('a', '{"__proto__":{}}')`, 'one on any level': `('a', '{"a":[[{"b":{"constructor":1}}]]}')`,
    'more than 50 levels of lists and objects': `('a', '${nested(51)}')`, 'a great many levels': `('a', '${nested(6_000)}')`,
  })) it(`is refused ${what}`, () => assert.rejects(program.query(`insert into ${table} (id, attributes) values ${values}`), { code: '23514' }));

  it('may store what the store takes: 50 levels, and texts that look like a key', async () => {
    const attributes = { ...JSON.parse(nested(50)), 'x"__proto__': '"__proto__": ', __proto: 'constructor', list: ['prototype'] };
    await program.query(`insert into ${table} (id, attributes) values ('a', $1)`, [JSON.stringify(attributes)]);
    assert.deepEqual((await store.patch('a', attributes)).attributes, attributes);
    await assert.rejects(store.patch('a', JSON.parse(nested(51))), { code: 'invalid' });
  });

  it('that has got round the checks keeps nobody from hearing of other changes, nor of its own', async () => {
    const reports = [];
    const other = server.store({ table, log: message => reports.push(message) });
    const heardThere = hear(other);
    await other.ready;
    await program.query(`alter table ${table} drop constraint ${table}_attributes_check`);
    await program.query(`insert into ${table} (id, attributes) values ('a', '${nested(6_000)}')`);
    await other.create({}, { id: 'b' });
    await program.query(`update ${table} set attributes = '${nested(5_000)}' where id = 'a'; update ${table} set attributes = '{}' where id = 'a'`);
    await heardThere.until(() => heardThere.told.length === 4);
    assert.deepEqual(heardThere.lines(), ['create a v1 in "" as 2', 'create b v1 in "" as 3', 'update a v2 in "" as 4', 'update a v3 in "" as 5']);
    assert.ok(heardThere.told.every(({ former }) => !former));
    assert.deepEqual(reports, ['The document "a", which another program has stored, is nested too deeply: changes to such documents are told without the documents.']);
    await program.query(`update ${table} set attributes = '${nested(6_000)}' where id = 'a'`);
    assert.equal((await store.changes('', 5))[0].document, undefined);
    await program.query(`delete from ${table} where id = 'a'`);
  });

  it('shares the notifications with others, whatever they say', async () => {
    for (const payload of ['', 'null', '[]', '{"schema":1}', '{"schema":"public"}', `{"schema":"public","table":"${table}"}`, 'x'.repeat(7_000)]) {
      await program.query(`select pg_notify('iosync', $1)`, [payload]);
    }
    await program.query(`insert into ${table} (id) values ('a')`);
    await heard.until(() => heard.ids().includes('a'));
    assert.deepEqual(heard.ids(), ['first', 'a']);
  });

  it('lets who creates what it is deleting wait, and go on counting its version', async () => {
    await store.patch('first', {});
    for (const [sql, version] of [[`delete from ${table} where id = 'first'`, 3], [`update ${table} set id = 'other' where id = 'first'`, 4]]) {
      await program.query('begin');
      await program.query(sql);
      const created = store.create({}, { id: 'first' });
      await untilRow(await server.client(), 'select from pg_locks where not granted');
      await program.query('commit');
      assert.equal((await created).version, version);
      assert.deepEqual(await store.read('first'), await created);
    }
  });

  it('leaves a document its version, when it has created, deleted and created it in one transaction', async () => {
    await program.query(`begin; insert into ${table} (id) values ('a'); delete from ${table} where id = 'a'; insert into ${table} (id) values ('a'); commit`);
    await heard.until(() => heard.told.length === 4);
    assert.deepEqual(heard.lines().slice(1), ['create a v1 in "" as 2', 'delete a v1 in "" as 3', 'create a v2 in "" as 4']);
    assert.equal((await store.read('a')).version, 2);
  });

  it('counts no version down, whatever it deletes, truncates and renames', async () => {
    await program.query(`update ${table} set id = 'second' where id = 'first'; update ${table} set id = 'first' where id = 'second'`);
    assert.equal((await store.read('first')).version, 3);
    await program.query(`truncate ${table}`);
    assert.equal((await store.create({}, { id: 'first' })).version, 4);
    assert.equal((await store.create({}, { id: 'second' })).version, 3);
    await program.query(`begin; delete from ${table}; rollback`);
    assert.equal((await store.patch('first', {})).version, 5);
  });

  it('counts on where a document was deleted, also when the log tells nothing of that any more', async () => {
    const other = server.store({ table, keep: 0 });
    await store.create({}, { id: 'a', channel: 'one' });
    await store.delete('a');
    for (const n of [1, 2]) await store.patch('first', { n });
    await store.delete('first');
    await store.create({}, { id: 'last' });
    const forgetting = server.store({ table, keep: 0 });
    // Begun when it was opened.
    while (await store.changes('', 0)) await forgetting.head('');
    assert.equal((await other.create({}, { id: 'first' })).version, 4);
    // What has been there all the time does not.
    assert.equal((await other.patch('last', { n: 1 })).version, 2);
  });
});
