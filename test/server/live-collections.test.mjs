// Live collections: Backbone on the page's side of a real socket, the companion on the other.
import { once } from 'node:events';
import Backbone from 'backbone';
import { expect } from 'chai';
import { install } from '../../dist/install.mjs';
import { companion } from '../support/companion.mjs';
import { useServers } from './servers.mjs';

const { createBackend, memoryStore, revoke } = companion;
install(Backbone);

describe('A live collection', () => {
  const { start, connect, later } = useServers();

  async function server({ options, backend, store = memoryStore() } = {}) {
    const todos = createBackend({ pushes: false, ...backend }).use(store);
    const { io, url } = await start({ todos }, { batch: 0, tick: 50, ...options });
    return { io, url, store, todos };
  }

  // A page of its own: a collection on its own socket, and what has happened to it.
  async function page(url, options, { socket, models, ...own } = {}) {
    const line = socket ?? await connect(url);
    const Todos = Backbone.Collection.extend({ url: '/todos', socket: () => line, ...own });
    const todos = new Todos(models);
    const heard = [];
    todos.on('all', (event, model) => heard.push(model?.id === undefined ? event : `${event} ${model.id}`));
    const subscription = todos.ioSubscribe(options);
    later(() => subscription.stop());
    const shown = () => todos.map(model => model.attributes).sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1));
    const until = test => new Promise(resolve => {
      const look = () => test(shown()) && resolve();
      todos.on('all', look);
      look();
    });
    return { todos, subscription, heard, shown, until, socket: line };
  }

  it('has what there is, and hears what is committed after that', async () => {
    const { store, url } = await server();
    await store.create({ title: 'milk' }, { id: 'a' });
    const { subscription, shown, until, heard } = await page(url);
    expect(subscription.state).to.equal('connecting');
    await subscription.ready;
    expect([subscription.state, shown()]).to.deep.equal(['live', [{ id: 'a', title: 'milk' }]]);
    heard.length = 0;
    await store.patch('a', { title: 'oat milk' });
    await store.create({ title: 'bread' }, { id: 'b' });
    await store.delete('a');
    await until(all => all.length === 1 && all[0].id === 'b');
    expect(heard.filter(event => !event.startsWith('change:'))).to.deep.equal(['change a', 'update', 'io:update a', 'io', 'add b', 'update', 'io:create b', 'io',
      'remove a', 'update', 'io:delete a', 'io']);
  });

  it('sees what others write by their models, and keeps one model of what it writes itself', async () => {
    const { store, url } = await server();
    const [one, two] = [await page(url), await page(url)];
    await Promise.all([one.subscription.ready, two.subscription.ready]);
    const milk = one.todos.create({ title: 'milk' });
    await one.until(([first]) => first?.id);
    await two.until(all => all.length === 1);
    await two.todos.at(0).save({ title: 'oat milk' });
    await one.until(([first]) => first.title === 'oat milk');
    expect(one.todos.at(0)).to.equal(milk);
    const mine = one.todos.create({ title: 'bread' }, { wait: true });
    await one.until(all => all.length === 2);
    expect(one.todos.at(1)).to.equal(mine);
    await two.until(all => all.length === 2);
    await milk.destroy();
    await two.until(all => all.length === 1);
    expect(await store.list()).to.have.length(1);
    expect(one.heard.filter(event => /^(add|remove)/.test(event))).to.deep.equal(['add', `add ${mine.id}`, `remove ${milk.id}`]);
  });

  it('has after a gap what it missed', async () => {
    const { io, store, url } = await server();
    for (const id of ['a', 'b', 'c']) await store.create({ n: 1 }, { id });
    const { todos, subscription, shown, until, socket } = await page(url);
    await subscription.ready;
    const kept = todos.get('a');
    const states = [];
    todos.on('io:state', state => states.push(state));
    for (const { conn } of io.of('/').sockets.values()) conn.close();
    await once(socket, 'disconnect');
    await store.patch('a', { n: 2 });
    await store.delete('b');
    await store.create({ n: 1 }, { id: 'd' });
    await until(all => all.length === 3 && all[2].id === 'd' && all[0].n === 2);
    expect(shown().map(({ id }) => id)).to.deep.equal(['a', 'c', 'd']);
    expect(todos.get('a')).to.equal(kept);
    expect(states).to.deep.equal(['connecting', 'live']);
    expect(io.of('/').sockets.size).to.equal(1);
  });

  it('has only what fits, and of that only its fields', async () => {
    const { store, url } = await server();
    await store.create({ n: 1, title: 'x', user: { name: 'Ann', mail: 'm' } }, { id: 'a' });
    await store.create({ n: 2, title: 'y' }, { id: 'b' });
    const { subscription, shown, until } = await page(url, { where: { n: 1 }, fields: ['n', 'user.name'] });
    await subscription.ready;
    expect(shown()).to.deep.equal([{ id: 'a', n: 1, user: { name: 'Ann' } }]);
    await store.patch('b', { n: 1 });
    await until(all => all.length === 2);
    await store.patch('a', { n: 2 });
    await until(all => all.length === 1);
    expect(shown()).to.deep.equal([{ id: 'b', n: 1 }]);
  });

  it('writes only what it has: other attributes, and the parts of objects that it does not see, stay, unless it names them', async () => {
    const { store, url } = await server();
    const whole = { title: 'milk', price: 1, user: { name: 'Ann', mail: 'm' }, tags: [{ name: 'x', n: 1 }] };
    await store.create(whole, { id: 'a' });
    const { todos, subscription, shown } = await page(url, { fields: ['title', 'user.name', 'tags.name'] });
    await subscription.ready;
    const model = todos.get('a');
    await model.save({ title: 'oat milk' });
    await model.save({ user: { name: 'Bob' } }, { patch: true });
    expect((await store.read('a')).attributes).to.deep.equal({ ...whole, title: 'oat milk', user: { name: 'Bob', mail: 'm' } });
    expect(shown()).to.deep.equal([{ id: 'a', title: 'oat milk', user: { name: 'Bob' }, tags: [{ name: 'x' }] }]);
    await model.save({ user: { name: 'Bob', mail: 'new' } }, { patch: true });
    expect((await store.read('a')).attributes.user).to.deep.equal({ name: 'Bob', mail: 'new' });
    const error = await model.save({ tags: [] }).catch(reason => reason);
    expect([error.code, error.message]).to.deep.equal(['invalid', '"tags" cannot be written by a client that has only a part of it: ask for all of it.']);
    expect((await store.read('a')).attributes.tags).to.deep.equal(whole.tags);
  });

  it('refuses a write over a newer version, where the page asks for that', async () => {
    const { store, url } = await server({ options: { batch: 60_000, tick: 60_000 } });
    await store.create({ n: 1 }, { id: 'a' });
    const { todos, subscription, until } = await page(url);
    await subscription.ready;
    await store.patch('a', { n: 2 });
    const model = todos.get('a');
    const save = () => model.save({ mine: 1 }, { ifVersion: true }).catch(({ code, document }) => [code, document]);
    expect(await save()).to.deep.equal(['conflict', { id: 'a', n: 2, _version: 2 }]);
    await until(([{ n, mine }]) => n === 2 && mine === undefined);
    expect(model.attributes).to.deep.equal({ id: 'a', n: 2 });
    await save();
    expect((await store.read('a')).attributes).to.deep.equal({ n: 2, mine: 1 });
    expect(await store.head('')).to.equal(3);
  });

  it('is told of attributes that are taken away, and keeps those of the page', async () => {
    const { store, url } = await server();
    await store.create({ a: 1, b: 2 }, { id: 'a' });
    const { todos, subscription, shown, until } = await page(url);
    await subscription.ready;
    todos.get('a').set({ isOpen: true });
    await store.update('a', { a: 2 });
    await until(([first]) => first.a === 2);
    expect(shown()).to.deep.equal([{ id: 'a', a: 2, isOpen: true }]);
  });

  it('loses what its user may not see any more, and gets what he may', async () => {
    const owners = { ann: 'ann' };
    const { io, store, url } = await server({ options: { authenticate: ({ auth }) => auth }, backend: { scope: user => ({ where: { owner: owners[user.id] } }) } });
    await store.create({ owner: 'ann' }, { id: 'a' });
    await store.create({ owner: 'bob' }, { id: 'b' });
    const { subscription, shown, until } = await page(url, {}, { socket: await connect(url, { auth: { id: 'ann' } }) });
    await subscription.ready;
    expect(shown().map(({ id }) => id)).to.deep.equal(['a']);
    owners.ann = 'bob';
    await revoke(io, 'ann');
    await until(([first]) => first?.id === 'b');
    expect(shown()).to.have.length(1);
  });

  it('loses attributes that its user may not see any more, and gets those that he may, of documents that nobody has changed', async () => {
    const open = { ann: ['title', 'price'] };
    const { io, store, url } = await server({ options: { authenticate: ({ auth }) => auth }, backend: { scope: user => ({ fields: open[user.id] }) } });
    await store.create({ title: 'milk', price: 1, stock: 2 }, { id: 'a' });
    const { subscription, shown, until } = await page(url, {}, { socket: await connect(url, { auth: { id: 'ann' } }) });
    await subscription.ready;
    expect(shown()).to.deep.equal([{ id: 'a', title: 'milk', price: 1 }]);
    open.ann = ['title', 'stock'];
    await revoke(io, 'ann');
    await until(([{ stock }]) => stock);
    expect(shown()).to.deep.equal([{ id: 'a', title: 'milk', stock: 2 }]);
  });

  it('is what another database has, though its documents have the same ids and versions', async () => {
    const stores = [memoryStore(), memoryStore()];
    const [one, two] = await Promise.all(stores.map(store => server({ store })));
    for (const [n, store] of stores.entries()) for (const id of ['a', 'b']) await store.create({ n }, { id });
    const { subscription, shown, until, socket } = await page(one.url);
    await subscription.ready;
    socket.io.uri = two.url;
    socket.io.engine.close();
    await until(all => all.every(({ n }) => n === 1));
    expect(shown()).to.deep.equal([{ id: 'a', n: 1 }, { id: 'b', n: 1 }]);
  });

  it('is empty and closed when it is refused', async () => {
    const { io, store, url } = await server({ options: { authenticate: ({ auth }) => auth, authorize: () => isOpen } });
    let isOpen = true;
    await store.create({}, { id: 'a' });
    const { subscription, until, todos } = await page(url, {}, { socket: await connect(url, { auth: { id: 'ann' } }) });
    await subscription.ready;
    isOpen = false;
    const error = once(todos, 'error');
    await revoke(io, 'ann');
    expect((await error)[1]).to.include({ code: 'forbidden' });
    await until(all => !all.length);
    expect(subscription.state).to.equal('closed');
  });

  it('arrives page by page, and loses what the server has not', async () => {
    const { store, url } = await server();
    await store.transaction(async documents => {
      for (let n = 0; n < 2_900; n += 1) await documents.create({ n }, { id: `d${n}` });
    });
    const { todos, subscription, heard } = await page(url, {}, { models: [{ id: 'gone', title: 'x' }, { id: 'd7', title: 'y' }] });
    await subscription.ready;
    expect(todos.length).to.equal(2_900);
    expect(todos.get('gone')).to.equal(undefined);
    // What it would save is the server's to say.
    expect(todos.get('d7').attributes).to.deep.equal({ id: 'd7', n: 7 });
    expect(heard.filter(event => event === 'io:progress')).to.have.length(6);
  });

  it('leaves nothing behind when it is stopped', async () => {
    const { io, url } = await server();
    const socket = await connect(url);
    await new Promise(resolve => socket.emit('iosync:hello', resolve));
    const rooms = io.of('/').adapter.rooms.size;
    const listeners = () => ['connect', 'disconnect'].map(event => socket.listeners(event).length).concat(socket.listenersAny().length);
    const before = listeners();
    const { subscription } = await page(url, {}, { socket });
    await subscription.ready;
    subscription.stop();
    await new Promise(resolve => socket.emit('iosync:hello', resolve));
    expect([io.of('/').adapter.rooms.size, listeners(), subscription.state]).to.deep.equal([rooms, before, 'closed']);
  });

  it('says `unsupported` where the server is no companion, or the backend has no store', async () => {
    const { url } = await start({ todos: createBackend() });
    const { subscription } = await page(url);
    const error = await subscription.ready.catch(reason => reason);
    expect(error.code).to.equal('unsupported');
  });
});
