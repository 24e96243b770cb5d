// What users of the last release asked for or ran into, by the number of the issue, and which file tests it at length.
import { expect } from 'chai';
import { connect, connected, once, startServer } from '../../support/control.js';
import { Todo, Todos, failureOf } from '../fixtures.js';
import { eventsOf, exchanged, noted, requests } from './wire.js';

describe('Of the old issues', () => {
  let server;
  let socket;
  beforeEach(async () => {
    server = await startServer();
    Backbone.socket = socket = await connected(server);
    server.handle('todos:read', (data, reply) => reply(null, []));
    server.handle('todos:update', (data, reply) => reply(null, {}));
  });

  it('#2: a url works with and without leading slash', async () => {
    await new (Backbone.Collection.extend({ url: 'todos' }))().fetch();
    await new (Backbone.Collection.extend({ url: '/todos' }))().fetch();
    await new (Backbone.Model.extend({ url: 'todos/1' }))({ id: 1 }).save();
    expect(eventsOf(server)).to.deep.equal(['todos:read', 'todos:read', 'todos:update']);
  });

  it('#6: fetch sends its data', async () => {
    await new Todos().fetch({ data: { done: true } });
    expect(server.received[0].args).to.deep.equal([{ done: true }]);
  });

  it('#10: a save with the server down ends in an error, and is not sent when the server comes back', async () => {
    const gone = once(socket, 'disconnect');
    await server.kill();
    await gone;
    const { heard, ...options } = noted();
    const error = await failureOf(new Todo({ id: 1 }).save(null, { ...options, timeout: 50 }));
    expect(error.message).to.be.a('string').that.is.not.empty;
    expect(heard).to.deep.equal([['error', error]]);
    const back = once(socket, 'connect');
    await server.restart();
    await back;
    await exchanged(server, socket);
    expect(requests(server)).to.deep.equal([]);
  });

  it('#10: so does the first fetch of a page whose server was never there', async () => {
    await server.kill();
    const todos = new Todos();
    const error = await failureOf(todos.fetch({ socket: connect(server), timeout: 50 }));
    expect(error.code).to.equal('timeout');
  });

  it('#13: options.url names the request', async () => {
    server.handle('archive:read', (data, reply) => reply(null, [{ id: 1 }]));
    const todos = new Todos();
    await todos.fetch({ url: '/archive' });
    expect(todos.pluck('id')).to.deep.equal([1]);
  });

  it('#16: the fetch of a model sends the model and what the caller adds', async () => {
    server.handle('todos:read', (data, reply) => reply(null, data));
    const Filtered = Todo.extend({ toJSON(options) { return { ...this.attributes, ...(options && options.filter) }; } });
    const todo = new Filtered({ id: 1, title: 'milk' });
    await todo.fetch({ filter: { fields: 'title' } });
    expect(server.received[0].args).to.deep.equal([{ id: 1, title: 'milk', fields: 'title' }]);
  });

  it('#27, #33: success and error are called without jQuery, with the model first', async () => {
    const todo = new Todo({ id: 1 });
    const succeeded = await new Promise(resolve => todo.save(null, { success: (...args) => resolve(args) }));
    expect(succeeded.slice(0, 2)).to.deep.equal([todo, {}]);
    server.handle('todos:update', (data, reply) => reply('no'));
    const failed = await new Promise(resolve => todo.save(null, { error: (...args) => resolve(args) }));
    expect(failed.slice(0, 2)).to.deep.equal([todo, 'no']);
  });

  it('PR 37, 45: the url may be a text or a function', async () => {
    await new (Backbone.Collection.extend({ url: () => '/todos' }))().fetch();
    await new (Backbone.Model.extend({ url: () => '/todos/1' }))({ id: 1 }).save();
    await new (Backbone.Model.extend({ urlRoot: () => '/todos' }))({ id: 1 }).save();
    expect(eventsOf(server)).to.deep.equal(['todos:read', 'todos:update', 'todos:update']);
  });

  it('#39: a large read is answered in parts, by a push bound before the fetch', async () => {
    const todos = new Todos();
    const progress = [];
    todos.ioBind('part', (rows, done) => {
      todos.add(rows);
      progress.push(done);
    });
    server.handle('todos:read', async (data, reply) => {
      await server.push('todos:part', [{ id: 1 }, { id: 2 }], 0.5);
      await server.push('todos:part', [{ id: 3 }, { id: 4 }], 1);
      reply(null, []);
    });
    await todos.fetch({ remove: false });
    expect(todos.pluck('id')).to.deep.equal([1, 2, 3, 4]);
    expect(progress).to.deep.equal([0.5, 1]);
  });

  it('PR 50, 51, 60, 61: a request can be named by more than the first segment', async () => {
    server.handle('users/profiles:update', (data, reply) => reply(null, {}));
    const Profile = Backbone.Model.extend({ urlRoot: '/users/profiles', ioNamespace: Backbone.ioSync.fullPath });
    await new Profile({ id: 1 }).save();
    expect(eventsOf(server)).to.deep.equal(['users/profiles:update']);
  });

  it('0.4.9 uploaded a collection when it was fetched: 1,000 models are not sent', async () => {
    const todos = new Todos(Array.from({ length: 1000 }, (none, id) => ({ id, title: 'x'.repeat(100) })));
    await todos.fetch();
    expect(server.received[0].args).to.deep.equal([{}]);
  });

  it('0.4.9 settled its promises without values: they have the answer and the error', async () => {
    server.handle('todos:read', (data, reply) => reply(null, [{ id: 5 }]));
    expect(await new Todos().fetch()).to.deep.equal([{ id: 5 }]);
    server.handle('todos:read', (data, reply) => reply({ code: 403 }));
    expect(await failureOf(new Todos().fetch())).to.deep.equal({ code: 403 });
  });
});
