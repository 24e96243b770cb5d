// A live collection after a fault of the line, of the server, or of its login: it is what the server has, and says what it is waiting for.
import { expect } from 'chai';
import { once } from '../../support/control.js';
import { hold, live, needsLive, online, settled, shown, stored, until } from './pages.js';

describe('After a fault a live collection is what the server has', () => {
  beforeEach(function () {
    needsLive(this);
  });

  const documents = { a: { n: 1 }, b: { n: 1 }, c: { n: 1 } };
  async function change(commit) {
    await commit('patch', 'a', { n: 2 });
    await commit('delete', 'b');
    await commit('create', { n: 1 }, { id: 'd' });
  }
  const isRight = todos => todos.length === 3 && !!todos.get('d') && todos.get('a').get('n') === 2;

  it('when the connection was cut', async () => {
    const { server, socket, commit } = await online({ documents });
    const { todos, heard, own } = await live();
    const model = todos.get('a');
    const states = [];
    todos.on('io:state', state => states.push(state));
    heard.length = 0;
    const gone = once(socket, 'disconnect');
    await server.dropClients();
    await gone;
    await change(commit);
    await until(todos, () => isRight(todos) && states.includes('live'));
    expect([states, todos.get('a') === model]).to.deep.equal([['connecting', 'live'], true]);
    expect(own().sort()).to.deep.equal(['add d', 'change a', 'change:n a', 'remove b']);
  });

  it('when what it held back for its own write is gone after the gap, and the log does not tell that', async () => {
    const { server, socket, commit } = await online({ documents });
    const { todos, subscription } = await live();
    const line = hold(socket);
    const created = once(todos.create({ n: 5 }, { wait: true }), 'sync');
    await commit('create', { n: 1 }, { id: 'x' });
    await line.arrived('answer to todos:create', 'todos:changes', 'todos:changes');
    for (const name of ['todos:changes', 'todos:changes']) line.pass(name);
    socket.disconnect();
    line.lose('answer to todos:create');
    await commit('delete', 'x');
    // More than one answer contains.
    await commit(Array.from({ length: 2_001 }, (none, n) => ['patch', 'a', { n }]));
    socket.connect();
    for (const name of ['subscribe', 'subscribe', 'create']) {
      await line.arrived(`answer to todos:${name}`);
      line.pass(`answer to todos:${name}`);
    }
    line.release();
    await created;
    expect([subscription.state, shown(todos)]).to.deep.equal(['live', await stored(server)]);
  });

  it('when it was disconnected by the server, or by the page, and connected again', async () => {
    const { server, socket, commit } = await online({ documents });
    const { todos, subscription } = await live();
    const gone = once(socket, 'disconnect');
    await server.disconnectClients();
    await gone;
    expect(subscription.state).to.equal('connecting');
    await change(commit);
    socket.connect();
    await until(todos, () => isRight(todos));
    socket.disconnect();
    await commit('delete', 'd');
    socket.connect();
    await until(todos, () => todos.length === 2);
  });

  it('when messages were lost, without a reconnect', async () => {
    const { socket, commit } = await online({ documents, tick: 30 });
    const { todos } = await live();
    const { id } = socket;
    const states = [];
    todos.on('io:state', state => states.push(state));
    // Messages with entries are lost; the page receives only those that tell it how far it should be.
    const { onevent } = socket;
    let lost = 0;
    socket.onevent = packet => (packet.data[1].entries?.length ? void (lost += 1) : onevent.call(socket, packet));
    await change(commit);
    await until(todos, () => isRight(todos) && states.includes('live'));
    delete socket.onevent;
    expect([lost > 0, socket.id, new Set(states)]).to.deep.equal([true, id, new Set(['behind', 'live'])]);
  });

  it('when the server has another database', async () => {
    const { server, commit } = await online({ documents });
    const { todos } = await live();
    await server.kill();
    await server.restart();
    await commit([['create', { n: 7 }, { id: 'b' }], ['create', { n: 7 }, { id: 'x' }]]);
    await until(todos, () => todos.length === 2 && todos.every(model => model.get('n') === 7));
    expect(todos.pluck('id').sort()).to.deep.equal(['b', 'x']);
  });

  it('when its login is refused as it connects, and the page logs in anew', async () => {
    const { socket } = await online({ documents });
    const { todos, subscription } = await live();
    const error = once(todos, 'error');
    socket.auth = { name: 'nobody' };
    socket.disconnect().connect();
    expect((await error)[1]).to.include({ code: 'unauthorized', message: 'Nobody is not let in.' });
    expect(subscription.state).to.equal('connecting');
    socket.auth = { name: 'ann' };
    socket.connect();
    await until(todos, () => subscription.state === 'live');
  });

  it('when its user may not see it any more: it is empty, and closed, and hears why', async () => {
    const { server, join, socket } = await online();
    await server.commit('todos', 'create', { n: 1 }, { id: 'a', channel: '~ann' });
    const own = await join({ auth: { name: 'ann' } });
    const { todos, subscription } = await live({ channel: '~ann' }, { socket: own });
    expect(todos.length).to.equal(1);
    const error = once(todos, 'error');
    own.emit('iosync:auth', { name: 'bob' });
    expect((await error)[1]).to.include({ code: 'forbidden' });
    expect([todos.length, subscription.state]).to.deep.equal([0, 'closed']);
    await settled(socket);
    expect(await server.subscribers()).to.equal(0);
  });
});
