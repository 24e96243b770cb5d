import { expect } from 'chai';
import { leftovers } from '../../support/tracked-socket.js';
import { Todo, Todos, fakeSocket } from '../fixtures.js';
import { listenersOf, onEachSocket } from './pushes.js';

onEachSocket('A bound model', online => {
  let heard, server, tell, todo;
  const note = (...args) => { heard.push(args); };
  const tellAll = async (...ids) => { for (const id of ids) await tell(`todos/${id}:update`, id); };

  beforeEach(async () => {
    ({ server, tell } = await online());
    heard = [];
    todo = new Todo();
  });

  it('binds before the id exists, and follows it (#49)', async () => {
    todo.ioBind('update', note);
    await tell('todos:update', 'collection');
    await tell('todos/:update', 'empty');
    await tell('todos/undefined:update', 'undefined');
    todo.set({ id: 1 });
    await tellAll(1);
    expect(heard).to.deep.equal([[1]]);
  });

  it('costs the socket nothing while it waits for its id', () => {
    todo.ioBind('update delete', note);
    expect(leftovers()).to.deep.equal([]);
    const { socket, listening } = fakeSocket();
    new Todo().ioBind('update', socket, note);
    expect(listening()).to.equal(0);
  });

  it('follows an id that a save has brought', async () => {
    todo.ioBind('update', note);
    server.handle('todos:create', (data, reply) => reply(null, { ...data, id: 7 }));
    await todo.save({ title: 'milk' }, { wait: true });
    await tellAll(7);
    expect(heard).to.deep.equal([[7]]);
  });

  it('follows an id that a silent save has brought', async () => {
    todo.ioBind('update', note);
    server.handle('todos:create', (data, reply) => reply(null, { ...data, id: 7 }));
    await todo.save({ title: 'milk' }, { silent: true });
    await tellAll(7);
    expect(heard).to.deep.equal([[7]]);
  });

  it("follows an id that its collection's create has brought", async () => {
    server.handle('todos:create', (data, reply) => reply(null, { ...data, id: 7 }));
    const todos = new Todos();
    todos.on('add', model => model.ioBind('update', note));
    await new Promise(resolve => { todos.create({ title: 'milk' }, { success: resolve }); });
    await tellAll(7);
    expect(heard).to.deep.equal([[7]]);
  });

  it('follows an id that changes, and is deaf under the old one', async () => {
    todo.set({ id: 1 });
    todo.ioBind('update', note);
    todo.set({ id: 2 });
    await tellAll(1, 2);
    todo.set({ id: 1 });
    await tellAll(1, 2);
    expect(heard).to.deep.equal([[2], [1]]);
  });

  for (const [how, clear] of Object.entries({
    unset: model => model.unset('id'),
    clear: model => model.clear(),
    'set to null': model => model.set({ id: null }),
  })) {
    it(`waits again when its id is cleared: ${how}`, async () => {
      todo.set({ id: 1 });
      todo.ioBind('update', note);
      clear(todo);
      expect(leftovers()).to.deep.equal([]);
      await tellAll(1, null, undefined, '');
      await tell('todos:update');
      todo.set({ id: 2 });
      await tellAll(1, 2);
      expect(heard).to.deep.equal([[2]]);
    });
  }

  it('takes 0 for an id', async () => {
    todo.ioBind('update', note).set({ id: 0 });
    await tellAll(0);
    expect(heard).to.deep.equal([[0]]);
  });

  it('follows the id under its idAttribute', async () => {
    const task = new (Todo.extend({ idAttribute: '_id' }))().ioBind('update', note);
    task.set({ id: 1 });
    task.set({ _id: 2 });
    await tellAll(1, 2);
    expect(heard).to.deep.equal([[2]]);
  });

  it('is heard by callbacks bound before and after the id came', async () => {
    todo.ioBind('update', () => note('before'));
    todo.set({ id: 1 });
    todo.ioBind('update', () => note('after'));
    await tellAll(1);
    expect(heard).to.deep.equal([['before'], ['after']]);
  });

  it('is unbound under the id it has now, and by what was bound under another', async () => {
    todo.ioBind('update delete', note);
    todo.set({ id: 1 });
    todo.set({ id: 2 });
    todo.ioUnbind('update');
    await tellAll(1, 2);
    await tell('todos/2:delete', 3);
    todo.ioUnbindAll();
    expect(leftovers()).to.deep.equal([]);
    expect(heard).to.deep.equal([[3]]);
  });

  it('hears nothing when it was unbound before its id came', async () => {
    todo.ioBind('update', note).ioUnbind('update', note);
    todo.ioBind('update', note).ioUnbindAll();
    expect(listenersOf(todo)).to.deep.equal({});
    todo.set({ id: 1 });
    await tellAll(1);
    expect(leftovers()).to.deep.equal([]);
    expect(heard).to.deep.equal([]);
  });
});
