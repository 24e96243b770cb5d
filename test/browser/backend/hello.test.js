import { expect } from 'chai';
import { connect, connected, once, startServer } from '../../support/control.js';
import { failureOf, Todos as Plain } from '../fixtures.js';
import { arrived, Groceries, needsOnAny, online, reveal, sent, Todos } from './clients.js';

const hello = { v: 1, login: 0, backends: { todos: { collection: 'todos', model: 'todos', event: 'backend' } } };

// The next hello that is asked for with an acknowledgement; collections that listen ask without.
async function askedForHello(server) {
  for (;;) {
    const request = await server.next('iosync:hello');
    if (request.hasAck) return request;
  }
}

describe('A request to a backend, while the hello is awaited,', () => {
  // A server, not the companion, that answers the question for a hello when the test says so.
  async function slow() {
    const server = await startServer();
    Backbone.socket = await connected(server);
    return server;
  }

  it('is sent with its meta when the hello comes late', async () => {
    const server = await slow();
    const saving = reveal(new Groceries());
    const question = await askedForHello(server);
    expect(await sent(server)).to.deep.equal([]);
    question.answer(null, hello);
    const { args, answer } = await server.next('todos:reveal');
    expect(args[1]).to.deep.equal({ channel: 'groceries', options: {} });
    answer(null, 1);
    expect(await saving).to.equal(1);
  });

  it('can be aborted, and is never sent', async () => {
    const server = await slow();
    const request = reveal(new Groceries());
    const question = await askedForHello(server);
    request.abort();
    expect((await failureOf(request)).code).to.equal('aborted');
    question.answer(null, hello);
    const later = reveal(new Groceries());
    (await server.next('todos:reveal')).answer(null);
    await later;
    expect(await sent(server)).to.deep.equal(['todos:reveal']);
  });

  it('can run out of time', async () => {
    const server = await slow();
    const error = await failureOf(reveal(new Groceries(), { timeout: 20 }));
    expect(error.code).to.equal('timeout');
    (await askedForHello(server)).answer(null, hello);
    server.handle('todos:reveal', (data, reply) => reply(null, 'there'));
    expect(await reveal(new Groceries())).to.equal('there');
  });

  it('lets requests of others pass', async () => {
    const server = await slow();
    const waiting = reveal(new Groceries());
    server.handle('todos:read', (data, reply) => reply(null, []));
    await new Plain().fetch();
    expect(await sent(server)).to.deep.equal(['todos:read']);
    (await askedForHello(server)).answer(null, hello);
    (await server.next('todos:reveal')).answer(null);
    await waiting;
  });

  it('asks the next connection if this one ends', async () => {
    const server = await slow();
    const request = reveal(new Groceries());
    await askedForHello(server);
    await server.dropClients();
    (await askedForHello(server)).answer(null, hello);
    (await server.next('todos:reveal')).answer(null, 'there');
    expect(await request).to.equal('there');
  });

  it('waits longer for a server that has said hello before', async () => {
    const server = await slow();
    const first = reveal(new Groceries());
    (await askedForHello(server)).answer(null, hello);
    (await server.next('todos:reveal')).answer(null);
    await first;
    const back = server.connected(2);
    await server.dropClients();
    await back;
    const request = reveal(new Groceries(), { timeout: 2300 });
    await askedForHello(server);
    expect((await failureOf(request)).code).to.equal('timeout');
    expect(await sent(server)).to.deep.equal(['todos:reveal']);
  });
});

describe('Without a hello', () => {
  it('a request to the default channel is the plain one', async () => {
    const server = await startServer();
    Backbone.socket = await connected(server);
    server.handle('todos:create', (data, reply) => reply(null, { id: 1 }));
    await new Promise(resolve => new Todos().create({ title: 'milk' }, { page: 1, success: resolve }));
    const { args, hasAck } = await server.next('todos:create');
    expect(args).to.deep.equal([{ title: 'milk' }]);
    expect(hasAck).to.equal(true);
  });

  it('a request to a channel fails as unsupported, and is not sent', async () => {
    const server = await startServer();
    const errors = [];
    Backbone.socket = await connected(server);
    const todos = new Groceries();
    todos.on('error', (entity, error) => errors.push(error.code));
    const error = await failureOf(todos.fetch());
    expect(error).to.deep.include({ name: 'IoSyncError', code: 'unsupported', message: 'todos:read failed: unsupported' });
    expect(errors).to.deep.equal(['unsupported']);
    expect((await failureOf(todos.fetch())).code).to.equal('unsupported');
    expect(await sent(server)).to.deep.equal([]);
  });

  it('requests of models without a backend have exactly their data, also to a companion', async () => {
    const { server } = await online({ backends: { todos: { model: 'todo' } } });
    await new Todos().fetch();
    await new Plain().fetch({ page: 1 });
    const { args } = (await arrived(server)).filter(({ event }) => event === 'todos:read')[1];
    expect(args).to.deep.equal([{}]);
  });

  it('requests of models without a backend wait for nothing', async () => {
    const server = await startServer();
    Backbone.socket = connect(server);
    server.handle('todos:read', (data, reply) => reply(null, []));
    await new Plain().fetch();
    expect((await arrived(server)).map(({ event }) => event)).to.deep.equal(['todos:read']);
  });
});

describe('A hello of another version counts as none', () => {
  // What a server answers that the page does not know.
  const foreign = { 'a later version': { v: 2 }, 'an answer to any event': null };

  for (const [name, answer] of Object.entries(foreign)) {
    it(`for requests: ${name}`, async () => {
      const server = await startServer();
      Backbone.socket = await connected(server);
      const plain = reveal(new Todos());
      (await askedForHello(server)).answer(null, answer);
      const request = await server.next('todos:reveal');
      expect(request.args).to.deep.equal([{}]);
      request.answer(null, 'there');
      expect(await plain).to.equal('there');
      expect((await failureOf(reveal(new Groceries()))).code).to.equal('unsupported');
      expect(await sent(server)).to.deep.equal(['todos:reveal']);
    });
  }

  for (const [name, start, event] of [
    ['collections that listen', () => new Groceries(), 'iosync:join'],
    ['live collections', () => new Todos().ioSubscribe().ready.catch(() => {}), 'todos:subscribe'],
  ]) {
    it(`for ${name}, which wait for another`, async function () {
      needsOnAny(this);
      const server = await startServer();
      Backbone.socket = await connected(server);
      start();
      const last = once(Backbone.socket, 'last');
      const known = { ...hello, backends: { todos: { ...hello.backends.todos, live: true } } };
      for (const said of [{ ...known, v: 2 }, { v: 2 }, undefined]) await server.push('iosync:hello', said);
      await server.push('last');
      await last;
      expect(await sent(server)).to.deep.equal([]);
      expect((await arrived(server)).map(one => one.event)).to.not.include('iosync:join');
      await server.push('iosync:hello', known);
      await server.next(event);
    });
  }
});
