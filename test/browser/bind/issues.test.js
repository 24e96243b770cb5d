import { expect } from 'chai';
import { leftovers } from '../../support/tracked-socket.js';
import { onEachSocket } from './pushes.js';

// As the example of 0.4.9 was written.
const Todo = Backbone.Model.extend({
  urlRoot: 'todo',
  noIoBind: false,
  initialize() {
    if (this.noIoBind) return;
    this.ioBind('update', this.serverChange, this);
    this.ioBind('delete', this.serverDelete, this);
  },
  serverChange(data) {
    this.set(data);
  },
  serverDelete() {
    if (this.collection) this.collection.remove(this);
    else this.trigger('remove', this);
    this.ioUnbindAll();
  },
});

const Todos = Backbone.Collection.extend({
  model: Todo,
  url: 'todos',
  initialize() {
    this.ioBind('create', this.serverCreate, this);
  },
  serverCreate(data) {
    const exists = this.get(data.id);
    if (exists) exists.set(data);
    else this.add(data);
  },
});

onEachSocket('What users of 0.4.9 wrote', online => {
  let server, tell, todos;
  const titles = () => todos.map(todo => todo.get('title'));

  beforeEach(async () => {
    ({ server, tell } = await online());
    todos = new Todos();
  });

  it('creates one model for a create and its push, which comes first (#20)', async () => {
    server.handle('todo:create', async (data, reply) => {
      const todo = { id: 1, ...data };
      await server.push('todos:create', todo);
      await reply(null, todo);
    });
    const own = new (Todo.extend({ noIoBind: true }))({ title: 'milk' });
    await own.save();
    await tell('todos:create', { id: 2, title: 'bread' });
    expect(titles()).to.deep.equal(['milk', 'bread']);
  });

  it('deletes what the server says is deleted, and hears no more of it (#32, #58)', async () => {
    todos.add([{ id: 1, title: 'milk' }, { id: 2, title: 'bread' }]);
    const gone = todos.get(1);
    await tell('todo/1:delete', { id: 1 });
    await tell('todo/1:update', { id: 1, title: 'gone' });
    await tell('todo/2:update', { id: 2, title: 'bread and butter' });
    expect(titles()).to.deep.equal(['bread and butter']);
    expect(gone.get('title')).to.equal('milk');
    todos.get(2).ioUnbindAll();
    todos.ioUnbindAll();
    expect(leftovers()).to.deep.equal([]);
  });

  it('waits with its delete for the server, whose push comes first (#32)', async () => {
    todos.add({ id: 1, title: 'milk' });
    server.handle('todo:delete', async (data, reply) => {
      await server.push('todo/1:delete', { id: 1 });
      await reply(null, {});
    });
    await todos.get(1).destroy({ wait: true });
    expect(todos).to.have.lengthOf(0);
  });

  it('reads a large collection in parts, and shows progress, by a push bound before the fetch (#39)', async () => {
    const progress = [];
    const parts = [[1, 2], [3, 4], [5]].map(ids => ids.map(id => ({ id })));
    todos.ioBind('part', (part, done, total) => {
      todos.add(part);
      progress.push(`${done} of ${total}`);
    });
    server.handle('todos:read', async (data, reply) => {
      for (const [index, part] of parts.entries()) await server.push('todos:part', part, index + 1, parts.length);
      await reply(null, []);
    });
    await todos.fetch({ remove: false });
    expect(todos.pluck('id')).to.deep.equal([1, 2, 3, 4, 5]);
    expect(progress).to.deep.equal(['1 of 3', '2 of 3', '3 of 3']);
  });
});
