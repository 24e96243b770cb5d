import { expect } from 'chai';
import { connected, startServer } from '../../support/control.js';
import { Todo, Todos, failureOf, fakeSocket } from '../fixtures.js';
import { eventsOf, noted } from './wire.js';

const names = ['a/b', '/', 'a:b', '100%', '%2F', '#1', 'me@home', 'two words', ' ', '🦴', '\u202Ertl', 'a\u0000b', '?q=1&r', '..', '<b>'];

describe('Whatever an id or attribute is', () => {
  let server;
  beforeEach(async () => {
    server = await startServer();
    Backbone.socket = await connected(server);
  });

  for (const name of names) {
    it(`${JSON.stringify(name)} comes back as it was: id, attribute and its name`, async () => {
      const rows = new Map();
      for (const method of ['update', 'patch']) {
        server.handle(`todos:${method}`, (data, reply) => {
          rows.set(data.id, { ...rows.get(data.id), ...data });
          reply(null, rows.get(data.id));
        });
      }
      server.handle('todos:read', (data, reply) => reply(null, data.id === undefined ? [...rows.values()] : rows.get(data.id)));
      server.handle('todos:delete', (data, reply) => reply(rows.delete(data.id) ? null : 'not found'));
      const todo = new Todo({ id: name, title: name, [`x${name}`]: 1 });
      await todo.save();
      await todo.save({ done: name }, { patch: true });
      const again = new Todo({ id: name });
      await again.fetch();
      const whole = { id: name, title: name, [`x${name}`]: 1, done: name };
      expect(again.attributes).to.deep.equal(whole);
      const todos = new Todos();
      await todos.fetch();
      expect(todos.toJSON()).to.deep.equal([whole]);
      expect(todos.get(name).attributes).to.deep.equal(whole);
      await again.destroy();
      expect(rows.size).to.equal(0);
      expect(new Set(eventsOf(server))).to.deep.equal(
        new Set(['todos:update', 'todos:patch', 'todos:read', 'todos:delete']));
    });
  }

  it('half an emoji comes back in an attribute, and as an id fails at once', async () => {
    server.handle('todos:update', (data, reply) => reply(null, { echo: data.title }));
    const todo = new Todo({ id: 1, title: '\ud83e' });
    await todo.save();
    expect(todo.get('echo')).to.equal('\ud83e');
    expect(() => new Todo({ id: '\ud83e' }).save()).to.throw(URIError);
  });

  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    it(`a list with the id "${name}" fails clearly, and leaves the collection as it was`, async () => {
      server.handle('todos:read', (data, reply) => reply(null, [{ id: 2 }, { id: name, title: 'x' }]));
      const todos = new Todos([{ id: 1 }]);
      const { heard, ...options } = noted();
      const error = await failureOf(todos.fetch(options));
      expect(error).to.be.an('error').with.property('name', 'IoSyncError');
      expect(error.code).to.be.a('string');
      expect(heard).to.deep.equal([['error', error]]);
      expect(todos.toJSON()).to.deep.equal([{ id: 1 }]);
    });

    it(`a model with the id "${name}" reaches the server`, async () => {
      server.handle('todos:update', (data, reply) => reply(null));
      server.handle('todos:delete', (data, reply) => reply(null));
      const todo = new Todo({ id: name, title: 'milk' });
      await todo.save();
      await todo.destroy();
      expect(server.received.map(({ args }) => args[0])).to.deep.equal(
        [{ id: name, title: 'milk' }, { id: name, title: 'milk' }]);
    });

    it(`the answer of a save that gives the id "${name}" is taken or refused clearly`, async () => {
      server.handle('todos:create', (data, reply) => reply(null, { id: name }));
      const todo = new Todo({ title: 'milk' });
      const end = await todo.save().then(() => 'taken', error => error.name);
      expect(end).to.be.oneOf(['taken', 'IoSyncError']);
      expect(todo.id).to.equal(end === 'taken' ? name : undefined);
    });
  }

  it('a list with the id "constructor" fails clearly, too, where the collection\'s model is a function', () => {
    const fake = fakeSocket();
    const todos = new (Todos.extend({ model: function (attrs, options) { return new Todo(attrs, options); } }))();
    const { heard, ...options } = noted();
    todos.fetch({ ...options, socket: fake.socket });
    fake.sent[0].answer(null, [{ id: 'constructor' }]);
    expect(heard.map(([kind, error]) => [kind, error.name])).to.deep.equal([['error', 'IoSyncError']]);
  });

  it('a list with an id that is an object without a text fails clearly', () => {
    const fake = fakeSocket();
    const { heard, ...options } = noted();
    new Todos().fetch({ ...options, socket: fake.socket });
    fake.sent[0].answer(null, [{ id: { toString: 1 } }]);
    expect(heard.map(([kind, error]) => [kind, error.name])).to.deep.equal([['error', 'IoSyncError']]);
  });

  it('a model with an id that is an object without a text is taken or fails clearly', () => {
    const fake = fakeSocket();
    const { heard, ...options } = noted();
    new Todo({ id: 1 }).fetch({ ...options, socket: fake.socket });
    fake.sent[0].answer(null, { id: { toString: 1 } });
    expect(heard.map(([kind, error]) => kind === 'success' || error.name)).to.be.deep.oneOf([[true], ['IoSyncError']]);
  });

  it('attributes "constructor" and "toString" come back as they were', async () => {
    server.handle('todos:update', (data, reply) => reply(null, data));
    const todo = new Todo({ id: 1 });
    await todo.save({ constructor: 'c', toString: 't' });
    expect(server.received[0].args[0]).to.deep.equal({ id: 1, constructor: 'c', toString: 't' });
    expect(todo.get('constructor')).to.equal('c');
  });

  for (const answer of ['{"id": 1, "__proto__": {"admin": true}}', '[{"id": 1, "__proto__": {"admin": true}}]']) {
    it(`an answer ${answer} fails clearly, and changes no prototype`, () => {
      const fake = fakeSocket();
      const entity = answer.startsWith('[') ? new Todos() : new Todo({ id: 1 });
      const { heard, ...options } = noted();
      entity.fetch({ ...options, socket: fake.socket });
      fake.sent[0].answer(null, JSON.parse(answer));
      expect(heard.map(([kind, error]) => [kind, error.name])).to.deep.equal([['error', 'IoSyncError']]);
      const model = entity instanceof Todos ? entity.at(0) || new Todo() : entity;
      expect(model.get('admin')).to.equal(undefined);
      expect({}.admin).to.equal(undefined);
    });
  }

  it('a key "__proto__" in an answer travels over Socket.IO, and is refused', async () => {
    server.handle('todos:read', (data, reply) => reply(null, JSON.parse('[{"id": 1, "__proto__": {"admin": true}}]')));
    const todos = new Todos();
    expect(await failureOf(todos.fetch())).to.have.property('name', 'IoSyncError');
    expect(todos.length).to.equal(0);
  });

  it('a key "__proto__" deep inside an attribute is data', async () => {
    server.handle('todos:read', (data, reply) => reply(null, { body: JSON.parse('{"__proto__": {"admin": true}}') }));
    const todo = new Todo({ id: 1 });
    await todo.fetch();
    expect(Object.keys(todo.get('body'))).to.deep.equal(['__proto__']);
    expect(todo.get('body').admin).to.equal(undefined);
  });
});
