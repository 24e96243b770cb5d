import { expect } from 'chai';
import { connect, once, startServer } from '../../support/control.js';
import { leftovers } from '../../support/tracked-socket.js';
import { Todo, Todos } from '../fixtures.js';
import { onEachSocket } from './pushes.js';

onEachSocket('A binding whose connection breaks', online => {
  let heard, server, socket, tell;

  beforeEach(async () => {
    // A cut between two polls would go unnoticed.
    ({ server, socket, tell } = await online({ transports: ['websocket'] }));
    heard = [];
    new Todos().ioBind('create', n => heard.push(n));
  });

  it('hears again after a reconnect, once', async () => {
    for (const n of [1, 2]) {
      const back = once(socket, 'connect');
      await server.dropClients();
      await back;
      await tell('todos:create', n);
    }
    expect(heard).to.deep.equal([1, 2]);
  });

  it('hears the server that was killed and started again', async () => {
    const back = once(socket, 'connect');
    await server.kill();
    await server.restart();
    await back;
    await tell('todos:create', 1);
    expect(heard).to.deep.equal([1]);
  });

  it('hears again when the page closes the socket and opens it', async () => {
    socket.disconnect();
    const todo = new Todo({ id: 1 }).ioBind('update', n => heard.push(n));
    const back = once(socket, 'connect');
    socket.connect();
    await back;
    await tell('todos:create', 1);
    await tell('todos/1:update', 2);
    expect(heard).to.deep.equal([1, 2]);
    socket.disconnect();
    todo.ioUnbindAll();
    Backbone.ioUnbindAll();
    expect(leftovers()).to.deep.equal([]);
  });
});

describe('A binding made before there is a connection', () => {
  let heard, server, socket, todo;
  // What the server has sent right behind its CONNECT packet may be handed over before that is complete.
  const arrive = (...data) => socket.onevent({ type: 2, nsp: '/', data });

  beforeEach(async () => {
    server = await startServer();
    Backbone.socket = socket = connect(server);
    heard = [];
    todo = new Todo({ id: 1 }).ioBind('update', n => heard.push(n));
  });

  it('hears from the first message on', async () => {
    await once(socket, 'connect');
    const marker = once(socket, 'marker');
    await server.push('todos/1:update', 1);
    await server.push('marker');
    await marker;
    expect(heard).to.deep.equal([1]);
  });

  it('loses no message that arrives before the connection is complete', async () => {
    arrive('todos/1:update', 1);
    arrive('todos/1:update', 2);
    const early = heard.slice();
    await once(socket, 'connect');
    const marker = once(socket, 'marker');
    await server.push('todos/1:update', 3);
    await server.push('marker');
    await marker;
    expect(early).to.deep.equal([]);
    expect(heard).to.deep.equal([1, 2, 3]);
  });

  it('hears nothing of it when it ends before the connection is complete', async () => {
    arrive('todos/1:update', 1);
    todo.ioUnbindAll();
    await once(socket, 'connect');
    const marker = once(socket, 'marker');
    await server.push('marker');
    await marker;
    expect(heard).to.deep.equal([]);
  });

  it('hears nothing on a later connection of what arrived before it was bound', async () => {
    arrive('todos/1:update', 1);
    todo.ioUnbindAll();
    await once(socket, 'connect');
    socket.disconnect();
    todo.ioBind('update', n => heard.push(n));
    socket.connect();
    await once(socket, 'connect');
    const marker = once(socket, 'marker');
    await server.push('todos/1:update', 2);
    await server.push('marker');
    await marker;
    expect(heard).to.deep.equal([2]);
  });

  it('leaves the socket as it was when it ends before the connection is complete', () => {
    arrive('todos/1:update', 1);
    todo.ioUnbindAll();
    expect(leftovers()).to.deep.equal([]);
  });
});
