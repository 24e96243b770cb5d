// The README's recipes for logins, run as they stand: what is on an open page when its user logs in or out elsewhere.
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, ServerResponse } from 'node:http';
import { PGlite } from '@electric-sql/pglite';
import { expect } from 'chai';
import express from 'express';
import session from 'express-session';
import { useServers } from '../server/servers.mjs';
import { companion } from '../support/companion.mjs';
import { readmeBlocks } from '../support/readme.mjs';

const { BackendError, createBackend, listen, memoryStore, revoke } = companion;
const blocks = await readmeBlocks();
const AsyncFunction = (async () => {}).constructor;

// Runs a sample with these names in scope, and resolves with what the expression comes to there.
function run(example, file, names, expression) {
  const { text } = blocks.find(block => block.example === example && block.file === file);
  return new AsyncFunction(...Object.keys(names), `${text}\nreturn ${expression};`)(...Object.values(names));
}

describe("The README's logins", () => {
  const { open, connect, ask, later } = useServers();

  // What the samples find there: a server with one backend that tells who is asking, and lets its users hear channels of their own.
  async function place() {
    const app = express();
    const httpServer = createServer(app).listen(0, '127.0.0.1');
    await once(httpServer, 'listening');
    const todos = createBackend().use('who', (req, res) => res.end(req.user?.id ?? null)).use(memoryStore());
    const authorize = (user, { channel }) => !channel || channel === user?.id;
    const names = {
      app, express, httpServer, todos, BackendError, createHash, randomBytes, revoke, ServerResponse, session,
      listen: (server, backends, options) => {
        const socketServer = listen(server, backends, { authorize, log() {}, ...options });
        socketServer.of('/admin');
        later(() => socketServer.close());
        return socketServer;
      },
    };
    return { names, url: `http://127.0.0.1:${httpServer.address().port}` };
  }

  const who = async client => (await ask(client, 'todos:who', {}))[1];

  describe('by express-session', () => {
    async function start(cookie) {
      const { names, url } = await place();
      const store = new session.MemoryStore();
      const own = cookie ? options => session({ ...options, cookie: { ...options.cookie, ...cookie } }) : session;
      const env = { SECRET: 'a secret' };
      await run('sessions', 'server.js', { ...names, store, session: own, process: { env }, checkPassword: async ({ id }) => ({ id }) }, '0');
      // As a browser does: sends the cookie it has, and resolves with the one it has then.
      const post = async (path, body = {}, cookie = '') => {
        const headers = { 'content-type': 'application/json', cookie };
        const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
        expect(response.status).to.equal(200);
        return response.headers.get('set-cookie')?.split(';')[0];
      };
      const page = (cookie, path = '') => connect(url + path, { extraHeaders: cookie ? { cookie } : {} });
      return { url, store, post, page };
    }

    it('know whom a cookie belongs to, in every namespace', async () => {
      const { post, page } = await start();
      const cookie = await post('/login', { id: 'ann' });
      expect(await who(await page(cookie))).to.equal('ann');
      expect(await who(await page(cookie, '/admin'))).to.equal('ann');
      expect(await who(await page())).to.equal(null);
      expect(await who(await page(cookie.replace('s%3A', 's%3Ax')))).to.equal(null);
    });

    it('end on open pages at a logout by HTTP, in that session only', async () => {
      const { post, page } = await start();
      const [cookie, other] = [await post('/login', { id: 'ann' }), await post('/login', { id: 'ann' })];
      const pages = [await page(cookie), await page(cookie, '/admin')];
      const elsewhere = await page(other);
      for (const client of [...pages, elsewhere]) expect((await ask(client, 'iosync:join', { backend: 'todos', channel: 'ann' }))[0]).to.equal(null);
      const left = pages.map(client => once(client, 'iosync:leave'));
      await post('/logout', {}, cookie);
      await Promise.all(left);
      for (const client of pages) expect([client.connected, await who(client)]).to.deep.equal([true, null]);
      expect(await who(elsewhere)).to.equal('ann');
      expect((await ask(elsewhere, 'todos:read', {}, { channel: 'ann' }))[0]).to.equal(null);
    });

    it('are read again when the page asks', async () => {
      const { store, post, page } = await start();
      const client = await page(await post('/login', { id: 'ann' }));
      expect(await ask(client, 'iosync:auth', {})).to.deep.equal([null, null]);
      expect(await who(client)).to.equal('ann');
      await new Promise(resolve => store.clear(resolve));
      await ask(client, 'iosync:auth', {});
      expect(await who(client)).to.equal(null);
    });

    it('end with the session, and make none for strangers', async () => {
      const { store, post, page } = await start({ maxAge: 1_000 });
      const client = await page(await post('/login', { id: 'ann' }));
      expect(await who(client)).to.equal('ann');
      await once(client, 'disconnect');
      await once(client, 'connect');
      expect(await who(client)).to.equal(null);
      expect(await new Promise(resolve => store.length((error, count) => resolve(count)))).to.equal(0);
    });

    it('that cannot be read are tried again', async () => {
      const { url, store, post, page } = await start();
      const cookie = await post('/login', { id: 'ann' });
      const { get } = store;
      let times = 0;
      store.get = (id, done) => ((times += 1) < 3 ? done(new Error('the store is away')) : get.call(store, id, done));
      expect([await who(await page(cookie)), times]).to.deep.equal(['ann', 3]);
      store.emit('disconnect');
      const client = open(url, { extraHeaders: { cookie } });
      await once(client.io, 'close');
      store.emit('connect');
      await once(client, 'connect');
      expect(await who(client)).to.equal('ann');
    });
  });

  describe('by tokens in a table', () => {
    let pool;
    before(async () => (pool = await PGlite.create()));
    after(() => pool.close());

    async function start() {
      const { names, url } = await place();
      const server = await run('tokens', 'server.js', { ...names, pool }, '{ logIn, logOut }');
      const page = token => connect(url, { auth: token ? { token } : {} });
      return { ...server, url, page };
    }

    it('know whom a token belongs to, and refuse one that they do not know', async () => {
      const { logIn, url, page } = await start();
      const token = await logIn('ann');
      expect([await who(await page(token)), await who(await page())]).to.deep.equal(['ann', null]);
      const { rows } = await pool.query('select * from logins');
      expect(JSON.stringify(rows)).to.include('ann').and.not.include(token);
      const client = open(url, { auth: { token: 'made up' } });
      const [error] = await once(client, 'connect_error');
      expect([error.data.code, client.active]).to.deep.equal(['unauthorized', false]);
    });

    it('end on open pages when the token does', async () => {
      const { url, logIn, logOut, page } = await start();
      const [token, other] = [await logIn('ann'), await logIn('ann')];
      const [client, elsewhere] = [await page(token), await page(other)];
      const refused = once(client, 'connect_error');
      await logOut(token);
      expect((await refused)[0].data.code).to.equal('unauthorized');
      expect(await who(elsewhere)).to.equal('ann');
      await pool.query("update logins set expires = now() + interval '300 ms'");
      const late = open(url, { auth: { token: other } });
      expect((await once(late, 'connect_error'))[0].data.code).to.equal('unauthorized');
    });

    it('begin and end on an open page', async () => {
      const { logIn, page } = await start();
      const client = await page();
      const useToken = await run('tokens', 'page.js', { socket: client }, 'useToken');
      await useToken(await logIn('ann'));
      expect([await who(client), typeof client.auth.token]).to.deep.equal(['ann', 'string']);
      const code = await useToken('made up').catch(error => error.code);
      expect([code, await who(client)]).to.deep.equal(['unauthorized', 'ann']);
      await useToken();
      expect([await who(client), client.auth]).to.deep.equal([null, {}]);
    });
  });
});
