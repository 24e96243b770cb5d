import { expect } from 'chai';
import { connected, startServer } from '../../support/control.js';
import { Todo, Todos, fakeSocket, replace } from '../fixtures.js';

describe('The namespace of a request', () => {
  const urls = {
    'todos': 'todos',
    '/todos': 'todos',
    '/todos/': 'todos',
    '/todos/42': 'todos',
    '/users/profiles': 'users',
    'https://h/api/x?y#z': 'api',
    'HTTPS://H.example:8080/api': 'api',
    '//h/api': 'api',
    '/todos?done=1': 'todos',
    'todos#top': 'todos',
    'todos?next=/a/b': 'todos',
    'todos?from=https://h/other': 'todos',
    '/my todos/1': 'my todos',
    '/日本/1': '日本',
  };
  for (const [url, namespace] of Object.entries(urls)) {
    it(`is "${namespace}" for the url "${url}"`, () => {
      expect(eventOf(fetch => fetch(new Backbone.Collection(), { url }))).to.equal(`${namespace}:read`);
      expect(eventOf(fetch => fetch(Object.assign(new Backbone.Model(), { url })))).to.equal(`${namespace}:read`);
    });
  }

  it('is followed by the method in the event', async () => {
    const server = await startServer();
    Backbone.socket = await connected(server);
    const methods = ['create', 'read', 'update', 'patch', 'delete'];
    for (const method of methods) server.handle(`todos:${method}`, (data, reply) => reply(null, { id: 1 }));
    const todo = new Todo();
    await todo.save({ title: 'milk' });
    await todo.fetch();
    await todo.save({ title: 'bread' });
    await todo.save({ title: 'wine' }, { patch: true });
    await todo.destroy();
    expect(server.received.map(({ event }) => event)).to.deep.equal(methods.map(method => `todos:${method}`));
  });

  it('is followed by any other name given to Backbone.sync', async () => {
    const server = await startServer();
    Backbone.socket = await connected(server);
    server.handle('todos:archive', (data, reply) => reply(null, { archived: data.id }));
    expect(await Backbone.sync('archive', new Todo({ id: 7 }))).to.deep.equal({ archived: 7 });
  });

  it('comes from options.url before the object\'s own', () => {
    expect(eventOf(fetch => fetch(new Todos(), { url: '/archive/2026' }))).to.equal('archive:read');
    expect(eventOf(fetch => fetch(new Todo({ id: 1 }), { url: '/archive/2026' }))).to.equal('archive:read');
  });

  it('comes from the object\'s own url when options.url is empty', () => {
    expect(eventOf(fetch => fetch(new Todos(), { url: '' }))).to.equal('todos:read');
    expect(eventOf(fetch => fetch(new Todos(), { url: undefined }))).to.equal('todos:read');
  });

  it('comes from a url or urlRoot that is a function, called on its object', () => {
    const Named = Backbone.Collection.extend({ name: 'boards', url() { return `/${this.name}`; } });
    expect(eventOf(fetch => fetch(new Named()))).to.equal('boards:read');
    const Card = Backbone.Model.extend({ urlRoot() { return `/${this.get('kind')}`; } });
    expect(eventOf(fetch => fetch(new Card({ id: 1, kind: 'cards' })))).to.equal('cards:read');
  });

  it('comes from a model\'s urlRoot before its collection\'s url', () => {
    const model = new Backbone.Model({ id: 1 }, { collection: new (Backbone.Collection.extend({ url: '/lists' }))() });
    expect(eventOf(fetch => fetch(model))).to.equal('lists:read');
    model.urlRoot = '/todos';
    expect(eventOf(fetch => fetch(model))).to.equal('todos:read');
  });

  it('can be the full path, without the model\'s id', () => {
    const ioNamespace = Backbone.ioSync.fullPath;
    const Profile = Backbone.Model.extend({ urlRoot: '/users/profiles', ioNamespace });
    expect(eventOf(fetch => fetch(new Profile({ id: 'a/b' })))).to.equal('users/profiles:read');
    expect(eventOf(fetch => fetch(new Profile()))).to.equal('users/profiles:read');
    const Profiles = Backbone.Collection.extend({ url: 'https://h/users/profiles?page=2', ioNamespace });
    expect(eventOf(fetch => fetch(new Profiles()))).to.equal('users/profiles:read');
    const ofList = Object.assign(new (Backbone.Collection.extend({ url: '/lists/7', ioNamespace }))(), { id: 7 });
    expect(eventOf(fetch => fetch(ofList))).to.equal('lists/7:read');
  });

  it('can be a fixed name', () => {
    const Profile = Backbone.Model.extend({ urlRoot: '/api/v1/profiles', ioNamespace: 'people' });
    expect(eventOf(fetch => fetch(new Profile({ id: 1 })))).to.equal('people:read');
  });

  it('can be a function', () => {
    const ioNamespace = (url, entity) => `${url.split('/')[2]}-${entity.id}`;
    const Profile = Backbone.Model.extend({ urlRoot: '/api/profiles', ioNamespace });
    expect(eventOf(fetch => fetch(new Profile({ id: 1 })))).to.equal('profiles-1:read');
  });

  it('is chosen by the options, else the model, else its collection, else for all', () => {
    replace(Backbone.ioSync, 'namespace', 'all');
    const todos = new Todos([{ id: 1 }]);
    const todo = todos.at(0);
    expect(eventOf(fetch => fetch(todo))).to.equal('all:read');
    todos.ioNamespace = 'collection';
    expect(eventOf(fetch => fetch(todo))).to.equal('collection:read');
    expect(eventOf(fetch => fetch(todos))).to.equal('collection:read');
    todo.ioNamespace = 'model';
    expect(eventOf(fetch => fetch(todo))).to.equal('model:read');
    expect(eventOf(fetch => fetch(todo, { ioNamespace: 'options' }))).to.equal('options:read');
  });
});

// The event that a fetch emits.
function eventOf(act) {
  const { socket, sent } = fakeSocket();
  act((entity, options) => entity.fetch({ ...options, socket }));
  for (const { answer } of sent) answer(null, null);
  expect(sent).to.have.lengthOf(1);
  return sent[0].event;
}
