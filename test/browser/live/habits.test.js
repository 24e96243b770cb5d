// Other things that pages do with a live collection: it stays equal to the server's, and what is the page's own is not touched.
import { expect } from 'chai';
import { skip } from '../../support/control.js';
import { hold, live, needsLive, online, settled, shown, stored, Todos, until } from './pages.js';

const documents = { a: { n: 1, title: 'milk' }, b: { n: 2, title: 'bread' } };

describe('A live collection stays what the server has when a page', () => {
  beforeEach(function () {
    needsLive(this);
  });

  it('adds a model that does not fit, which goes with the next tick', async () => {
    const { server } = await online({ documents, tick: 30 });
    const { todos } = await live();
    todos.add([{ id: 'nowhere', title: 'never on the server' }, { title: 'a draft' }]);
    await until(todos, () => !todos.get('nowhere'));
    expect(shown(todos).filter(({ id }) => id)).to.deep.equal(await stored(server));
    expect(todos.where({ title: 'a draft' }).length).to.equal(1);
  });

  it('changes the filter that it has given, or the list of fields', async () => {
    const { commit, socket } = await online({ documents });
    const [where, fields] = [{ n: 1 }, ['title']];
    const { todos } = await live({ where, fields });
    where.n = 2;
    fields.push('n');
    socket.disconnect();
    await commit('patch', 'a', { title: 'oat milk' });
    socket.connect();
    await until(todos, () => todos.get('a') && todos.get('a').get('title') === 'oat milk');
    expect(shown(todos)).to.deep.equal([{ id: 'a', title: 'oat milk' }]);
  });

  it('names it by `ioNamespace`, as for its requests', async () => {
    const { server } = await online({ documents });
    for (const ioNamespace of ['todos', Backbone.ioSync.fullPath]) {
      const Type = Backbone.Collection.extend({ url: ioNamespace === 'todos' ? '/api/v2/things' : '/todos', ioNamespace });
      const { todos } = await live({}, { Type });
      expect(shown(todos)).to.deep.equal(await stored(server));
    }
  });

  for (const [how, modelId] of Object.entries({ 'their ids': ({ _id }) => _id, 'something else': ({ title, _id }) => _id && title[0] + _id })) {
    it(`has models of several classes, kept by ${how}`, async function () {
      if (!Backbone.Collection.prototype.modelId) skip(this, 'Backbone before 1.2 has no modelId');
      const { commit } = await online({ documents, backends: { todos: { idAttribute: '_id' } } });
      const kinds = [1, 2].map(() => Backbone.Model.extend({ idAttribute: '_id' }));
      // With `new`, as older versions of Backbone call it.
      const Type = Backbone.Collection.extend({
        url: '/todos', modelId, model: function make(attributes, options) { return new kinds[attributes.n % 2](attributes, options); },
      });
      const models = Object.entries(documents).map(([_id, attributes]) => ({ _id, ...attributes }));
      // One that is not saved yet comes first.
      models.unshift({ n: 1, title: 'draft' });
      const { todos, own } = await live({}, { Type, models });
      await commit('patch', 'a', { n: 5 });
      await commit('delete', 'b');
      await commit('create', { n: 7, title: 'tea' }, { id: 'c' });
      await until(todos, () => own().includes('add c'));
      expect(todos.map(({ id }) => id)).to.deep.equal([undefined, 'a', 'c']);
      expect(todos.at(1).attributes).to.deep.equal({ _id: 'a', n: 5, title: 'milk' });
      expect(own()).to.deep.equal(['change:n a', 'change a', 'remove b', 'add c']);
    });
  }

  it('takes no attribute for a version, though others may name one so', async () => {
    const { commit } = await online();
    await commit('create', { n: 1, _version: 1_000 }, { id: 'a' });
    const { todos } = await live();
    expect(todos.toJSON()).to.deep.equal([{ id: 'a', n: 1 }]);
    await todos.ioSubscribe().ready;
    await commit('patch', 'a', { n: 2 });
    await until(todos, () => todos.get('a').get('n') === 2);
  });

  it('subscribes in `initialize`, before its constructor has the documents from the HTML', async () => {
    const { server, commit } = await online({ documents });
    const { documents: models, cursor } = await server.snapshot('todos');
    await commit('patch', 'b', { n: 3 });
    const Type = Todos.extend({ initialize() { this.subscription = this.ioSubscribe({ cursor }); } });
    const todos = new Type(models);
    const heard = [];
    todos.on('io', (method, { id }) => heard.push(`${method} ${id}`));
    await todos.subscription.ready;
    expect(heard).to.deep.equal(['update b']);
    expect(shown(todos)).to.deep.equal(await stored(server));
  });

  it('gives a condition that JSON cannot say: it is refused, rather than forgotten', async () => {
    await online();
    for (const where of [{ n: undefined }, { $or: [{ n: undefined }] }, { n: { $in: [undefined] } }, { n: () => 1 }, () => ({ n: 1 }), { n: NaN }]) {
      expect(() => new Todos().ioSubscribe({ where })).to.throw(/^ioSubscribe: where has /);
    }
  });

  it('calls bindBackend as well', async () => {
    const { commit, socket } = await online({ documents });
    const { todos } = await live({ where: { n: 1 }, fields: ['title'] });
    expect(todos.bindBackend()).to.equal(todos);
    await commit([['create', { n: 9, secret: 1 }, { id: 'c' }], ['patch', 'a', { n: 1, secret: 1 }]]);
    await settled(socket);
    expect(shown(todos)).to.deep.equal([{ id: 'a', title: 'milk' }]);
  });

  it('has a server that says todos:changes for something of its own', async () => {
    const { server, commit } = await online({ documents });
    const { todos } = await live();
    await server.push('todos:changes');
    await server.push('todos:changes', 'something else');
    await commit('delete', 'b');
    await until(todos, () => todos.length === 1);
  });

  it('removes a model while it is told of its change: who hears of that gets the model', async () => {
    const { commit, socket } = await online({ documents });
    const { todos } = await live();
    const model = todos.get('a');
    const heard = [];
    todos.on('io:update', (...args) => heard.push(args));
    todos.on('change', one => todos.remove(one));
    await commit('patch', 'a', { n: 5 });
    await settled(socket);
    expect(heard).to.deep.equal([[model, { n: 5, title: 'milk' }]]);
  });
});

