// Logins: who is let in, who is told what when not, and what happens when rights change on an open socket.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect } from 'chai';
import { Server } from 'socket.io';
import { companion } from '../support/companion.mjs';
import { gate, notAllowed, todosOf, useServers } from './servers.mjs';

const { BackendError, createBackend, listen, memoryStore } = companion;

describe('A login', () => {
  const { start, open, connect, refused, ask, join, listening, settled } = useServers();
  const byAuth = ({ auth }) => {
    if (auth.id === 'nobody') throw new BackendError('unauthorized', 'Nobody is not let in.', { hint: 'x' });
    return auth.id ? { id: auth.id, exp: auth.exp } : undefined;
  };
  const who = createBackend().use((req, res) => res.end(req.user ?? null));

  it('is what layers find in req.user, and other handlers in socket.data.user', async () => {
    const { io, url } = await start({ who }, { authenticate: byAuth });
    const users = [];
    io.on('connection', socket => users.push(socket.data.user));
    const client = await connect(url, { auth: { id: 'ann' } });
    expect(await ask(client, 'who:create', {})).to.deep.equal([null, { id: 'ann' }]);
    expect(users).to.deep.equal([{ id: 'ann', exp: undefined }]);
    expect(await ask(await connect(url), 'who:create', {})).to.deep.equal([null, null]);
  });

  it('that is refused says why, by a code and a sentence, and nothing else is heard', async () => {
    const { url } = await start({ who }, { authenticate: byAuth });
    const client = open(url, { auth: { id: 'nobody' } });
    const heard = listening(client);
    const [error] = await once(client, 'connect_error');
    expect(error.message).to.equal('Nobody is not let in.');
    expect(error.data).to.deep.equal({ hint: 'x', code: 'unauthorized', message: 'Nobody is not let in.' });
    expect([client.active, heard]).to.deep.equal([false, []]);
  });

  it('is asked for in every Socket.IO namespace, whenever that was made', async () => {
    const http = createServer().listen(0, '127.0.0.1');
    await once(http, 'listening');
    const io = new Server(http);
    io.of('/before');
    listen(io, { todos: todosOf() }, { authenticate: byAuth });
    io.of('/after');
    io.of(/^\/dynamic-\d+$/);
    const url = `http://127.0.0.1:${http.address().port}`;
    for (const name of ['', '/before', '/after', '/dynamic-1']) {
      expect(await refused(url + name, { auth: { id: 'nobody' } })).to.include({ code: 'unauthorized' });
      expect((await ask(await connect(url + name, { auth: { id: 'ann' } }), 'todos:read', {}))[0]).to.equal(null);
    }
    await io.close();
  });

  it('that could not be decided is tried again by every client', async () => {
    let calls = 0;
    const log = [];
    const { url } = await start({ who }, {
      log: message => log.push(message),
      authenticate: ({ auth }) => {
        calls += 1;
        if (calls < 3) throw new Error('the database is away');
        return { id: auth.id };
      },
    });
    const client = await connect(url, { auth: { id: 'ann' } });
    expect([calls, log.length]).to.deep.equal([3, 2]);
    expect(await ask(client, 'who:create', {})).to.deep.equal([null, { id: 'ann' }]);
  });

  it('that is no object is a mistake of the server\'s: nobody could be told from others by it', async () => {
    const said = gate();
    const { url } = await start({ who }, { log: (message, error) => said.open(error.message), authenticate: () => 'ann' });
    open(url);
    expect(await said.passed).to.contain('authenticate() must return a user (an object with an "id")');
  });

  it('that takes too long ends with the transport, and is tried again', async () => {
    let calls = 0;
    const { url } = await start({ who }, { loginTimeout: 30, log() {}, authenticate: () => ((calls += 1) === 1 ? new Promise(() => {}) : { id: 'ann' }) });
    await connect(url);
    expect(calls).to.equal(2);
  });

  it('that says nonsense of its end is a mistake of the server\'s', async () => {
    for (const exp of [NaN, '2030-01-01', new Date(), null]) {
      const said = gate();
      const { url } = await start({ who }, { authenticate: () => ({ id: 'ann', exp }), log: (words, error) => said.open(error) });
      open(url);
      expect((await said.passed).message).to.equal('The "exp" of a user must be a number of seconds since 1970.');
    }
  });

  it('may be open on so many connections; who comes later is let in when one has gone', async () => {
    const full = gate();
    const { io, url } = await start({ who }, { authenticate: byAuth, connectionsPerUser: 2, log: full.open });
    const [first] = [await connect(url, { auth: { id: 'ann' } }), await connect(url, { auth: { id: 'ann' } })];
    const third = open(url, { auth: { id: 'ann' } });
    expect(await full.passed).to.include('has 2 connections; more are refused');
    await connect(url, { auth: { id: 'bob' } });
    expect((await ask(await connect(url), 'iosync:auth', { id: 'ann' }))[0]).to.include({ code: 'rate_limited' });
    expect((await ask(first, 'iosync:auth', { id: 'ann' }))[0]).to.equal(null);
    expect([third.connected, io.of('/').sockets.size]).to.deep.equal([false, 4]);
    first.disconnect();
    await once(third, 'connect');
  });

  describe('on an open page', () => {
    const authorize = (user, { channel }) => !channel.startsWith('~') || channel === `~${user?.id}`;

    it('changes in place: in, to another user, and out', async () => {
      const { url } = await start({ who }, { authenticate: byAuth });
      const client = await connect(url);
      for (const id of ['ann', 'bob', undefined]) {
        expect(await ask(client, 'iosync:auth', { id })).to.deep.equal([null, null]);
        expect((await ask(client, 'who:create', {}))[1]?.id).to.equal(id);
      }
    });

    it('stays as it was when new credentials are refused', async () => {
      const { url } = await start({ who }, { authenticate: byAuth });
      const client = await connect(url, { auth: { id: 'ann' } });
      expect((await ask(client, 'iosync:auth', { id: 'nobody' }))[0]).to.include({ code: 'unauthorized' });
      expect((await ask(client, 'who:create', {}))[1].id).to.equal('ann');
      for (const odd of [5, 'x', [], { __proto__: null, constructor: 1 }]) expect((await ask(client, 'iosync:auth', odd))[0].code).to.equal('invalid');
    });

    it('takes the channels of the one before with it, and says so', async () => {
      const store = memoryStore();
      const { url } = await start({ todos: todosOf(store) }, { authenticate: byAuth, authorize });
      const client = await connect(url, { auth: { id: 'ann' } });
      const pushes = listening(client);
      await join(client, '~ann');
      await join(client, 'open');
      await ask(client, 'iosync:auth', { id: 'bob' });
      for (const channel of ['~ann', 'open', '']) await store.create({}, { channel, id: `in ${channel}` });
      await settled(client);
      expect(pushes).to.deep.equal([
        ['iosync:leave', { ...notAllowed, backend: 'todos', channel: '~ann' }], ['todos:create', { id: 'in open' }, { channel: 'open' }], ['todos:create', { id: 'in ' }],
      ]);
    });

    it('is renewed in place when it is about to expire, and keeps its channels', async () => {
      const store = memoryStore();
      const { url } = await start({ todos: todosOf(store) }, { authenticate: byAuth, authorize });
      const exp = Date.now() / 1000 + 2;
      const client = open(url, { auth: { id: 'ann', exp } });
      const [asked] = await once(client, 'iosync:auth');
      expect(asked).to.include({ code: 'unauthorized', exp });
      await join(client, '~ann');
      expect(await ask(client, 'iosync:auth', { id: 'ann', exp: exp + 3600 })).to.deep.equal([null, null]);
      const pushes = listening(client);
      await store.create({}, { channel: '~ann', id: 'a' });
      await settled(client);
      expect(pushes).to.have.length(1);
    });

    it('is asked for once, though the page has no better credentials', async () => {
      const { url } = await start({ who }, { authenticate: byAuth });
      const exp = Date.now() / 1000 + 0.4;
      const client = open(url, { auth: { id: 'ann', exp }, reconnection: false });
      let asked = 0;
      client.on('iosync:auth', () => {
        asked += 1;
        client.emit('iosync:auth', { id: 'ann', exp });
      });
      await once(client, 'disconnect');
      expect(asked).to.equal(1);
    });

    it('that expires ends the connection, and what has expired is not let in', async () => {
      const { url } = await start({ who }, { authenticate: byAuth });
      // Long enough for a busy machine to connect.
      const soon = Date.now() / 1000 + 3;
      const client = await connect(url, { auth: { id: 'ann', exp: soon } });
      const [error] = await once(client, 'connect_error');
      expect(error.data).to.include({ code: 'unauthorized', reason: 'expired' });
      expect(Date.now() / 1000).to.be.at.least(soon);
    });
  });

  describe('of a page', () => {
    const from = origin => ({ extraHeaders: { origin } });

    it('comes from the same host, a named one, or a program that is no browser', async () => {
      const { url } = await start({ who }, { origins: ['https://example.org'] });
      for (const options of [{}, from(url), from('https://example.org')]) await connect(url, options);
      for (const transports of [['websocket'], ['polling']]) {
        for (const origin of ['https://evil.example', 'null', 'file://', 'nonsense', url.replace('http:', 'http:evil.')]) {
          expect(await refused(url, { ...from(origin), transports }), origin).to.include({ code: 'forbidden' });
        }
      }
    });

    it('is no script, which does not say where it comes from, and by which any page could have a session', async () => {
      const { url } = await start({ who });
      const jsonp = `${url}/socket.io/?EIO=4&transport=polling&j=0`;
      const told = text => JSON.parse(/^___eio\[0\]\((".*")\);$/.exec(text)[1]);
      const { sid } = JSON.parse(told(await (await fetch(jsonp)).text()).slice(1));
      await fetch(`${jsonp}&sid=${sid}`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'd=40' });
      const answer = told(await (await fetch(`${jsonp}&sid=${sid}`)).text());
      expect(JSON.parse(answer.slice(2)).data).to.include({ code: 'forbidden' });
    });

    it('comes from anywhere where that is said', async () => {
      const { url } = await start({ who }, { origins: ['*'] });
      await connect(url, from('https://evil.example'));
    });

    it('is looked at on a server of the user\'s own, too', async () => {
      const { url } = await start({ who }, {}, http => new Server(http, { cors: { origin: '*' } }));
      expect(await refused(url, from('https://evil.example'))).to.include({ code: 'forbidden' });
    });
  });
});
