import { expect } from 'chai';
import { connected, once, startServer } from '../../support/control.js';
import { Todo, Todos, failureOf } from '../fixtures.js';
import { contentOf, exchanged, noted, requests } from './wire.js';

describe('Of several fetches of one object', () => {
  let server;
  let socket;
  beforeEach(async () => {
    server = await startServer();
    Backbone.socket = socket = await connected(server);
  });

  // Makes fetches of `entity`, has the last one answered first, and then the others in their order.
  async function race(entity, answers, ...fetches) {
    const results = fetches.map(options => entity.fetch(options).then(() => 'success', error => error.code));
    const arrived = await Promise.all(fetches.map(() => server.next('todos:read')));
    const last = arrived.length - 1;
    await arrived[last].answer(null, answers[last]);
    await results[last];
    for (const [index, { answer }] of arrived.slice(0, last).entries()) await answer(null, answers[index]);
    await exchanged(server, socket);
    return Promise.all(results);
  }

  it('the newest wins: an older one settles as "superseded" and changes nothing', async () => {
    const todos = new Todos();
    expect(await race(todos, [[{ id: 1 }], [{ id: 2 }]], {}, {})).to.deep.equal(['superseded', 'success']);
    expect(todos.pluck('id')).to.deep.equal([2]);
  });

  it('of a model, the newest wins as well', async () => {
    const todo = new Todo({ id: 1 });
    expect(await race(todo, [{ title: 'old' }, { title: 'new' }], {}, {})).to.deep.equal(['superseded', 'success']);
    expect(todo.get('title')).to.equal('new');
  });

  it('a stale one fails with a sentence, and triggers no "error"', async () => {
    const todos = new Todos();
    const events = [];
    todos.on('error', () => events.push('error'));
    const failing = failureOf(todos.fetch());
    const fetching = todos.fetch();
    const [, second] = [await server.next('todos:read'), await server.next('todos:read')];
    await second.answer(null, []);
    await fetching;
    const error = await failing;
    expect(error).to.be.an('error').with.property('name', 'IoSyncError');
    expect(error).to.have.property('code', 'superseded');
    expect(error.message).to.contain('todos:read');
    expect(events).to.deep.equal([]);
    expect(contentOf(socket).acks).to.equal(0);
  });

  it('an older one that answers first is taken, and so is the newer one', async () => {
    const todos = new Todos();
    const fetches = [todos.fetch(), todos.fetch()];
    const [first, second] = [await server.next('todos:read'), await server.next('todos:read')];
    await first.answer(null, [{ id: 1 }]);
    await fetches[0];
    expect(todos.pluck('id')).to.deep.equal([1]);
    await second.answer(null, [{ id: 2 }]);
    await fetches[1];
    expect(todos.pluck('id')).to.deep.equal([2]);
  });

  it('an older one still counts when the newer one fails', async () => {
    const todos = new Todos();
    const older = todos.fetch();
    const newer = failureOf(todos.fetch());
    const [first, second] = [await server.next('todos:read'), await server.next('todos:read')];
    await second.answer('no');
    expect(await newer).to.equal('no');
    await first.answer(null, [{ id: 1 }]);
    await older;
    expect(todos.pluck('id')).to.deep.equal([1]);
  });

  it('one with reset makes all older ones stale, whatever they asked for', async () => {
    const todos = new Todos();
    const rows = [[{ id: 1 }], [{ id: 2 }], [{ id: 3 }]];
    const fetches = [{ remove: false, data: { page: 1 } }, { data: { q: 'milk' } }, { reset: true, remove: false, data: { page: 3 } }];
    expect(await race(todos, rows, ...fetches)).to.deep.equal(['superseded', 'superseded', 'success']);
    expect(todos.pluck('id')).to.deep.equal([3]);
  });

  it('pages with remove: false go side by side, and all are kept', async () => {
    const todos = new Todos();
    const pages = [1, 2, 3].map(page => ({ remove: false, data: { page } }));
    expect(await race(todos, [[{ id: 1 }], [{ id: 2 }], [{ id: 3 }]], ...pages)).to.deep.equal(['success', 'success', 'success']);
    expect(todos.pluck('id').sort()).to.deep.equal([1, 2, 3]);
  });

  it('pages go side by side, too, when the caller turns them in one and the same data', async () => {
    const todos = new Todos();
    const data = { page: 1 };
    const first = todos.fetch({ remove: false, data }).then(() => 'success', error => error.code);
    const one = await server.next('todos:read');
    data.page = 2;
    const second = todos.fetch({ remove: false, data }).then(() => 'success', error => error.code);
    const two = await server.next('todos:read');
    expect([one, two].map(({ args }) => args[0].page)).to.deep.equal([1, 2]);
    await two.answer(null, [{ id: 2 }]);
    await second;
    await one.answer(null, [{ id: 1 }]);
    expect(await first).to.equal('success');
    expect(todos.pluck('id').sort()).to.deep.equal([1, 2]);
  });

  it('a page with remove: false makes an older fetch of the same page stale', async () => {
    const todos = new Todos();
    const page = { remove: false, data: { page: 1, size: 10 } };
    expect(await race(todos, [[{ id: 1, n: 'old' }], [{ id: 1, n: 'new' }]], page, { ...page }))
      .to.deep.equal(['superseded', 'success']);
    expect(todos.toJSON()).to.deep.equal([{ id: 1, n: 'new' }]);
  });

  it('data are equal in whatever order their keys stand', async () => {
    const fetches = [{ remove: false, data: { page: 1, size: 10 } }, { remove: false, data: { size: 10, page: 1 } }];
    expect(await race(new Todos(), [[], []], ...fetches)).to.deep.equal(['superseded', 'success']);
  });

  it('data are equal in whatever order their keys stand, also deeper', async () => {
    const fetches = [{ a: 1, b: 2 }, { b: 2, a: 1 }].map(where => ({ remove: false, data: { where } }));
    expect(await race(new Todos(), [[], []], ...fetches)).to.deep.equal(['superseded', 'success']);
  });

  for (const [one, two] of [[1, 2], ['a', 'b'], [['a'], ['b']], [{ n: 1 }, { n: '1' }], [{ n: [1, 2] }, { n: '1,2' }]]) {
    it(`${JSON.stringify(one)} and ${JSON.stringify(two)} are different data`, async () => {
      const fetches = [one, two].map(data => ({ remove: false, data }));
      expect(await race(new Todos(), [[{ id: 1 }], [{ id: 2 }]], ...fetches)).to.deep.equal(['success', 'success']);
    });
  }

  it('one with remove: false leaves an older fetch under another event alone', async () => {
    const todos = new Todos();
    const older = todos.fetch({ remove: false, url: '/archive' });
    const newer = todos.fetch({ remove: false });
    const [first, second] = [await server.next('archive:read'), await server.next('todos:read')];
    await second.answer(null, [{ id: 2 }]);
    await newer;
    await first.answer(null, [{ id: 1 }]);
    await older;
    expect(todos.pluck('id').sort()).to.deep.equal([1, 2]);
  });

  it('one with remove: false leaves an older replacing one alone', async () => {
    const fetches = [{ data: { q: 'milk' } }, { remove: false, data: { page: 1 } }];
    expect(await race(new Todos(), [[{ id: 1 }], [{ id: 2 }]], ...fetches)).to.deep.equal(['success', 'success']);
  });

  it('a stale one that still waits for its connection is never sent', async () => {
    const away = await startServer();
    const waiting = await connected(away);
    const gone = once(waiting, 'disconnect');
    await away.kill();
    await gone;
    server.handle('todos:read', (data, reply) => reply(null, [{ id: 2 }]));
    const todos = new Todos();
    const failing = failureOf(todos.fetch({ socket: waiting }));
    await todos.fetch();
    expect((await failing).code).to.equal('superseded');
    const back = once(waiting, 'connect');
    await away.restart();
    await back;
    await exchanged(away, waiting);
    expect(requests(away)).to.deep.equal([]);
  });

  it('a save is no fetch, and is never superseded', async () => {
    const todo = new Todo({ id: 1 });
    const saving = todo.save({ title: 'mine' });
    const fetching = todo.fetch();
    const [update, read] = [await server.next('todos:update'), await server.next('todos:read')];
    await read.answer(null, { title: 'theirs' });
    await fetching;
    await update.answer(null, { version: 2 });
    expect(await saving).to.deep.equal({ version: 2 });
  });

  it('others of another object are left alone', async () => {
    const [one, two] = [new Todos(), new Todos()];
    const fetches = [one.fetch(), two.fetch()];
    const [first, second] = [await server.next('todos:read'), await server.next('todos:read')];
    await second.answer(null, [{ id: 2 }]);
    await fetches[1];
    await first.answer(null, [{ id: 1 }]);
    await fetches[0];
    expect(one.pluck('id')).to.deep.equal([1]);
  });

  it('a late answer to a stale one is ignored, its callbacks run once', async () => {
    const todos = new Todos();
    const { heard, ...options } = noted();
    const ends = [];
    const older = todos.fetch(options).always(error => ends.push(error.code));
    const newer = todos.fetch();
    const [first, second] = [await server.next('todos:read'), await server.next('todos:read')];
    await second.answer(null, []);
    await newer;
    await first.answer(null, [{ id: 1 }]);
    await first.answer('no');
    await failureOf(older);
    await exchanged(server, socket);
    expect(ends).to.deep.equal(['superseded']);
    expect(heard.filter(([name]) => name === 'success')).to.deep.equal([]);
    expect(todos.length).to.equal(0);
  });
});
