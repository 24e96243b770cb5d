// A single live model, and several live collections in one page.
import { expect } from 'chai';
import { once, skip } from '../../support/control.js';
import { failureOf, Todo } from '../fixtures.js';
import { live, needsLive, noted, online, settled, shown, stored, Todos, until } from './pages.js';

const documents = { a: { title: 'milk', n: 1 }, b: { title: 'bread', n: 2 } };

describe('A live model', () => {
  beforeEach(function () {
    needsLive(this);
  });

  it('has what there is of it, hears what is done to it, and of no other one', async () => {
    const { commit } = await online({ documents });
    const model = new Todo({ id: 'a', title: 'old' });
    const { heard } = noted(model);
    const subscription = model.ioSubscribe();
    await subscription.ready;
    expect(model.attributes).to.deep.equal({ id: 'a', ...documents.a });
    await commit('patch', 'b', { n: 3 });
    await commit('patch', 'a', { n: 3 });
    await until(model, () => model.get('n') === 3 && heard.includes('io:update a'));
    expect(heard.filter(event => /^(change:n|io:update)/.test(event))).to.deep.equal(['change:n a', 'io:update a', 'change:n a', 'io:update a']);
    subscription.stop();
  });

  it('is destroyed when its document is gone, and no more live then', async () => {
    const { server, socket, commit } = await online({ documents });
    const todos = new (Backbone.Collection.extend({ url: '/todos', model: Todo }))([{ id: 'a' }]);
    const model = todos.get('a');
    const subscription = model.ioSubscribe();
    await subscription.ready;
    const destroyed = once(model, 'destroy');
    await commit('delete', 'a');
    await destroyed;
    expect([todos.length, subscription.state]).to.deep.equal([0, 'closed']);
    await settled(socket);
    expect(await server.subscribers()).to.equal(0);
  });

  it('that there is none of is destroyed when it begins, and not found', async () => {
    await online();
    const model = new Todo({ id: 'x' });
    const destroyed = once(model, 'destroy');
    const subscription = model.ioSubscribe();
    expect(await failureOf(subscription.ready)).to.include({ code: 'not_found' });
    await destroyed;
    expect(subscription.state).to.equal('closed');
  });

  it('has after a gap what it missed, and only the attributes that it asks for', async () => {
    const { server, commit } = await online({ documents });
    const model = new Todo({ id: 'a' });
    const subscription = model.ioSubscribe({ fields: ['title'] });
    await subscription.ready;
    expect(model.attributes).to.deep.equal({ id: 'a', title: 'milk' });
    await server.dropClients();
    await commit('patch', 'a', { title: 'oat milk', n: 2 });
    await until(model, () => model.get('title') === 'oat milk');
    expect(model.attributes).to.deep.equal({ id: 'a', title: 'oat milk' });
  });

  it('keeps its own write until that has ended, and takes no harm from a fetch', async () => {
    const { server } = await online({ documents });
    const model = new Todo({ id: 'a' });
    await model.ioSubscribe().ready;
    const { heard } = noted(model);
    await Promise.all([model.fetch(), model.save({ title: 'oat milk' }, { patch: true }), model.fetch()].map(done => done.catch(() => {})));
    await settled(Backbone.socket);
    expect([model.toJSON()]).to.deep.equal((await stored(server)).filter(({ id }) => id === 'a'));
    expect(heard.filter(event => event.startsWith('change:'))).to.deep.equal(['change:title a']);
  });

  it('is the one of a live collection, too, and both hear', async () => {
    const { server, commit } = await online({ documents });
    const { todos } = await live();
    const model = todos.get('a');
    const { heard } = noted(model);
    const subscription = model.ioSubscribe();
    await subscription.ready;
    await commit('patch', 'a', { n: 7 });
    await until(model, () => model.get('n') === 7);
    await settled(Backbone.socket);
    expect(heard.filter(event => event === 'change:n a')).to.have.length(1);
    subscription.stop();
    await commit('patch', 'a', { n: 8 });
    await until(model, () => model.get('n') === 8);
    expect(shown(todos)).to.deep.equal(await stored(server));
  });

  it('says whose state and progress it is, where its collection hears them, too', async () => {
    await online({ documents });
    const { todos, subscription } = await live();
    const heard = [];
    for (const event of ['io:state', 'io:progress']) todos.on(event, (value, entity) => heard.push([event, value, entity]));
    const model = todos.get('a');
    const own = model.ioSubscribe();
    await own.ready;
    own.stop();
    subscription.stop();
    expect(heard).to.deep.equal([
      ['io:progress', 1, model], ['io:state', 'live', model], ['io:state', 'closed', model], ['io:state', 'closed', todos],
    ]);
  });
});

