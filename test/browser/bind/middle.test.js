import { expect } from 'chai';
import { Todo, Todos } from '../fixtures.js';
import { onEachSocket } from './pushes.js';

onEachSocket('A message whose callbacks bind and unbind', online => {
  let heard, tell, todo;
  const note = (...args) => { heard.push(args); };

  beforeEach(async () => {
    ({ tell } = await online());
    heard = [];
    todo = new Todo({ id: 1 });
  });

  it('leaves out what a callback before has unbound', async () => {
    const unbindOthers = () => todo.ioUnbind('update', second);
    const second = () => note('second');
    todo.ioBind('update', unbindOthers).ioBind('update', second).ioBind('update', () => note('third'));
    await tell('todos/1:update');
    expect(heard).to.deep.equal([['third']]);
  });

  it('passes over nobody when a callback unbinds itself', async () => {
    const once = () => { note('once'); todo.ioUnbind('update', once); };
    todo.ioBind('update', once).ioBind('update', () => note('each time'));
    await tell('todos/1:update');
    await tell('todos/1:update');
    expect(heard).to.deep.equal([['once'], ['each time'], ['each time']]);
  });

  it('does not run what is bound during it, the next one does', async () => {
    todo.ioBind('update', n => { note(n); todo.ioBind('update', late); });
    const late = n => note('late', n);
    await tell('todos/1:update', 1);
    expect(heard).to.deep.equal([[1]]);
    await tell('todos/1:update', 2);
    expect(heard).to.deep.equal([[1], [2], ['late', 2]]);
  });

  it('does not run what is bound during it on another object', async () => {
    const other = new Todo({ id: 1 });
    todo.ioBind('update', () => other.ioBind('update', late));
    other.ioBind('update', () => note('other'));
    const late = () => note('late');
    await tell('todos/1:update');
    expect(heard).to.deep.equal([['other']]);
    await tell('todos/1:update');
    expect(heard).to.deep.equal([['other'], ['other'], ['late']]);
  });

  it('leaves out another object that a callback before has unbound', async () => {
    const other = new Todo({ id: 1 });
    todo.ioBind('update', () => other.ioUnbindAll());
    other.ioBind('update', () => note('other'));
    other.on('update', () => note('local'));
    await tell('todos/1:update');
    expect(heard).to.deep.equal([]);
  });

  it('ends with the callback that unbinds all, and reaches local listeners', async () => {
    for (const unbind of [() => todo.ioUnbindAll(), () => Backbone.ioUnbindAll(), () => todo.trigger('destroy', todo)]) {
      heard = [];
      todo.ioBind('update', () => { note('first'); unbind(); }).ioBind('update', () => note('second'));
      todo.once('update', () => note('local'));
      await tell('todos/1:update');
      await tell('todos/1:update');
      expect(heard).to.deep.equal([['first'], ['local']]);
    }
  });

  it('runs a callback once that unbinds and binds itself in the middle', async () => {
    const again = n => { note(n); todo.ioUnbind('update', again).ioBind('update', again); };
    todo.ioBind('update', again);
    for (const n of [1, 2]) await tell('todos/1:update', n);
    expect(heard).to.deep.equal([[1], [2]]);
  });

  it('may change the id in the middle', async () => {
    todo.ioBind('update', id => { note('first', id); todo.set({ id }); });
    todo.ioBind('update', id => note('second', id));
    await tell('todos/1:update', 2);
    await tell('todos/1:update', 3);
    await tell('todos/2:update', 4);
    expect(heard).to.deep.equal([['first', 2], ['second', 2], ['first', 4], ['second', 4]]);
  });

  it('may bind a model that the next message is for', async () => {
    const todos = new Todos().ioBind('create', attributes => {
      todos.add(attributes);
      todos.last().ioBind('update', note);
    });
    const all = tell('todos:create', { id: 5 });
    await tell('todos/5:update', 1);
    await all;
    expect(heard).to.deep.equal([[1]]);
  });
});
