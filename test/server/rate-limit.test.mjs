// How rateLimit() counts; see middleware.test.mjs for whose requests are counted together.
import assert from 'node:assert/strict';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { companion } from '../support/companion.mjs';
import { useServers } from './servers.mjs';

const { rateLimit } = companion;

describe('rateLimit()', () => {
  const { serve, connect, ask } = useServers();
  const behind = (...layers) => todos => todos.use(...layers, (req, res) => res.end({}));
  const codes = async (client, times) => {
    const answers = await Promise.all(Array.from({ length: times }, () => ask(client, 'todos:read', {})));
    return answers.map(([error]) => error?.code ?? 'ok');
  };

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
    assert.deepEqual(await ask(client, 'todos:read', {}), [{ code: 'internal', message: 'The server made a mistake.' }, null]);
  });

  it('refuses limits that are none', () => {
    for (const wrong of [{ points: 0 }, { duration: -1 }, { points: 10, burst: 5 }, { by: 'ip' }]) assert.throws(() => rateLimit(wrong), TypeError);
  });
});
