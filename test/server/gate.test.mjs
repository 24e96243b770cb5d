// Requests that wait for their turn, because their client has asked for very much at once.
import { once } from 'node:events';
import { expect } from 'chai';
import { companion } from '../support/companion.mjs';
import { gate, useServers } from './servers.mjs';

const { createBackend } = companion;

describe('Whoever asks for very much at once', () => {
  const { start, serve, connect, ask, settled } = useServers();

  // A server that never answers `create` or `read`; `begun` and `log` are what it has begun and said.
  async function silent(options) {
    const [begun, log] = [[], []];
    const url = await serve(todos => todos.use('create', 'read', ({ method }) => begun.push(method)), { log: line => log.push(line) }, options);
    return { url, begun, log };
  }

  it('is told that nothing was done where time was up before it began, and the log is not told at all', async () => {
    const { url, begun, log } = await silent({ deadline: 200 });
    const client = await connect(url);
    const answers = await Promise.all(Array.from({ length: 300 }, () => ask(client, 'todos:create', {})));
    for (const [error] of answers) expect(error.code).to.equal('timeout');
    const undone = answers.filter(([{ message }]) => message.endsWith('nothing was done.'));
    expect(undone.length).to.be.above(0);
    expect([begun.length, log.length]).to.deep.equal([300 - undone.length, 300 - undone.length]);
  });

  it('has nothing more read once it has gone', async () => {
    const held = gate();
    let begun = 0;
    const todos = createBackend().read(async (req, res) => {
      begun += 1;
      res.end(await held.wait());
    });
    const { io, url } = await start({ todos });
    const client = await connect(url);
    for (let n = 0; n < 300; n += 1) client.emit('todos:read', {}, () => {});
    await settled(client);
    const gone = once(io.of('/').sockets.get(client.id), 'disconnect');
    client.disconnect();
    await gone;
    const before = begun;
    held.open();
    const other = await connect(url);
    for (let n = 0; n < 50; n += 1) await ask(other, 'todos:create', {});
    expect(begun).to.equal(before).and.to.be.below(300);
  });
});
