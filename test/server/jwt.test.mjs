// Which keys and tokens go together; see middleware.test.mjs for how a token comes and what refusals say.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { exportJWK, SignJWT } from 'jose';
import { companion } from '../support/companion.mjs';

const { jwt } = companion;
const secret = 'a secret that has more than thirty-two bytes';
const pem = key => key.export({ type: 'spki', format: 'pem' });
const from = (token, headers = {}) => ({ auth: token === undefined ? {} : { token }, headers });
const sign = (alg, key, claims = { sub: 'ann' }, kid) =>
  new SignJWT(claims).setProtectedHeader({ alg, ...(kid && { kid }) }).sign(typeof key === 'string' ? Buffer.from(key) : key);
const refusal = (reason, attempt) => assert.rejects(attempt, error => error.code === 'unauthorized' && error.details.reason === reason);

describe('jwt()', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ed = generateKeyPairSync('ed25519');

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

  it('says when the server starts what would not do, and shows no secret', () => {
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
    for (const [options, words] of [
      [{ secret, key: ec.publicKey }, /one of/],
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
