// How changes and messages reach every node, in one order.
import assert from 'node:assert/strict';
import { gate } from './servers.mjs';
import { begun, hear, listeners, upTo, usePostgres } from './sql-support.mjs';

describe('listening to a database', () => {
  const server = usePostgres();
  let table;
  beforeEach(() => { table = server.table(); });

  it('lets two nodes hear of what each of them commits, in one order', async () => {
    const stores = [server.store({ table }), server.store({ table })];
    const heard = stores.map(hear);
    await Promise.all(stores.map(begun));
    await Promise.all(upTo(100).map(n => stores[n % 2].create({}, { id: `n${n}`, channel: n % 3 ? 'one' : '' })));
    for (const one of heard) await one.until(() => one.told.length === 100);
    assert.deepEqual(heard[0].lines(), heard[1].lines());
    assert.deepEqual(heard[0].heads(), upTo(33));
    assert.deepEqual(heard[0].heads('one'), upTo(67));
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
    assert.deepEqual(heard.heads(), upTo(51));
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
    const question = gate();
    pool.query = async statement => {
      if (statement.text.includes('max(seq)')) await question.wait();
      return query(statement);
    };
    const heard = hear(store);
    const created = store.create({}, { id: 'a' });
    await question.arrived;
    const program = await server.client();
    assert.equal((await program.query(`select from ${table}`)).rowCount, 1);
    question.open();
    await created;
    await heard.until(() => heard.told.length);
    assert.deepEqual(heard.ids(), ['a']);
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
      const own = heard[0].heads(channel);
      assert.deepEqual(own, upTo(own.length));
      assert.equal(own.length, await stores[0].head(channel));
    }
    assert.deepEqual(heard[0].told.filter(({ origin }) => origin).length, 12);
  });
});
