import { expect } from 'chai';
import { Todo } from '../fixtures.js';
import { onEachSocket, uncaught } from './pushes.js';

onEachSocket('A message', online => {
  let heard, join, tell, todo;
  const note = (...args) => { heard.push(args); };

  beforeEach(async () => {
    ({ join, tell } = await online());
    heard = [];
    todo = new Todo({ id: 1 });
  });

  it('runs a callback once, however often it was bound', async () => {
    todo.ioBind('update', note).ioBind('update update', note).ioBind({ update: note });
    await tell('todos/1:update', 1);
    expect(heard).to.deep.equal([[1]]);
  });

  it('is not heard any more after one unbind, however often the callback was bound', async () => {
    todo.ioBind('update', note).ioBind('update', note).ioUnbind('update', note);
    await tell('todos/1:update', 1);
    expect(heard).to.deep.equal([]);
  });

  it('runs each of several callbacks once, in the order of binding', async () => {
    for (const n of [1, 2, 3]) todo.ioBind('update', () => note(n));
    todo.on('update', () => note('local'));
    await tell('todos/1:update');
    expect(heard.flat().filter(n => n !== 'local')).to.deep.equal([1, 2, 3]);
    expect(heard.flat().filter(n => n === 'local')).to.have.lengthOf(1);
  });

  it('runs the callbacks of two objects, and triggers on both', async () => {
    const other = new Todo({ id: 1 });
    for (const [name, model] of Object.entries({ todo, other })) {
      model.ioBind('update', () => note(name, 'bound'));
      model.on('update', () => note(name, 'local'));
    }
    await tell('todos/1:update');
    expect(heard).to.have.deep.members([['todo', 'bound'], ['todo', 'local'], ['other', 'bound'], ['other', 'local']]);
  });

  it('runs one callback of two objects once for each', async () => {
    const other = new Todo({ id: 1 });
    const noteSelf = function () { note(this); };
    todo.ioBind('update', noteSelf);
    other.ioBind('update', noteSelf);
    await tell('todos/1:update');
    expect(heard.map(([self]) => [todo, other].indexOf(self))).to.deep.equal([0, 1]);
  });

  it('runs a callback once for each of two contexts', async () => {
    const noteSelf = function () { note(this.name); };
    for (const name of ['one', 'two']) todo.ioBind('update', noteSelf, { name });
    await tell('todos/1:update');
    expect(heard).to.deep.equal([['one'], ['two']]);
  });

  it('runs a callback once for each socket that it comes from', async () => {
    const socket = await join();
    todo.ioBind('update', note).ioBind('update', socket, note);
    await tell('todos/1:update', 1);
    expect(heard).to.deep.equal([[1], [1]]);
  });

  it('gets to all callbacks and listeners when one throws, which the page sees as uncaught', async () => {
    const error = new Error('thrown by a callback');
    const seen = uncaught();
    const other = new Todo({ id: 1 });
    todo.ioBind('update', () => { throw error; });
    todo.ioBind('update', () => note('bound'));
    todo.on('update', () => note('local'));
    other.ioBind('update', () => note('other'));
    await tell('todos/1:update');
    expect(await seen).to.equal(error);
    expect(heard).to.have.deep.members([['bound'], ['local'], ['other']]);
    heard = [];
    const seenAgain = uncaught();
    await tell('todos/1:update');
    await seenAgain;
    expect(heard).to.have.lengthOf(3);
  });

  it('gets to other objects when a local listener throws', async () => {
    const error = new Error('thrown by a listener');
    const seen = uncaught();
    const other = new Todo({ id: 1 });
    for (const model of [todo, other]) model.ioBind('update', () => {});
    todo.on('update', () => { throw error; });
    other.on('update', () => note('local'));
    await tell('todos/1:update');
    expect(await seen).to.equal(error);
    expect(heard).to.deep.equal([['local']]);
  });

  it('may trigger other events, of itself and of others, each of which is heard once', async () => {
    const other = new Todo({ id: 1 });
    for (const model of [todo, other]) model.ioBind('update', () => note('update')).ioBind('delete', () => note('delete'));
    todo.on('update', () => { todo.trigger('delete'); other.trigger('update'); });
    await tell('todos/1:update');
    expect(heard.flat().filter(event => event === 'update')).to.have.lengthOf(3);
    expect(heard.flat().filter(event => event === 'delete')).to.have.lengthOf(1);
  });
});
