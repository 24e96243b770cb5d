import { expect } from 'chai';
import { connect, connected, once, startServer } from '../../support/control.js';
import { Todo, failureOf, fakeSocket, replace } from '../fixtures.js';
import { contentOf, exchanged, noted } from './wire.js';

describe('A request that is not answered in time', () => {
  let server;
  let socket;
  beforeEach(async () => {
    server = await startServer();
    Backbone.socket = socket = await connected(server);
  });

  it('fails with the code "timeout"', async () => {
    const { heard, ...options } = noted();
    const error = await failureOf(new Todo({ id: 1 }).save(null, { ...options, timeout: 50 }));
    expect(error).to.be.an('error').with.property('name', 'IoSyncError');
    expect(error).to.have.property('code', 'timeout');
    expect(error.message).to.contain('todos:update');
    expect(heard).to.deep.equal([['error', error]]);
  });

  it('changes nothing with an answer that comes after all', async () => {
    const todo = new Todo({ id: 1 });
    const { heard, ...options } = noted();
    const events = [];
    await failureOf(todo.fetch({ ...options, timeout: 50 }).always(() => events.push('always')));
    const request = await server.next('todos:read');
    await request.answer(null, { title: 'late' });
    await exchanged(server, socket);
    expect(heard.map(([name]) => name)).to.deep.equal(['error']);
    expect(events).to.deep.equal(['always']);
    expect(todo.attributes).to.deep.equal({ id: 1 });
  });

  it('does not succeed either when the page was too busy to see that the time was over', async () => {
    const fake = fakeSocket();
    const todo = new Todo({ id: 1 });
    const { heard, ...options } = noted();
    const request = todo.fetch({ ...options, timeout: 20, socket: fake.socket });
    beBusy(30);
    fake.sent[0].answer(null, { title: 'late' });
    expect((await failureOf(request)).code).to.equal('timeout');
    expect(heard.map(([name]) => name)).to.deep.equal(['error']);
    expect(todo.attributes).to.deep.equal({ id: 1 });
  });

  it('is not sent when its time was over while the page was too busy to see that', async () => {
    const fake = fakeSocket();
    fake.socket.connected = false;
    const request = new Todo({ id: 1 }).save(null, { timeout: 20, socket: fake.socket });
    beBusy(30);
    fake.socket.connected = true;
    fake.hear('connect');
    expect((await failureOf(request)).code).to.equal('timeout');
    expect(fake.sent).to.deep.equal([]);
  });

  it('leaves the socket as it was', async () => {
    const before = contentOf(socket);
    await failureOf(new Todo({ id: 1 }).save(null, { timeout: 50 }));
    expect(contentOf(socket)).to.deep.equal(before);
  });

  it('waits for options.timeout, else the model\'s, else Backbone.ioSync.timeout', async () => {
    replace(Backbone.ioSync, 'timeout', 50);
    expect((await failureOf(new Todo({ id: 1 }).fetch())).code).to.equal('timeout');
    replace(Backbone.ioSync, 'timeout', 60_000);
    const Hasty = Todo.extend({ timeout: 50 });
    expect((await failureOf(new Hasty({ id: 1 }).fetch())).code).to.equal('timeout');
    const Patient = Todo.extend({ timeout: 60_000 });
    expect((await failureOf(new Patient({ id: 1 }).fetch({ timeout: 50 }))).code).to.equal('timeout');
    replace(Backbone.ioSync, 'timeout', 1);
    const patient = new Patient({ id: 1 }).fetch();
    expect((await failureOf(new Todo({ id: 2 }).fetch())).code).to.equal('timeout');
    patient.abort();
    expect((await failureOf(patient)).code).to.equal('aborted');
  });

  it('has 10 seconds unless told otherwise', () => {
    expect(Backbone.ioSync.timeout).to.equal(10_000);
  });

  for (const timeout of [0, 2 ** 31 - 1, 2 ** 31, 1e15]) {
    it(`has at most the longest time of a timer for timeout: ${timeout}`, () => {
      const delays = [];
      const { setTimeout } = window;
      replace(window, 'setTimeout', (callback, delay) => {
        delays.push(delay);
        return setTimeout(callback, delay);
      });
      const request = new Todo({ id: 1 }).fetch({ timeout, socket: fakeSocket().socket });
      request.abort();
      // A timer takes whole milliseconds.
      expect(Math.floor(Math.max(...delays.filter(Number)))).to.be.within(2 ** 31 - 60_000, 2 ** 31 - 1);
    });
  }

  it('fails at its own deadline, though an earlier one has more time', async () => {
    const ends = [];
    const patient = new Todo({ id: 1 }).fetch({ timeout: 60_000 }).fail(({ code }) => ends.push(code));
    await failureOf(new Todo({ id: 2 }).fetch({ timeout: 50 }).fail(({ code }) => ends.push(code)));
    await failureOf(patient.abort());
    expect(ends).to.deep.equal(['timeout', 'aborted']);
  });

  it('fails at its own deadline, though an earlier one had less time', async () => {
    const ends = [];
    const requests = [30, 60].map(timeout => new Todo({ id: 1 }).save(null, { timeout }).fail(() => ends.push(timeout)));
    await Promise.all(requests.map(failureOf));
    expect(ends).to.deep.equal([30, 60]);
  });

  it('has had the time until there was a connection counted, too', async () => {
    await server.kill();
    const order = [];
    const early = new Todo({ id: 1 }).fetch({ timeout: 300 }).fail(() => order.push('made offline'));
    // Not before 80 ms have gone by.
    await failureOf(new Todo({ id: 2 }).fetch({ timeout: 80 }));
    const back = once(socket, 'connect');
    await server.restart();
    await back;
    const late = new Todo({ id: 3 }).fetch({ timeout: 260 }).fail(() => order.push('made online'));
    await Promise.all([early, late].map(failureOf));
    expect(order).to.deep.equal(['made offline', 'made online']);
  });

  it('fails with "timeout", too, when the server is down from the start', async () => {
    await server.kill();
    const unconnected = connect(server);
    const error = await failureOf(new Todo({ id: 1 }).save(null, { socket: unconnected, timeout: 50 }));
    expect(error.code).to.equal('timeout');
    expect(contentOf(unconnected)).to.include({ acks: 0, unsent: 0, queued: 0 });
  });
});

function beBusy(milliseconds) {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}
