import { expect } from 'chai';
import { connected, freshPage, listen, once, startServer, versions } from '../support/control.js';

describe('The test support', () => {
  it('hears exactly what a client sends, and answers from within the test', async () => {
    const server = await startServer();
    const socket = await connected(server);
    server.handle('todos:read', (data, reply) => reply(null, [{ id: data.n }]));
    const answer = await new Promise(resolve => socket.emit('todos:read', { n: 7 }, (...args) => resolve(args)));
    expect(answer).to.deep.equal([null, [{ id: 7 }]]);
    expect(server.received).to.have.lengthOf(1);
    expect(server.received[0]).to.include({ event: 'todos:read', hasAck: true });
    expect(server.received[0].args).to.deep.equal([{ n: 7 }]);
  });

  it('hands requests over one by one, to be answered late and twice', async () => {
    const server = await startServer();
    const socket = await connected(server);
    const answers = [];
    socket.emit('a', 1, answer => answers.push(answer));
    socket.emit('a', 2, answer => answers.push(answer));
    const first = await server.next('a');
    const second = await server.next('a');
    await second.answer('two');
    await first.answer('one');
    await first.answer('one again');
    const end = once(socket, 'end');
    await server.push('end');
    await end;
    expect(answers).to.deep.equal(['two', 'one']);
  });

  it('pushes to clients and collects what they acknowledge', async () => {
    const server = await startServer();
    const socket = await connected(server);
    listen(socket, 'todos:create', (todo, ack) => ack(todo.title));
    expect(await server.pushWithAck('todos:create', { title: 'milk' })).to.deep.equal(['milk']);
  });

  it('kills a server and starts it again on the same port', async () => {
    const server = await startServer();
    const socket = await connected(server);
    const gone = once(socket, 'disconnect');
    await server.kill();
    await gone;
    const back = once(socket, 'connect');
    await server.restart();
    await back;
    expect(await server.sockets()).to.have.lengthOf(1);
  });

  it('opens a fresh page with scripts of the run', async () => {
    const page = await freshPage(['jquery', 'lodash', 'underscore', 'backbone']);
    expect(page.Backbone.VERSION).to.equal(versions.backbone);
    expect(page.Backbone).not.to.equal(window.Backbone);
  });
});
