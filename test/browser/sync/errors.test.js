import { expect } from 'chai';
import { connected, startServer } from '../../support/control.js';
import { Todo, Todos, failureOf } from '../fixtures.js';
import { exchanged, noted } from './wire.js';

describe('An answer', () => {
  let server;
  let socket;
  beforeEach(async () => {
    server = await startServer();
    Backbone.socket = socket = await connected(server);
  });

  const errors = { 'a text': 'no', 'an object': { code: 409, rows: [1] }, 'an empty object': {}, 'a list': [], 'a number': 5, 'true': true };
  for (const [name, error] of Object.entries(errors)) {
    it(`with ${name} as its error is passed on as it came (#10)`, async () => {
      server.handle('todos:read', (data, reply) => reply(error, { id: 1, title: 'ignored' }));
      const todo = new Todo({ id: 1 });
      const { heard, ...options } = noted();
      const events = [];
      todo.on('sync error', (model, answer) => events.push(answer));
      expect(await failureOf(todo.fetch(options))).to.deep.equal(error);
      expect(heard).to.deep.equal([['error', error]]);
      expect(events).to.deep.equal([error]);
      expect(todo.attributes).to.deep.equal({ id: 1 });
    });
  }

  for (const error of [null, undefined, false, 0, '']) {
    it(`with the falsy error ${JSON.stringify(error)} is a success`, async () => {
      server.handle('todos:read', (data, reply) => reply(error, { title: 'milk' }));
      const { heard, ...options } = noted();
      const todo = new Todo({ id: 1 });
      expect(await todo.fetch(options)).to.deep.equal({ title: 'milk' });
      expect(heard).to.deep.equal([['success', { title: 'milk' }]]);
    });
  }

  for (const answer of [[], [null], [null, null]]) {
    it(`of no more than ${JSON.stringify(answer)} is a success that changes nothing`, async () => {
      for (const method of ['read', 'update', 'delete']) server.handle(`todos:${method}`, (data, reply) => reply(...answer));
      const todo = new Todo({ id: 1, title: 'milk' });
      await todo.fetch();
      await todo.save({ done: true });
      expect(todo.attributes).to.deep.equal({ id: 1, title: 'milk', done: true });
      await todo.destroy();
    });
  }

  for (const result of [1, true]) {
    it(`of ${result} to a save, such as the count of changed rows, is a success that sets nothing`, async () => {
      server.handle('todos:update', (data, reply) => reply(null, result));
      const todo = new Todo({ id: 1, title: 'milk' });
      const { heard, ...options } = noted();
      expect(await todo.save({ title: 'bread' }, options)).to.equal(result);
      expect(heard.map(([end]) => end)).to.deep.equal(['success']);
      expect(todo.attributes).to.deep.equal({ id: 1, title: 'bread' });
    });
  }

  for (const result of [5, 'todos', true, [1, 'two'], [[], null], [{ id: 1 }, null]]) {
    it(`of the wrong shape, ${JSON.stringify(result)}, fails the fetch of a collection, and changes nothing`, async () => {
      server.handle('todos:read', (data, reply) => reply(null, result));
      const todos = new Todos([{ id: 7 }]);
      const { heard, ...options } = noted();
      const error = await failureOf(todos.fetch(options));
      expect(error).to.be.an('error').with.property('name', 'IoSyncError');
      expect(heard).to.deep.equal([['error', error]]);
      expect(todos.toJSON()).to.deep.equal([{ id: 7 }]);
    });
  }

  for (const result of [5, 'milk', true]) {
    it(`of the wrong shape, ${JSON.stringify(result)}, fails the fetch of a model, and changes nothing`, async () => {
      server.handle('todos:read', (data, reply) => reply(null, result));
      const todo = new Todo({ id: 7 });
      expect(await failureOf(todo.fetch())).to.be.an('error').with.property('name', 'IoSyncError');
      expect(todo.attributes).to.deep.equal({ id: 7 });
    });
  }

  it('that comes twice counts once', async () => {
    const todo = new Todo({ id: 1 });
    const { heard, ...options } = noted();
    const fetching = todo.fetch(options);
    const request = await server.next('todos:read');
    await request.answer(null, { title: 'first' });
    await request.answer(null, { title: 'second' });
    await request.answer('no');
    await fetching;
    await exchanged(server, socket);
    expect(heard).to.deep.equal([['success', { title: 'first' }]]);
    expect(todo.get('title')).to.equal('first');
  });

  it('that is an error first and a success then is that error', async () => {
    const todo = new Todo({ id: 1 });
    const { heard, ...options } = noted();
    const failing = failureOf(todo.fetch(options));
    const request = await server.next('todos:read');
    await request.answer('no');
    await request.answer(null, { title: 'second' });
    expect(await failing).to.equal('no');
    await exchanged(server, socket);
    expect(heard).to.deep.equal([['error', 'no']]);
    expect(todo.attributes).to.deep.equal({ id: 1 });
  });

  it('reaches its own request, in whatever order answers come', async () => {
    const todos = Array.from({ length: 50 }, (none, id) => new Todo({ id }));
    const all = Promise.all(todos.map(todo => todo.fetch()));
    const requests = await Promise.all(todos.map(() => server.next('todos:read')));
    for (const { args: [{ id }], answer } of requests.reverse()) answer(null, { title: `title ${id}` });
    await all;
    expect(todos.map(todo => todo.get('title'))).to.deep.equal(todos.map(({ id }) => `title ${id}`));
  });
});
