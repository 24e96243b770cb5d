import { expect } from 'chai';
import { listen } from '../../support/control.js';
import { leftovers } from '../../support/tracked-socket.js';
import { Todo, Todos, fakeSocket } from '../fixtures.js';
import { listenersOf, onEachSocket } from './pushes.js';

onEachSocket('ioUnbind', online => {
  let heard, join, socket, tell, todo;
  const note = (...args) => { heard.push(args); };
  const says = what => () => note(what);

  beforeEach(async () => {
    ({ join, socket, tell } = await online());
    heard = [];
    todo = new Todo({ id: 1 });
  });

  const told = async (...events) => {
    heard = [];
    for (const event of events) await tell(`todos/1:${event}`);
    return heard.flat();
  };

  it('ends all callbacks of an event, and no other event', async () => {
    todo.ioBind('update', says('one')).ioBind('update', says('two')).ioBind('delete', says('delete'));
    todo.ioUnbind('update');
    expect(await told('update', 'delete')).to.deep.equal(['delete']);
  });

  it('ends one callback of an event, in every context', async () => {
    const gone = says('gone');
    todo.ioBind('update', gone).ioBind('update', gone, {}).ioBind('update', says('kept')).ioBind('delete', gone);
    todo.ioUnbind('update', gone);
    expect(await told('update', 'delete')).to.deep.equal(['kept', 'gone']);
  });

  it('ends one callback of all events, when none is named', async () => {
    const gone = says('gone');
    todo.ioBind('update delete', gone).ioBind('update', says('kept'));
    todo.ioUnbind(null, gone);
    expect(await told('update', 'delete')).to.deep.equal(['kept']);
  });

  it('takes a list and a map of events', async () => {
    const one = says('one');
    todo.ioBind('a b c d', one).ioBind('c d', says('kept'));
    todo.ioUnbind('a b').ioUnbind({ c: one, d: undefined });
    expect(await told('a', 'b', 'c', 'd')).to.deep.equal(['kept']);
  });

  it('ends what is on one socket, or on all', async () => {
    const other = await join();
    const [one, two] = [says('one'), says('two')];
    todo.ioBind('update', one).ioBind('update', two);
    todo.ioBind('update', other, one).ioBind('update', other, two);
    todo.ioUnbind('update', other, one);
    expect(await told('update')).to.have.members(['one', 'two', 'two']);
    todo.ioUnbind('update', other);
    expect(await told('update')).to.have.members(['one', 'two']);
    todo.ioBind('update', other, one);
    todo.ioUnbind('update', null, one);
    expect(await told('update')).to.deep.equal(['two']);
    todo.ioBind('update', other, two).ioUnbind('update', two);
    expect(await told('update')).to.deep.equal([]);
  });

  it("never ends another object's bindings", async () => {
    const twin = new Todo({ id: 1 });
    const both = says('heard');
    for (const model of [todo, twin]) model.ioBind('update delete', both);
    todo.ioUnbind('update');
    expect(await told('update')).to.deep.equal(['heard']);
    todo.ioUnbind('delete', both);
    expect(await told('delete')).to.deep.equal(['heard']);
    todo.ioUnbindAll();
    expect(await told('update', 'delete')).to.deep.equal(['heard', 'heard']);
  });

  it("never takes the page's own listeners off the object or the socket", async () => {
    const own = says('own');
    listen(socket, 'todos/1:update', says('socket'));
    todo.on('update', own).on('all', says('all'));
    const before = listenersOf(todo);
    todo.ioBind('update', says('bound')).ioUnbind('update');
    todo.ioBind('update', own).ioUnbind('update', own);
    todo.ioBind('update', own).ioUnbindAll();
    todo.ioBind('update', own);
    Backbone.ioUnbindAll();
    expect(await told('update')).to.deep.equal(['socket']);
    todo.trigger('update');
    expect(heard.flat()).to.deep.equal(['socket', 'own', 'all']);
    expect(listenersOf(todo)).to.deep.equal(before);
  });

  it('does nothing where nothing was bound', async () => {
    const homeless = new Backbone.Model();
    expect(homeless.ioUnbind('update').ioUnbind('update', note).ioUnbindAll()).to.equal(homeless);
    todo.ioBind('update', says('kept'));
    todo.ioUnbind('delete').ioUnbind('update', () => {}).ioUnbind('update', fakeSocket().socket).ioUnbindAll(fakeSocket().socket);
    expect(await told('update')).to.deep.equal(['kept']);
  });

  it('leaves the socket and the model as they were, with the last callback', () => {
    for (const unbind of [
      () => todo.ioUnbind('update', note).ioUnbind('delete'),
      () => todo.ioUnbind('update delete'),
      () => todo.ioUnbind({ update: note, delete: note }),
      () => todo.ioUnbindAll(),
      () => todo.ioUnbindAll(Backbone.socket),
      () => todo.off('update delete'),
      () => todo.off(),
      () => todo.trigger('destroy', todo),
      () => Backbone.ioUnbindAll(),
      () => Backbone.ioUnbindAll(Backbone.socket),
    ]) {
      todo.ioBind('update delete', note);
      unbind();
      expect(leftovers()).to.deep.equal([]);
      expect(listenersOf(todo)).to.deep.equal({});
    }
  });

  it('ends the bindings of a collection whose url is a function that answers differently by now', async () => {
    const todos = new (Todos.extend({ url() { return this.path; } }))();
    todos.path = 'todos/1';
    todos.ioBind('create update', says('heard'));
    todos.path = 'todos/2';
    todos.ioUnbind('create');
    expect(await told('create', 'update')).to.deep.equal(['heard']);
    todos.path = undefined;
    todos.ioUnbindAll();
    expect(await told('update')).to.deep.equal([]);
    expect(leftovers()).to.deep.equal([]);
  });
});

onEachSocket('ioUnbindAll', online => {
  it('ends all bindings of an object, or those on one socket', async () => {
    const { join, tell } = await online();
    const other = await join();
    const heard = [];
    for (const bound of [new Todos(), new Todo({ id: 1 })]) {
      const url = bound instanceof Todos ? 'todos' : 'todos/1';
      bound.ioBind('create delete', () => heard.push('usual')).ioBind('create delete', other, () => heard.push('other'));
      bound.ioUnbindAll(other);
      await tell(`${url}:create`);
      await tell(`${url}:delete`);
      expect(heard.splice(0)).to.deep.equal(['usual', 'usual']);
      bound.ioUnbindAll();
      await tell(`${url}:create`);
      expect(heard).to.deep.equal([]);
      expect(leftovers()).to.deep.equal([]);
    }
  });
});