describe('What a live collection is told', () => {
  beforeEach(function () {
    needsLive(this);
  });

  it('takes several attributes away at once', async () => {
    const { commit, socket } = await online({ documents: { a: { title: 'milk', n: 1, note: 'x' } } });
    const { todos, own } = await live();
    const before = own().length;
    await commit('update', 'a', { title: 'milk' });
    await settled(socket);
    expect(own().slice(before).sort()).to.deep.equal(['change a', 'change:n a', 'change:note a']);
    expect(todos.get('a').attributes).to.deep.equal({ id: 'a', title: 'milk' });
  });

  it('is not undone by an older answer to a save that waited for it', async () => {
    const { server, socket } = await online({ documents: { a: { title: 'milk' } } });
    const { todos } = await live();
    const model = todos.get('a');
    const line = hold(socket);
    const waiting = model.save({ note: 'x' }, { wait: true, patch: true });
    await line.arrived('answer to todos:patch');
    const saved = model.save({ title: 'oat milk' });
    await line.arrived('answer to todos:update', 'todos:changes', 'todos:changes');
    for (const name of ['answer to todos:update', 'answer to todos:patch']) line.pass(name);
    line.release();
    await Promise.all([waiting, saved]);
    await until(todos, () => !model.has('note'));
    expect(shown(todos)).to.deep.equal(await stored(server));
  });
});
