// The boundary: whatever a client sends, the server lives, tells nothing it should not, and answers a good client meanwhile. Against a
// process of its own, by raw frames where the client's library would refuse to send.
import { once } from 'node:events';
import { expect } from 'chai';
import { startChild } from '../support/child.mjs';
import { openRaw } from '../support/raw-socket.mjs';
import { useServers } from './servers.mjs';

const internal = { code: 'internal', message: 'Internal server error.' };
const leak = /\n {4}at |node_modules|\/(lib|dist)\/server|select /i;
const nested = depth => '['.repeat(depth) + ']'.repeat(depth);

describe('The boundary', () => {
  let child, good;

  // Before the clients are closed.
  afterEach(async () => {
    expect((await ask(good, 'lists:create', { owner: 'good', title: 'milk' }, { channel: '' }))[1]).to.include({ title: 'milk' });
    expect(child.isAlive).to.equal(true);
    const { keys, isPolluted } = await child.ask('stored');
    expect([isPolluted, ...keys.filter(key => /^(__proto__|constructor|prototype)$/.test(key))]).to.deep.equal([false]);
    // Nothing that a client sends is a mistake of the server's, but for what is meant as one.
    const log = await child.ask('log');
    expect(log.find(line => !/^broken:|serialize a BigInt/.test(line))).to.equal(undefined);
  });
  const { connect, ask, settled } = useServers();

  before(async () => { child = await startChild(); });
  after(() => child.stop());
  beforeEach(async () => { good = await connect(child.url, { auth: { id: 'good' } }); });

  const hostile = options => connect(child.url, { auth: { id: 'bad' }, reconnection: false, ...options });
  // Past the client's library: what is behind the `4` of an engine.io message.
  const raw = (client, frame) => client.io.engine.write(frame);
  const dropped = client => once(client, 'disconnect');

  // Sends a raw request with an acknowledgement, and resolves with its answer.
  let acks = 1_000_000;
  const askRaw = (client, json) => new Promise(resolve => {
    const id = (acks += 1);
    client.acks[id] = (...answer) => resolve(answer);
    raw(client, `2${id}${json}`);
  });

  it('is crossed by no event name: reserved, empty, a number, or a name that every object has', async () => {
    for (const name of ['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener']) {
      const client = await hostile();
      raw(client, `2${JSON.stringify([name, 'x'])}`);
      await dropped(client);
    }
    const client = await hostile();
    const names = ['error', '__proto__', 'constructor', 'toString', '', ':', '::', 'todos', 'todos:', ':create', 'todosX', 1, -1, 0.5, 'x'.repeat(100_000)];
    for (const name of names) {
      for (const args of [[], [null], [{}], [{}, {}], ['x'.repeat(1000)]]) raw(client, `2${JSON.stringify([name, ...args])}`);
      raw(client, `27${JSON.stringify([name, {}])}`);
    }
    await settled(client);
  });

  it('is crossed by no packet that is none', async () => {
    for (const frame of ['', '2', '2[]', '2{}', '2null', '2"x"', '2[', '2[null]', '2[{}]', '2[[]]', '9["x"]', '25-["x"]', '51-["x"]', '599-["x"]', '5-["x"]',
      '0', '0{}', '0/nowhere,', '0/nowhere,{"id":{}}', '1', '4{}', '3["x"]', '37["x"]', '3', '61-[{"_placeholder":true,"num":9}]',
      `2${nested(5_000)}`, `2["todos:create",${nested(200_000)}]`, `51-["todos:create",${nested(100_000)}]`]) {
      const client = await hostile();
      raw(client, frame);
      raw(client, Buffer.from('x'));
      client.disconnect();
    }
    for (const frame of ['', 'x', '9', '6', '2', '5', 'b', 'b!!!!', '4', Buffer.alloc(0), Buffer.from([255, 254])]) {
      const client = await hostile();
      client.io.engine.transport.ws.send(frame);
      client.disconnect();
    }
  });

  it('is crossed by no handshake', async () => {
    const sid = ['&sid=__proto__', '&sid=constructor', '&sid=%00', '&sid=x&sid=__proto__'].map(text => `EIO=4&transport=polling${text}`);
    for (const query of ['', '%', 'EIO=3&transport=polling', 'EIO=4&transport=__proto__', 'EIO=4&transport=constructor', 'EIO=__proto__', ...sid]) {
      for (const method of ['GET', 'POST', 'PUT', 'OPTIONS']) {
        const answer = await fetch(`${child.url}/socket.io/?${query}`, { method, ...(method === 'POST' && { body: '4\x1e\x1eb!' }) });
        expect(answer.status, `${method} ${query}`).to.be.within(400, 499);
        expect(await answer.text()).to.not.match(leak);
      }
    }
    const credentials = ['', '"x"', '[1]', 'null', '{', '{"id":{"toString":1}}', '{"id":"nobody"}', '{"__proto__":{"id":"good"}}', `{"id":${nested(5_000)}}`];
    for (const auth of credentials) {
      const heard = [];
      const raw = await openRaw(child.port, { auth, onText: text => heard.push(text) });
      expect(heard.join()).to.not.match(leak);
      await raw.close();
    }
    const raw = await openRaw(child.port);
    raw.send('40/nowhere,{}', '40/__proto__,{}', ...Array(50).fill('40{}'));
    await raw.closed;
  });

  it('is crossed by no acknowledgement that is missing, or something else', async () => {
    const client = await hostile();
    for (const event of ['todos:create', 'todos:read', 'bare:create', 'broken:create', 'iosync:join', 'iosync:leave', 'iosync:auth', 'iosync:hello']) {
      for (const args of [[], [{}], [{}, 'ack'], [{}, null, 'ack'], [null, 'ack'], [{}, {}, {}, 'ack']]) raw(client, `2${JSON.stringify([event, ...args])}`);
    }
    await settled(client);
  });

  const odd = [
    null, true, 0, -1, 1e308, '', 'text', [], [null], [[]], {}, { id: null }, { id: {} }, { id: { toString: 1 } }, { id: [] }, { id: true }, { id: '' },
    { id: '__proto__' }, { id: 'constructor' }, { id: 'x'.repeat(300) }, { id: 'a\0' }, { id: '\ud800' }, { _id: { toString: 1 } }, { a: '\0' }, { length: 1e9 },
    { where: 1 }, { where: { $where: '1' } }, { where: { a: { $regex: '(a+)+$' } } }, { where: { 'a.b.c.d.e.f.g': 1 } }, { sort: {} }, { sort: ['__proto__'] },
    { limit: -1 }, { limit: '1' }, { offset: 1e300 }, { backend: 'todos' }, { backend: {}, channel: {} }, { backend: 'todos', channel: [] },
    { backend: 'constructor' }, { channel: '~good' }, { toJSON: 1 }, { then: 1 }, { token: {} }, { id: 'nobody' },
  ];
  const events = [
    ...['todos', 'todo', 'lists', 'bare'].flatMap(name => ['create', 'read', 'update', 'patch', 'delete', 'shout', 'join', 'constructor'].map(method => `${name}:${method}`)),
    'iosync:join', 'iosync:leave', 'iosync:auth', 'iosync:hello', 'iosync:node',
  ];

  it('answers each argument of a wrong type, of every event, by a code and a sentence, or as it should', async () => {
    const client = await hostile();
    const answers = await Promise.all(events.filter(event => event !== 'iosync:node').flatMap(event => [
      ...odd.flatMap(value => [ask(client, event, value), ask(client, event, {}, value), ask(client, event, value, { channel: value })]),
      ask(client, event), ask(client, event, {}, {}, {}),
    ]));
    for (const [error] of answers) {
      if (error === null) continue;
      expect(error).to.include.all.keys('code', 'message');
      expect(JSON.stringify(error)).to.not.match(leak);
      expect(error.code, error.message).to.be.oneOf(['invalid', 'unsupported', 'not_found', 'forbidden', 'taken', 'unauthorized', 'rate_limited']);
    }
  });

  it('lets no key through that reaches a prototype', async () => {
    const client = await hostile();
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      for (const data of [`{"${key}":{"polluted":1}}`, `{"a":{"${key}":1}}`, `{"a":[{"${key}":1}]}`, `{"id":"x","${key}":null}`]) {
        for (const event of ['todos:create', 'todos:update', 'bare:create', 'bare:shout', 'iosync:auth']) {
          expect((await askRaw(client, `["${event}",${data}]`))[0].code, event).to.equal('invalid');
        }
        expect((await askRaw(client, `["todos:create",{},{"options":${data}}]`))[0].code).to.equal('invalid');
      }
    }
  });

  it('takes no nesting that a serialiser could not, and no binary', async () => {
    const client = await hostile();
    for (const depth of [60, 5_000, 50_000]) {
      for (const event of ['todos:create', 'bare:create', 'bare:shout', 'iosync:auth']) {
        expect((await askRaw(client, `["${event}",{"a":${nested(depth)}}]`))[0].code).to.equal('invalid');
      }
      expect((await askRaw(client, `["todos:read",{"where":${'{"$or":['.repeat(depth)}${']}'.repeat(depth)}}]`))[0].code).to.equal('invalid');
    }
    for (const event of ['todos:create', 'bare:shout', 'iosync:auth']) {
      expect((await ask(client, event, { a: Buffer.from('x') }))[0].code).to.equal('invalid');
      expect((await ask(client, event, Buffer.from('x')))[0].code).to.equal('invalid');
    }
    expect((await ask(client, 'todos:read', {}, Buffer.from('x')))).to.have.length(2);
  });

  it('takes large lists, and lets go of who sends what is too large', async () => {
    const client = await hostile();
    expect((await ask(client, 'bare:shout', { list: Array(200_000).fill(0) }))[0]).to.equal(null);
    expect((await ask(client, 'todos:read', { where: { a: { $in: Array(100_000).fill(1) } } }))[0].code).to.equal('invalid');
    client.emit('todos:create', { a: 'x'.repeat(1_100_000) });
    await dropped(client);
  });

  it('tells of a mistake of the server\'s only that there was one', async () => {
    const client = await hostile();
    for (const method of ['create', 'update', 'read']) expect((await ask(client, `broken:${method}`, { id: 1 }))[0]).to.deep.equal(internal);
  });

  it('is not slowed by thousands of requests in one message', async () => {
    for (let n = 0; n < 200; n += 1) await ask(good, 'todos:create', { title: 'x'.repeat(500) });
    const client = await hostile({ transports: ['polling'] });
    const sid = client.io.engine.id;
    const body = Array.from({ length: 20_000 }, (_, n) => `42${n}["todos:read",{}]`).join('\x1e');
    const sent = fetch(`${child.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`, { method: 'POST', body });
    await sent;
    const times = [];
    for (let n = 0; n < 10; n += 1) {
      const start = performance.now();
      await ask(good, 'todos:create', {});
      times.push(performance.now() - start);
    }
    expect(Math.max(...times)).to.be.below(5_000);
    client.disconnect();
  });

  it('lets go of who does not read, even if pings are answered', async () => {
    const client = await hostile();
    const { ws } = client.io.engine.transport;
    ws._socket.pause();
    const before = (await child.ask('counts')).clients;
    for (let n = 0; n < 2_000; n += 1) raw(client, `2${n}["big:read",{}]`);
    let counts;
    do {
      await ask(good, 'todos:create', {});
      counts = await child.ask('counts');
    } while (counts.clients >= before);
    expect((await child.ask('heap')).heap).to.be.below(150e6);
    ws.terminate();
  });

  it('keeps nothing of those who were there', async () => {
    const other = await startChild();
    const visit = options => connect(other.url, { auth: { id: 'bad' }, reconnection: false, ...options });
    const last = await visit();
    await settled(last);
    const before = await other.ask('counts');
    for (let round = 0; round < 10; round += 1) {
      const clients = await Promise.all(Array.from({ length: 20 }, () => visit()));
      for (const [n, client] of clients.entries()) {
        client.emit('iosync:join', { backend: 'todos', channel: `list ${n}` });
        client.emit('iosync:auth', { id: `user ${n}` });
        await settled(client);
        client.disconnect();
      }
    }
    let after;
    do {
      await settled(last);
      after = await other.ask('counts');
    } while (after.clients > before.clients || after.running);
    expect(after).to.deep.equal(before);
    await other.stop();
  });
});
