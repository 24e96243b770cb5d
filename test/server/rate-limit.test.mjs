// How rateLimit() counts, and whose requests it counts together.
import assert from 'node:assert/strict';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Server } from 'socket.io';
import { companion } from '../support/companion.mjs';
import { useServers } from './servers.mjs';

const { createBackend, rateLimit } = companion;

describe('rateLimit()', () => {
  const { start, serve, connect, ask } = useServers();
  const behind = (...layers) => todos => todos.use(...layers, (req, res) => res.end({}));
  const codes = async (client, times) => {
    const answers = await Promise.all(Array.from({ length: times }, () => ask(client, 'todos:read', {})));
    return answers.map(([error]) => error?.code ?? 'ok');
  };

  const limited = options => behind(rateLimit({ points: 2, duration: 60, burst: 3, ...options }));

  it('refuses what comes after a burst, and says when to try again', async () => {
    const client = await connect(await serve(limited()));
    assert.deepEqual(await codes(client, 4), ['ok', 'ok', 'ok', 'rate_limited']);
    const [error] = await ask(client, 'todos:read', {});
    assert.ok(error.retryAfter >= 1 && error.retryAfter <= 60_000, String(error.retryAfter));
  });

  describe('counts', () => {
    const byName = ({ auth }) => (auth.id ? { id: auth.id } : undefined);
    // What the first two sockets of these logins are answered, if the first uses up what there is.
    async function two(options, ...logins) {
      const url = await serve(limited(options), { authenticate: byName });
      const [one, other] = [await connect(url, { auth: logins[0] }), await connect(url, { auth: logins[1] })];
      assert.deepEqual(await codes(one, 4), ['ok', 'ok', 'ok', 'rate_limited']);
      return (await codes(other, 1))[0];
    }

    it('the sockets of one user together', async () => {
      assert.equal(await two({}, { id: 'ann' }, { id: 'ann' }), 'rate_limited');
      assert.equal(await two({}, { id: 'ann' }, { id: 'bob' }), 'ok');
    });

    it('each socket of nobody by itself', async () => {
      assert.equal(await two({}, {}, {}), 'ok');
    });

    it('each socket by itself where that is asked for', async () => {
      assert.equal(await two({ by: 'socket' }, { id: 'ann' }, { id: 'ann' }), 'ok');
    });

    it('by what a function says', async () => {
      assert.equal(await two({ by: () => 'everybody' }, { id: 'ann' }, { id: 'bob' }), 'rate_limited');
      assert.equal(await two({ by: ({ user }) => user.id }, { id: 'ann' }, { id: 'bob' }), 'ok');
    });

    it('all of one address together, and no other\'s with them', async () => {
      const todos = createBackend();
      limited({ by: 'address' })(todos);
      // All that connect to a test come from the same address.
      const { url } = await start({ todos }, { authenticate: byName }, http => new Server(http).use((socket, next) => {
        socket.handshake.address = socket.handshake.auth.address;
        next();
      }));
      const from = (address, id) => connect(url, { auth: { id, address } });
      assert.deepEqual(await codes(await from('192.0.2.1', 'ann'), 3), ['ok', 'ok', 'ok']);
      assert.deepEqual(await codes(await from('192.0.2.1', 'bob'), 1), ['rate_limited']);
      assert.deepEqual(await codes(await from('192.0.2.2', 'ann'), 1), ['ok']);
    });
  });

  it('lets 1,000 requests come at once, by itself', async () => {
    const client = await connect(await serve(behind(rateLimit())));
    assert.ok((await codes(client, 1000)).every(code => code === 'ok'));
  });

  it('counts once for all stacks that one layer is in', async () => {
    const layer = rateLimit({ points: 2, duration: 60, burst: 2, by: () => 'all' });
    const [one, other] = [await serve(behind(layer)), await serve(behind(layer))];
    assert.deepEqual(await codes(await connect(one), 2), ['ok', 'ok']);
    assert.deepEqual(await codes(await connect(other), 1), ['rate_limited']);
  });

  it('leaves the counting to a limiter of one\'s own, whose count of a socket goes with its time', async () => {
    const limiter = new RateLimiterMemory({ points: 1, duration: 60 });
    const client = await connect(await serve(behind(rateLimit({ limiter }))));
    assert.deepEqual(await codes(client, 2), ['ok', 'rate_limited']);
    assert.equal((await limiter.get(`socket ${client.id}`)).consumedPoints, 2);
  });

  it('takes a limiter that cannot say for a mistake of the server\'s, which is not told', async () => {
    const limiter = { consume: () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.1:6379')) };
    const client = await connect(await serve(behind(rateLimit({ limiter })), { log() {} }));
    assert.deepEqual(await ask(client, 'todos:read', {}), [{ code: 'internal', message: 'Internal server error.' }, null]);
  });

  it('refuses a duration that no timer can wait for', () => {
    assert.throws(() => rateLimit({ points: 10, burst: 10, duration: 30 * 86_400 }), /up to 2147483 seconds/);
    assert.throws(() => rateLimit({ points: 10, duration: 36_000 }), /up to 35791 seconds/);
  });

  it('refuses limits that are none', () => {
    for (const wrong of [{ points: 0 }, { duration: -1 }, { points: 10, burst: 5 }, { by: 'ip' }]) assert.throws(() => rateLimit(wrong), TypeError);
  });
});
