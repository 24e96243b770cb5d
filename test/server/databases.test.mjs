// The databases that the tests start, see test/support: what other tests take for granted.
import assert from 'node:assert/strict';
import pg from 'pg';
import { createClient } from 'redis';
import { needPostgres, startPostgres } from '../support/postgres.mjs';
import { needRedis, startRedis } from '../support/redis.mjs';

describe('startPostgres', () => {
  before(function () { needPostgres(this); });

  async function ask(url, sql) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return client.query(sql).finally(() => client.end());
  }

  it('gives each caller a database of its own, on one server', async () => {
    const [one, other] = await Promise.all([startPostgres(), startPostgres()]);
    await ask(one.url, 'create table things ()');
    await ask(other.url, 'create table things ()');
    assert.equal(one.port, other.port);
    await one.stop();
    await assert.rejects(ask(one.url, 'select'), { code: '3D000' });
    await other.stop();
  });

  it('keeps what was committed when the server restarts', async () => {
    const database = await startPostgres();
    await ask(database.url, 'create table things as select 1 as n');
    await database.restart();
    assert.deepEqual((await ask(database.url, 'select n from things')).rows, [{ n: 1 }]);
    await database.stop();
  });
});

describe('startRedis', () => {
  let redis;
  let client;
  before(function () { needRedis(this); });
  // `once` of node:events would end at the error that comes first.
  const ready = () => new Promise(resolve => client.once('ready', resolve));
  beforeEach(async () => {
    redis = await startRedis();
    client = createClient({ url: redis.url, socket: { reconnectStrategy: 10 } });
    client.on('error', () => {});
    await client.connect();
  });
  afterEach(async () => {
    client?.destroy();
    await redis?.stop();
  });

  it('cuts connections, and keeps what it has', async () => {
    await client.set('n', '1');
    const back = ready();
    await redis.cut();
    await back;
    assert.equal(await client.get('n'), '1');
  });

  it('stands still between pause and resume', async () => {
    redis.pause();
    while (!redis.isPaused()) await new Promise(resolve => setImmediate(resolve));
    let isAnswered = false;
    const answer = client.ping().then(() => { isAnswered = true; });
    await new Promise(resolve => setImmediate(resolve));
    assert.equal(isAnswered, false);
    redis.resume();
    await answer;
  });

  it('is there again on its port after a restart, empty', async () => {
    await client.set('n', '1');
    const back = ready();
    await redis.restart();
    await back;
    assert.equal(await client.get('n'), null);
  });
});
