import { expect } from 'chai';
import { connected, skip, startServer, versions } from '../../support/control.js';
import { Todo, Todos, failureOf, fakeSocket } from '../fixtures.js';

describe('As in Backbone\'s own sync', () => {
  let server;
  beforeEach(async () => {
    server = await startServer();
    Backbone.socket = await connected(server);
  });

  it('a request triggers "request", then "sync", with their arguments', async () => {
    server.handle('todos:read', (data, reply) => reply(null, { id: 1, title: 'milk' }));
    const todo = new Todo({ id: 1 });
    const options = { mine: true };
    const heard = [];
    todo.on('request sync error', (...args) => heard.push(args));
    const request = todo.fetch(options);
    expect(heard).to.have.lengthOf(1);
    await request;
    const [requested, synced] = heard;
    expect(heard).to.have.lengthOf(2);
    expect(requested[0]).to.equal(todo);
    expect(requested[1]).to.equal(request);
    expect(synced[0]).to.equal(todo);
    expect(synced[1]).to.deep.equal({ id: 1, title: 'milk' });
    for (const args of heard) expect(args[2]).to.include({ mine: true });
  });

  it('a failure triggers "error" with model, error and options', async () => {
    server.handle('todos:read', (data, reply) => reply({ reason: 'no' }));
    const todo = new Todo({ id: 1 });
    const heard = [];
    todo.on('sync error', (...args) => heard.push(args));
    await failureOf(todo.fetch({ mine: true }));
    expect(heard).to.have.lengthOf(1);
    expect(heard[0][0]).to.equal(todo);
    expect(heard[0][1]).to.deep.equal({ reason: 'no' });
    expect(heard[0][2]).to.include({ mine: true });
  });

  it('success gets model, answer and options; error gets model, error and options (#27, #33)', async () => {
    const todos = new Todos();
    const heard = [];
    const options = { success: (...args) => heard.push(args), error: (...args) => heard.push(args), mine: true };
    server.handle('todos:read', (data, reply, request) =>
      request === server.received[0] ? reply(null, [{ id: 1 }]) : reply('no'));
    await todos.fetch({ ...options });
    await failureOf(todos.fetch({ ...options }));
    expect(heard.map(([entity, answer]) => [entity === todos, answer])).to.deep.equal([[true, [{ id: 1 }]], [true, 'no']]);
    for (const args of heard) expect(args[2]).to.include({ mine: true });
  });

  it('options.xhr is the request', async () => {
    server.handle('todos:create', (data, reply) => reply(null, { id: 1 }));
    const options = {};
    const request = Backbone.sync('create', new Todo(), options);
    expect(options.xhr).to.equal(request);
    await request;
  });

  it('options.context is `this` of success and error', () => {
    const { socket, sent } = fakeSocket();
    const context = {};
    const heard = [];
    const note = function (value) { heard.push([this === context, value]); };
    for (const answer of [[null, 'yes'], ['no']]) {
      Backbone.sync('read', new Todo({ id: 1 }), { socket, context, success: note, error: note });
      sent.pop().answer(...answer);
    }
    expect(heard).to.deep.equal([[true, 'yes'], [true, 'no']]);
  });

  it('options.context is `this` of the success and error of save', function () {
    if (versions.backbone.startsWith('1.1.')) skip(this, 'Backbone 1.1 has no context');
    const { socket, sent } = fakeSocket();
    const context = {};
    const heard = [];
    const note = function () { heard.push(this === context); };
    for (const answer of [[null, {}], ['no']]) {
      new Todo().save(null, { socket, context, success: note, error: note });
      sent.pop().answer(...answer);
    }
    expect(heard).to.deep.equal([true, true]);
  });

  it('create with wait adds the model only with the answer (#20, #32)', async () => {
    const todos = new Todos();
    const todo = todos.create({ title: 'milk' }, { wait: true });
    const request = await server.next('todos:create');
    expect(todos.length).to.equal(0);
    const synced = new Promise(resolve => todos.once('sync', resolve));
    await request.answer(null, { id: 7 });
    await synced;
    expect(todos.length).to.equal(1);
    expect(todos.get(7)).to.equal(todo);
  });

  it('destroy with wait removes the model only with the answer (#20, #32)', async () => {
    const todos = new Todos([{ id: 7 }]);
    const destroying = todos.at(0).destroy({ wait: true });
    const request = await server.next('todos:delete');
    expect(todos.length).to.equal(1);
    await request.answer(null);
    await destroying;
    expect(todos.length).to.equal(0);
  });

  it('a model whose destroy with wait was refused stays in its collection', async () => {
    server.handle('todos:delete', (data, reply) => reply({ code: 403 }));
    const todos = new Todos([{ id: 7 }]);
    await failureOf(todos.at(0).destroy({ wait: true }));
    expect(todos.length).to.equal(1);
  });

  it('the answer goes through parse', async () => {
    server.handle('todos:read', (data, reply) => reply(null, { total: 1, rows: [{ id: 1 }] }));
    const Paged = Todos.extend({ parse: answer => answer.rows });
    const todos = new Paged();
    await todos.fetch();
    expect(todos.pluck('id')).to.deep.equal([1]);
  });

  it('a patch is a request of its own method (#34)', async () => {
    server.handle('todos:patch', (data, reply) => reply(null, { version: 2 }));
    const todo = new Todo({ id: 1, title: 'milk', done: false });
    await todo.save({ done: true }, { patch: true });
    expect(server.received[0].args).to.deep.equal([{ id: 1, done: true }]);
    expect(todo.attributes).to.deep.equal({ id: 1, title: 'milk', done: true, version: 2 });
  });

  it('a new model that is saved gets its id from the answer', async () => {
    server.handle('todos:create', (data, reply) => reply(null, { id: 9, ...data }));
    const todo = new Todo({ title: 'milk' });
    await todo.save();
    expect(todo.attributes).to.deep.equal({ id: 9, title: 'milk' });
    expect(todo.isNew()).to.equal(false);
  });
});
