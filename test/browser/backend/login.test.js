import { expect } from 'chai';
import { connect, listen, once, startCompanion } from '../../support/control.js';
import { needsOnAny, noting, settled, Todos } from './clients.js';

const soon = () => Date.now() / 1000 + 2;
const logins = server => server.received.filter(({ event }) => event === 'iosync:auth').map(({ args }) => args[0]);

// Waits for the renewal to have been done.
async function renewed(server, socket) {
  await server.next('iosync:auth');
  await settled(socket);
  await settled(socket);
}

describe('A login that expires', () => {
  beforeEach(function () {
    needsOnAny(this);
  });

  it("is renewed by the socket's auth function, once for all collections, and channels are kept", async () => {
    const server = await startCompanion();
    let asked = 0;
    // The first one ends soon, so the server asks for another when half of it is over.
    const socket = Backbone.socket = connect(server, { auth: use => setTimeout(use, 0, asked++ ? { name: 'ann' } : { name: 'ann', exp: soon() }) });
    const { heard } = noting(Todos, { backend: { name: 'todos', channel: '~ann' } });
    const { collection } = noting(Todos, { backend: { name: 'todos', channel: 'open' } });
    await renewed(server, socket);
    expect(logins(server)).to.deep.equal([{ name: 'ann' }]);
    expect(asked).to.equal(2);
    expect((await server.rooms()).map(([, channel]) => channel).sort()).to.deep.equal(['open', '~ann']);
    const told = once(collection, 'backend');
    await server.announce('todos', 'created', { id: 1 }, { channel: '~ann' });
    await server.announce('todos', 'created', { id: 2 }, { channel: 'open' });
    await told;
    expect(heard.map(([event]) => event)).to.deep.equal(['backend:create', 'backend']);
    expect((await server.sockets()).length).to.equal(1);
  });

  it('that is renewed as somebody else opens the channels that were closed to the first', async () => {
    const server = await startCompanion();
    const uses = [];
    let logInAgain;
    const asked = new Promise(resolve => { logInAgain = resolve; });
    const auth = use => uses.push(use) === 1 ? use({ name: 'bob', exp: soon() }) : logInAgain(use);
    const socket = Backbone.socket = connect(server, { auth });
    const { collection, heard } = noting(Todos, { backend: { name: 'todos', channel: '~ann' } });
    expect((await once(collection, 'error'))[1].code).to.equal('forbidden');
    (await asked)({ name: 'ann' });
    await renewed(server, socket);
    expect(heard.map(([event]) => event)).to.deep.equal(['error']);
    const told = once(collection, 'backend');
    await server.announce('todos', 'created', { id: 1 }, { channel: '~ann' });
    await told;
  });

  for (const others of ['', ', and another that was there first']) {
    it(`is renewed once where a live collection hears${others}, which goes on`, async () => {
      const server = await startCompanion();
      let asked = 0;
      const auth = use => setTimeout(use, 0, asked++ ? { name: 'ann' } : { name: 'ann', exp: soon() });
      const socket = Backbone.socket = connect(server, { auth });
      const Live = Backbone.Collection.extend({ url: '/todos' });
      const todos = new Live();
      await todos.ioSubscribe({ channel: '~ann' }).ready;
      if (others) noting(Todos, { backend: { name: 'todos', channel: 'open' } });
      // Without a new one, the old one ends the connection.
      await Promise.race([renewed(server, socket), server.disconnected()]);
      expect([logins(server), asked, server.connections.length]).to.deep.equal([[{ name: 'ann' }], 2, 1]);
      const added = once(todos, 'add');
      await server.commit('todos', 'create', { title: 'milk' }, { id: 'a', channel: '~ann' });
      await added;
      expect(todos.toJSON()).to.deep.equal([{ id: 'a', title: 'milk' }]);
    });
  }

  it("is renewed by the socket's auth object, as the page has changed it meanwhile", async () => {
    const server = await startCompanion();
    const auth = { name: 'ann', exp: soon() };
    const socket = Backbone.socket = connect(server, { auth });
    new Todos();
    // The question comes right after the connection.
    listen(socket, 'connect', () => { socket.auth = { name: 'ann', token: 'new' }; });
    await renewed(server, socket);
    expect(logins(server)).to.deep.equal([{ name: 'ann', token: 'new' }]);
  });
});
