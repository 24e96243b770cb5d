// What a page is given that is made on the server: documents in its HTML, and the cursor from which its subscription goes on.
import Backbone from 'backbone';
import { expect } from 'chai';
import { install } from '../../dist/install.mjs';
import { companion } from '../support/companion.mjs';
import { useServers } from './servers.mjs';

const { asLayer, BackendError, cookies, createBackend, memoryStore, rateLimit, snapshot } = companion;
install(Backbone);

describe('A snapshot', () => {
  const { start, connect, later } = useServers();

  async function server({ layers = [], options, backend, store = memoryStore() } = {}) {
    const todos = createBackend({ pushes: false, ...backend });
    for (const layer of layers) todos.use(layer);
    const { io, url } = await start({ todos: todos.use(store) }, { batch: 0, tick: 50, ...options });
    return { io, url, store };
  }

  // A page that was made with it: its documents travel as JSON. `frames` are what its socket sends, and hears.
  async function page(url, { documents, cursor }, options = {}, auth = {}) {
    const socket = await connect(url, { auth });
    const frames = [];
    const note = (event, ...args) => event !== 'iosync:hello' && frames.push([event, ...args]);
    const Todos = Backbone.Collection.extend({ url: '/todos', socket: () => socket });
    const todos = new Todos(JSON.parse(JSON.stringify(documents)));
    const { emit } = socket;
    socket.emit = (event, ...args) => {
      const ack = args.at(-1);
      if (typeof ack === 'function') args[args.length - 1] = (...answer) => (note(`answer to ${event}`, ...answer), ack(...answer));
      note(event, ...args);
      return emit.call(socket, event, ...args);
    };
    socket.onAny(note);
    const subscription = todos.ioSubscribe({ cursor, ...options });
    later(() => subscription.stop());
    const shown = () => todos.toJSON().sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
    const until = test => new Promise(resolve => {
      const look = () => test(shown()) && resolve();
      todos.on('all', look);
      look();
    });
    return { todos, subscription, shown, until, frames };
  }

  const refusal = promise => promise.then(() => 'open', error => error.code ?? error.message);
  const answered = (frames, event = 'todos:subscribe') => frames.filter(([name]) => name === `answer to ${event}`).map(([, , answer]) => answer);

  it('has all documents with their versions, and a cursor', async () => {
    const { io, store } = await server();
    await store.create({ title: 'milk' }, { id: 'a' });
    await store.create({ title: 'bread' }, { id: 'b' });
    await store.patch('b', { title: 'rye bread' });
    const { documents, cursor } = await snapshot(io, 'todos');
    expect(documents).to.have.deep.members([
      { id: 'a', title: 'milk', _version: 1 }, { id: 'b', title: 'rye bread', _version: (await store.read('b')).version },
    ]);
    expect(cursor).to.have.all.keys('epoch', 'head', 'view');
  });

  it('makes a collection that is told only what has changed since', async () => {
    const { io, store, url } = await server();
    for (const id of ['a', 'b', 'c', 'd']) await store.create({ title: `todo ${id}` }, { id });
    const made = await snapshot(io, 'todos');
    await store.patch('b', { title: 'bread' });
    await store.delete('c');
    await store.create({ title: 'tea' }, { id: 'e' });
    const { todos, subscription, shown, frames } = await page(url, made);
    const kept = todos.get('b');
    await subscription.ready;
    expect(answered(frames).map(({ entries }) => entries.map(({ action, id }) => `${action} ${id}`))).to.deep.equal([['put b', 'delete c', 'put e']]);
    expect(shown()).to.deep.equal([
      { id: 'a', title: 'todo a' }, { id: 'b', title: 'bread' }, { id: 'd', title: 'todo d' }, { id: 'e', title: 'tea' },
    ]);
    expect(todos.get('b')).to.equal(kept);
  });

  it('makes one that loads nothing, and hears what is committed from then on', async () => {
    const { io, store, url } = await server();
    await store.create({ title: 'milk', done: true }, { id: 'a' });
    const { todos, subscription, shown, until, frames } = await page(url, await snapshot(io, 'todos'));
    const milk = todos.get('a');
    await subscription.ready;
    expect(answered(frames).map(({ entries }) => entries)).to.deep.equal([[]]);
    await store.update('a', { title: 'oat milk' });
    await until(([first]) => first?.title === 'oat milk');
    expect(shown()).to.deep.equal([{ id: 'a', title: 'oat milk' }]);
    expect(todos.get('a')).to.equal(milk);
    await store.delete('a');
    await until(all => !all.length);
  });

  it('is as long as the list is, and misses nothing that is committed while it is read', async () => {
    const store = memoryStore();
    let isFirst = true;
    const list = async query => {
      const found = await store.list(query);
      if (isFirst) await Promise.all([store.patch('d0', { n: -1 }), store.delete('d1'), store.create({}, { id: 'a' }), store.create({}, { id: 'z' })]);
      isFirst = false;
      return found;
    };
    const { io, url } = await server({ store: asLayer({ ...store, list }) });
    await store.transaction(async documents => {
      for (let n = 0; n < 1_200; n += 1) await documents.create({ n }, { id: `d${n}` });
    });
    const made = await snapshot(io, 'todos');
    const { subscription, todos } = await page(url, made);
    await subscription.ready;
    expect(todos.length).to.equal(1_201);
    expect([todos.get('d0').get('n'), todos.get('d1'), !!todos.get('a'), !!todos.get('z')]).to.deep.equal([-1, undefined, true, true]);
  });

  it('is of one channel, and of what fits, with its fields only', async () => {
    const { io, store, url } = await server();
    await store.create({ n: 1, title: 'x', user: { name: 'Ann', mail: 'm' } }, { id: 'a', channel: 'one' });
    await store.create({ n: 2, title: 'y' }, { id: 'b', channel: 'one' });
    await store.create({ n: 1, title: 'z' }, { id: 'c', channel: 'two' });
    const what = { channel: 'one', where: { n: 1 }, fields: ['n', 'user.name'] };
    const made = await snapshot(io, 'todos', what);
    expect(made.documents).to.deep.equal([{ id: 'a', n: 1, user: { name: 'Ann' }, _version: 1 }]);
    expect((await snapshot(io, 'todos')).documents).to.deep.equal([]);
    const { subscription, until, frames } = await page(url, made, what);
    await subscription.ready;
    expect(answered(frames)).to.have.length(1);
    await store.patch('b', { n: 1 });
    await until(all => all.length === 2);
  });

  it('is of what its user may see, and of nothing else', async () => {
    const { io, store, url } = await server({
      options: { authenticate: ({ auth }) => auth },
      backend: { scope: user => ({ where: { owner: user?.id ?? null }, fields: ['owner', 'title'] }) },
    });
    await store.create({ owner: 'ann', title: 'x', secret: 1 }, { id: 'a' });
    await store.create({ owner: 'bob', title: 'y', secret: 1 }, { id: 'b' });
    const ann = { id: 'ann' };
    const made = await snapshot(io, 'todos', { user: ann });
    expect(made.documents).to.deep.equal([{ id: 'a', owner: 'ann', title: 'x', _version: 1 }]);
    expect((await snapshot(io, 'todos')).documents).to.deep.equal([]);
    expect(await refusal(snapshot(io, 'todos', { user: ann, where: { secret: 1 } }))).to.equal('forbidden');
    expect(await refusal(snapshot(io, 'todos', { user: ann, fields: ['secret'] }))).to.equal('forbidden');
    // A page that was made for somebody else: what is in it by then goes, and what the user may see comes.
    const { subscription, shown } = await page(url, made, {}, { id: 'bob' });
    await subscription.ready;
    expect(shown()).to.deep.equal([{ id: 'b', owner: 'bob', title: 'y' }]);
  });

  it('is refused to whoever may not read there, or not hear, or by a layer', async () => {
    const refused = {
      read: { options: { authorize: (user, { method }) => method !== 'read' } },
      join: { options: { authorize: (user, { method }) => method !== 'join' } },
      layer: { layers: [(req, res, next) => next(req.user ? undefined : new BackendError('forbidden', 'Log in first.'))] },
    };
    for (const [by, what] of Object.entries(refused)) {
      const { io } = await server(what);
      expect(await refusal(snapshot(io, 'todos')), by).to.equal('forbidden');
    }
    const { io } = await server(refused.layer);
    expect(await refusal(snapshot(io, 'todos', { user: { id: 'ann' } }))).to.equal('open');
  });

  it('is refused, like a subscription, where a layer changes what is read: it would show what the layer keeps back', async () => {
    const changes = {
      filter: req => { req.model.where = { owner: 'ann' }; },
      part: req => { req.model.limit = 1; },
      fields: req => { req.fields = ['title']; },
      scope: req => { req.scope = { where: { owner: 'ann' } }; },
    };
    for (const [what, change] of Object.entries(changes)) {
      const layer = (req, res, next) => {
        change(req);
        next();
      };
      const { io, url } = await server({ layers: [layer] });
      expect(await refusal(snapshot(io, 'todos')), what).to.equal('unsupported');
      const { subscription } = await page(url, { documents: [] });
      expect(await refusal(subscription.ready), what).to.equal('unsupported');
    }
    const same = (req, res, next) => {
      req.model = { ...req.model, stamped: true };
      next();
    };
    expect(await refusal(snapshot((await server({ layers: [same] })).io, 'todos'))).to.equal('open');
  });

  it('passes layers that look for cookies: there are none', async () => {
    const { io } = await server({ layers: [cookies(), (req, res, next) => next(Object.keys(req.cookies)[0])] });
    expect(await refusal(snapshot(io, 'todos'))).to.equal('open');
  });

  it('says what is wrong with what is asked for', async () => {
    const { io } = await server();
    expect(await refusal(snapshot(io, 'todo'))).to.equal('listen() was given no backend "todo".');
    expect(await refusal(snapshot(io, 'todos', { where: { $where: 'x' } }))).to.equal('invalid');
    expect(await refusal(snapshot(io, 'todos', { fields: 'title' }))).to.equal('invalid');
    expect(await refusal(snapshot(io, 'todos', { channel: 7 }))).to.equal('invalid');
    expect(await refusal(snapshot({}, 'todos'))).to.equal('This server was not returned by listen().');
    const unstored = await start({ todos: createBackend() });
    expect(await refusal(snapshot(unstored.io, 'todos'))).to.equal('unsupported');
  });

  it('is not counted among the requests of pages', async () => {
    const { io } = await server({ layers: [rateLimit({ points: 1, burst: 1 })] });
    for (let n = 0; n < 3; n += 1) expect(await refusal(snapshot(io, 'todos'))).to.equal('open');
  });

  it('has ids where the backend has them', async () => {
    const { io, store } = await server({ backend: { idAttribute: '_id' } });
    await store.create({ title: 'milk' }, { id: 'a' });
    expect((await snapshot(io, 'todos')).documents).to.deep.equal([{ _id: 'a', title: 'milk', _version: 1 }]);
  });

  it('of something else does not keep a page from what it subscribes to', async () => {
    const { io, store, url } = await server();
    await store.create({ n: 1, title: 'x' }, { id: 'a' });
    await store.create({ n: 2, title: 'y' }, { id: 'b' });
    const { subscription, shown } = await page(url, await snapshot(io, 'todos', { where: { n: 1 } }), { where: { n: 2 } });
    await subscription.ready;
    expect(shown()).to.deep.equal([{ id: 'b', n: 2, title: 'y' }]);
  });

  it('of other fields does not keep a page from those to which it subscribes, nor takes away what it has', async () => {
    const { io, store, url } = await server();
    await store.create({ n: 1, title: 'x' }, { id: 'a' });
    const { subscription, shown } = await page(url, await snapshot(io, 'todos', { fields: ['n'] }), { fields: ['title'] });
    await subscription.ready;
    expect(shown()).to.deep.equal([{ id: 'a', n: 1, title: 'x' }]);
  });
});
