import { expect } from 'chai';
import { connected, once, startServer } from '../../support/control.js';
import { Todo, Todos, failureOf, fakeSocket } from '../fixtures.js';
import { eventsOf, exchanged, noted } from './wire.js';

describe('Whatever a request carries', () => {
  let server;
  let socket;
  const circle = {};
  circle.circle = circle;
  beforeEach(async () => {
    server = await startServer({ maxHttpBufferSize: 1e8 });
    Backbone.socket = socket = await connected(server);
  });

  it('a key "__proto__" in options.data is sent, or refused clearly, beside an id that is put in', async () => {
    const fake = fakeSocket();
    const { heard, ...options } = noted();
    new Todo({ id: 1 }).fetch({ ...options, data: JSON.parse('{"__proto__": {"admin": true}}'), socket: fake.socket });
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
    const { heard, ...options } = noted();
    const error = await failureOf(new Todo({ id: 1 }).save(null, { ...options, data: circle }));
    expect(error).to.be.an('error');
    expect(heard).to.deep.equal([['error', error]]);
    server.handle('todos:update', (data, reply) => reply(null, data));
    expect(await new Todo({ id: 2 }).save()).to.deep.equal({ id: 2 });
    await exchanged(server, socket);
    expect(eventsOf(server)).to.deep.equal(['todos:update']);
  });

  it('data that no JSON can hold fail a fetch in the same way', async () => {
    const { heard, ...options } = noted();
    const error = await failureOf(new Todos().fetch({ ...options, data: circle }));
    expect(error).to.be.an('error');
    expect(heard).to.deep.equal([['error', error]]);
  });

  for (const value of [Object.assign(Object.create(null), { a: 1 }), { toString: 't', valueOf: 'v' }]) {
    it(`data with ${JSON.stringify(value)} inside, which is no text, are sent`, async () => {
      server.handle('todos:read', (data, reply) => reply(null, [{ id: 1, ...data }]));
      const todos = new Todos();
      await todos.fetch({ data: { a: 1, where: value } });
      expect(server.received[0].args).to.deep.equal([{ a: 1, where: { ...value } }]);
    });
  }

  it('data that no JSON can hold fail, too, when they had to wait for the connection', async () => {
    const gone = once(socket, 'disconnect');
    await server.kill();
    await gone;
    server.handle('todos:update', (data, reply) => reply(null, data));
    const failing = failureOf(new Todo({ id: 1 }).save(null, { data: circle }));
    const next = new Todo({ id: 2 }).save();
    await server.restart();
    expect(await failing).to.be.an('error');
    expect(await next).to.deep.equal({ id: 2 });
  });
});
