// Two servers that are one: what happens on each reaches the sockets of both, by the database where it can tell, else by an
// adapter of Socket.IO.
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { expect } from 'chai';
import pg from 'pg';
import { createClient } from 'redis';
import { Server } from 'socket.io';
import { companion } from '../support/companion.mjs';
import { needPostgres, startPostgres } from '../support/postgres.mjs';
import { needRedis, startRedis } from '../support/redis.mjs';
import { notAllowed, todosOf, useServers } from './servers.mjs';

const { memoryStore, postgresStore, revoke } = companion;

describe('Two nodes', () => {
  const { start, connect, ask, later } = useServers();

  async function startNode(store, settings, createIo = http => http) {
    const todos = todosOf(store);
    const { io, url } = await start({ todos }, settings, createIo);
    // Once it has answered, it hears of whatever is committed from then on.
    await store.head('');
    return { io, todos, store, url };
  }

  // What a client is told, `create milk`, as soon as it has been told each of these at least once.
  function hears(client, ...expected) {
    const told = [];
    return new Promise(resolve => client.onAny((event, document) => {
      if (!document?.title) return;
      told.push(`${event.split(':')[1]} ${document.title}`);
      if (expected.every(one => told.includes(one))) resolve(told);
    }));
  }

  function agree(startPair) {
    it('tell the sockets of both what was committed or announced on one, once', async () => {
      const [a, b] = await startPair();
      const [one, two] = [await connect(a.url), await connect(b.url)];
      const ends = ['end of a', 'end of b'];
      const toAll = ['announced', 'a job', ...ends].map(title => `create ${title}`);
      const toOne = ['create bread', ...toAll];
      const toTwo = ['create milk', 'update milk', ...toAll];
      const heard = Promise.all([hears(one, ...toOne), hears(two, ...toTwo)]);
      const [, { id }] = await ask(one, 'todos:create', { title: 'milk' });
      await ask(two, 'todos:create', { title: 'bread' });
      await ask(one, 'todo:patch', { id, done: true });
      a.todos.emit('created', { id: 'x', title: 'announced' });
      await b.store.create({ title: 'a job' });
      // What was to come before them has come before them.
      for (const [n, { store }] of [a, b].entries()) await store.create({ title: ends[n] });
      const [byOne, byTwo] = await heard;
      expect(byOne.sort()).to.deep.equal(toOne.sort());
      expect(byTwo.sort()).to.deep.equal(toTwo.sort());
    });

    it('look again at what a user may do, when one of them is told that it has changed', async () => {
      const members = new Set(['ann']);
      const settings = { authenticate: ({ auth }) => auth, authorize: (user, { channel }) => !channel || members.has(user.id) };
      const [a, b] = await startPair(settings);
      const clients = await Promise.all([a, b].map(({ url }) => connect(url, { auth: { id: 'ann' } })));
      const channel = { backend: 'todos', channel: 'members' };
      for (const client of clients) expect(await ask(client, 'iosync:join', channel)).to.deep.equal([null, null]);
      members.delete('ann');
      const told = Promise.all(clients.map(client => once(client, 'iosync:leave')));
      await revoke(a.io, 'ann');
      const refusal = { ...notAllowed, ...channel };
      expect(await told).to.deep.equal([[refusal], [refusal]]);
    });
  }

  describe('on one PostgreSQL', () => {
    let database;
    before(async function () {
      needPostgres(this);
      database = await startPostgres();
    });
    after(() => database?.stop());

    const table = () => `todos_${Math.random().toString(36).slice(2)}`;
    agree(async settings => {
      const name = table();
      const start = async () => {
        const pool = new pg.Pool({ connectionString: database.url });
        later(() => pool.end());
        const store = postgresStore(pool, { table: name });
        later(() => store.close());
        return startNode(store, settings);
      };
      return [await start(), await start()];
    });
  });

  describe('with stores of their own, on one Redis', () => {
    let redis;
    before(async function () {
      needRedis(this);
      redis = await startRedis();
    });
    after(() => redis?.stop());

    agree(async settings => {
      const start = async () => {
        const client = createClient({ url: redis.url });
        await client.connect();
        later(() => client.close());
        return startNode(memoryStore(), settings, http => new Server(http, { adapter: createAdapter(client) }));
      };
      const pair = [await start(), await start()];
      // An adapter hears of the other when both read the stream.
      for (const { io } of pair) while ((await io.of('/').adapter.serverCount()) < pair.length) await setImmediate();
      return pair;
    });
  });
});
