import { expect } from 'chai';
import { connected, startServer } from '../../support/control.js';
import { Todo, Todos, fakeSocket, replace } from '../fixtures.js';

describe('Backbone.ajaxSync', () => {
  let calls;
  const xhr = { is: 'a jqXHR' };
  beforeEach(() => {
    calls = [];
    replace(Backbone, 'ajax', settings => {
      calls.push(settings);
      return xhr;
    });
  });

  it('makes Backbone\'s own request by Backbone.ajax', () => {
    const todo = new Todo({ id: 1, title: 'milk' });
    expect(Backbone.ajaxSync('update', todo, {})).to.equal(xhr);
    expect(calls).to.have.lengthOf(1);
    expect(calls[0]).to.include({ type: 'PUT', url: '/todos/1', data: '{"id":1,"title":"milk"}' });
  });

  const chosen = {
    'ajaxSync in the options': (todo, todos, set) => set.options.ajaxSync = true,
    'ajaxSync on the model': todo => { todo.ajaxSync = true; },
    'ajaxSync on its collection': (todo, todos) => { todos.ajaxSync = true; },
    'a function ajaxSync in the options': (todo, todos, set) => set.options.ajaxSync = () => true,
    'a function ajaxSync on the model': todo => { todo.ajaxSync = function () { return this === todo; }; },
    'a function ajaxSync on its collection': (todo, todos) => { todos.ajaxSync = function () { return this === todos; }; },
    'socket: false in the options': (todo, todos, set) => set.options.socket = false,
    'socket: false on the model': todo => { todo.socket = false; },
    'socket: false on its collection': (todo, todos) => { todos.socket = false; },
    'a function socket that returns false': todo => { todo.socket = () => false; },
  };
  for (const [name, choose] of Object.entries(chosen)) {
    it(`runs for ${name} (PR 62, 68)`, () => {
      const { socket, sent } = fakeSocket();
      Backbone.socket = socket;
      const todos = new Todos([{ id: 1 }]);
      const options = {};
      choose(todos.at(0), todos, { options });
      expect(todos.at(0).fetch(options)).to.equal(xhr);
      expect(calls).to.have.lengthOf(1);
      expect(sent).to.deep.equal([]);
    });
  }

  it('runs for a collection with ajaxSync', () => {
    const Remote = Todos.extend({ ajaxSync: true });
    new Remote().fetch();
    expect(calls).to.have.lengthOf(1);
    expect(calls[0]).to.include({ type: 'GET', url: '/todos' });
  });

  it('needs no socket anywhere', () => {
    new Todo({ id: 1 }).save(null, { ajaxSync: true });
    expect(calls).to.have.lengthOf(1);
  });

  for (const nothing of [undefined, null]) {
    it(`may return ${nothing}, as a page's own, or a test's, does`, () => {
      replace(Backbone, 'ajax', settings => {
        calls.push(settings);
        return nothing;
      });
      const todos = new (Todos.extend({ ajaxSync: true }))([{ id: 1 }]);
      const requests = [];
      todos.on('request', (entity, request) => requests.push([entity, request]));
      todos.fetch();
      expect(todos.at(0).save({ title: 'milk' })).to.equal(nothing);
      expect(requests).to.deep.equal([[todos, nothing], [todos.at(0), nothing]]);
      expect(calls.map(({ type }) => type)).to.deep.equal(['GET', 'PUT']);
    });
  }

  it('does not run for ajaxSync: false in the options of a model that says true', () => {
    const { socket, sent } = fakeSocket();
    const Remote = Todo.extend({ ajaxSync: true, socket });
    new Remote({ id: 1 }).fetch({ ajaxSync: false }).abort();
    expect(calls).to.deep.equal([]);
    expect(sent).to.have.lengthOf(1);
  });

  it('does not run for a socket in the options of a model that says socket: false', () => {
    const { socket, sent } = fakeSocket();
    const Remote = Todo.extend({ socket: false });
    new Remote({ id: 1 }).fetch({ socket }).abort();
    expect(calls).to.deep.equal([]);
    expect(sent).to.have.lengthOf(1);
  });

  it('runs side by side with the socket (#43)', async () => {
    const server = await startServer();
    Backbone.socket = await connected(server);
    server.handle('todos:read', (data, reply) => reply(null, [{ id: 1, by: 'socket' }]));
    const bySocket = new Todos();
    const byAjax = new (Todos.extend({ ajaxSync: true }))();
    const fetching = bySocket.fetch();
    byAjax.fetch();
    calls[0].success([{ id: 2, by: 'ajax' }]);
    await fetching;
    expect(bySocket.toJSON()).to.deep.equal([{ id: 1, by: 'socket' }]);
    expect(byAjax.toJSON()).to.deep.equal([{ id: 2, by: 'ajax' }]);
    expect(server.received).to.have.lengthOf(1);
    expect(calls).to.have.lengthOf(1);
  });
});
