// One document is one model, in whichever order the answer to a write, the message of its change, and a fetch arrive: it is added
// once, never taken out and put back, and no attribute goes back to what it was.
import { expect } from 'chai';
import { once } from '../../support/control.js';
import { hold, live, needsLive, noted, online, ordersOf, shown, stored, until } from './pages.js';

const before = { a: { title: 'milk', n: 1 } };

const destroyed = (model, options) => (model.destroy(options), model);

// For each write: a function that begins it and returns the model, its method, and the add and remove events that Backbone triggers.
const writes = {
  create: { start: todos => todos.create({ title: 'new' }), event: 'create', own: ['add'] },
  'create and wait': { start: todos => todos.create({ title: 'new' }, { wait: true }), event: 'create', own: ['add *'] },
  save: { start: todos => (todos.get('a').save({ title: 'new' }), todos.get('a')), event: 'update', own: [] },
  'save and wait': { start: todos => (todos.get('a').save({ title: 'new' }, { wait: true }), todos.get('a')), event: 'update', own: [] },
  'save a patch': { start: todos => (todos.get('a').save({ title: 'new' }, { patch: true }), todos.get('a')), event: 'patch', own: [] },
  destroy: { start: todos => destroyed(todos.get('a')), event: 'delete', own: ['remove a'] },
  'destroy and wait': { start: todos => destroyed(todos.get('a'), { wait: true }), event: 'delete', own: ['remove a'] },
};

// A page whose incoming messages are held. `isRight` compares it with the server, and checks every event since then.
async function begin({ server, socket }, { event, own }) {
  const { todos, subscription } = await live();
  const heard = noted(todos);
  const titles = todos.pluck('title');
  todos.on('add change:title', model => titles.at(-1) !== model.get('title') && titles.push(model.get('title')));
  const line = hold(socket);
  async function isRight(model, what) {
    line.release();
    await until(todos, () => subscription.state === 'live');
    expect(shown(todos), what).to.deep.equal(await stored(server));
    expect(titles, what).to.deep.equal(event === 'delete' ? ['milk'] : ['milk', 'new']);
    const came = heard.own().filter(one => /^(add|remove|reset)/.test(one)).map(one => (own[0] === 'add *' ? one.replace(model.id, '*') : one));
    expect(came, what).to.deep.equal(own);
    if (event !== 'delete') expect(todos.get(model.id), what).to.equal(model);
    subscription.stop();
  }
  return { todos, line, isRight };
}

describe('A document of a live collection that the page writes', () => {
  beforeEach(function () {
    needsLive(this);
  });

  async function round(page, write, isFetchedBefore, order) {
    for (const { id } of await page.commit('list', {})) await page.commit('delete', id);
    await page.commit('create', before.a, { id: 'a' });
    const { todos, line, isRight } = await begin(page, write);
    const names = { answer: `answer to todos:${write.event}`, change: 'todos:changes', fetch: 'answer to todos:read' };
    const early = isFetchedBefore && todos.fetch();
    if (isFetchedBefore) await line.arrived(names.fetch);
    const model = write.start(todos);
    const written = once(model, 'sync');
    await line.arrived(names.answer, names.change);
    const fetched = early || todos.fetch();
    await line.arrived(names.fetch);
    for (const one of order) line.pass(names[one]);
    await Promise.all([written, fetched]);
    await isRight(model, order.join(', '));
  }

  for (const [name, write] of Object.entries(writes)) for (const isFetchedBefore of [true, false]) {
    it(`is one model: ${name}, with a fetch that was asked for ${isFetchedBefore ? 'before' : 'after'} it`, async () => {
      const page = await online({ documents: before });
      for (const order of ordersOf(['answer', 'change', 'fetch'])) await round(page, write, isFetchedBefore, order);
    });
  }

  // On the next connection the write is sent again, and the collection asks for what it has missed.
  async function roundWithCut(write, isTold, order) {
    const page = await online({ documents: before });
    const { todos, line, isRight } = await begin(page, write);
    const names = { answer: `answer to todos:${write.event}`, change: 'todos:changes', 'catch-up': 'answer to todos:subscribe' };
    const model = write.start(todos);
    const written = once(model, 'sync');
    await line.arrived(names.answer, names.change);
    line.lose(names.answer);
    line[isTold ? 'pass' : 'lose'](names.change);
    await page.server.dropClients();
    await line.arrived(names.answer, names['catch-up']);
    for (const one of order) line.pass(names[one]);
    await written;
    await isRight(model, `${order.join(', ')}, ${isTold ? 'told' : 'not told'} before`);
  }

  for (const [name, write] of Object.entries(writes)) {
    it(`is one model: ${name}, with a line that is cut before the answer`, async () => {
      for (const order of ordersOf(['answer', 'catch-up'])) for (const isTold of [true, false]) await roundWithCut(write, isTold, order);
    });
  }
});

describe('A document of a live collection that others write', () => {
  beforeEach(function () {
    needsLive(this);
  });

  // A message after a gap makes the page ask, and the answer arrives before the messages that were overtaken.
  async function round({ server, socket, commit }, deed, order) {
    for (const { id } of await commit('list', {})) await commit('delete', id);
    await commit('create', { n: 0 }, { id: 'a' });
    const { todos, subscription } = await live();
    const { own } = noted(todos);
    const seen = [];
    todos.on('change:n', model => seen.push(model.get('n')));
    const line = hold(socket);
    for (const n of [1, 2]) await commit('patch', 'a', { n });
    await deed(commit);
    await line.arrived('todos:changes', 'todos:changes', 'todos:changes');
    const messages = line.take('todos:changes');
    for (const index of order) {
      messages[index]();
      if (subscription.state !== 'behind') continue;
      await line.arrived('answer to todos:subscribe');
      line.pass('answer to todos:subscribe');
    }
    line.release();
    expect(shown(todos), order).to.deep.equal(await stored(server));
    expect(seen, order).to.deep.equal(seen.toSorted());
    expect(own().filter(event => /^(add|remove)/.test(event)), order).to.deep.equal(todos.length ? [] : ['remove a']);
    subscription.stop();
  }

  for (const [what, deed] of Object.entries({
    'is changed': commit => commit('patch', 'a', { n: 3 }), 'is deleted': commit => commit('delete', 'a'),
  })) {
    it(`never goes back, in whichever order it is told that it ${what}`, async () => {
      const page = await online();
      for (const order of ordersOf([0, 1, 2])) await round(page, deed, order);
    });
  }
});
