// How a live collection begins, with different things already on the page.
import { expect } from 'chai';
import { once } from '../../support/control.js';
import { hold, live, needsLive, noted, online, settled, shown, stored, Todos, until } from './pages.js';

// Collects what the server answers.
function watch(socket) {
  const answers = [];
  const { onack } = socket;
  socket.onack = packet => {
    answers.push(packet.data[1]);
    return onack.call(socket, packet);
  };
  return { answers, stop: () => delete socket.onack };
}

const milk = { title: 'milk' };
const documents = { a: milk, b: { title: 'bread' }, c: { title: 'tea' } };
const all = [{ id: 'a', title: 'milk' }, { id: 'b', title: 'bread' }, { id: 'c', title: 'tea' }];

describe('A live collection', () => {
  beforeEach(function () {
    needsLive(this);
  });

  it('that holds nothing has what there is once it is ready, and is told how it goes', async () => {
    const { server } = await online({ documents });
    const todos = new Todos();
    const states = [];
    todos.on('io:state', state => states.push(state));
    const subscription = todos.ioSubscribe();
    expect(subscription.state).to.equal('connecting');
    await subscription.ready;
    expect([subscription.state, states]).to.deep.equal(['live', ['live']]);
    expect(shown(todos)).to.deep.equal(all);
    const state = once(todos, 'io:state');
    subscription.stop();
    expect([await state, subscription.state]).to.deep.equal([['closed', todos], 'closed']);
    await settled(Backbone.socket);
    expect(await server.subscribers()).to.equal(0);
  });

  it('hears what is created, changed and deleted, whoever does it', async () => {
    const { commit } = await online();
    const { todos } = await live();
    await commit('create', milk, { id: 'a' });
    await commit('create', { title: 'bread' }, { id: 'b' });
    await commit('patch', 'a', { title: 'oat milk' });
    await commit('delete', 'b');
    await until(todos, () => todos.length === 1 && todos.at(0).get('title') === 'oat milk');
    expect(shown(todos)).to.deep.equal([{ id: 'a', title: 'oat milk' }]);
  });

  it('may be subscribed before there is a connection', async () => {
    const { server } = await online({ documents });
    Backbone.socket.disconnect();
    const todos = new Todos();
    const subscription = todos.ioSubscribe();
    Backbone.socket.connect();
    await subscription.ready;
    expect(shown(todos)).to.deep.equal(await stored(server));
  });

  it('that holds what the page was made with is told only what has changed since', async () => {
    const { server, socket, commit } = await online({ documents });
    const made = await server.snapshot('todos');
    await commit('patch', 'b', { title: 'rye bread' });
    await commit('delete', 'c');
    await commit('create', { title: 'jam' }, { id: 'd' });
    const todos = new Todos(made.documents);
    const kept = todos.get('a');
    const { own } = noted(todos);
    const { answers, stop } = watch(socket);
    await todos.ioSubscribe({ cursor: made.cursor }).ready;
    stop();
    expect(answers.flatMap(({ entries }) => entries.map(({ action, id }) => `${action} ${id}`))).to.deep.equal(['put b', 'delete c', 'put d']);
    expect(shown(todos)).to.deep.equal([all[0], { id: 'b', title: 'rye bread' }, { id: 'd', title: 'jam' }]);
    expect(todos.get('a')).to.equal(kept);
    expect(own().sort()).to.deep.equal(['add d', 'change b', 'change:title b', 'remove c']);
  });

  it('that holds documents with versions, but no cursor, keeps its models, and shows no versions', async () => {
    const { server, commit } = await online({ documents });
    const made = await server.snapshot('todos');
    await commit('patch', 'b', { title: 'rye bread' });
    const todos = new Todos(made.documents);
    const { own } = noted(todos);
    await todos.ioSubscribe().ready;
    expect(shown(todos)).to.deep.equal(await stored(server));
    expect(own()).to.deep.equal(['change:title b', 'change b']);
  });

  it('that holds documents with versions, but no cursor, gets what they were made without', async () => {
    const { server } = await online({ documents: { a: { ...milk, note: 'of oats' } } });
    const made = await server.snapshot('todos', { fields: ['title'] });
    const { todos } = await live({}, { models: made.documents });
    expect(shown(todos)).to.deep.equal(await stored(server));
  });

  it('that holds documents with versions of another database, but no cursor, gets those of this one', async () => {
    const former = await online({ documents });
    for (const title of ['oat milk', 'soy milk']) await former.commit('patch', 'a', { title });
    const made = await former.server.snapshot('todos');
    const { server } = await online({ documents: { a: { title: 'rice milk' } } });
    const { todos } = await live({}, { models: made.documents });
    expect(shown(todos)).to.deep.equal(await stored(server));
  });

  it('that has fetched keeps its models, and gets what was done between', async () => {
    const { server, commit } = await online({ documents });
    const todos = new Todos();
    await todos.fetch();
    const models = todos.models.slice();
    await commit('patch', 'b', { title: 'rye bread' });
    await commit('delete', 'c');
    const { own } = noted(todos);
    await todos.ioSubscribe().ready;
    expect(shown(todos)).to.deep.equal(await stored(server));
    expect(todos.models.every(model => models.includes(model))).to.equal(true);
    expect(own().sort()).to.deep.equal(['change b', 'change:title b', 'remove c']);
  });

  it('loses what the page had of documents that do not fit, or are not there', async () => {
    await online({ documents: { a: { n: 1 }, b: { n: 2 } } });
    const { todos } = await live({ where: { n: 1 } }, { models: [{ id: 'b', n: 1 }, { id: 'x', n: 1 }, { title: 'new' }] });
    expect(todos.map(({ attributes }) => attributes)).to.deep.equal([{ title: 'new' }, { id: 'a', n: 1 }]);
  });

  it('takes no harm from a fetch, whenever that is made', async () => {
    const { server, commit, socket } = await online({ documents });
    const todos = new Todos();
    const { own } = noted(todos);
    const fetches = [todos.fetch()];
    const subscription = todos.ioSubscribe();
    fetches.push(todos.fetch({ reset: true }), todos.fetch({ remove: false }));
    await subscription.ready;
    const models = todos.models.slice();
    fetches.push(todos.fetch(), todos.fetch({ reset: true }));
    await commit('patch', 'a', { title: 'oat milk' });
    await Promise.all(fetches.map(fetch => fetch.catch(({ code }) => expect(code).to.equal('superseded'))));
    await settled(socket);
    expect(shown(todos)).to.deep.equal(await stored(server));
    expect(todos.models).to.deep.equal(models);
    expect(own().filter(event => /^(add|remove|reset)/.test(event))).to.deep.equal(['add a', 'add b', 'add c']);
  });

  it('takes no harm from the fetch of one of its models that is overtaken', async () => {
    const { server, commit, socket } = await online({ documents });
    const { todos } = await live();
    const line = hold(socket);
    const fetched = todos.get('a').fetch();
    await line.arrived('answer to todos:read');
    await commit('update', 'a', { title: 'oat milk' });
    await line.arrived('todos:changes');
    for (const name of ['todos:changes', 'answer to todos:read']) line.pass(name);
    line.release();
    await fetched;
    expect(shown(todos)).to.deep.equal(await stored(server));
  });

  it('that is fetched, or a model of it, has what the server has again, and nothing else', async () => {
    await online({ documents: { a: { n: 1 }, b: { n: 2 } } });
    const { todos } = await live({ where: { n: 1 } });
    for (const entity of [todos, todos.get('a')]) {
      todos.get('a').set({ n: 7 });
      const answer = await entity.fetch();
      expect([shown(todos), JSON.stringify(answer).includes('_version')]).to.deep.equal([[{ id: 'a', n: 1 }], false]);
    }
    const other = new todos.model({ id: 'b' }, { collection: todos });
    await other.fetch();
    expect([other.attributes, todos.length]).to.deep.equal([{ id: 'b', n: 2 }, 1]);
  });

  it('loses what others have taken away since the page fetched or created it, but neither defaults nor what it would not save', async () => {
    const { server, commit } = await online({ documents: { a: { title: 'milk', note: 'for a while' } } });
    const Todo = Backbone.Model.extend({ defaults: { isOpen: true }, toJSON() { return _.omit(this.attributes, 'isChosen', 'isOpen'); } });
    const todos = new (Todos.extend({ model: Todo }))();
    await todos.fetch();
    await todos.create({ title: 'bread', note: 'own' }, { wait: true });
    for (const { id, attributes: { title } } of await commit('list', {})) await commit('update', id, { title });
    todos.each(model => model.set({ isChosen: true }));
    await todos.ioSubscribe().ready;
    expect(shown(todos)).to.deep.equal(await stored(server));
    expect(todos.map(model => model.get('isOpen') && model.get('isChosen'))).to.deep.equal([true, true]);
  });

  it('loses attributes that were fetched, or set by a write that failed, before it was subscribed anew', async () => {
    const { server, commit } = await online({ documents });
    const { todos, subscription } = await live();
    await todos.get('b').save({ refuse: 'forbidden', note: 'own' }, { error: () => subscription.stop() }).catch(() => {});
    await commit('patch', 'a', { note: 'for a while' });
    await todos.get('b').fetch();
    await todos.fetch();
    await commit('update', 'a', { title: 'oat milk' });
    expect([todos.get('a').get('note'), todos.get('b').get('note')]).to.deep.equal(['for a while', 'own']);
    await todos.ioSubscribe().ready;
    // What a write that failed has set is read again.
    await until(todos, () => !todos.get('b').has('note'));
    expect(shown(todos)).to.deep.equal(await stored(server));
  });

  it('arrives page by page, can be used meanwhile, and says how many it has', async () => {
    const { commit } = await online();
    await commit(Array.from({ length: 1_200 }, (none, n) => ['create', { n }, { id: `d${n}` }]));
    const todos = new Todos();
    const progress = [];
    todos.on('io:progress', (count, entity) => progress.push([count, entity === todos, todos.length, subscription.state]));
    const subscription = todos.ioSubscribe();
    await subscription.ready;
    expect(progress).to.deep.equal([500, 1_000, 1_200].map(count => [count, true, count, 'connecting']));
    expect(new Set(todos.pluck('id')).size).to.equal(1_200);
  });

  it('is subscribed to the last thing that was asked for', async () => {
    const { server, socket } = await online({ documents: { a: { n: 1 }, b: { n: 2 } } });
    const { todos, subscription } = await live({ where: { n: 1 } });
    const other = todos.ioSubscribe({ where: { n: 2 } });
    await other.ready;
    await settled(socket);
    expect([subscription.state, other.state]).to.deep.equal(['closed', 'live']);
    expect(todos.pluck('id')).to.deep.equal(['b']);
    expect(await server.subscribers()).to.equal(1);
  });
});
