// Callbacks run in the middle of the library's own loops, and may make and abort requests there.
import { expect } from 'chai';
import { connected, listen, once, startServer } from '../../support/control.js';
import { Todo, failureOf } from '../fixtures.js';
import { contentOf, exchanged, noted, requests } from './wire.js';

describe('From within a callback', () => {
  let server;
  let socket;
  const circle = {};
  circle.circle = circle;
  beforeEach(async () => {
    server = await startServer();
    server.handle('todos:update', (data, reply) => reply(null, data));
    Backbone.socket = socket = await connected(server);
  });

  const ids = () => requests(server).map(({ args }) => args[0].id);

  async function goOffline() {
    const gone = once(socket, 'disconnect');
    await server.kill();
    await gone;
  }

  async function goOnline() {
    const back = once(socket, 'connect');
    await server.restart();
    await back;
  }

  it('of a request that failed when it was to be sent, another can be aborted, and is not sent', async () => {
    const before = contentOf(socket);
    await goOffline();
    const { heard, ...options } = noted();
    const failing = new Todo({ id: 1 }).save(null, { data: circle, error: () => other.abort() });
    const other = new Todo({ id: 2 }).save(null, options);
    await goOnline();
    await failureOf(failing);
    expect((await failureOf(other)).code).to.equal('aborted');
    await exchanged(server, socket);
    expect(ids()).to.deep.equal([]);
    expect(heard).to.have.lengthOf(1);
    expect(contentOf(socket)).to.deep.equal(before);
  });

  it('of a request that failed when it was to be sent, a save sends those that wait once', async () => {
    await goOffline();
    const { heard, ...options } = noted();
    const first = new Todo({ id: 1 });
    const again = new Promise(resolve => {
      first.save(null, { data: circle, error: () => resolve(first.save()) });
    });
    const second = new Todo({ id: 2 }).save(null, options);
    await goOnline();
    await Promise.all([again, second]);
    await exchanged(server, socket);
    expect(ids().sort()).to.deep.equal([1, 2]);
    expect(heard).to.deep.equal([['success', { id: 2 }]]);
  });

  it('of a request that failed when it was to be sent, the one that made it be sent can be aborted', async () => {
    const before = contentOf(socket);
    await goOffline();
    const controller = new AbortController();
    let late;
    const stop = listen(socket, 'connect', () => { late = new Todo({ id: 2 }).save(null, { signal: controller.signal }); });
    const failing = failureOf(new Todo({ id: 1 }).save(null, { data: circle, error: () => controller.abort() }));
    await goOnline();
    stop();
    await failing;
    expect((await failureOf(late)).code).to.equal('aborted');
    await exchanged(server, socket);
    expect(ids()).to.deep.equal([]);
    expect(contentOf(socket)).to.deep.equal(before);
  });

  it('of a request that timed out, others can be aborted and made', async () => {
    const silent = new Todo({ id: 1 });
    const signal = new AbortController();
    const made = new Promise(resolve => {
      silent.fetch({ timeout: 40, error: () => { signal.abort(); resolve(silent.save()); } });
    });
    const other = new Todo({ id: 2 }).fetch({ timeout: 40, signal: signal.signal });
    expect(await made).to.deep.equal({ id: 1 });
    expect((await failureOf(other)).code).to.equal('aborted');
  });

  it('of a request that was disconnected, all others in flight can be aborted', async () => {
    const signal = new AbortController();
    const { heard, ...options } = noted();
    const first = failureOf(new Todo({ id: 1 }).fetch({ error: () => signal.abort() }));
    const second = failureOf(new Todo({ id: 2 }).fetch({ ...options, signal: signal.signal }));
    await Promise.all([server.next('todos:read'), server.next('todos:read')]);
    await server.kill();
    expect((await first).code).to.equal('disconnected');
    expect((await second).code).to.be.oneOf(['aborted', 'disconnected']);
    expect(heard).to.have.lengthOf(1);
  });

  it('success may save the next one, a hundred times', async () => {
    const todo = new Todo({ id: 1, n: 0 });
    await new Promise((resolve, reject) => {
      const next = () => {
        if (todo.get('n') === 100) return resolve();
        todo.save({ n: todo.get('n') + 1 }, { success: next, error: reject });
      };
      next();
    });
    expect(requests(server).map(({ args }) => args[0].n)).to.deep.equal(Array.from({ length: 100 }, (none, n) => n + 1));
  });

  it('a listener of "request" may make another request, and both are sent', async () => {
    const todo = new Todo({ id: 1 });
    let inner;
    todo.once('request', () => { inner = new Todo({ id: 2 }).save(); });
    await todo.save();
    await inner;
    expect(ids().sort()).to.deep.equal([1, 2]);
  });
});
