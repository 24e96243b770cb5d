import { expect } from 'chai';
import { freshPage } from '../../support/control.js';
import { leftovers } from '../../support/tracked-socket.js';
import { Todo } from '../fixtures.js';
import { online } from './pushes.js';

describe('A socket whose onevent others have wrapped', () => {
  let heard, seen, socket, tell, todo;
  const note = n => { heard.push(n); };

  beforeEach(async () => {
    ({ socket, tell } = await online());
    heard = [];
    seen = [];
    todo = new Todo({ id: 1 });
  });

  // As socketio-wildcard does. Returns its undo.
  function wrap() {
    const { onevent } = socket;
    const isOwn = Object.hasOwn(socket, 'onevent');
    socket.onevent = function (packet) {
      seen.push(packet.data[1]);
      onevent.call(this, packet);
    };
    return () => {
      if (isOwn) socket.onevent = onevent;
      else delete socket.onevent;
    };
  }

  it('is heard by both, and keeps the wrapper that was there before', async () => {
    const unwrap = wrap();
    const theirs = socket.onevent;
    todo.ioBind('update', note);
    await tell('todos/1:update', 1);
    todo.ioUnbindAll();
    expect(socket.onevent).to.equal(theirs);
    await tell('todos/1:update', 2);
    expect(heard).to.deep.equal([1]);
    expect(seen.filter(Boolean)).to.deep.equal([1, 2]);
    unwrap();
  });

  it('keeps the wrapper that came later, and is heard once however often we come and go beneath it', async () => {
    todo.ioBind('update', note);
    const unwrap = wrap();
    const theirs = socket.onevent;
    await tell('todos/1:update', 1);
    todo.ioUnbindAll();
    expect(socket.onevent).to.equal(theirs);
    await tell('todos/1:update', 2);
    for (const n of [3, 4]) {
      todo.ioBind('update', note);
      await tell('todos/1:update', n);
      Backbone.ioUnbindAll();
      await tell('todos/1:update', 'unbound');
    }
    expect(heard).to.deep.equal([1, 3, 4]);
    expect(seen.filter(Boolean)).to.deep.equal([1, 2, 3, 'unbound', 4, 'unbound']);
    unwrap();
    todo.ioBind('update', note);
    await tell('todos/1:update', 5);
    expect(heard).to.deep.equal([1, 3, 4, 5]);
    todo.ioUnbindAll();
    await tell('todos/1:update', 6);
    expect(heard).to.deep.equal([1, 3, 4, 5]);
    expect(leftovers()).to.deep.equal([]);
  });

  it('is as it was when the later wrapper is taken off first', async () => {
    todo.ioBind('update', note);
    wrap()();
    await tell('todos/1:update', 1);
    todo.ioUnbindAll();
    expect(heard).to.deep.equal([1]);
    expect(leftovers()).to.deep.equal([]);
  });

  it('is as it was when the later wrapper is taken off last, from the next message on', async () => {
    todo.ioBind('update', note);
    const unwrap = wrap();
    todo.ioUnbindAll();
    unwrap();
    await tell('todos/1:update', 1);
    expect(heard).to.deep.equal([]);
    expect(leftovers()).to.deep.equal([]);
  });

  it('is heard once by each of two pages that share it, and is as it was after both', async () => {
    const page = await freshPage(['jquery', 'lodash', 'underscore', 'backbone', 'iosync', 'iobind']);
    const Other = page.Backbone.Model.extend({ urlRoot: 'todos' });
    const other = new Other({ id: 1 });
    todo.ioBind('update', n => note(['ours', n]));
    other.ioBind('update', socket, n => note(['theirs', n]));
    await tell('todos/1:update', 1);
    expect(heard).to.have.deep.members([['ours', 1], ['theirs', 1]]);
    other.ioUnbindAll();
    await tell('todos/1:update', 2);
    expect(heard.slice(2)).to.deep.equal([['ours', 2]]);
    todo.ioUnbindAll();
    expect(leftovers()).to.deep.equal([]);
  });

  it('is heard once when the library is loaded twice', async () => {
    const page = await freshPage(['jquery', 'lodash', 'underscore', 'backbone', 'iobind', 'iobind']);
    const Other = page.Backbone.Model.extend({ urlRoot: 'todos' });
    const other = new Other({ id: 1 }).ioBind('update', socket, note);
    await tell('todos/1:update', 1);
    page.Backbone.ioUnbindAll();
    await tell('todos/1:update', 2);
    expect(heard).to.deep.equal([1]);
    other.ioBind('update', socket, note).off();
    expect(leftovers()).to.deep.equal([]);
  });
});
