import { expect } from 'chai';
import { leftovers } from '../../support/tracked-socket.js';
import { Todo, Todos, fakeSocket } from '../fixtures.js';
import { listenersOf, onEachSocket } from './pushes.js';

onEachSocket('Backbone.ioUnbindAll', online => {
  let heard, join, tell;
  const says = what => () => { heard.push(what); };

  beforeEach(async () => {
    ({ join, tell } = await online());
    heard = [];
  });

  const told = async (...names) => {
    heard = [];
    for (const name of names) await tell(name);
    return heard;
  };

  it('ends every binding of every object on every socket', async () => {
    const other = await join();
    const bound = [new Todo({ id: 1 }), new Todo({ id: 1 }), new (Todo.extend({ url: 'profile' }))(), new Todos()];
    for (const one of bound) one.ioBind('create', says('usual')).ioBind('create', other, says('other'));
    expect(await told('todos/1:create', 'profile:create', 'todos:create')).to.have.lengthOf(8);
    Backbone.ioUnbindAll();
    expect(leftovers()).to.deep.equal([]);
    expect(await told('todos/1:create', 'profile:create', 'todos:create')).to.deep.equal([]);
    for (const one of bound) {
      one.trigger('create');
      expect(listenersOf(one)).to.deep.equal({});
    }
    expect(heard).to.deep.equal([]);
  });

  it('ends the bindings on one socket, and no others', async () => {
    const other = await join();
    const todo = new Todo({ id: 1 }).ioBind('update', says('usual')).ioBind('update', other, says('other'));
    Backbone.ioUnbindAll(other);
    expect(await told('todos/1:update')).to.deep.equal(['usual']);
    Backbone.ioUnbindAll(fakeSocket().socket);
    expect(await told('todos/1:update')).to.deep.equal(['usual']);
    todo.ioBind('update', other, says('other'));
    Backbone.ioUnbindAll(Backbone.socket);
    expect(await told('todos/1:update')).to.deep.equal(['other']);
  });

  it('ends the bindings of models that still wait for their id', async () => {
    const todo = new Todo().ioBind('update', says('update'));
    Backbone.ioUnbindAll();
    todo.trigger('update');
    todo.set({ id: 1 });
    expect(leftovers()).to.deep.equal([]);
    expect(await told('todos/1:update')).to.deep.equal([]);
  });

  it('ends the bindings on one socket of models that still wait for their id', async () => {
    const other = await join();
    const todo = new Todo().ioBind('update', says('usual')).ioBind('update', other, says('other'));
    Backbone.ioUnbindAll(other);
    todo.set({ id: 1 });
    expect(await told('todos/1:update')).to.deep.equal(['usual']);
  });

  it('leaves what is bound afterwards, also by models that waited', async () => {
    const [gone, kept] = [says('gone'), says('kept')];
    const waiting = new Todo().ioBind('update', gone).ioBind('update', kept);
    const found = new Todo({ id: 1 }).ioBind('update', gone).ioBind('update', kept);
    Backbone.ioUnbindAll();
    waiting.ioBind('update', kept);
    found.ioBind('update', kept);
    waiting.set({ id: 1 });
    expect(await told('todos/1:update')).to.deep.equal(['kept', 'kept']);
    waiting.ioUnbindAll();
    found.ioUnbindAll();
    expect(leftovers()).to.deep.equal([]);
  });

  it('may be called at each change of route, bound or not', async () => {
    Backbone.ioUnbindAll();
    Backbone.ioUnbindAll(Backbone.socket);
    const todos = new Todos();
    for (const route of ['one', 'two', 'three']) {
      todos.ioBind('create', says(route));
      expect(await told('todos:create')).to.deep.equal([route]);
      Backbone.ioUnbindAll();
      expect(leftovers()).to.deep.equal([]);
    }
    expect(await told('todos:create')).to.deep.equal([]);
  });

  it("leaves the page's own listeners alone", async () => {
    const view = Object.assign({}, Backbone.Events);
    const todo = new Todo({ id: 1 }).on('update', says('own'));
    view.listenTo(todo, 'update', says('view'));
    const before = listenersOf(todo);
    todo.ioBind('update', says('bound'));
    Backbone.ioUnbindAll();
    expect(listenersOf(todo)).to.deep.equal(before);
    todo.trigger('update');
    expect(heard).to.deep.equal(['own', 'view']);
  });
});
