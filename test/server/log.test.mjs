// What the server's log is told that nobody else is, and that it does not matter what the log does with it.
import { expect } from 'chai';
import { companion } from '../support/companion.mjs';
import { useServers } from './servers.mjs';

const { createBackend } = companion;

describe('The log', () => {
  const { start, connect, ask, later } = useServers();

  it('is warned in production of channels that are open to everybody', async () => {
    const { NODE_ENV } = process.env;
    later(() => (NODE_ENV === undefined ? delete process.env.NODE_ENV : (process.env.NODE_ENV = NODE_ENV)));
    const logged = [];
    const log = message => logged.push(message);
    process.env.NODE_ENV = 'production';
    await start({ todos: createBackend() }, { log, authorize: () => true });
    await start({ todos: createBackend() }, { log });
    process.env.NODE_ENV = 'test';
    await start({ todos: createBackend() }, { log });
    expect(logged).to.deep.equal(['every channel is open to everybody: listen() has no "authorize"']);
  });

  it('may throw: the request is answered as it would be, and the console says so', async () => {
    const { error } = console;
    later(() => (console.error = error));
    const printed = [];
    console.error = (...words) => printed.push(words.map(word => word.message ?? word).join(' '));
    const broken = createBackend().use(() => { throw new Error('a mistake'); });
    const { url } = await start({ broken }, { log() { throw new Error('the disk is full'); } });
    expect((await ask(await connect(url), 'broken:read', {}))[0]).to.include({ code: 'internal' });
    expect(printed).to.deep.equal(['backbone.iobind: "log" has thrown the disk is full']);
  });

  it('is told of a change that could not be told to others, which keeps it from nobody who made it', async () => {
    const logged = [];
    const lost = createBackend({ channel: () => { throw new Error('no channel'); } }).use((req, res) => res.end({ id: 1 }));
    const { url } = await start({ lost }, { log: (message, error) => logged.push(`${message}: ${error.message}`) });
    expect(await ask(await connect(url), 'lost:create', {})).to.deep.equal([null, { id: 1 }]);
    expect(logged).to.deep.equal(['A change in "lost" could not be told: no channel']);
  });
});
