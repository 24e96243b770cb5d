import { expect } from 'chai';
import { connected, once, startServer } from '../../support/control.js';
import { Todo, Todos, failureOf, fakeSocket } from '../fixtures.js';
import { eventsOf, exchanged, noted } from './wire.js';

// JSON whose own key is "__proto__", as a server can send it.
const withProto = text => JSON.parse(text.replace('PROTO', '__proto__'));

const names = ['a/b', '/', 'a:b', '100%', '%2F', '#1', 'me@home', 'two words', ' ', '🦴', '\u202Ertl', 'a\u0000b', '?q=1&r', '..', '<b>'];

describe('Whatever an id or attribute is', () => {
  let server;
  let socket;
  beforeEach(async () => {
    server = await startServer({ maxHttpBufferSize: 1e8 });
    Backbone.socket = socket = await connected(server);
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

  for (const answer of ['{"id": 1, "PROTO": {"admin": true}}', '[{"id": 1, "PROTO": {"admin": true}}]']) {
    it(`an answer ${answer.replace('PROTO', '__proto__')} fails clearly, and changes no prototype`, () => {
      const fake = fakeSocket();
      const entity = answer.startsWith('[') ? new Todos() : new Todo({ id: 1 });
      const { heard, ...options } = noted();
      entity.fetch({ ...options, socket: fake.socket });
      fake.sent[0].answer(null, withProto(answer));
      expect(heard.map(([kind, error]) => [kind, error.name])).to.deep.equal([['error', 'IoSyncError']]);
      const model = entity instanceof Todos ? entity.at(0) || new Todo() : entity;
      expect(model.get('admin')).to.equal(undefined);
      expect({}.admin).to.equal(undefined);
    });
  }

  it('a key "__proto__" in an answer travels over Socket.IO, and is refused', async () => {
    server.handle('todos:read', (data, reply) => reply(null, withProto('[{"id": 1, "PROTO": {"admin": true}}]')));
    const todos = new Todos();
    expect(await failureOf(todos.fetch())).to.have.property('name', 'IoSyncError');
    expect(todos.length).to.equal(0);
  });

  it('a key "__proto__" deep inside an attribute is data', async () => {
    server.handle('todos:read', (data, reply) => reply(null, { body: withProto('{"PROTO": {"admin": true}}') }));
    const todo = new Todo({ id: 1 });
    await todo.fetch();
    expect(Object.keys(todo.get('body'))).to.deep.equal(['__proto__']);
    expect(todo.get('body').admin).to.equal(undefined);
  });

  it('a key "__proto__" in options.data is sent, or refused clearly, beside an id that is put in', async () => {
    const fake = fakeSocket();
    const { heard, ...options } = noted();
    new Todo({ id: 1 }).fetch({ ...options, data: withProto('{"PROTO": {"admin": true}}'), socket: fake.socket });
    for (const { args: [data], answer } of fake.sent) {
      expect(Object.keys(data).sort()).to.deep.equal(['__proto__', 'id']);
      answer(null, {});
    }
    expect(heard).to.have.lengthOf(1);
  });

  it('a text of 1 MB comes back as it was', async () => {
    server.handle('todos:update', (data, reply) => reply(null, { title: data.title, length: data.title.length }));
    const title = 'é🦴x'.repeat(250_000);
    const todo = new Todo({ id: 1, title });
    await todo.save();
    expect(todo.get('length')).to.equal(title.length);
    expect(todo.get('title') === title).to.equal(true);
  });

  it('a text larger than the server accepts fails with "disconnected", and is not sent again', async () => {
    const small = await startServer();
    const limited = await connected(small);
    const back = once(limited, 'connect');
    const todo = new Todo({ id: 1, title: 'x'.repeat(1.5e6) });
    expect((await failureOf(todo.save(null, { socket: limited }))).code).to.equal('disconnected');
    await back;
    await exchanged(small, limited);
    expect(eventsOf(small)).to.deep.equal([]);
  });

  it('data that no JSON can hold fail with the reason, and the socket works on', async () => {
    const circle = {};
    circle.circle = circle;
    const { heard, ...options } = noted();
    const error = await failureOf(new Todo({ id: 1 }).save(null, { ...options, data: circle }));
    expect(error).to.be.an('error');
    expect(heard).to.deep.equal([['error', error]]);
    server.handle('todos:update', (data, reply) => reply(null, data));
    expect(await new Todo({ id: 2 }).save()).to.deep.equal({ id: 2 });
    await exchanged(server, socket);
    expect(eventsOf(server)).to.deep.equal(['todos:update']);
  });

  it('data that no JSON can hold fail, too, when they had to wait for the connection', async () => {
    const gone = once(socket, 'disconnect');
    await server.kill();
    await gone;
    const circle = {};
    circle.circle = circle;
    server.handle('todos:update', (data, reply) => reply(null, data));
    const failing = failureOf(new Todo({ id: 1 }).save(null, { data: circle }));
    const next = new Todo({ id: 2 }).save();
    await server.restart();
    expect(await failing).to.be.an('error');
    expect(await next).to.deep.equal({ id: 2 });
  });
});
