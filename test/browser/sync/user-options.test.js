import { expect } from 'chai';
import { connect, connected, once, skip, startServer, versions } from '../../support/control.js';
import { Todo, failureOf } from '../fixtures.js';
import { contentOf, eventsOf, expirePing, noted, requests } from './wire.js';

const sockets = {
  'without options': {},
  'with retries': { retries: 3 },
  'with ackTimeout': { ackTimeout: 40 },
  'with retries and ackTimeout': { retries: 3, ackTimeout: 40 },
};

for (const [name, socketOptions] of Object.entries(sockets)) {
  for (const when of ['before', 'after']) {
    describe(`On a socket ${name}, used ${when} connecting, a request`, () => {
      let server;
      let socket;
      beforeEach(async () => {
        server = await startServer();
        socket = connect(server, { ...socketOptions, transports: ['websocket'] });
        if (when === 'after') await once(socket, 'connect');
        Backbone.socket = socket;
      });

      it('is answered as the server did, also where the page has called timeout() on the socket', async function () {
        if (!socket.timeout) skip(this, 'sockets before Socket.IO 4 have no timeout()');
        server.handle('todos:update', (data, reply) => reply(data.id === 1 ? 'refused' : null, { version: 2 }));
        const todo = id => new Todo({ id }).save(null, { socket: () => socket.timeout(5_000) });
        expect(await failureOf(todo(1))).to.equal('refused');
        expect(await todo(2)).to.deep.equal({ version: 2 });
      });

      it('is sent once, with its answer as the server gave it', async () => {
        server.handle('todos:update', (data, reply) => reply(null, { version: 2 }));
        const before = contentOf(socket);
        const { heard, ...options } = noted();
        expect(await new Todo({ id: 1 }).save(null, options)).to.deep.equal({ version: 2 });
        expect(heard).to.deep.equal([['success', { version: 2 }]]);
        expect(contentOf(socket)).to.deep.equal(before);
        expect(requests(server).map(({ args }) => args)).to.deep.equal([[{ id: 1 }]]);
      });

      for (const error of ['no', { code: 409 }, {}]) {
        it(`is sent once, with the error ${JSON.stringify(error)} as the server gave it`, async () => {
          server.handle('todos:update', (data, reply) => reply(error));
          const { heard, ...options } = noted();
          expect(await failureOf(new Todo({ id: 1 }).save(null, options))).to.deep.equal(error);
          server.handle('todos:read', (data, reply) => reply(null, {}));
          await new Todo({ id: 1 }).fetch();
          expect(heard).to.deep.equal([['error', error]]);
          expect(eventsOf(server)).to.deep.equal(['todos:update', 'todos:read']);
        });
      }

      it('is sent once when it is never answered, and fails with "timeout"', async () => {
        const before = contentOf(socket);
        const { heard, ...options } = noted();
        const failing = failureOf(new Todo({ id: 1 }).save(null, { ...options, timeout: when === 'after' ? 50 : 800 }));
        await server.next('todos:update');
        const error = await failing;
        expect(error.code).to.equal('timeout');
        expect(heard).to.deep.equal([['error', error]]);
        expect(contentOf(socket)).to.deep.equal(before);
        server.handle('todos:read', (data, reply) => reply(null, {}));
        await new Todo({ id: 1 }).fetch();
        expect(eventsOf(server)).to.deep.equal(['todos:update', 'todos:read']);
      });

      it('may be answered after the socket\'s ackTimeout', async () => {
        const saving = new Todo({ id: 1 }).save();
        const request = await server.next('todos:update');
        // Not before 100 ms have gone by.
        await failureOf(new Todo({ id: 2 }).fetch({ timeout: 100 }));
        await request.answer(null, { version: 2 });
        expect(await saving).to.deep.equal({ version: 2 });
      });

      it('fails with "disconnected" when the connection ends, and is not sent again', async () => {
        const { heard, ...options } = noted();
        const failing = failureOf(new Todo({ id: 1 }).save(null, options));
        await server.next('todos:update');
        const back = once(socket, 'connect');
        await server.dropClients();
        expect((await failing).code).to.equal('disconnected');
        await back;
        server.handle('todos:read', (data, reply) => reply(null, {}));
        await new Todo({ id: 1 }).fetch();
        expect(heard).to.have.lengthOf(1);
        expect(eventsOf(server)).to.deep.equal(['todos:update', 'todos:read']);
      });
    });
  }
}

describe('On a socket with retries', () => {
  const needRetries = test => {
    if (/^[23]\./.test(versions['socket.io-client'])) skip(test, 'this Socket.IO has no retries');
  };

  it('a request does not wait behind what the page itself has emitted', async function () {
    needRetries(this);
    const server = await startServer();
    Backbone.socket = await connected(server, { retries: 3 });
    server.handle('todos:update', (data, reply) => reply(null, {}));
    const own = new Promise(resolve => Backbone.socket.emit('own', 1, resolve));
    const request = await server.next('own');
    await new Todo({ id: 1 }).save();
    await request.answer(null);
    await own;
  });

  it('what the page itself emits after a request is still retried', async function () {
    needRetries(this);
    const server = await startServer();
    Backbone.socket = await connected(server, { retries: 1, ackTimeout: 40 });
    new Todo({ id: 1 }).save().abort();
    const failed = new Promise(resolve => Backbone.socket.emit('own', 1, resolve));
    expect(await failed).to.be.an('error');
    await server.next('own');
    await server.next('own');
  });

  it('a request is not sent later when its connection had died unnoticed and it failed', async function () {
    const server = await startServer();
    const socket = await connected(server, { retries: 3, ackTimeout: 40 });
    Backbone.socket = socket;
    expirePing(this, socket);
    const back = once(socket, 'connect');
    expect((await failureOf(new Todo({ id: 1 }).save().abort())).code).to.equal('aborted');
    await back;
    server.handle('todos:read', (data, reply) => reply(null, {}));
    await new Todo({ id: 1 }).fetch();
    expect(eventsOf(server)).to.deep.equal(['todos:read']);
    expect(contentOf(socket)).to.include({ acks: 0, unsent: 0, queued: 0 });
  });
});
