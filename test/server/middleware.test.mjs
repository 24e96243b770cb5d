import { createServer } from 'node:http';
import { once } from 'node:events';
import { expect } from 'chai';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as v from 'valibot';
import { z } from 'zod';
import { companion } from '../support/companion.mjs';
import { useServers } from './servers.mjs';

const { cookies, jwt, rateLimit, validate } = companion;
const secret = 'a secret that has more than thirty-two bytes';

describe('The ready middleware', () => {
  const { serve, connect, refused, ask } = useServers();
  const token = (claims = {}, key = secret) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setSubject('ann').sign(new TextEncoder().encode(key));

  // A backend whose answer tells what the layers before have made of the request.
  const echo = (pick, ...layers) => backend => backend.use(...layers, (req, res) => res.end(pick(req)));

  describe('cookies()', () => {
    it('gives layers the cookies of the handshake', async () => {
      const url = await serve(echo(req => ({ ...req.cookies }), cookies()));
      const client = await connect(url, { extraHeaders: { cookie: 'a=1; b=x%20y; c=%E0; __proto__=z' } });
      const [, found] = await ask(client, 'todos:create', {});
      expect(found).to.include({ a: '1', b: 'x y', c: '%E0' });
    });

    it('gives none where the handshake has none', async () => {
      const url = await serve(echo(req => ({ ...req.cookies }), cookies()));
      expect(await ask(await connect(url), 'todos:create', {})).to.deep.equal([null, {}]);
    });
  });

  describe('jwt()', () => {
    const who = echo(({ user }) => ({ user: user ?? null }));

    it('logs in by a token in auth, in a header, and in a cookie', async () => {
      const url = await serve(who, { authenticate: jwt({ secret, cookie: 'login' }) });
      const good = await token({ role: 'admin' });
      for (const options of [
        { auth: { token: good } }, { extraHeaders: { authorization: `Bearer ${good}` } }, { extraHeaders: { cookie: `login=${good}` } },
      ]) {
        const [, { user }] = await ask(await connect(url, options), 'todos:create', {});
        expect(user).to.include({ id: 'ann', role: 'admin' });
      }
    });

    it('leaves whoever has no token anonymous, or refuses them where a login is required', async () => {
      const open = await serve(who, { authenticate: jwt({ secret }) });
      expect(await ask(await connect(open), 'todos:create', {})).to.deep.equal([null, { user: null }]);
      const closed = await serve(who, { authenticate: jwt({ secret, required: true }) });
      expect(await refused(closed)).to.include({ code: 'unauthorized', reason: 'missing' });
    });

    it('refuses tokens that are forged, unsigned, expired, or no tokens', async () => {
      const url = await serve(who, { authenticate: jwt({ secret }) });
      const unsigned = `${btoa('{"alg":"none"}')}.${btoa('{"sub":"ann"}')}.`.replaceAll('=', '');
      for (const bad of [await token({}, `${secret}!`), unsigned, 'x', '', 'a.b.c']) {
        expect(await refused(url, { auth: { token: bad } })).to.include({ code: 'unauthorized', reason: 'invalid' });
      }
      const old = await new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setExpirationTime(1).sign(new TextEncoder().encode(secret));
      expect(await refused(url, { auth: { token: old } })).to.include({ code: 'unauthorized', reason: 'expired' });
    });

    it('takes keys from a JSON Web Key Set, and a set that cannot be fetched for a passing fault', async () => {
      const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
      const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] };
      let asked = 0;
      const http = createServer((request, response) => {
        asked += 1;
        if (asked === 1) request.destroy();
        else response.end(JSON.stringify(keys));
      }).listen(0, '127.0.0.1');
      await once(http, 'listening');
      const url = await serve(who, { authenticate: jwt({ jwks: `http://127.0.0.1:${http.address().port}/`, algorithms: ['ES256'] }), log() {} });
      const signed = await new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid: 'one' }).setSubject('ann').sign(privateKey);
      const [, { user }] = await ask(await connect(url, { auth: { token: signed } }), 'todos:create', {});
      expect({ id: user.id, asked }).to.deep.equal({ id: 'ann', asked: 2 });
      http.close();
    });

    it('finds mistakes when the server starts', () => {
      expect(() => jwt({})).to.throw('one of secret, key and jwks');
      expect(() => jwt({ secret: 'short' })).to.throw('32 bytes');
      expect(() => jwt({ key: {} })).to.throw('algorithms');
    });
  });

  describe('validate()', () => {
    const Todo = z.strictObject({ title: z.string('A title is a text.').trim().min(1, 'A todo needs a title.'), done: z.boolean().default(false) });
    const seen = echo(req => req.model, validate(Todo));

    it('puts what the schema makes of it in the place of the model', async () => {
      const client = await connect(await serve(seen));
      expect(await ask(client, 'todos:create', { title: ' milk ' })).to.deep.equal([null, { title: 'milk', done: false }]);
    });

    it('keeps the id of a saved model from the schema, and keeps it', async () => {
      const client = await connect(await serve(seen));
      expect(await ask(client, 'todos:update', { id: 7, title: 'milk' })).to.deep.equal([null, { id: 7, title: 'milk', done: false }]);
    });

    it('refuses with what is wrong, and where', async () => {
      const client = await connect(await serve(seen));
      const [error] = await ask(client, 'todos:create', { title: '' });
      expect(error).to.deep.equal({ code: 'invalid', message: 'A todo needs a title.', issues: [{ path: ['title'], message: 'A todo needs a title.' }] });
    });

    it('takes schemas of other libraries', async () => {
      const schema = v.objectAsync({ title: v.pipeAsync(v.string(), v.checkAsync(async title => title !== 'taken', 'Taken.')) });
      const client = await connect(await serve(echo(req => req.model, validate(schema))));
      expect(await ask(client, 'todos:create', { title: 'free', more: 1 })).to.deep.equal([null, { title: 'free' }]);
      expect((await ask(client, 'todos:create', { title: 'taken' }))[0]).to.include({ code: 'invalid', message: 'Taken.' });
    });
  });

  describe('rateLimit()', () => {
    const limited = options => echo(() => ({}), rateLimit({ points: 2, duration: 60, burst: 3, ...options }));
    const codes = async (client, times) => {
      const answers = [];
      for (let n = 0; n < times; n += 1) answers.push((await ask(client, 'todos:create', {}))[0]?.code ?? 'ok');
      return answers;
    };

    it('refuses what comes after a burst, and says when to try again', async () => {
      const client = await connect(await serve(limited()));
      expect(await codes(client, 4)).to.deep.equal(['ok', 'ok', 'ok', 'rate_limited']);
      const [error] = await ask(client, 'todos:create', {});
      expect(error.retryAfter).to.be.within(1, 60_000);
    });

    it('counts each socket by itself, and the sockets of one user together', async () => {
      const url = await serve(limited(), { authenticate: ({ auth }) => (auth.id ? { id: auth.id } : undefined) });
      const [a, b, ann, too] = await Promise.all([{}, {}, { id: 'ann' }, { id: 'ann' }].map(auth => connect(url, { auth })));
      expect(await codes(a, 4)).to.deep.equal(['ok', 'ok', 'ok', 'rate_limited']);
      expect(await codes(b, 1)).to.deep.equal(['ok']);
      expect(await codes(ann, 3)).to.deep.equal(['ok', 'ok', 'ok']);
      expect(await codes(too, 1)).to.deep.equal(['rate_limited']);
    });

    it('counts by address, or as it is told, where it is asked to', async () => {
      for (const by of ['address', () => 'everybody']) {
        const url = await serve(limited({ by }));
        expect(await codes(await connect(url), 3)).to.deep.equal(['ok', 'ok', 'ok']);
        expect(await codes(await connect(url), 1)).to.deep.equal(['rate_limited']);
      }
    });
  });
});
