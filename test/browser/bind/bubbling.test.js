import { expect } from 'chai';
import { skip, versions } from '../../support/control.js';
import { Todos } from '../fixtures.js';
import { onEachSocket } from './pushes.js';

// Backbone triggers `update` on collections since 1.2.
const knowsUpdate = !versions.backbone.startsWith('1.1.');

onEachSocket('A message for a model in a collection', online => {
  let heard, tell, todo, todos;
  const note = (...args) => { heard.push(args); };

  beforeEach(async () => {
    ({ tell } = await online());
    todos = new Todos([{ id: 1 }, { id: 2 }]);
    todo = todos.get(1);
    heard = [];
  });

  it('reaches its own listeners when it is `update`, and no listener of its collections', async () => {
    const others = new Todos([todo]);
    todo.ioBind('update', (...args) => note('bound', ...args));
    todo.on('update', (...args) => note('local', ...args));
    todo.on('all', (...args) => note(...args));
    for (const collection of [todos, others]) collection.on('update all', () => note('collection'));
    await tell('todos/1:update', 'milk', 2);
    expect(heard).to.deep.equal([['bound', 'milk', 2], ['local', 'milk', 2], ['update', 'milk', 2]]);
  });

  it('does not look like the `update` that views read, whatever it carries', async () => {
    todos.on('update', (collection, options) => note(options.changes.added.length));
    todo.ioBind('update', () => note('bound'));
    for (const args of [[], [null], [{ id: 1 }], [{ id: 1 }, {}], ['milk']]) await tell('todos/1:update', ...args);
    expect(heard).to.deep.equal(Array(5).fill(['bound']));
  });

  it("lets the collection's own `update` be heard that a bound callback causes", async function () {
    if (!knowsUpdate) return skip(this, 'no `update` of collections');
    todos.on('update', collection => note(collection.length));
    todo.ioBind('update', () => todos.add({ id: 3 }));
    await tell('todos/1:update', {});
    expect(heard).to.deep.equal([[3]]);
  });

  it("lets the collection's own `update` be heard that a local listener causes", async function () {
    if (!knowsUpdate) return skip(this, 'no `update` of collections');
    todos.on('update', collection => note(collection.length));
    todo.ioBind('update', () => {});
    todo.on('update', () => todos.add({ id: 3 }));
    await tell('todos/1:update', {});
    expect(heard).to.deep.equal([[3]]);
  });

  it('leaves alone an `update` that the page itself triggers', () => {
    todos.on('update', (...args) => note(...args));
    todo.ioBind('update', () => {});
    todo.trigger('update', 'milk');
    expect(heard).to.deep.equal([['milk']]);
  });

  it('bubbles to the collection under every other name', async () => {
    todo.ioBind('create delete item:add', () => {});
    todos.on('create delete item:add', (...args) => note(...args));
    for (const event of ['create', 'delete', 'item:add']) await tell(`todos/1:${event}`, event, 2);
    expect(heard).to.deep.equal([['create', 2], ['delete', 2], ['item:add', 2]]);
  });

  it('bubbles also when a bound callback takes the model out of the collection', async () => {
    todo.ioBind('delete', () => todos.remove(todo));
    todos.on('delete', (...args) => note(...args));
    await tell('todos/1:delete', { id: 1 });
    expect(heard).to.deep.equal([[{ id: 1 }]]);
  });

  it('runs the callbacks that the collection has bound to that event, once', async () => {
    todo.ioBind('delete', () => note('todo'));
    todos.ioBind('delete', () => note('todos'));
    await tell('todos/1:delete');
    await tell('todos:delete');
    expect(heard).to.deep.equal([['todo'], ['todos'], ['todos']]);
  });

  it("does not run another model's callbacks", async () => {
    todo.ioBind('update', () => note(1));
    todos.get(2).ioBind('update', () => note(2));
    await tell('todos/2:update');
    expect(heard).to.deep.equal([[2]]);
  });
});
