import { expect } from 'chai';
import { leftovers } from '../../support/tracked-socket.js';
import { Todo, Todos, expectNearest, fakeSocket, kinds } from '../fixtures.js';

const note = () => {};

describe('The socket of a binding', () => {
  for (const [kind, held] of Object.entries(kinds)) {
    it(`is the given one, the model's, its collection's, Backbone.socket, window.socket, in this order: ${kind}`, () => {
      const used = (todo, sockets, ...given) => {
        todo.ioBind('update', ...given, note);
        const found = sockets.filter(({ listening }) => listening());
        todo.ioUnbindAll();
        return found;
      };
      expectNearest(held, used, given => given);
    });
  }

  it("may be the collection's own, and the collection's for its models (PR 3)", () => {
    const [own, usual] = [fakeSocket(), fakeSocket()];
    Backbone.socket = usual.socket;
    const heard = [];
    const todos = new (Todos.extend({ socket: own.socket }))([{ id: 1 }]);
    todos.ioBind('create', what => heard.push(what));
    todos.at(0).ioBind('update', what => heard.push(what));
    for (const { hear } of [usual, own]) {
      hear('todos:create', 'create');
      hear('todos/1:update', 'update');
    }
    expect(heard).to.deep.equal(['create', 'update']);
    expect(usual.listening()).to.equal(0);
  });

  it('is asked for at each bind when it is a function, on the object that has it', () => {
    const fakes = [fakeSocket(), fakeSocket()];
    const todo = new (Todo.extend({ socket() { return fakes[this.get('n')].socket; } }))({ id: 1 });
    for (const n of [0, 1]) todo.set({ n }).ioBind('update', note);
    expect(fakes.map(({ listening }) => listening() > 0)).to.deep.equal([true, true]);
    todo.ioUnbindAll();
    expect(fakes.map(({ listening }) => listening())).to.deep.equal([0, 0]);
  });

  it('stays the one that the binding was made on, whatever replaces it', () => {
    const [before, after] = [fakeSocket(), fakeSocket()];
    const heard = [];
    const todo = new Todo({ id: 1 });
    Backbone.socket = before.socket;
    todo.ioBind('update', n => heard.push(n));
    Backbone.socket = todo.socket = after.socket;
    todo.set({ id: 2 });
    expect(after.listening()).to.equal(0);
    before.hear('todos/2:update', 1);
    after.hear('todos/2:update', 2);
    expect(heard).to.deep.equal([1]);
    todo.ioUnbind('update');
    expect(before.listening()).to.equal(0);
  });

  it('is found when a waiting model is bound, not when its id comes', () => {
    const [before, after] = [fakeSocket(), fakeSocket()];
    Backbone.socket = before.socket;
    const todo = new Todo().ioBind('update', note);
    Backbone.socket = after.socket;
    todo.set({ id: 1 });
    expect(after.listening()).to.equal(0);
    expect(before.listening()).to.be.above(0);
    todo.ioUnbindAll();
    expect(before.listening()).to.equal(0);
  });

  it('is missed at once, in words, and nothing is bound', () => {
    const todo = new Todo({ id: 1 });
    expect(() => todo.ioBind('update', note)).to.throw(Error, 'Backbone.socket');
    expect(() => new Todos().ioBind({ create: note })).to.throw(Error, 'Backbone.socket');
    todo.trigger('update');
    expect(todo._events ?? {}).to.deep.equal({});
  });

  it('needs on and removeListener only, and gets them back as they were', () => {
    const { socket, hear, listening } = fakeSocket();
    const own = () => {};
    socket.on('todos/1:update', own);
    const heard = [];
    const acknowledge = () => {};
    const least = { on: socket.on, removeListener: socket.removeListener };
    const todo = new Todo({ id: 1 }).ioBind('update delete', least, (...args) => heard.push(args));
    hear('todos/1:update', 1, acknowledge);
    hear('/todos/1:delete', 2);
    expect(heard).to.deep.equal([[1, acknowledge], [2]]);
    todo.ioUnbindAll();
    expect(listening()).to.equal(1);
    expect(leftovers()).to.deep.equal([]);
  });
});
