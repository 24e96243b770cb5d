// The events of a live collection: one for each real change, and as Backbone's own options ask for.
import { expect } from 'chai';
import { versions } from '../../support/control.js';
import { live, needsLive, online, settled, shown, stored, Todos, until } from './pages.js';

const documents = { a: { title: 'milk', n: 2 }, b: { title: 'bread', n: 1 } };
const title = (todos, id, value) => until(todos, () => todos.get(id) && todos.get(id).get('title') === value);

// Without the events that not every version of Backbone triggers with each `set`.
const besides = heard => heard.filter(event => !/^(update|sort|changeId)/.test(event));

describe('Of what others do, a live collection', () => {
  beforeEach(function () {
    needsLive(this);
  });

  it('triggers io:create, io:update and io:delete, and io with the method, once it is done', async () => {
    const { commit } = await online();
    const { todos } = await live();
    const heard = [];
    for (const event of ['io:create', 'io:update', 'io:delete']) {
      todos.on(event, (model, attributes) => heard.push([event, model.id, model.attributes, attributes, todos.models.includes(model)]));
    }
    todos.on('io', (method, model, attributes) => heard.push(['io', method, model.id, attributes]));
    await commit('create', { title: 'milk' }, { id: 'a' });
    await commit('patch', 'a', { n: 1 });
    await commit('delete', 'a');
    await until(todos, () => heard.length === 6);
    const patched = { title: 'milk', n: 1 };
    expect(heard).to.deep.equal([
      ['io:create', 'a', { id: 'a', title: 'milk', n: 1 }, { title: 'milk' }, true], ['io', 'create', 'a', { title: 'milk' }],
      ['io:update', 'a', { id: 'a', ...patched }, patched, true], ['io', 'update', 'a', patched],
      ['io:delete', 'a', { id: 'a', ...patched }, { id: 'a' }, false], ['io', 'delete', 'a', { id: 'a' }],
    ]);
  });

  it('triggers them with another prefix, if there is one', async () => {
    const { commit } = await online();
    const { todos, heard } = await live({ event: 'server' });
    await commit('create', { title: 'milk' }, { id: 'a' });
    await until(todos, () => heard.includes('server'));
    expect(besides(heard)).to.deep.equal(['server:progress', 'server:state', 'add a', 'server:create a', 'server']);
  });

  it('adds, changes and removes each document once, and of a change only what has changed', async () => {
    const { commit } = await online({ documents });
    const { todos, heard } = await live();
    heard.length = 0;
    await commit('patch', 'a', { title: 'oat milk' });
    await commit('patch', 'a', { title: 'oat milk' });
    await commit('delete', 'b');
    await until(todos, () => todos.length === 1);
    expect(besides(heard)).to.deep.equal(['change:title a', 'change a', 'io:update a', 'io', 'io:update a', 'io', 'remove b', 'io:delete b', 'io']);
  });

  it('says nothing of what it does not show', async () => {
    const { commit } = await online({ documents });
    const { todos, heard } = await live({ fields: ['title'] });
    heard.length = 0;
    await commit('patch', 'a', { n: 3 });
    await commit('patch', 'b', { n: 3 });
    await commit('patch', 'b', { title: 'rye bread' });
    await title(todos, 'b', 'rye bread');
    expect(besides(heard)).to.deep.equal(['change:title b', 'change b', 'io:update b', 'io']);
    expect(shown(todos)).to.deep.equal([{ id: 'a', title: 'milk' }, { id: 'b', title: 'rye bread' }]);
  });

  it('moves nothing but what the comparator moves', async () => {
    const { commit } = await online({ documents });
    const Sorted = Todos.extend({ comparator: 'n' });
    const { todos, heard } = await live({}, { Type: Sorted });
    expect(todos.pluck('id')).to.deep.equal(['b', 'a']);
    const models = todos.models.slice();
    heard.length = 0;
    await commit('create', { n: 1.5, title: 'jam' }, { id: 'c' });
    await commit('patch', 'b', { n: 3 });
    await title(todos, 'c', 'jam');
    await until(todos, () => todos.get('b').get('n') === 3 && todos.at(2).id === 'b');
    expect(todos.pluck('id')).to.deep.equal(['c', 'a', 'b']);
    expect(models.every(model => todos.get(model.id) === model)).to.equal(true);
    expect(heard.filter(event => /^(add|remove|reset)/.test(event))).to.deep.equal(['add c']);
  });

  it('has them parsed by its own models, and keeps their own attributes', async () => {
    const { commit } = await online({ documents: { a: { title: 'milk', due: 5 } } });
    const Todo = Backbone.Model.extend({ parse: ({ due, ...rest }) => ({ ...rest, ...(due !== undefined && { due: new Date(due) }) }) });
    const { todos } = await live({}, { Type: Todos.extend({ model: Todo }) });
    const [model] = todos.models;
    expect(model.get('due')).to.deep.equal(new Date(5));
    model.set({ isOpen: true });
    await commit('patch', 'a', { due: 6 });
    await until(todos, () => +model.get('due') === 6);
    expect(model.attributes).to.deep.equal({ id: 'a', title: 'milk', due: new Date(6), isOpen: true });
    await commit('update', 'a', { title: 'tea' });
    await title(todos, 'a', 'tea');
    expect(model.attributes).to.deep.equal({ id: 'a', title: 'tea', isOpen: true });
  });

  it('has ids as its models have them', async () => {
    const { commit } = await online({ backends: { todos: { idAttribute: '_id' } }, documents: { a: { title: 'milk' } } });
    const Todo = Backbone.Model.extend({ idAttribute: '_id' });
    const { todos } = await live({}, { Type: Todos.extend({ model: Todo }) });
    expect(todos.toJSON()).to.deep.equal([{ _id: 'a', title: 'milk' }]);
    await commit('delete', 'a');
    await until(todos, () => !todos.length);
  });

  it('has models of different kinds where its model is a function', async () => {
    const { commit } = await online({ documents: { a: { kind: 'list' } } });
    const List = Backbone.Model.extend({ isList: true });
    const make = (attributes, options) => new (attributes && attributes.kind === 'list' ? List : Backbone.Model)(attributes, options);
    // Since 1.6 it need not be one that can be called with `new`.
    const model = Number(versions.backbone.split('.')[1]) >= 6 ? make : function (...args) { return make(...args); };
    const { todos } = await live({}, { Type: Todos.extend({ model, modelId: ({ id }) => id }) });
    await commit('create', { kind: 'todo' }, { id: 'b' });
    await until(todos, () => todos.length === 2);
    expect(todos.map(({ id, isList }) => [id, !!isList])).to.deep.equal([['a', true], ['b', false]]);
  });

  it('gets a document that is created again, though the server has forgotten that there was one', async () => {
    const { server, socket, commit } = await online({ documents });
    const { todos, heard } = await live();
    for (const n of [3, 4, 5]) await commit('patch', 'a', { n });
    await commit('delete', 'a');
    await until(todos, () => todos.length === 1);
    heard.length = 0;
    // As many changes as the store keeps.
    await commit('create', {}, { id: 'x', channel: 'other' });
    await commit(Array.from({ length: 10_000 }, (none, n) => ['patch', 'x', { n }]));
    await commit('create', { title: 'tea' }, { id: 'a' });
    await settled(socket);
    expect(shown(todos)).to.deep.equal(await stored(server, { channel: '' }));
    expect(besides(heard)).to.deep.equal(['add a', 'io:create a', 'io']);
  });

  it('takes no harm from a page that triggers request itself', async () => {
    const { commit } = await online({ documents });
    const { todos } = await live();
    const requests = [];
    todos.on('request', (...args) => requests.push(args));
    const model = todos.get('a');
    for (const entity of [todos, model]) {
      entity.trigger('request');
      for (const rest of [[], [null], [undefined, {}], [{}], [{}, {}]]) entity.trigger('request', entity, ...rest);
    }
    expect(requests.length).to.equal(12);
    await commit('patch', 'a', { title: 'oat milk' });
    await title(todos, 'a', 'oat milk');
  });

  it('has all documents but the one whose parse throws', async () => {
    const { commit } = await online({ documents: { a: { title: 'milk' }, b: { title: 'bread' }, c: { title: 'tea' } } });
    const parse = attributes => {
      if (attributes.title === 'bread') throw new Error('on purpose');
      return attributes;
    };
    const { onerror } = window;
    let left = 2;
    // With the others, and by itself.
    const thrown = new Promise(resolve => { window.onerror = () => ((left -= 1) || resolve(), true); });
    const { todos, own } = await live({}, { Type: Todos.extend({ model: Backbone.Model.extend({ parse }) }) });
    await thrown;
    window.onerror = onerror;
    expect(own()).to.deep.equal(['add a', 'add c']);
    await commit('patch', 'a', { title: 'oat milk' });
    await title(todos, 'a', 'oat milk');
    expect(todos.pluck('title')).to.deep.equal(['oat milk', 'tea']);
  });

  it('goes on when a listener of the page throws', async () => {
    const { commit } = await online();
    const { todos } = await live();
    const { onerror } = window;
    const thrown = new Promise(resolve => { window.onerror = (...args) => (resolve(args[4]), true); });
    todos.once('io:create', () => { throw new Error('on purpose'); });
    await commit('create', { title: 'milk' }, { id: 'a' });
    expect((await thrown).message).to.equal('on purpose');
    window.onerror = onerror;
    await commit('create', { title: 'bread' }, { id: 'b' });
    await until(todos, () => todos.length === 2);
  });
});
