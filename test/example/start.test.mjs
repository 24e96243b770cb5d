// The command line: where Done. listens, where it keeps its todos, and what it says when it cannot.
import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { app, ask, runServer, useWorld } from './support.mjs';

describe('node example/app.js', function () {
  const world = useWorld(this);

  async function failure(args, env) {
    const server = await runServer(args, env).catch(error => error);
    if (server instanceof Error) return server;
    await server.stop('SIGKILL');
    throw new Error('It was expected to refuse, and started.');
  }

  function expectOneSentence({ code, output }, ...words) {
    expect(code).to.equal(1);
    expect(output).to.match(/^[^\n]+\.$/);
    for (const word of words) expect(output).to.include(word);
  }

  it('prints the address at which the page is, takes port and folder from the environment, but rather from the command line', async () => {
    const data = await world.data();
    const { url, output, stop } = await runServer(['--port', '0'], { PORT: '1', DATA_DIR: data });
    world.undo(() => stop('SIGKILL'));
    expect(output()).to.equal(`Done. is at ${url}`);
    expect(await (await fetch(url)).text()).to.include('<title>Done.</title>');

    // The folder is open in another process, which is left in peace.
    const second = await failure(['--port', '0', '--data', data], { DATA_DIR: await world.folder() });
    expect(second.code).to.equal(1);
    expect(second.output).to.include(data).and.include('open in another process').and.include('--data');
    expect(second.output).not.to.match(/^\s+at /m);
    expect(await ask(await world.client(url), 'todos:read', {})).to.deep.equal([null, []]);
  });

  it('says that its port is in use', async () => {
    const other = createServer().listen(0);
    await once(other, 'listening');
    const { port } = other.address();
    const refusal = await failure(['--port', String(port), '--data', await world.data()]);
    other.close();
    expectOneSentence(refusal, `port ${port}`, 'in use', '--port');
  });

  it('says what is wrong with a port, an option or a folder', async () => {
    const file = join(await world.folder(), 'file');
    await writeFile(file, '');
    expectOneSentence(await failure(['--port', 'http']), 'port "http"');
    expectOneSentence(await failure(['--port', '65536']), 'port "65536"');
    expectOneSentence(await failure(['--data', file]), 'data folder', file);
    expectOneSentence(await failure([], { PORT: '0', DATABASE_URL: 'postgres://127.0.0.1:9/none' }), 'database', 'DATABASE_URL');
    const { code, output } = await failure(['--prot', '1']);
    expect(code).to.equal(1);
    expect(output).to.include('--prot').and.include('Usage').and.not.match(/^\s+at /m);
  });

  // One after the other, in one folder: what takes long is to start a server.
  it('closes its store on SIGTERM and SIGINT and ends well, and has each todo that it answered for, also after kill -9', async () => {
    const { data } = await world.server().then(server => endsWell(server, 'SIGTERM', 'Milk'));
    const again = await world.server({ data });
    await expectTodos(again, 'Milk');
    await endsWell(again, 'SIGINT', 'Bread');
    const last = await world.server({ data });
    await expectTodos(last, 'Bread', 'Milk');
    const client = await world.client(last.url, { reconnection: false });
    for (let i = 1; i <= 20; i += 1) await create(client, `Todo ${i}`);
    await last.stop('SIGKILL');
    await expectTodos(await world.server({ data }), ...Array.from({ length: 20 }, (_, i) => `Todo ${20 - i}`), 'Bread', 'Milk');
  });

  it('starts again after a kill -9 in the middle of its first start', async () => {
    const data = await world.folder();
    const child = spawn(process.execPath, [app, '--port', '0', '--data', data], { stdio: 'ignore' });
    while (!existsSync(join(data, 'making', 'PG_VERSION'))) await setImmediate();
    child.kill('SIGKILL');
    await once(child, 'close');
    await expectTodos(await world.server({ data }));
  });

  async function endsWell(server, signal, title) {
    const client = await world.client(server.url, { reconnection: false });
    await create(client, title);
    const end = server.stop(signal);
    const [reason] = await once(client, 'disconnect');
    expect(await end).to.deep.equal({ code: 0, signal: null, output: `Done. is at ${server.url}` });
    expect(reason, 'a reason after which clients come back by themselves').not.to.equal('io server disconnect');
    return server;
  }

  async function create(client, title) {
    const [error] = await ask(client, 'todo:create', { title });
    expect(error).to.equal(null);
  }

  async function expectTodos(server, ...titles) {
    const [error, todos] = await ask(await world.client(server.url), 'todos:read', { sort: ['-order'] });
    expect(error).to.equal(null);
    expect(todos.map(todo => todo.title)).to.deep.equal(titles);
  }
});
