import { expect } from 'chai';
import { leftovers } from '../../support/tracked-socket.js';
import { Todo, Todos } from '../fixtures.js';
import { onEachSocket } from './pushes.js';

onEachSocket('The url of a bound model', online => {
  let heard, tell;
  const note = (...args) => { heard.push(args); };
  const tellAll = async (...ids) => { for (const id of ids) await tell(`todos/${id}:update`, id); };

  beforeEach(async () => {
    ({ tell } = await online());
    heard = [];
  });

  it('may be missing until it has an id and a collection', async () => {
    const plain = new Backbone.Model().ioBind('update', note);
    new Todos().add(plain);
    plain.set({ id: 3 });
    await tellAll(3);
    expect(heard).to.deep.equal([[3]]);
  });

  it('may be missing until it has a collection, with an id from before', async () => {
    const plain = new Backbone.Model().ioBind('update', note);
    plain.set({ id: 3 });
    new Todos().add(plain);
    await tellAll(3);
    expect(heard).to.deep.equal([[3]]);
  });

  it('may be missing in a collection that has none itself', async () => {
    const plain = new Backbone.Model().ioBind('update', note);
    const chosen = new Backbone.Collection([plain]);
    expect(() => plain.set({ id: 3 })).not.to.throw();
    chosen.remove(plain);
    new Todos().add(plain);
    await tellAll(3);
    expect(heard).to.deep.equal([[3]]);
  });

  it('may be gone with its collection when it gets another id', async () => {
    const todos = new Todos([{ id: 1 }], { model: Backbone.Model });
    const plain = todos.at(0).ioBind('update', note);
    todos.remove(plain);
    expect(() => plain.set({ id: 2 })).not.to.throw();
    plain.ioUnbindAll();
    expect(leftovers()).to.deep.equal([]);
  });

  it('is heard at once, without an id, when it is its own', async () => {
    new (Todo.extend({ url: '/profile' }))().ioBind('update', note);
    new (Todo.extend({ url: () => 'settings' }))().ioBind('update', note);
    await tell('profile:update', 1);
    await tell('settings:update', 2);
    expect(heard).to.deep.equal([[1], [2]]);
  });

  it('is read again when its id comes, changes and goes', async () => {
    const me = new (Todo.extend({ url() { return `users/${this.id || 'me'}`; } }))().ioBind('update', note);
    const urls = ['users/me', 'users/1', 'users/2'];
    for (const id of [undefined, 1, 2, undefined]) {
      me.set({ id });
      for (const url of urls) await tell(`${url}:update`, url);
    }
    expect(heard.flat()).to.deep.equal(['users/me', 'users/1', 'users/2', 'users/me']);
  });
});
