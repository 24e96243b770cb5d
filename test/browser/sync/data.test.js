import { expect } from 'chai';
import { connected, startServer } from '../../support/control.js';
import { Todo, Todos, fakeSocket } from '../fixtures.js';

describe('The data of a request', () => {
  it('is followed by the callback and nothing else', async () => {
    const server = await startServer();
    Backbone.socket = await connected(server);
    server.handle('todos:create', (data, reply) => reply(null, { id: 1 }));
    await new Todo({ title: 'milk' }).save();
    const [{ args, hasAck }] = server.received;
    expect(args).to.deep.equal([{ title: 'milk' }]);
    expect(hasAck).to.equal(true);
  });

  it('is the model\'s toJSON(options), and so can carry fetch options (#16)', () => {
    const Wanted = Todo.extend({ toJSON: function (options) { return { ...this.attributes, page: options.page }; } });
    expect(sentBy(new Wanted({ id: 1, title: 'milk' }), 'fetch', { page: 2 })).to.deep.equal({ id: 1, title: 'milk', page: 2 });
  });

  it('is options.attrs before toJSON', () => {
    expect(sentBy(new Todo({ title: 'milk' }), 'save', undefined, { attrs: { title: 'bread' } })).to.deep.equal({ title: 'bread' });
  });

  it('is options.data before options.attrs', () => {
    const options = { attrs: { title: 'bread' }, data: { title: 'wine' } };
    expect(sentBy(new Todo({ title: 'milk' }), 'save', undefined, options)).to.deep.equal({ title: 'wine' });
  });

  it('is {} for the fetch of a collection of 1,000 models', () => {
    const todos = new Todos(Array.from({ length: 1000 }, (none, id) => ({ id, title: 'milk' })));
    expect(sentBy(todos, 'fetch')).to.deep.equal({});
  });

  it('is options.data for the fetch of a collection (#6, #16)', () => {
    expect(sentBy(new Todos(), 'fetch', { data: { page: 2, done: false } })).to.deep.equal({ page: 2, done: false });
  });

  it('is a list or a text, when that is options.data', () => {
    expect(sentBy(new Todo({ id: 1 }), 'fetch', { data: ['title'] })).to.deep.equal(['title']);
    expect(sentBy(new Todo({ id: 1 }), 'fetch', { data: 'title' })).to.equal('title');
  });

  it('of the fetch of a model carries its id beside options.data (#16)', () => {
    expect(sentBy(new Todo({ id: 42, title: 'milk' }), 'fetch', { data: { fields: 'title' } }))
      .to.deep.equal({ fields: 'title', id: 42 });
  });

  for (const [name, act] of Object.entries({
    read: (todo, options) => todo.fetch(options),
    update: (todo, options) => todo.save(null, options),
    patch: (todo, options) => todo.save({ title: 'wine' }, { ...options, patch: true }),
    delete: (todo, options) => todo.destroy(options),
  })) {
    it(`carries the id of a saved model for ${name}, under the idAttribute`, () => {
      const Keyed = Todo.extend({ idAttribute: '_id', toJSON: () => ({ title: 'without id' }) });
      const { socket, sent } = fakeSocket();
      act(new Keyed({ _id: 'a1' }), { socket });
      act(new Keyed({ _id: 0 }), { socket, data: { q: 1 } });
      for (const { answer } of sent) answer(null, null);
      expect(sent.map(({ event, args }) => [event, args[0]._id])).to.deep.equal([[`todos:${name}`, 'a1'], [`todos:${name}`, 0]]);
    });
  }

  it('carries the id, too, where what is sent leaves it empty', () => {
    for (const id of [null, undefined]) {
      expect(sentBy(new Todo({ id: 42 }), 'fetch', { data: { id, q: 1 } })).to.deep.equal({ id: 42, q: 1 });
      const Blank = Todo.extend({ toJSON: () => ({ id, title: 'milk' }) });
      expect(sentBy(new Blank({ id: 42 }), 'save')).to.deep.equal({ id: 42, title: 'milk' });
    }
  });

  it('of a patch is what changed, with the id also under "id" (#34)', () => {
    const Keyed = Todo.extend({ idAttribute: '_id' });
    const todo = new Keyed({ _id: 'a1', title: 'milk', done: false });
    expect(sentBy(todo, 'save', { done: true }, { patch: true })).to.deep.equal({ done: true, _id: 'a1', id: 'a1' });
  });

  it('of a patch keeps an attribute "id" that is not the model\'s id', () => {
    const Keyed = Todo.extend({ idAttribute: '_id' });
    expect(sentBy(new Keyed({ _id: 'a1' }), 'save', { id: 7 }, { patch: true })).to.deep.equal({ id: 7, _id: 'a1' });
  });

  it('carries no id for create', () => {
    expect(sentBy(new Todo({ title: 'milk' }), 'save')).to.deep.equal({ title: 'milk' });
  });

  it('leaves alone what the caller passed in', () => {
    const todo = new Todo({ id: 1, title: 'milk' });
    const data = Object.freeze({ fields: 'title' });
    const patch = Object.freeze({ title: 'wine' });
    sentBy(todo, 'fetch', { data });
    sentBy(todo, 'save', patch, { patch: true });
    expect(data).to.deep.equal({ fields: 'title' });
    expect(patch).to.deep.equal({ title: 'wine' });
    expect(todo.attributes).to.deep.equal({ id: 1, title: 'wine' });
  });

  it('of a saving with wait has the new attributes, which the model gets with the answer', async () => {
    const server = await startServer();
    Backbone.socket = await connected(server);
    const todo = new Todo({ id: 1, title: 'milk' });
    const saving = todo.save({ title: 'bread' }, { wait: true });
    const request = await server.next('todos:update');
    expect(request.args[0]).to.deep.equal({ id: 1, title: 'bread' });
    expect(todo.get('title')).to.equal('milk');
    await request.answer(null, {});
    await saving;
    expect(todo.get('title')).to.equal('bread');
  });
});

// The data that one request of `entity` emits; the socket is put into the last argument, the options.
function sentBy(entity, method, first, second) {
  const { socket, sent } = fakeSocket();
  const args = method === 'save' ? [first ?? null, { ...second, socket }] : [{ ...first, socket }];
  entity[method](...args);
  for (const { answer } of sent) answer(null, null);
  expect(sent).to.have.lengthOf(1);
  expect(sent[0].args).to.have.lengthOf(1);
  return sent[0].args[0];
}
