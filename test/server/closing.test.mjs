// How a server ends, and what of it is left.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { companion } from '../support/companion.mjs';
import { gate, useServers } from './servers.mjs';

const { createBackend, drain, listen, memoryStore } = companion;

describe('The end of a server', () => {
  const { start, connect, ask, settled } = useServers();

  it('lets running requests end, refuses new ones, and sends clients to the next server', async () => {
    const held = gate();
    const slow = createBackend().use(async (req, res) => {
      if (!req.model.fast) await held.wait();
      res.end('done');
    });
    const { io, url } = await start({ slow });
    const client = await connect(url);
    const running = ask(client, 'slow:create', {});
    await ask(client, 'slow:create', { fast: true });
    const drained = drain(io, 60_000);
    expect((await ask(client, 'slow:create', { fast: true }))[0].code).to.equal('unavailable');
    held.open();
    expect(await running).to.deep.equal([null, 'done']);
    await drained;
    const http = createServer().listen(new URL(url).port, '127.0.0.1');
    const next = listen(http, { slow });
    await once(client, 'connect');
    await next.close();
  });

  it('does not wait for ever', async () => {
    const stuck = createBackend({ deadline: 600_000 }).use(() => {});
    const { io, url } = await start({ stuck });
    const client = await connect(url);
    const ended = once(client, 'disconnect');
    client.emit('stuck:create', {}, () => {});
    await settled(client);
    await drain(io, 10);
    await ended;
  });

  it('is not held up by a client that does not read, nor by a page that is still being sent', async () => {
    const { io, url } = await start({ todos: createBackend().use(memoryStore()) });
    io.httpServer.on('request', (request, response) => request.url === '/slow' && response.write('x'));
    const client = await connect(url);
    client.io.engine.transport.ws._socket.pause();
    const page = await fetch(`${url}/slow`);
    const cut = page.text().catch(error => error.name);
    const begin = Date.now();
    await drain(io, 10);
    expect(Date.now() - begin).to.be.below(10_000);
    expect(await cut).to.equal('TypeError');
    client.io.engine.transport.ws.terminate();
  });

  it('leaves no watcher on a store', async () => {
    const store = memoryStore();
    let watchers = 0;
    const counted = Object.assign((...args) => store(...args), store, {
      watch: watcher => {
        watchers += 1;
        const undo = store.watch(watcher);
        return () => {
          watchers -= 1;
          undo();
        };
      },
    });
    const { io } = await start({ todos: createBackend().use(counted) });
    expect(watchers).to.be.above(0);
    await io.close();
    expect(watchers).to.equal(0);
  });

  it('leaves nothing that keeps the process alive: no timer, no connection', async () => {
    for (const how of ['close', 'drain']) {
      const child = execFile(process.execPath, [fileURLToPath(new URL('ending-child.mjs', import.meta.url)), how], { timeout: 20_000 });
      const [code] = await once(child, 'exit');
      expect(code, how).to.equal(0);
    }
  });

  it('is listened to once', async () => {
    const { io } = await start({});
    expect(() => listen(io, {})).to.throw('listen() has been called for this server');
  });
});
