// Whatever a raw Socket.IO client sends to Done.: a clear answer or none, and the server lives.
import { expect } from 'chai';
import { once } from 'node:events';
import { io } from 'socket.io-client';
import { ask, useWorld } from './support.mjs';

const events = ['todos:read', 'todos:create', 'todo:create', 'todo:read', 'todo:update', 'todo:patch', 'todo:delete'];
const unknown = '00000000-0000-4000-8000-000000000000';

const strange = {
  'nothing': undefined,
  'null': null,
  'a text': 'todo',
  'a number': 42,
  'a list': [],
  'bytes': Buffer.from('todo'),
  'an empty object': {},
  'an id that is null': { id: null, done: true },
  'an id with a toString': { id: { toString: 1 }, done: true },
  'an id that is a list': { id: [unknown], done: true },
  'an id that is SQL': { id: "' or true; --", done: true },
  'an id out of a prototype': { id: '__proto__', done: true },
  'an id that nobody has': { id: unknown, title: null, done: 'yes' },
  'a title that is an object': { id: unknown, title: { toString: 1 }, done: true },
  'a title that is empty': { id: unknown, title: ' \n ', done: true },
  'a title that is too long': { id: unknown, title: 'x'.repeat(201), done: true },
  'a title that is huge': { id: unknown, title: 'x'.repeat(90_000), done: true },
  'a list that is an object': { id: unknown, title: 7, list: { toString: 1 } },
  'a done that is a text': { id: unknown, title: 7, done: 'true' },
  'a prototype': JSON.parse('{ "__proto__": { "id": "1", "title": "x", "done": true } }'),
  'a constructor': { constructor: { prototype: { id: unknown } } },
};

