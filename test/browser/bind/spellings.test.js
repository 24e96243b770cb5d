import { expect } from 'chai';
import { Todo, Todos } from '../fixtures.js';
import { onEachSocket } from './pushes.js';

const ids = [
  'a/b', '/a', 'a:b', ':', '50%', '%', '%41', 'a#b', 'a@b', 'a b', ' ', 'a?b=c&d', 'a+b', "a'b", 'ö', '😀', '👩‍👩‍👧', '..',
  '__proto__', 'constructor', 'toString', 'hasOwnProperty', '$&', '4f5e', 0, 7, -1,
];

onEachSocket('A push', online => {
  let heard, tell;
  const note = (...args) => { heard.push(args); };

  beforeEach(async () => {
    ({ tell } = await online());
    heard = [];
  });

  for (const slash of ['', '/']) {
    const said = slash ? 'with' : 'without';

    it(`may have a leading slash when the url is ${said} one, and may have none (#2)`, async () => {
      new (Todos.extend({ url: `${slash}todos` }))().ioBind('create', note);
      new (Todo.extend({ urlRoot: `${slash}todo` }))({ id: 1 }).ioBind('update', note);
      new (Todo.extend({ url: `${slash}profile` }))().ioBind('update', note);
      for (const name of ['todos:create', 'todo/1:update', 'profile:update']) {
        await tell(name, name);
        await tell(`/${name}`, `/${name}`);
      }
      expect(heard.flat()).to.deep.equal([
        'todos:create', '/todos:create', 'todo/1:update', '/todo/1:update', 'profile:update', '/profile:update',
      ]);
    });
  }

  it('names the whole path of the url, not its first segment only (#50, PR 51, 60, 61)', async () => {
    new (Todos.extend({ url: '/users/7/todos' }))().ioBind('create', note);
    new (Todo.extend({ urlRoot: '/users/profiles' }))({ id: 1 }).ioBind('update', note);
    await tell('users:create', 1);
    await tell('users/7/todos:create', 2);
    await tell('users:update', 3);
    await tell('users/profiles/1:update', 4);
    expect(heard).to.deep.equal([[2], [4]]);
  });

  it('names a model below its urlRoot, or else below the url of its collection', async () => {
    const todos = new Todos([{ id: 1 }], { model: Backbone.Model });
    todos.at(0).ioBind('update', note);
    new Todos([{ id: 2 }], { model: Todo.extend({ urlRoot: 'todo' }) }).at(0).ioBind('update', note);
    new (Todo.extend({ urlRoot: () => 'task/' }))({ id: 3 }).ioBind('update', note);
    for (const [index, url] of ['todo/1', 'todos/1', 'todos/2', 'todo/2', 'task/3'].entries()) await tell(`${url}:update`, index);
    expect(heard).to.deep.equal([[1], [3], [4]]);
  });

  it('names the url that a string or function says (PR 37, 45)', async () => {
    const name = 'lists/3';
    new (Todos.extend({ url() { return `/${this.list}`; }, list: name }))().ioBind('create', note);
    new (Todo.extend({ url() { return `${name}/${this.id}/title`; } }))({ id: 4 }).ioBind('update', note);
    new (Todo.extend({ url: 'settings' }))({ id: 4 }).ioBind('update', note);
    await tell('lists/3:create', 1);
    await tell('lists/3/4/title:update', 2);
    await tell('settings:update', 3);
    await tell('settings/4:update', 4);
    expect(heard).to.deep.equal([[1], [2], [3]]);
  });

  it('names the id under the idAttribute', async () => {
    new (Todo.extend({ idAttribute: '_id' }))({ _id: 'x', id: 'y' }).ioBind('update', note);
    await tell('todos/y:update', 1);
    await tell('todos/x:update', 2);
    expect(heard).to.deep.equal([[2]]);
  });

  for (const id of ids) {
    it(`may have the id encoded or raw, and runs the callback once: ${JSON.stringify(id)}`, async () => {
      new Todo({ id }).ioBind('update', note);
      new Todo({ id: `${id}.` }).ioBind('update', () => note('another'));
      const names = [`todos/${id}:update`, `/todos/${id}:update`, `todos/${encodeURIComponent(id)}:update`];
      for (const name of names) await tell(name, name);
      expect(heard.flat()).to.deep.equal(names);
    });
  }

  it('may have the id of a model with its own url encoded or raw', async () => {
    new (Todo.extend({ url() { return `task/${this.id}`; } }))({ id: 'a b' }).ioBind('update', note);
    await tell('task/a b:update', 1);
    await tell('task/a%20b:update', 2);
    expect(heard).to.deep.equal([[1], [2]]);
  });

  it('is not heard after ioUnbind in any spelling', async () => {
    const todo = new Todo({ id: 'a/b c' }).ioBind('update', note).ioUnbind('update');
    for (const name of ['todos/a/b c', '/todos/a/b c', 'todos/a%2Fb%20c', '/todos/a%2Fb%20c']) await tell(`${name}:update`);
    expect(heard).to.deep.equal([]);
    todo.ioBind('update', note);
    await tell('todos/a/b c:update', 1);
    expect(heard).to.deep.equal([[1]]);
  });
});
