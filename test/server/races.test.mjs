// What happens at once: rights that change while something is under way.
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { companion } from '../support/companion.mjs';
import { gate, todosOf, useServers } from './servers.mjs';

const { BackendError, createBackend, memoryStore, revoke } = companion;

describe('At the same time', () => {
  const { start, open, connect, ask, join, listening, settled } = useServers();

  // Whoever is in `admins` has that role from the next login on.
  async function roles() {
    const admins = new Set(['ann']);
    const store = memoryStore();
    const now = { login: undefined, rule: undefined };
    const { io, inside, url } = await start({ todos: todosOf(store) }, {
      log() {},
      authenticate: async ({ auth }) => {
        const user = { id: auth.id, isAdmin: admins.has(auth.id) };
        await now.login?.wait();
        return user;
      },
      authorize: async (user, { channel }) => {
        await now.rule?.wait();
        return !channel || user.isAdmin;
      },
    });
    const client = await connect(url, { auth: { id: 'ann' } });
    await settled(client);
    return { io, inside, url, store, admins, now, client, pushes: listening(client) };
  }

  it('a request after a revocation is decided by what the login says then', async () => {
    const { io, admins, now, client } = await roles();
    admins.delete('ann');
    now.login = gate();
    const done = revoke(io, 'ann');
    const answer = ask(client, 'todos:read', {}, { channel: 'admins' });
    const write = ask(client, 'todos:create', {}, { channel: 'admins' });
    await now.login.arrived;
    now.login.open();
    expect((await answer)[0]).to.include({ code: 'forbidden' });
    expect((await write)[0]).to.include({ code: 'forbidden' });
    await done;
  });

  it('a join under way at a revocation does not hear what comes after it', async () => {
    const { io, store, admins, now, client, pushes } = await roles();
    now.rule = gate();
    const joined = join(client, 'admins');
    await now.rule.arrived;
    admins.delete('ann');
    now.login = gate();
    const done = revoke(io, 'ann');
    now.rule.open();
    await now.login.arrived;
    await store.create({}, { channel: 'admins', id: 'a' });
    now.login.open();
    expect((await joined)[0]).to.include({ code: 'forbidden' });
    await done;
    await store.create({}, { channel: 'admins', id: 'b' });
    await settled(client);
    expect(pushes).to.deep.equal([]);
  });

  it('a login under way at a revocation is decided anew', async () => {
    const { io, url, admins, now } = await roles();
    now.login = gate();
    const client = open(url, { auth: { id: 'ann' } });
    await now.login.arrived;
    // What is being looked up says that she is an admin.
    const { open: goOn } = now.login;
    now.login = undefined;
    admins.delete('ann');
    await revoke(io, 'ann');
    goOn();
    await once(client, 'connect');
    expect((await ask(client, 'todos:read', {}, { channel: 'admins' }))[0]).to.include({ code: 'forbidden' });
  });

  it('nobody does anything more who is not let in any more', async () => {
    let isGone = false;
    const written = [];
    const { io, url } = await start({ todos: createBackend().use(req => written.push(req.method)) }, {
      authenticate: async () => {
        if (isGone) throw new BackendError('unauthorized', 'Gone.');
        return { id: 1 };
      },
    });
    const client = await connect(url);
    await settled(client);
    isGone = true;
    const ended = once(client, 'disconnect');
    // The id has come as a text.
    const done = revoke(io, '1');
    client.emit('todos:create', {}, () => {});
    await Promise.all([done, ended]);
    expect(written).to.deep.equal([]);
  });

  // What is left of sockets when all have gone: rooms, and shapes that changes would be looked at for.
  function left({ io, inside }) {
    return { rooms: [...io.of('/').adapter.rooms.keys()], shapes: inside.endpoints.get('todos').shapes.byChannel.size, running: inside.running.size };
  }

  const underWay = {
    'a join': ({ client, now }) => {
      now.rule = gate();
      client.emit('iosync:join', { backend: 'todos', channel: 'admins' });
      return now.rule;
    },
    'a login': ({ client, now }) => {
      now.login = gate();
      client.emit('iosync:auth', { id: 'bob' });
      return now.login;
    },
    'the rule for a login': ({ client, now }) => {
      now.rule = gate();
      client.emit('iosync:auth', { id: 'bob' });
      return now.rule;
    },
  };
  for (const [what, begin] of Object.entries(underWay)) it(`who is closed while ${what} is under way leaves nothing behind`, async () => {
    const server = await roles();
    const held = begin(server);
    await held.arrived;
    const [socket] = server.io.of('/').sockets.values();
    const ended = once(socket, 'disconnect');
    server.client.disconnect();
    await ended;
    held.open();
    while (server.inside.running.size) await setImmediate();
    expect(left(server)).to.deep.equal({ rooms: [], shapes: 0, running: 0 });
  });

  it('who reads upon connecting misses nothing, however slow the rule is', async () => {
    const { url, store, now } = await roles();
    now.rule = gate();
    const client = await connect(url, { auth: { id: 'bob' } });
    const pushes = listening(client);
    const answer = ask(client, 'todos:read', {});
    await now.rule.arrived;
    const rule = now.rule;
    now.rule = undefined;
    await store.create({}, { id: 'a' });
    rule.open();
    expect(await answer).to.deep.equal([null, [{ id: 'a' }]]);
    await store.create({}, { id: 'b' });
    await settled(client);
    expect(pushes).to.deep.equal([['todos:create', { id: 'b' }]]);
  });

  it('no more connections are let in than a user may have', async () => {
    const login = gate();
    const { io, url } = await start({ todos: createBackend() }, {
      log() {},
      connectionsPerUser: 2,
      authenticate: async () => {
        await login.wait();
        return { id: 'ann' };
      },
    });
    const clients = Array.from({ length: 6 }, () => open(url, { reconnection: false }));
    const turnedAway = new Promise(resolve => {
      let left = 4;
      for (const client of clients) client.io.on('close', () => (left -= 1) || resolve());
    });
    await Promise.all(clients.map(client => once(client.io, 'open')));
    login.open();
    await turnedAway;
    expect(io.of('/').sockets.size).to.equal(2);
  });

  it('a login changed while somebody is revoked is decided anew, and the one before stays if it is refused', async () => {
    const banned = new Set();
    const now = {};
    const who = createBackend().use('who', (req, res) => res.end(req.user?.id ?? null));
    const { io, url } = await start({ who }, {
      authenticate: async ({ auth: { id } }) => {
        const isBanned = banned.has(id);
        await now.login?.wait();
        if (isBanned) throw new BackendError('unauthorized', 'Banned.');
        return id && { id };
      },
    });
    const client = await connect(url);
    now.login = gate();
    const changing = ask(client, 'iosync:auth', { id: 'ann' });
    await now.login.arrived;
    banned.add('ann');
    await revoke(io, 'ann');
    now.login.open();
    expect((await changing)[0]).to.include({ code: 'unauthorized' });
    expect(await ask(client, 'who:who', {})).to.deep.equal([null, null]);
  });

  it('a revocation does not wait for what its user asks for', async () => {
    const slow = gate();
    const { io, url } = await start({ todos: createBackend().use(memoryStore()) }, {
      authenticate: () => ({ id: 'ann' }),
      authorize: async (user, { channel }) => {
        if (channel === 'slow') await slow.wait();
        return true;
      },
    });
    const client = await connect(url);
    const joining = [join(client, 'slow'), join(client, 'slow')];
    await slow.arrived;
    await revoke(io, 'ann');
    slow.open();
    expect(await Promise.all(joining)).to.deep.equal([[null, null], [null, null]]);
  });

  it('a read is given up when the login changes each time it is begun', async () => {
    const page = {};
    let reads = 0;
    const todos = createBackend().read(async (req, res, next) => {
      reads += 1;
      await ask(page.client, 'iosync:auth', { id: `user ${reads}` });
      next();
    }).use(memoryStore());
    const { url } = await start({ todos }, { authenticate: ({ auth }) => auth });
    page.client = await connect(url);
    expect((await ask(page.client, 'todos:read', {}))[0]).to.deep.equal({ code: 'unavailable', message: 'The login changes too fast: ask again.' });
    expect(reads).to.equal(5);
  });
});