describe('a raw client of Done.', function () {
  let server;
  let list;

  // The server lives, and had nothing to complain about. Comes before useWorld, which takes the clients away.
  afterEach(async () => {
    const [error, todos] = await ask(await world.client(server.url), 'todos:read', {});
    expect(error).to.equal(null);
    expect(todos).to.be.an('array');
    expect(server.output()).to.equal(`Done. is at ${server.url}`);
  });

  const world = useWorld(this);

  beforeEach(async () => {
    ({ server, name: list } = await world.list());
  });

  const onList = () => ({ where: { list } });

  it('is told what is wrong with strange data', async () => {
    const client = await world.client(server.url);
    for (const [name, data] of Object.entries(strange)) {
      for (const event of events) {
        const [error, result] = await ask(client, event, data);
        // Who reads and names no id asks for all.
        if (error === null && event.endsWith(':read')) {
          expect(result, `${event} with ${name}`).to.be.an('array');
          continue;
        }
        expect(error, `${event} with ${name}`).to.include.all.keys('code', 'message');
        expect(error.code, `${event} with ${name}`).to.be.oneOf(['invalid', 'not_found']);
        expect(error.message, `${event} with ${name}`).to.match(/^[A-Z"][^\n]{5,120}\.$/);
        expect(result, `${event} with ${name}`).to.be.oneOf([null, undefined]);
      }
    }
  });

  it('gets an answer to lists that are thousands deep', async () => {
    const client = await world.client(server.url, { transports: ['websocket'] });
    // Greeted first, so that the next message is the answer.
    await ask(client, 'todos:read', {});
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    for (const event of events) {
      for (const data of [deep, `{"id":${deep}}`, `{"title":${deep},"done":${deep}}`]) {
        // Written by hand, since Socket.IO's own client cannot. It counts its acknowledgements from 0; 7 is not in use.
        client.io.engine.write(`27["${event}",${data}]`);
        const answer = await new Promise(resolve => client.io.engine.once('data', resolve));
        expect(answer, event).to.match(/^37\[(null,|\{"code":"invalid",|\{.*"code":"invalid")/);
      }
    }
  });

  it('is told that a todo is not there', async () => {
    const client = await world.client(server.url);
    for (const event of ['todo:read', 'todo:update', 'todo:patch', 'todo:delete']) {
      const [error] = await ask(client, event, { id: unknown, title: 'x', done: true });
      expect(error, event).to.deep.equal({ code: 'not_found', message: 'This todo is no longer there.' });
    }
  });

  it('without a callback, or with something else in its place, gets nothing done', async () => {
    const client = await world.client(server.url);
    for (const event of events) {
      for (const args of [[], [null], [{ title: 'x' }], [{ title: 'x' }, 'callback'], [{ title: 'x' }, { call: 1 }, null]]) {
        client.emit(event, ...args);
      }
    }
    const [, todos] = await ask(client, 'todos:read', {});
    expect(todos.filter(({ title }) => title === 'x')).to.deep.equal([]);
  });

  it('is answered when it sends a callback and no data', async () => {
    const client = await world.client(server.url);
    expect((await ask(client, 'todos:read'))[1]).to.be.an('array');
    expect((await ask(client, 'todo:create'))[0].code).to.equal('invalid');
  });

  it('cannot choose an id or an order, and nothing else that it sends is kept', async () => {
    const client = await world.client(server.url);
    const data = { id: unknown, order: -1, title: ' Milk\t\n ', list, admin: true, toString: 1 };
    const [error, todo] = await ask(client, 'todo:create', data);
    expect(error).to.equal(null);
    expect(todo).to.have.all.keys('id', 'title', 'done', 'list', 'order');
    expect(todo).to.include({ title: 'Milk', done: false, list });
    expect(todo.id).to.match(/^[0-9a-f-]{36}$/).and.not.equal(unknown);
    expect(todo.order).to.be.above(0);
    const [, updated] = await ask(client, 'todo:update', { ...todo, order: -1, admin: true });
    expect(updated).to.deep.equal(todo);
    expect((await ask(client, 'todo:patch', { id: todo.id, order: -1 }))[1]).to.deep.equal(todo);
    expect(await ask(client, 'todos:read', onList())).to.deep.equal([null, [todo]]);
  });

  it('cannot take a todo to another list, and makes none on one that cannot be, or is not its own', async () => {
    const client = await world.client(server.url);
    const [, todo] = await ask(client, 'todo:create', { title: 'Milk', list });
    for (const other of ['', `${list}-2`, '~ann']) {
      expect((await ask(client, 'todo:update', { ...todo, list: other }))[1], other).to.deep.equal(todo);
      expect((await ask(client, 'todo:patch', { id: todo.id, list: other }))[1], other).to.deep.equal(todo);
    }
    expect((await ask(client, 'todo:create', { title: 'x', list: '~ann' }))[0].code).to.equal('forbidden');
    for (const wrong of ['~', 'a b', 'a/b', '../x', 'Groceries', 'active', 'search', 'classic', '-', '\u202eabc', 'x'.repeat(51), 'a.b', '☃', '~~ann']) {
      const [error] = await ask(client, 'todo:create', { title: 'x', list: wrong });
      expect([error?.code, error?.message], wrong).to.deep.equal(['invalid', 'There can be no list of this name.']);
    }
    for (const right of ['été', 'किराना', '買い物', 'x'.repeat(50), '2-go']) {
      const [error, made] = await ask(client, 'todo:create', { title: 'x', list: right });
      expect([error, made?.list]).to.deep.equal([null, right]);
      await ask(client, 'todo:delete', { id: made.id });
    }
  });

  it('is refused a channel that is none, in the same words as one that is private', async () => {
    const client = await world.client(server.url);
    const refusals = new Set();
    for (const channel of ['~ann', '~', 'groceries', 'a b', '../x', 'x'.repeat(51), '☃']) {
      for (const [event, ...args] of [
        ['todos:read', {}, { channel }], ['todo:create', { title: 'x' }, { channel }], ['todo:patch', { id: unknown, done: true }, { channel }],
        ['todo:delete', { id: unknown }, { channel }], ['todos:subscribe', { uid: '1', after: '' }, { channel }],
        ['iosync:join', { backend: 'todos', channel }],
      ]) refusals.add(JSON.stringify((await ask(client, event, ...args))[0]));
    }
    expect([...refusals]).to.have.lengthOf(1);
    expect(JSON.parse([...refusals][0]).code).to.equal('forbidden');
  });

  it('hears nothing of what it has not subscribed to', async () => {
    const [client, other] = await Promise.all([world.client(server.url), world.client(server.url)]);
    await Promise.all([client, other].map(one => ask(one, 'todos:read', {})));
    const heard = [];
    // Now and then it is also told, without an entry, that it has missed nothing.
    const milk = new Promise(resolve => other.onAny((event, { entries }) => {
      heard.push(...(entries ? entries.map(({ attrs }) => attrs.title) : [event]));
      if (heard.includes('Milk')) resolve();
    }));
    await ask(other, 'todos:subscribe', { uid: '1', after: '', ...onList() }, {});
    await ask(client, 'todo:create', { title: 'Hammer', list: `${list}-2` });
    await ask(client, 'todo:create', { title: 'For everyone' });
    await ask(client, 'todo:create', { title: 'Milk', list });
    await milk;
    expect(heard).to.deep.equal(['Milk']);
  });

  it('is cut off when its message is too big, or is none at all', async () => {
    const huge = `2["todo:create",{"title":"${'x'.repeat(200_000)}"}]`;
    const packets = [huge, '2{"a":1}', 'nonsense', '9', '2["disconnect"]', '2[null]', '5-["todo:create",{"_placeholder":true}]'];
    for (const packet of packets) {
      const client = await world.client(server.url, { reconnection: false, transports: ['websocket'] });
      const gone = once(client, 'disconnect');
      client.io.engine.write(packet);
      await gone;
    }
  });

  it('is not heard when it uses names that nobody listens to', async () => {
    const client = await world.client(server.url, { transports: ['websocket'] });
    for (const packet of ['2', '2["__proto__",{}]', '2["",null]', '2[1]', '2["constructor"]', '2["toString",{"toString":1}]']) {
      client.io.engine.write(packet);
    }
    expect((await ask(client, 'todos:read', {}))[0]).to.equal(null);
  });

  it('is refused when it comes from another origin, by either transport', async () => {
    for (const transport of ['polling', 'websocket']) {
      for (const origin of ['http://elsewhere.example', 'null', 'nonsense', `${server.url}0`]) {
        const client = io(server.url, { transports: [transport], extraHeaders: { origin }, forceNew: true, reconnection: false });
        const outcome = await new Promise(resolve => {
          for (const event of ['connect', 'connect_error']) client.once(event, () => resolve(event));
        });
        client.disconnect();
        expect(outcome, `${origin} by ${transport}`).to.equal('connect_error');
      }
      await world.client(server.url, { transports: [transport], extraHeaders: { origin: server.url } });
    }
  });
});
