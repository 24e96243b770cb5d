// Live collections that show some of the attributes, and models that two of them share: no attribute that a page should have is missed,
// or removed, because another subscription shows fewer of them.
import { expect } from 'chai';
import { hold, live, needsLive, online, ordersOf, settled, shown, stored, until } from './pages.js';

const documents = { a: { title: 'milk', note: 'of oats', n: 1 } };

describe('A live collection with fields', () => {
  beforeEach(function () {
    needsLive(this);
  });

  it('gets what a lost message told, though the next one shows nothing that is new', async () => {
    const { socket, commit } = await online({ documents });
    const { todos, subscription } = await live({ fields: ['title'] });
    const line = hold(socket);
    await commit('patch', 'a', { title: 'oat milk' });
    await line.arrived('todos:changes');
    line.lose('todos:changes');
    await commit('patch', 'a', { n: 2 });
    await line.arrived('todos:changes');
    line.pass('todos:changes');
    expect(subscription.state).to.equal('behind');
    await line.arrived('answer to todos:subscribe');
    line.release();
    await until(todos, () => subscription.state === 'live');
    expect(shown(todos)).to.deep.equal([{ id: 'a', title: 'oat milk' }]);
  });

  for (const when of ['before the first page', 'while the second is due']) {
    it(`gets the field that is new, though a document changes elsewhere ${when}`, async () => {
      const { socket, commit } = await online();
      // One more than a page.
      const ids = Array.from({ length: 501 }, (none, n) => `d${1_000 + n}`);
      await commit(ids.map(id => ['create', { title: 'milk', note: 'of oats' }, { id }]));
      const { todos } = await live({ fields: ['title'] });
      const line = hold(socket);
      const { ready } = todos.ioSubscribe({ fields: ['title', 'note'] });
      await line.arrived('answer to todos:subscribe');
      await commit('patch', ids[500], { n: 1 });
      await line.arrived('todos:changes');
      const names = ['todos:changes', 'answer to todos:subscribe'];
      for (const name of when === 'before the first page' ? names : names.reverse()) line.pass(name);
      line.release();
      await ready;
      expect(todos.filter(model => model.get('note') !== 'of oats').map(({ id }) => id)).to.deep.equal([]);
    });
  }
});

describe('A model with defaults in a live collection with fields', () => {
  beforeEach(function () {
    needsLive(this);
  });

  const own = { title: 'milk', done: true, tags: ['shop'], note: 'of oats' };
  const Todo = Backbone.Model.extend({ defaults: () => ({ title: '', done: false, tags: [], note: '' }) });
  const Type = Backbone.Collection.extend({ url: '/todos', model: Todo });

  it('overwrites nothing with what it has by its defaults only, when it is saved', async () => {
    const { server } = await online({ documents: { a: own } });
    const { todos } = await live({ fields: ['title'] }, { Type });
    const model = todos.get('a');
    await model.save({ title: 'oat milk' });
    expect(await stored(server)).to.deep.equal([{ id: 'a', ...own, title: 'oat milk' }]);
    await model.save({ title: 'soy milk' });
    expect(await stored(server)).to.deep.equal([{ id: 'a', ...own, title: 'soy milk' }]);
    expect(model.get('tags')).to.deep.equal([]);
  });

  it('saves what the page sets, also back to a default', async () => {
    const { server } = await online({ documents: { a: own } });
    const { todos } = await live({ fields: ['title'] }, { Type });
    const model = todos.get('a');
    await model.save({ title: '', note: 'mine' });
    expect(await stored(server)).to.deep.equal([{ id: 'a', ...own, title: '', note: 'mine' }]);
    await model.save({ note: '' });
    expect(await stored(server)).to.deep.equal([{ id: 'a', ...own, title: '', note: '' }]);
  });

  it('keeps what the page has saved besides the fields, until the page changes it', async () => {
    const { server, commit } = await online({ documents: { a: own } });
    const { todos } = await live({ fields: ['title'] }, { Type });
    const model = todos.get('a');
    await model.save({ note: 'mine' });
    await model.save({ title: 'oat milk' });
    await commit('patch', 'a', { title: 'soy milk', note: 'of others' });
    await until(todos, () => model.get('title') === 'soy milk');
    expect(model.get('note')).to.equal('mine');
    await model.save({ title: 'milk' });
    expect(await stored(server)).to.deep.equal([{ id: 'a', ...own, note: 'of others' }]);
    await model.save({ note: '' });
    expect(await stored(server)).to.deep.equal([{ id: 'a', ...own, note: '' }]);
  });

  it('does not save what the page had before it subscribed, and others have changed since', async () => {
    const { server, commit } = await online({ documents: { a: own } });
    const { todos } = await live({ fields: ['title'] }, { Type, models: [{ id: 'a', ...own, extra: 1 }] });
    await commit('patch', 'a', { note: 'of others', extra: 2 });
    await todos.get('a').save({ title: 'oat milk' });
    expect(await stored(server)).to.deep.equal([{ id: 'a', ...own, title: 'oat milk', note: 'of others', extra: 2 }]);
  });

  it('saves nothing of what it has created besides the fields, once others may have changed it', async () => {
    const { server, commit } = await online();
    const { todos } = await live({ fields: ['title'] }, { Type });
    const model = todos.create({ title: 'tea', note: 'green' }, { wait: true });
    await until(todos, () => model.id);
    await commit('patch', model.id, { note: 'black' });
    await model.save({ title: 'more tea' });
    expect(await stored(server)).to.deep.equal([{ id: model.id, title: 'more tea', done: false, tags: [], note: 'black' }]);
  });

  it('saves all that another subscription of it shows', async () => {
    const { server } = await online({ documents: { a: { ...own, done: false } } });
    const { todos } = await live({ fields: ['title'] }, { Type });
    const model = todos.get('a');
    await model.ioSubscribe().ready;
    await model.save({ title: 'oat milk' });
    expect(await stored(server)).to.deep.equal([{ id: 'a', ...own, done: false, title: 'oat milk' }]);
  });
});

