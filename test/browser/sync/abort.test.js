import { expect } from 'chai';
import { connected, startServer } from '../../support/control.js';
import { Todo, failureOf, replace } from '../fixtures.js';
import { contentOf, eventsOf, exchanged, noted } from './wire.js';

describe('Aborting a request', () => {
  let server;
  let socket;
  beforeEach(async () => {
    server = await startServer();
    Backbone.socket = socket = await connected(server);
  });

  // Two ways to abort: each makes the options, and aborts a request that was made with them.
  const ways = {
    'abort() (PR 64)': () => ({ abort: request => request.abort() }),
    'options.signal': () => {
      const controller = new AbortController();
      return { signal: controller.signal, abort: () => controller.abort() };
    },
    'options.xhr, as for AJAX': () => {
      const seen = [];
      return { beforehand: todo => todo.on('request', (model, xhr) => seen.push(xhr)), abort: () => seen[0].abort() };
    },
  };
  for (const [name, way] of Object.entries(ways)) {
    it(`by ${name} fails it with the code "aborted" and calls error once`, async () => {
      const { abort, beforehand = () => {}, ...options } = way();
      const { heard, ...callbacks } = noted();
      const todo = new Todo({ id: 1 });
      const events = [];
      beforehand(todo);
      todo.on('sync error', (model, error) => events.push(error.code));
      const request = todo.fetch({ ...options, ...callbacks });
      const arrived = await server.next('todos:read');
      abort(request);
      abort(request);
      const error = await failureOf(request);
      await arrived.answer(null, { title: 'late' });
      await exchanged(server, socket);
      expect(error).to.be.an('error').with.property('name', 'IoSyncError');
      expect(error).to.have.property('code', 'aborted');
      expect(heard).to.deep.equal([['error', error]]);
      expect(events).to.deep.equal(['aborted']);
      expect(todo.attributes).to.deep.equal({ id: 1 });
    });
  }

  it('returns the request, and works on what then() was called on', async () => {
    const request = new Todo({ id: 1 }).fetch();
    const chained = failureOf(request.then());
    expect(request.abort()).to.equal(request);
    expect((await chained).code).to.equal('aborted');
  });

  it('by a signal that has fired already sends nothing', async () => {
    const controller = new AbortController();
    controller.abort();
    const { heard, ...options } = noted();
    const error = await failureOf(new Todo({ id: 1 }).save(null, { ...options, signal: controller.signal }));
    expect(error.code).to.equal('aborted');
    expect(heard).to.have.lengthOf(1);
    await exchanged(server, socket);
    expect(eventsOf(server)).to.deep.equal([]);
  });

  it('by a listener of "request" sends nothing', async () => {
    const todo = new Todo({ id: 1 });
    todo.on('request', (model, request) => request.abort());
    expect((await failureOf(todo.save())).code).to.equal('aborted');
    await exchanged(server, socket);
    expect(eventsOf(server)).to.deep.equal([]);
  });

  it('ends all requests of one signal', async () => {
    const controller = new AbortController();
    const failing = [1, 2, 3].map(id => failureOf(new Todo({ id }).fetch({ signal: controller.signal })));
    controller.abort();
    expect((await Promise.all(failing)).map(({ code }) => code)).to.deep.equal(['aborted', 'aborted', 'aborted']);
  });

  it('does nothing to a request that has settled', async () => {
    server.handle('todos:read', (data, reply) => reply(null, { title: 'milk' }));
    const controller = new AbortController();
    const { heard, ...options } = noted();
    const request = new Todo({ id: 1 }).fetch({ ...options, signal: controller.signal });
    await request;
    request.abort();
    controller.abort();
    expect(heard).to.deep.equal([['success', { title: 'milk' }]]);
    expect(await request).to.deep.equal({ title: 'milk' });
  });

  it('leaves the socket and the signal as they were', async () => {
    const before = contentOf(socket);
    const { signal } = new AbortController();
    let listening = 0;
    const { addEventListener, removeEventListener } = signal;
    replace(signal, 'addEventListener', function (...args) {
      listening += 1;
      return addEventListener.apply(this, args);
    });
    replace(signal, 'removeEventListener', function (...args) {
      listening -= 1;
      return removeEventListener.apply(this, args);
    });
    const request = new Todo({ id: 1 }).fetch({ signal });
    expect(listening).to.equal(1);
    await server.next('todos:read');
    request.abort();
    expect(listening).to.equal(0);
    expect(contentOf(socket)).to.deep.equal(before);
  });
});
