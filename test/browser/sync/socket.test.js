import { expect } from 'chai';
import { connected, startServer } from '../../support/control.js';
import { Todo, Todos, expectNearest, fakeSocket, kinds } from '../fixtures.js';

describe('The socket of a request', () => {
  for (const [kind, held] of Object.entries(kinds)) {
    it(`is the options', the model's, its collection's, Backbone.socket, window.socket, in this order: ${kind}`, () => {
      const used = (todo, sockets, options) => {
        todo.fetch(options).abort();
        return sockets.filter(({ sent }) => sent.splice(0).length);
      };
      expectNearest(held, used, given => ({ socket: held(given) }));
    });
  }

  it('may be one for each model and one for each collection (PR 3)', async () => {
    const [one, two] = await Promise.all([startServer(), startServer()]);
    const Notes = Backbone.Collection.extend({ url: '/notes', socket: await connected(one) });
    const Card = Backbone.Model.extend({ urlRoot: '/cards', socket: await connected(two) });
    one.handle('notes:read', (data, reply) => reply(null, [{ id: 1 }]));
    two.handle('cards:create', (data, reply) => reply(null, { id: 2 }));
    await Promise.all([new Notes().fetch(), new Card().save()]);
    expect(one.received.map(({ event }) => event)).to.deep.equal(['notes:read']);
    expect(two.received.map(({ event }) => event)).to.deep.equal(['cards:create']);
  });

  it('is asked for once at each request when it is a function, on the object that has it', () => {
    const fakes = [fakeSocket(), fakeSocket()];
    let asked = 0;
    const Own = Todo.extend({
      socket() {
        asked += 1;
        return fakes[this.get('n')].socket;
      },
    });
    const todo = new Own({ id: 1, n: 0 });
    todo.fetch().abort();
    todo.set('n', 1);
    todo.fetch().abort();
    expect(fakes.map(({ sent }) => sent.length)).to.deep.equal([1, 1]);
    expect(asked).to.equal(2);
  });

  it('is the next one when a function has none', () => {
    const { socket, sent } = fakeSocket();
    Backbone.socket = socket;
    const Own = Todo.extend({ socket: () => undefined });
    new Own({ id: 1 }).fetch().abort();
    expect(sent).to.have.lengthOf(1);
  });

  it('is missed at once, with a sentence that says what to set', () => {
    expect(() => new Todo({ id: 1 }).fetch()).to.throw(Error, /Backbone\.socket/);
    expect(() => new Todos().fetch()).to.throw(Error, /Backbone\.socket/);
  });

  it('is missed at once where window.socket is an element with the id "socket"', () => {
    const { socket, sent } = fakeSocket();
    shadowWindowSocket();
    expect(() => new Todo({ id: 1 }).fetch()).to.throw(Error, /Backbone\.socket/);
    Backbone.socket = socket;
    new Todo({ id: 1 }).fetch().abort();
    expect(sent).to.have.lengthOf(1);
  });

  it('is window.socket again when the page sets it over an element with the id "socket"', () => {
    const { socket, sent } = fakeSocket();
    shadowWindowSocket();
    window.socket = socket;
    new Todo({ id: 1 }).fetch().abort();
    expect(sent).to.have.lengthOf(1);
  });

  function shadowWindowSocket() {
    const element = document.createElement('div');
    element.id = 'socket';
    document.body.append(element);
    shadows.push(element);
    expect(window.socket).to.equal(element);
  }
  const shadows = [];
  afterEach(() => shadows.splice(0).forEach(element => element.remove()));
});

describe('The url of a request', () => {
  it('is missed at once, with a sentence that says what to set', () => {
    Backbone.socket = fakeSocket().socket;
    expect(() => new Backbone.Model({ id: 1 }).fetch()).to.throw(Error, /url/);
    expect(() => new Backbone.Collection().fetch()).to.throw(Error, /url/);
    expect(() => new Backbone.Collection().fetch({ url: '' })).to.throw(Error, /url/);
  });

  it('is missed at once when it has no path', () => {
    Backbone.socket = fakeSocket().socket;
    for (const url of ['/', 'https://h', '//h/', '?q=1', '#top']) {
      expect(() => new Backbone.Collection().fetch({ url }), url).to.throw(Error, /url/);
    }
  });
});
