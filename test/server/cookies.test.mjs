// Cookies of a handshake, as logins and layers read them.
import assert from 'node:assert/strict';
import { companion } from '../support/companion.mjs';
import { useServers } from './servers.mjs';

const { cookies, cookiesOf } = companion;
const read = cookie => cookiesOf({ headers: { cookie } });

describe('cookiesOf()', () => {
  it('reads each cookie, encoded or not', () => {
    assert.deepEqual({ ...read('a=1; b=x%20y;c=') }, { a: '1', b: 'x y', c: '' });
  });

  it('has no names but those of the cookies', () => {
    const found = read('a=1; __proto__=x; constructor=y');
    assert.deepEqual(Object.keys(found), ['a']);
    assert.equal(found.constructor, undefined);
    assert.equal(found.toString, undefined);
    assert.equal(Object.getPrototypeOf(found), null);
  });

  it('never throws, whatever the header is', () => {
    for (const header of [undefined, '', ';', '=', '=;=', 'a', 'a=%', 'a=%E0%A4%A', '%%%', ';;;=;;', ' '.repeat(5000), 'a='.repeat(5000)]) {
      assert.equal(typeof read(header), 'object', String(header).slice(0, 20));
    }
    assert.equal(read('a=%E0%A4%A').a, '%E0%A4%A');
  });
});

describe('cookies()', () => {
  const { serve, connect, ask } = useServers();

  it('gives layers the cookies of the handshake, or none', async () => {
    const url = await serve(todos => todos.use(cookies(), (req, res) => res.end({ ...req.cookies })));
    const client = await connect(url, { extraHeaders: { cookie: 'a=1; b=x%20y; c=%E0; __proto__=z' } });
    assert.deepEqual(await ask(client, 'todos:create', {}), [null, { a: '1', b: 'x y', c: '%E0' }]);
    assert.deepEqual(await ask(await connect(url), 'todos:create', {}), [null, {}]);
  });

  it('serves logins and layers of one connection alike', async () => {
    const authenticate = handshake => ({ id: cookiesOf(handshake).session });
    const url = await serve(todos => todos.use(cookies(), (req, res) => res.end([req.user.id, req.cookies.session])), { authenticate });
    const client = await connect(url, { extraHeaders: { cookie: 'session=ann' } });
    assert.deepEqual(await ask(client, 'todos:list', {}).then(([error]) => error.code), 'unsupported');
    assert.deepEqual(await ask(client, 'todos:read', {}), [null, ['ann', 'ann']]);
  });
});
