import { expect } from 'chai';
import { Todo, Todos, failureOf, fakeSocket } from '../fixtures.js';
import { noted } from './wire.js';

describe('On a fake that only has on, removeListener and emit, a request', () => {
  let fake;
  beforeEach(() => {
    fake = fakeSocket();
    Backbone.socket = fake.socket;
  });

  it('is sent at once and answered', async () => {
    const todos = new Todos();
    const fetching = todos.fetch();
    expect(fake.sent).to.have.lengthOf(1);
    expect(fake.sent[0]).to.include({ event: 'todos:read', hasAck: true });
    fake.sent[0].answer(null, [{ id: 1 }]);
    await fetching;
    expect(todos.pluck('id')).to.deep.equal([1]);
    expect(fake.listening()).to.equal(0);
  });

  it('may be answered in the middle of emit', async () => {
    fake.socket.emit = (event, data, callback) => callback(null, { title: 'milk' });
    const { heard, ...options } = noted();
    expect(await new Todo({ id: 1 }).fetch(options)).to.deep.equal({ title: 'milk' });
    expect(heard).to.have.lengthOf(1);
    expect(fake.listening()).to.equal(0);
  });

  it('takes the first of two answers, also of two different ones', async () => {
    const { heard, ...options } = noted();
    const request = new Todo({ id: 1 }).fetch(options);
    fake.sent[0].answer('no');
    fake.sent[0].answer(null, { title: 'milk' });
    expect(await failureOf(request)).to.equal('no');
    expect(heard).to.deep.equal([['error', 'no']]);
  });

  it('fails when the fake says "disconnect", and times out', async () => {
    const failing = failureOf(new Todo({ id: 1 }).save());
    fake.hear('disconnect', 'transport close');
    expect((await failing).code).to.equal('disconnected');
    expect((await failureOf(new Todo({ id: 1 }).save(null, { timeout: 20 }))).code).to.equal('timeout');
    expect(fake.listening()).to.equal(0);
  });

  it('waits when the fake says it is not connected, until it says "connect"', async () => {
    fake.socket.connected = false;
    const saving = new Todo({ id: 1 }).save();
    const aborted = new Todo({ id: 2 }).save();
    aborted.abort();
    expect(fake.sent).to.deep.equal([]);
    fake.socket.connected = true;
    fake.hear('connect');
    expect(fake.sent.map(({ args }) => args[0].id)).to.deep.equal([1]);
    fake.sent[0].answer(null, {});
    await saving;
    expect(fake.listening()).to.equal(0);
  });

  it('fails with what emit throws', async () => {
    const broken = new Error('broken');
    fake.socket.emit = () => { throw broken; };
    const { heard, ...options } = noted();
    expect(await failureOf(new Todo({ id: 1 }).save(null, options))).to.equal(broken);
    expect(heard).to.deep.equal([['error', broken]]);
    expect(fake.listening()).to.equal(0);
  });
});
