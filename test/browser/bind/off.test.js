import { expect } from 'chai';
import { leftovers } from '../../support/tracked-socket.js';
import { Todo, Todos } from '../fixtures.js';
import { onEachSocket } from './pushes.js';

onEachSocket('A binding', online => {
  let heard, server, tell, todo, view;
  const note = what => { heard.push(what); };
  const first = () => note('first');
  const second = () => note('second');

  beforeEach(async () => {
    ({ server, tell } = await online());
    heard = [];
    view = Object.assign({}, Backbone.Events);
    todo = new Todo({ id: 1 });
    todo.ioBind('update', first, view).ioBind('update', second).ioBind('delete', first);
  });

  const told = async () => {
    heard = [];
    for (const event of ['update', 'delete']) await tell(`todos/1:${event}`);
    return heard;
  };

  for (const [how, { off, left }] of Object.entries({
    "off('update', callback)": { off: () => todo.off('update', first), left: ['second', 'first'] },
    "unbind('update', callback), the same by an older name": { off: () => todo.unbind('update', first), left: ['second', 'first'] },
    "off('update')": { off: () => todo.off('update'), left: ['first'] },
    "off('update delete')": { off: () => todo.off('update delete'), left: [] },
    'off({ update: callback })': { off: () => todo.off({ update: second }), left: ['first', 'first'] },
    'off(null, callback)': { off: () => todo.off(null, first), left: ['second'] },
    'off(null, null, context)': { off: () => todo.off(null, null, view), left: ['second', 'first'] },
    'off(null, null, itself), the context by default': { off: () => todo.off(null, null, todo), left: ['first'] },
    'off()': { off: () => todo.off(), left: [] },
  })) {
    it(`ends by the page's ${how}`, async () => {
      off();
      expect(await told()).to.deep.equal(left);
    });
  }

  for (const [how, off] of Object.entries({
    'of another event': () => todo.off('create').off('change:title', first),
    'of another callback': () => todo.off('update', () => {}),
    'of another context': () => todo.off('update', first, todo).off(null, null, {}),
    'of another object': () => new Todo({ id: 1 }).off(),
    "of the page's own callback for all events": () => todo.on('all', note).off('all', note),
    'of all that listens to all events': () => todo.on('all', note).off('all'),
  })) {
    it(`lives on after an off ${how}`, async () => {
      off();
      expect(await told()).to.deep.equal(['first', 'second', 'first']);
    });
  }

  it('follows the id, if it lives on, after an off of whatever other event', async () => {
    for (const names of ['all', 'change all', 'all change']) {
      todo.off(names).set({ id: 2 }).set({ id: 1 });
      const alive = (await told()).length > 0;
      todo.set({ id: 2 });
      expect(await told(), names).to.deep.equal([]);
      await tell('todos/2:update');
      expect(heard.length > 0, names).to.equal(alive);
      todo.off().set({ id: 1 }).ioBind('update', first);
    }
  });

  it('ends with stopListening of a view that is its context and listens to the model', async () => {
    view.listenTo(todo, 'change', () => {});
    view.stopListening();
    expect(await told()).to.deep.equal(['second', 'first']);
  });

  it('lives on after stopListening of others, and of the model itself', async () => {
    const other = Object.assign({}, Backbone.Events);
    other.listenTo(todo, 'update', () => {});
    other.stopListening();
    todo.stopListening();
    expect(await told()).to.deep.equal(['first', 'second', 'first']);
  });

  it('ends with destroy, after the server has confirmed it when told to wait (PR 70)', async () => {
    server.handle('todos:delete', (data, reply) => reply(null, {}));
    const twin = new Todo({ id: 1 }).ioBind('update', () => note('twin'));
    const done = todo.destroy({ wait: true });
    expect(await told()).to.include('second');
    await done;
    expect(await told()).to.deep.equal(['twin']);
    twin.ioUnbindAll();
    expect(leftovers()).to.deep.equal([]);
  });

  it('ends with destroy of a model that was never saved', async () => {
    const fresh = new Todo().ioBind('update', () => note('fresh'));
    fresh.destroy();
    fresh.set({ id: 1 });
    expect(await told()).to.deep.equal(['first', 'second', 'first']);
  });

  it('ends with destroy also when a listener of the page throws', async () => {
    todo.on('destroy', () => { throw new Error('thrown by a listener'); });
    expect(() => todo.trigger('destroy', todo)).to.throw('thrown by a listener');
    expect(await told()).to.deep.equal([]);
    expect(leftovers()).to.deep.equal([]);
  });

  it('of a collection lives on when one of its models is destroyed', async () => {
    const todos = new Todos([todo]).ioBind('delete', () => note('todos'));
    todo.trigger('destroy', todo, todos);
    expect(todos).to.have.lengthOf(0);
    expect(await told()).to.deep.equal([]);
    await tell('todos:delete');
    expect(heard).to.deep.equal(['todos']);
  });

  it('of a model lives on when it leaves its collection', async () => {
    new Todos([todo]).reset();
    expect(await told()).to.deep.equal(['first', 'second', 'first']);
  });

  it('ends by ioUnbindAll after a server delete, from within its callback (#58)', async () => {
    const todos = new Todos([{ id: 3 }], { model: Backbone.Model });
    const plain = todos.at(0);
    plain.ioBind('update delete', () => note('plain'));
    plain.ioBind('delete', () => {
      todos.remove(plain);
      plain.ioUnbindAll();
    });
    await tell('todos/3:delete', { id: 3 });
    await tell('todos/3:update');
    todo.ioUnbindAll();
    expect(heard).to.deep.equal(['plain']);
    expect(leftovers()).to.deep.equal([]);
  });

  it('ends by ioUnbindAll after a server delete, later and without a url (#58)', async () => {
    const todos = new Todos([{ id: 3 }], { model: Backbone.Model });
    const plain = todos.at(0).ioBind('delete', () => todos.remove(plain));
    await tell('todos/3:delete', { id: 3 });
    plain.ioUnbindAll();
    todo.ioUnbindAll();
    expect(leftovers()).to.deep.equal([]);
  });
});
