// Rules and layers that are slow, fail, or never answer.
import { once } from 'node:events';
import { expect } from 'chai';
import { companion } from '../support/companion.mjs';
import { gate, useServers } from './servers.mjs';

const { createBackend, memoryStore } = companion;

describe('On a server with slow or broken rules,', () => {
  const { start, connect, ask, join, settled } = useServers();

  it('requests that are never answered keep nobody waiting, once they have failed', async () => {
    const todos = createBackend({ deadline: 50 }).use('stuck', () => {}).use(memoryStore());
    const { url } = await start({ todos }, { log() {} });
    const client = await connect(url);
    const stuck = await Promise.all(Array.from({ length: 150 }, () => ask(client, 'todos:stuck', {})));
    expect(stuck.map(([error]) => error.code)).to.deep.equal(Array(150).fill('timeout'));
    expect(await ask(client, 'todos:read', {})).to.deep.equal([null, []]);
  });

  it('a rule that fails on connecting is asked again, by a client that comes back', async () => {
    let calls = 0;
    const log = [];
    const { url } = await start({ todos: createBackend().use(memoryStore()) }, {
      log: message => log.push(message),
      authorize: () => {
        calls += 1;
        if (calls === 1) throw new Error('the database is away');
        return true;
      },
    });
    const client = await connect(url);
    await once(client, 'connect');
    expect((await ask(client, 'todos:read', {}))[0]).to.equal(null);
    expect(log).to.deep.equal(['A channel could not be authorised; the client will try again']);
  });

  it('a scope with an invalid filter is a fault of the server\'s, not of the client\'s', async () => {
    let where = {};
    const log = [];
    const todos = createBackend({ scope: () => ({ where }) }).use(memoryStore());
    const { url } = await start({ todos }, { log: (message, error) => log.push(error.message) });
    const client = await connect(url);
    await settled(client);
    where = { $where: 'x' };
    expect((await ask(client, 'todos:read', {}))[0].code).to.equal('internal');
    expect(log).to.deep.equal(['The scope of "todos" has an invalid filter']);
  });

  it('joins and requests may wait in thousands, and no more of them', async () => {
    const rule = gate();
    const { url } = await start({ todos: createBackend().use(memoryStore()) }, { authorize: (user, { channel }) => (channel ? rule.wait().then(() => true) : true) });
    const client = await connect(url);
    await settled(client);
    const joins = Promise.all(Array.from({ length: 1_100 }, () => join(client, 'a')));
    const other = await connect(url);
    const reads = Promise.all(Array.from({ length: 10_300 }, () => ask(other, 'todos:read', {}, { channel: 'a' })));
    await rule.arrived;
    await settled(other);
    rule.open();
    const codes = async answers => [...new Set((await answers).map(([error]) => error?.code))].sort();
    expect(await codes(joins)).to.deep.equal(['rate_limited', undefined]);
    expect(await codes(reads)).to.deep.equal(['rate_limited', undefined]);
  });

  it('a rule that never answers ends in words', async () => {
    let isStuck = false;
    const { url } = await start({ todos: createBackend({ deadline: 30 }).use(memoryStore()) }, {
      log() {}, loginTimeout: 30, authorize: () => (isStuck ? new Promise(() => {}) : true),
    });
    const client = await connect(url);
    await settled(client);
    isStuck = true;
    expect((await ask(client, 'todos:read', {}))[0].code).to.equal('timeout');
    expect((await join(client, 'a'))[0].code).to.equal('internal');
    isStuck = false;
    expect((await ask(client, 'todos:read', {}))[0]).to.equal(null);
  });
});
