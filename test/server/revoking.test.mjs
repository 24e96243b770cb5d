// What a socket hears and gets when its user's rights are taken away.
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { Server } from 'socket.io';
import { companion } from '../support/companion.mjs';
import { gate, notAllowed, useServers } from './servers.mjs';

const { BackendError, createBackend, memoryStore, revoke } = companion;

describe('A login', () => {
  const { start, open, connect, ask, join, listening, settled } = useServers();

  describe('that is revoked', () => {
    async function members() {
      const allowed = new Set(['ann']);
      const store = memoryStore();
      const now = { login: undefined };
      const { io, url } = await start({ todos: createBackend().use(store) }, {
        log() {},
        authenticate: async ({ auth }) => {
          await now.login?.passed;
          if (auth.id === 'gone' && !allowed.has('gone')) throw new BackendError('unauthorized', 'Gone.');
          return { id: auth.id };
        },
        authorize: (user, { channel }) => !channel || allowed.has(user.id),
      });
      const client = await connect(url, { auth: { id: 'ann' } });
      const pushes = listening(client);
      await join(client, 'members');
      return { io, url, store, allowed, client, pushes, now };
    }

    it('hears nothing more of a channel it may not have any more, from the moment of the call', async () => {
      const { io, store, allowed, client, pushes, now } = await members();
      now.login = gate();
      allowed.delete('ann');
      const done = revoke(io, 'ann');
      await store.create({}, { channel: 'members', id: 'a' });
      await store.create({}, { id: 'b' });
      now.login.open();
      await done;
      await store.create({}, { id: 'c' });
      await settled(client);
      expect(pushes).to.deep.equal([['iosync:leave', { ...notAllowed, backend: 'todos', channel: 'members' }], ['todos:create', { id: 'c' }]]);
      expect((await ask(client, 'todos:read', {}, { channel: 'members' }))[0].code).to.equal('forbidden');
    });

    it('is let in only once its node hears what others tell, by trying again while that fails', async () => {
      const head = gate();
      let asked = 0;
      const store = Object.assign(memoryStore(), {
        tell: async () => {},
        head: async () => {
          asked += 1;
          if (asked === 1) throw new Error('on purpose');
          return head.passed;
        },
      });
      const log = [];
      const { url } = await start({ todos: createBackend().use(store) }, { authenticate: () => ({ id: 'ann' }), log: line => log.push(line) });
      const client = open(url, { reconnectionDelay: 10 });
      let isIn = false;
      const connected = once(client, 'connect').then(() => (isIn = true));
      while (asked < 2) await setImmediate();
      // Another, whose login needs the same, and who is asked for no more.
      const other = open(url);
      await once(other.io.engine, 'open');
      expect(isIn).to.equal(false);
      head.open(0);
      await Promise.all([connected, once(other, 'connect')]);
      expect({ asked, log }).to.deep.equal({ asked: 2, log: ['A login could not be decided; the client will try again'] });
    });

    it('hears again what it still may', async () => {
      const { io, store, client, pushes } = await members();
      await revoke(io, 'ann');
      await store.create({}, { channel: 'members', id: 'a' });
      await settled(client);
      expect(pushes).to.deep.equal([['todos:create', { id: 'a' }, { channel: 'members' }]]);
    });

    it('does not get by an answer under way what it may not have any more', async () => {
      const allowed = new Set(['ann']);
      const reading = gate();
      const slow = createBackend().read(async (req, res) => {
        await reading.wait();
        res.end('secret');
      });
      const { io, url } = await start({ slow }, { authenticate: ({ auth }) => auth, authorize: user => allowed.has(user.id) });
      const client = await connect(url, { auth: { id: 'ann' } });
      const answer = ask(client, 'slow:read', {});
      await reading.arrived;
      allowed.delete('ann');
      await revoke(io, 'ann');
      reading.open();
      expect((await answer)[0].code).to.equal('forbidden');
    });

    it('is told of a write under way that it was done, and of the document only what it may see by then', async () => {
      let fields = ['title', 'price'];
      let writing;
      const slow = createBackend({ scope: () => ({ fields }) }).create(async (req, res) => {
        await writing.wait();
        res.end({ id: 1, price: 2 });
      });
      const { io, url } = await start({ slow }, { authenticate: ({ auth }) => auth });
      const client = await connect(url, { auth: { id: 'ann' } });
      for (const [next, expected] of [[fields, { id: 1, price: 2 }], [['title'], null]]) {
        writing = gate();
        const answer = ask(client, 'slow:create', {});
        await writing.arrived;
        fields = next;
        await revoke(io, 'ann');
        writing.open();
        expect(await answer).to.deep.equal([null, expected]);
      }
    });

    it('is told nothing of a write under way, and the log why, if a rule then fails', async () => {
      let isAway = false;
      const writing = gate();
      const slow = createBackend().create(async (req, res) => {
        await writing.wait();
        res.end({ id: 1 });
      });
      const logged = [];
      const { io, url } = await start({ slow }, {
        log: (message, error) => logged.push([message, error?.message]),
        authenticate: ({ auth }) => auth,
        authorize: (user, { method }) => {
          if (isAway && method === 'create') throw new Error('The database is away.');
          return true;
        },
      });
      const client = await connect(url, { auth: { id: 'ann' } });
      const answer = ask(client, 'slow:create', {});
      await writing.arrived;
      isAway = true;
      await revoke(io, 'ann');
      writing.open();
      expect(await answer).to.deep.equal([null, null]);
      expect(logged).to.deep.equal([['An answer of "slow" was withheld: the rules failed when asked again', 'The database is away.']]);
    });

    it('is revoked in every namespace', async () => {
      const { io, url, allowed, store } = await members();
      io.of('/other');
      const client = await connect(`${url}/other`, { auth: { id: 'ann' } });
      await join(client, 'members');
      allowed.delete('ann');
      const left = once(client, 'iosync:leave');
      await revoke(io, 'ann');
      expect(await left).to.deep.equal([{ ...notAllowed, backend: 'todos', channel: 'members' }]);
      const pushes = listening(client);
      await store.create({}, { channel: 'members' });
      await settled(client);
      expect(pushes).to.deep.equal([]);
    });

    it('is closed if the user is not let in any more, and hears why when it comes back', async () => {
      const { io, url, allowed } = await members();
      allowed.add('gone');
      const client = await connect(url, { auth: { id: 'gone' } });
      allowed.delete('gone');
      const back = once(client, 'connect_error');
      await revoke(io, 'gone');
      expect((await back)[0].data).to.include({ code: 'unauthorized', message: 'Gone.' });
    });

    it('can be revoked on servers of ours only', async () => {
      let error;
      await revoke(new Server(), 'ann').catch(reason => (error = reason));
      expect(error.message).to.equal('This server was not returned by listen().');
    });
  });
});