describe('Several live collections of one class', () => {
  beforeEach(function () {
    needsLive(this);
  });

  it('have each what fits theirs, and do not disturb each other', async () => {
    const { server, socket, commit } = await online({ documents });
    const whole = await live();
    const filters = [{ n: 1 }, { n: 2 }, { n: { $gt: 1 } }, { title: { $contains: 'milk' } }];
    const parts = await Promise.all(filters.map(where => live({ where })));
    const ids = () => [whole, ...parts].map(({ todos }) => todos.pluck('id').sort().join());
    expect(ids()).to.deep.equal(['a,b', 'a', 'b', 'b', 'a']);
    await commit('patch', 'a', { n: 2 });
    await commit('create', { title: 'milk powder', n: 1 }, { id: 'c' });
    await until(parts[3].todos, () => parts[3].todos.length === 2);
    await settled(socket);
    expect(ids()).to.deep.equal(['a,b,c', 'c', 'a,b', 'a,b', 'a,c']);
    for (const { todos, own } of parts) expect(new Set(own()).size, todos.pluck('id').join()).to.equal(own().length);
    // One goes, the others stay.
    parts[1].subscription.stop();
    await commit('delete', 'b');
    await until(whole.todos, () => whole.todos.length === 2);
    await settled(socket);
    expect(ids()).to.deep.equal(['a,c', 'c', 'a,b', 'a', 'a,c']);
    expect(await server.subscribers()).to.equal(4);
  });

  it('hear each of the write of the other, and have each a model of their own', async () => {
    const { server } = await online({ documents });
    const [one, two] = await Promise.all([live(), live()]);
    const model = one.todos.create({ title: 'tea' }, { wait: true });
    await until(two.todos, () => two.todos.length === 3);
    await until(one.todos, () => one.todos.length === 3);
    expect(one.todos.get(model.id)).to.equal(model);
    expect(two.todos.get(model.id)).to.not.equal(model);
    await two.todos.get(model.id).save({ title: 'green tea' });
    await until(one.todos, () => model.get('title') === 'green tea');
    for (const { todos } of [one, two]) expect(shown(todos)).to.deep.equal(await stored(server));
  });

  it('that ask for the same cost the server one shape, and are told each', async () => {
    const { server, commit } = await online();
    const pages = await Promise.all([1, 2, 3].map(() => live({ where: { n: 1 } })));
    expect(await server.subscribers()).to.equal(1);
    await commit('create', { n: 1 }, { id: 'a' });
    await Promise.all(pages.map(({ todos }) => until(todos, () => todos.length === 1)));
    pages[0].subscription.stop();
    await commit('create', { n: 1 }, { id: 'b' });
    await Promise.all(pages.slice(1).map(({ todos }) => until(todos, () => todos.length === 2)));
    expect(pages[0].todos.length).to.equal(1);
  });

  it('keep nothing of what the others are told while one is refused', async function () {
    if (!window.gc) skip(this, 'this browser collects garbage when it likes');
    const { socket, commit } = await online({ documents });
    // More than a connection may have.
    await Promise.all(Array.from({ length: 20 }, (none, n) => live({ where: { n: n + 1 } })));
    const todos = new Todos();
    const refused = once(todos, 'error');
    const subscription = todos.ioSubscribe();
    expect((await refused)[1]).to.include({ code: 'rate_limited' });
    const { onevent } = socket;
    const told = [];
    socket.onevent = packet => {
      if (packet.data[0] === 'todos:changes') told.push(new WeakRef(packet.data[1]));
      onevent.call(socket, packet);
    };
    for (const title of ['oat milk', 'soy milk', 'rice milk']) await commit('patch', 'a', { title });
    await settled(socket);
    delete socket.onevent;
    // A WeakRef holds its target until the task that created it has ended.
    await settled(socket);
    window.gc();
    await settled(socket);
    expect([told.length, told.filter(one => one.deref()).length, subscription.state]).to.deep.equal([3, 0, 'connecting']);
  });

  it('may be of several channels', async () => {
    const { commit } = await online();
    const inChannel = channel => Todos.extend({ backend: { name: 'todos', channel } });
    await commit('create', { n: 0 }, { id: 'a', channel: 'one' });
    const pages = await Promise.all([live({}, { Type: inChannel('one') }), live({ channel: 'two' }), live()]);
    await commit('create', { n: 0 }, { id: 'b', channel: 'two' });
    await commit('create', { n: 0 }, { id: 'c' });
    await until(pages[2].todos, () => pages[2].todos.length);
    expect(pages.map(({ todos }) => todos.pluck('id').join())).to.deep.equal(['a', 'b', 'c']);
    pages[1].todos.create({ n: 1 }, { wait: true });
    await until(pages[1].todos, () => pages[1].todos.length === 2);
    expect(pages.map(({ todos }) => todos.length)).to.deep.equal([1, 2, 1]);
  });
});