describe('A model that has outlived its subscription with fields', () => {
  beforeEach(function () {
    needsLive(this);
  });

  const ends = {
    'was stopped': ({ subscription }) => subscription.stop(),
    'was ended with all others': () => Backbone.ioUnbindAll(),
    'it does not fit any more': ({ todos, commit }) => Promise.all([until(todos, () => !todos.length), commit('patch', 'a', { n: 2 })]),
    'is another one by now, which shows all': ({ todos }) => void todos.ioSubscribe(),
  };
  for (const [how, end] of Object.entries(ends)) {
    it(`leaves all else as it is when it is saved: its subscription ${how}`, async () => {
      const { server, commit } = await online({ documents });
      const made = await live({ fields: ['title'], where: { n: 1 } });
      const model = made.todos.get('a');
      await end({ ...made, commit });
      await model.save({ title: 'oat milk' }, { urlRoot: '/todos', url: '/todos/a' });
      const [document] = await stored(server);
      expect(document).to.include({ title: 'oat milk', note: 'of oats' });
    });
  }

  it('is saved as a whole once all of it was shown', async () => {
    const { server } = await online({ documents });
    const { todos, subscription } = await live({ fields: ['title'] });
    subscription.stop();
    const all = todos.ioSubscribe();
    await all.ready;
    await todos.get('a').unset('note').save();
    expect(await stored(server)).to.deep.equal([{ id: 'a', title: 'milk', n: 1 }]);
  });
});

describe('A model of two subscriptions', () => {
  beforeEach(function () {
    needsLive(this);
  });

  // Each subscription gets a message of its own.
  async function round(begin, order) {
    const { server, socket } = await online({ documents });
    const model = await begin();
    const line = hold(socket);
    const saved = model.save({ title: 'oat milk' });
    await line.arrived('answer to todos:update', 'todos:changes', 'todos:changes');
    const arrived = [...line.take('answer to todos:update'), ...line.take('todos:changes')];
    for (const index of order) arrived[index]();
    line.release();
    await saved;
    await settled(socket);
    expect([model.toJSON()], order).to.deep.equal(await stored(server));
  }

  it('keeps when it is saved what only its own shows, in whichever order they are told', async () => {
    const ofItsOwn = async () => {
      const { todos } = await live({ fields: ['title'] });
      const model = todos.get('a');
      await model.ioSubscribe().ready;
      return model;
    };
    for (const order of ordersOf([0, 1, 2])) await round(ofItsOwn, order);
  });

  it('has what each of two collections shows, though the second shows nothing of what the first does', async () => {
    await online({ documents });
    const { todos } = await live({ fields: ['title'] });
    const model = todos.get('a');
    await live({ fields: ['note'] }, { models: [model] });
    expect(model.toJSON()).to.deep.equal({ id: 'a', title: 'milk', note: 'of oats' });
  });

  it('keeps when it is saved what each of two collections shows, in whichever order they are told', async () => {
    const ofTwo = async () => {
      const { todos } = await live({ fields: ['title', 'n'] });
      const model = todos.get('a');
      const other = await live({ fields: ['note', 'n'] }, { models: [model] });
      expect(other.todos.get('a')).to.equal(model);
      return model;
    };
    for (const order of ordersOf([0, 1, 2])) await round(ofTwo, order);
  });
});
