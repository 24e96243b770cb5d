// How a token comes, which keys and tokens go together, and what refusals say.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, SignJWT } from 'jose';
import { companion } from '../support/companion.mjs';
import { useServers } from './servers.mjs';

const { jwt } = companion;
const secret = 'a secret that has more than thirty-two bytes';
const pem = key => key.export({ type: 'spki', format: 'pem' });
const from = (token, headers = {}) => ({ auth: token === undefined ? {} : { token }, headers });
const sign = (alg, key, claims = { sub: 'ann' }, kid) =>
  new SignJWT(claims).setProtectedHeader({ alg, ...(kid && { kid }) }).sign(typeof key === 'string' ? Buffer.from(key) : key);
const refusal = (reason, attempt) => assert.rejects(attempt, error => error.code === 'unauthorized' && error.details.reason === reason);

describe('jwt()', () => {
  const { serve, connect, refused, ask, later } = useServers();
  const who = todos => todos.use((req, res) => res.end(req.user ?? null));
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ed = generateKeyPairSync('ed25519');

  it('logs in by a token in auth, in a header, and in a cookie', async () => {
    const url = await serve(who, { authenticate: jwt({ secret, cookie: 'login' }) });
    const token = await sign('HS256', secret, { sub: 'ann', role: 'admin' });
    for (const options of [
      { auth: { token } }, { extraHeaders: { authorization: `Bearer ${token}` } }, { extraHeaders: { cookie: `login=${token}` } },
    ]) {
      assert.deepEqual(await ask(await connect(url, options), 'todos:read', {}), [null, { sub: 'ann', id: 'ann', role: 'admin' }]);
    }
  });

  it('believes auth before the header, and the header before the cookie', async () => {
    const authenticate = jwt({ secret, cookie: 'login' });
    const [ann, bob, eve] = await Promise.all(['ann', 'bob', 'eve'].map(sub => sign('HS256', secret, { sub })));
    const headers = { authorization: `Bearer ${bob}`, cookie: `login=${eve}` };
    assert.equal((await authenticate(from(ann, headers))).id, 'ann');
    assert.equal((await authenticate(from(undefined, headers))).id, 'bob');
  });

  it('leaves whoever has no token anonymous, or refuses them where a login is required', async () => {
    const open = await serve(who, { authenticate: jwt({ secret }) });
    assert.deepEqual(await ask(await connect(open), 'todos:read', {}), [null, null]);
    const closed = await serve(who, { authenticate: jwt({ secret, required: true }) });
    const { code, reason } = await refused(closed);
    assert.deepEqual([code, reason], ['unauthorized', 'missing']);
  });

  it('refuses tokens that are forged, unsigned, expired, or no tokens', async () => {
    const url = await serve(who, { authenticate: jwt({ secret }) });
    const unsigned = `${btoa('{"alg":"none"}')}.${btoa('{"sub":"ann"}')}.`.replaceAll('=', '');
    const forged = await sign('HS256', `${secret}!`);
    const expired = await sign('HS256', secret, { sub: 'ann', exp: 1 });
    for (const [token, why] of [[forged, 'invalid'], [unsigned, 'invalid'], ['x', 'invalid'], ['', 'invalid'], ['a.b.c', 'invalid'], [expired, 'expired']]) {
      const { code, reason } = await refused(url, { auth: { token } });
      assert.deepEqual([code, reason], ['unauthorized', why], token);
    }
  });

  it('knows by the key which algorithms are good for it', async () => {
    for (const [alg, { publicKey, privateKey }] of [['ES256', ec], ['RS256', rsa], ['PS512', rsa], ['EdDSA', ed]]) {
      const token = await sign(alg, privateKey);
      for (const key of [publicKey, pem(publicKey), await exportJWK(publicKey)]) {
        assert.deepEqual(await jwt({ key })(from(token)), { sub: 'ann', id: 'ann' });
      }
    }
  });

  it('does not take a public key for a secret', async () => {
    const authenticate = jwt({ key: pem(rsa.publicKey) });
    await refusal('invalid', authenticate(from(await sign('HS256', pem(rsa.publicKey)))));
  });

  it('does not take another\'s signature, nor an algorithm that was not named', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
    await refusal('invalid', jwt({ key: rsa.publicKey })(from(await sign('RS256', other.privateKey))));
    await refusal('invalid', jwt({ key: rsa.publicKey, algorithms: ['PS256'] })(from(await sign('RS256', rsa.privateKey))));
  });

  it('checks who made the token, for whom, and from when on it is good', async () => {
    const authenticate = jwt({ secret, issuer: 'us', audience: 'todos' });
    const good = { sub: 'ann', iss: 'us', aud: 'todos' };
    assert.equal((await authenticate(from(await sign('HS256', secret, good)))).id, 'ann');
    for (const other of [{ iss: 'them' }, { aud: 'mail' }, { iss: undefined }, { nbf: 32503680000 }, { exp: 'soon' }]) {
      await refusal('invalid', authenticate(from(await sign('HS256', secret, { ...good, ...other }))));
    }
  });

  it('lets a login last longer by what clocks may differ', async () => {
    const token = await sign('HS256', secret, { sub: 'ann', exp: Math.floor(Date.now() / 1000) - 5 });
    const { exp } = await jwt({ secret, clockTolerance: 60 })(from(token));
    assert.ok(exp > Date.now() / 1000);
    await refusal('expired', jwt({ secret })(from(token)));
  });

  it('gives the user the claims, and an id that is a text or a number', async () => {
    const user = async claims => jwt({ secret })(from(await sign('HS256', secret, claims)));
    assert.deepEqual(await user({ sub: 'ann', exp: 32503680000, role: 'admin' }), { sub: 'ann', id: 'ann', exp: 32503680000, role: 'admin' });
    assert.deepEqual(await user({ id: 42 }), { id: 42 });
    assert.deepEqual(await user({ id: { $ne: null }, role: 'admin' }), { role: 'admin' });
  });

  it('lets a page say that it is nobody, though its cookie says otherwise', async () => {
    const authenticate = jwt({ secret, cookie: 'login' });
    const headers = { cookie: `login=${await sign('HS256', secret)}` };
    assert.equal((await authenticate(from(undefined, headers))).id, 'ann');
    assert.equal(await authenticate(from(null, headers)), undefined);
    for (const token of [1, {}, [], true]) await refusal('invalid', authenticate(from(token, headers)));
  });

  it('takes a set of keys as it is, and no token that none of them has signed', async () => {
    const jwks = { keys: [{ ...(await exportJWK(ec.publicKey)), kid: 'one', alg: 'ES256' }, { ...(await exportJWK(ed.publicKey)), kid: 'two' }] };
    const authenticate = jwt({ jwks });
    assert.equal((await authenticate(from(await sign('ES256', ec.privateKey, undefined, 'one')))).id, 'ann');
    assert.equal((await authenticate(from(await sign('EdDSA', ed.privateKey, undefined, 'two')))).id, 'ann');
    await refusal('invalid', authenticate(from(await sign('ES256', ec.privateKey, undefined, 'three'))));
  });

  it('takes a set that cannot be fetched for a passing fault: the client tries again', async () => {
    const keys = { keys: [{ ...(await exportJWK(ec.publicKey)), kid: 'one', alg: 'ES256' }] };
    let asked = 0;
    const http = createServer((request, response) => {
      asked += 1;
      if (asked === 1) request.destroy();
      else response.end(JSON.stringify(keys));
    }).listen(0, '127.0.0.1');
    await once(http, 'listening');
    later(() => http.close());
    const jwks = `http://127.0.0.1:${http.address().port}/`;
    const url = await serve(who, { authenticate: jwt({ jwks, algorithms: ['ES256'] }), log() {} });
    const token = await sign('ES256', ec.privateKey, { sub: 'ann' }, 'one');
    const [, { id }] = await ask(await connect(url, { auth: { token } }), 'todos:read', {});
    assert.deepEqual([id, asked], ['ann', 2]);
  });

  it('says when the server starts what would not do, and shows no secret', () => {
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
    for (const [options, words] of [
      [{}, /one of secret, key and jwks/],
      [{ secret, key: ec.publicKey }, /one of/],
      [{ secret: 'short' }, /32 bytes/],
      [{ key: {} }, /not a supported public key/],
      [{ secret: 'x'.repeat(32), algorithms: ['HS512'] }, /64 bytes/],
      [{ secret, algorithms: ['none'] }, /"none"/],
      [{ secret, algorithms: ['RS256'] }, /"RS256"/],
      [{ secret, algorithms: [] }, /empty/],
      [{ key: ec.publicKey, algorithms: ['HS256'] }, /"HS256"/],
      [{ jwks: 'https://login.example/jwks', algorithms: ['HS256'] }, /"HS256"/],
      [{ key: secret }, /shared secret/],
      [{ key: small.publicKey }, /2048/],
      [{ jwks: 'no address' }, /URL/],
    ]) assert.throws(() => jwt(options), error => words.test(error.message) && !error.message.includes(secret));
  });
});
