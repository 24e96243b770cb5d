// Subscriptions, as a client in any language has them: what is answered, and what is told after that.
import { expect } from 'chai';
import { companion } from '../support/companion.mjs';
import { useServers } from './servers.mjs';

const { createBackend, memoryStore, revoke } = companion;

describe('A subscription', () => {
  const { start, connect, ask, listening, settled } = useServers();

  // A server whose messages are not batched, and which does not tick by itself.
  async function server({ options, backend, store = memoryStore() } = {}) {
    const todos = createBackend({ pushes: false, ...backend }).use(store);
    const { io, url } = await start({ todos }, { batch: 0, tick: 1e9, log() {}, ...options });
    const open = async id => {
      const client = await connect(url, { auth: { id } });
      await settled(client);
      return { client, told: listening(client), subscribe: (data = {}, channel) => ask(client, 'todos:subscribe', { uid: 'a', ...data }, { channel }) };
    };
    return { io, url, store, todos, open };
  }
  const messages = told => told.filter(([event]) => event === 'todos:changes').map(([, message]) => message);
  const entriesOf = told => messages(told).flatMap(({ entries }) => entries);

  it('answers what there is, and how to go on', async () => {
    const { store, open } = await server();
    await store.create({ title: 'milk' }, { id: 'a' });
    const { subscribe } = await open();
    const [error, { shape, cursor, entries, next }] = await subscribe();
    expect(error).to.equal(null);
    expect(entries).to.deep.equal([{ action: 'put', id: 'a', version: 1, attrs: { title: 'milk' } }]);
    expect([typeof shape, cursor.head, next]).to.deep.equal(['string', 1, undefined]);
  });

  it('is told of each change after that, in one message, from head to head', async () => {
    const { store, open } = await server();
    const { client, told, subscribe } = await open();
    const [, { shape }] = await subscribe();
    await store.create({ n: 1 }, { id: 'a' });
    await store.patch('a', { n: 2 });
    await store.delete('a');
    await settled(client);
    expect(messages(told)).to.deep.equal([
      { shape, from: 0, head: 1, entries: [{ action: 'put', id: 'a', version: 1, attrs: { n: 1 } }] },
      { shape, from: 1, head: 2, entries: [{ action: 'put', id: 'a', version: 2, attrs: { n: 2 } }] },
      { shape, from: 2, head: 3, entries: [{ action: 'delete', id: 'a', version: 2 }] },
    ]);
  });

  it('hears only of what fits its filter, and when that begins and ends', async () => {
    const { store, open } = await server();
    const { client, told, subscribe } = await open();
    await store.create({ n: 1 }, { id: 'a' });
    expect((await subscribe({ where: { n: { $gt: 1 } } }))[1].entries).to.deep.equal([]);
    await store.create({ n: 1 }, { id: 'b' });
    await store.patch('a', { n: 2 });
    await store.patch('a', { n: 0 });
    await store.patch('a', { n: 1 });
    await store.delete('b');
    await settled(client);
    expect(entriesOf(told)).to.deep.equal([
      { action: 'put', id: 'a', version: 2, attrs: { n: 2 } }, { action: 'leave', id: 'a', version: 3 },
    ]);
    expect(messages(told).map(({ from, head }) => [from, head])).to.deep.equal([[1, 3], [3, 4]]);
  });

  it('sees only its fields, and nothing of a change outside them but the version', async () => {
    const { store, open } = await server();
    await store.create({ title: 'milk', user: { name: 'Ann', mail: 'x' } }, { id: 'a' });
    const { client, told, subscribe } = await open();
    expect((await subscribe({ fields: ['user.name'] }))[1].entries[0].attrs).to.deep.equal({ user: { name: 'Ann' } });
    await store.patch('a', { title: 'bread' });
    await store.patch('a', { user: { name: 'Bob' } });
    await settled(client);
    expect(entriesOf(told)).to.deep.equal([{ action: 'put', id: 'a', version: 2 }, { action: 'put', id: 'a', version: 3, attrs: { user: { name: 'Bob' } } }]);
  });

  it('goes on from a cursor, at the cost of what has changed', async () => {
    const { store, open } = await server();
    for (const id of ['a', 'b', 'c']) await store.create({ n: 1 }, { id });
    const first = await open();
    const [, { cursor }] = await first.subscribe();
    await store.patch('a', { n: 2 });
    await store.patch('a', { n: 3 });
    await store.delete('b');
    const [, answer] = await (await open()).subscribe({ cursor });
    expect(answer.entries).to.deep.equal([{ action: 'put', id: 'a', version: 3, attrs: { n: 3 } }, { action: 'delete', id: 'b', version: 1 }]);
    expect([answer.cursor.head, answer.next]).to.deep.equal([6, undefined]);
  });

  for (const [why, change] of Object.entries({
    'of another time': { epoch: 'x' }, 'of another filter': { view: 'x' }, 'that the log does not reach back to': { head: 0 }, 'that is yet to come': { head: 99 },
  })) {
    it(`begins with pages when the cursor is one ${why}`, async () => {
      const { store, open } = await server({ store: memoryStore({ history: 2 }) });
      for (const id of ['a', 'b', 'c']) await store.create({}, { id });
      const { subscribe } = await open();
      const [, { cursor }] = await subscribe();
      const [, answer] = await subscribe({ cursor: { ...cursor, ...change } });
      expect(answer).to.deep.include({ entries: [], next: '', cursor });
      const held = [['a', 1], ['b', 7], ['x', 1]];
      const [, page] = await subscribe({ after: '', held, cursor: { ...cursor, epoch: change.epoch ?? cursor.epoch } });
      const expected = change.epoch ? ['put a', 'put b', 'put c', 'leave x'] : ['put b', 'put c', 'leave x'];
      expect(page.entries.map(({ action, id }) => `${action} ${id}`)).to.deep.equal(expected);
      expect(page.next).to.equal(undefined);
    });
  }

  it('comes in pages, whatever is held of it', async () => {
    const { store, open } = await server();
    await store.transaction(async documents => {
      for (let n = 0; n < 1_200; n += 1) await documents.create({ n }, { id: `d${String(n).padStart(4, '0')}` });
    });
    const { subscribe } = await open();
    const [, { cursor, ...first }] = await subscribe();
    const pages = [first];
    while (pages.at(-1).next !== undefined) {
      const { next } = pages.at(-1);
      const held = pages.length === 1 ? [['d0550', 1], ['d0599x', 1]] : [];
      pages.push((await subscribe({ cursor, after: next, held, more: held.length > 0 }))[1]);
    }
    expect(pages.map(({ entries, next }) => [entries.length, next])).to.deep.equal([[500, 'd0499'], [100, 'd0599x'], [500, 'd1099'], [100, undefined]]);
    const put = pages.flatMap(({ entries }) => entries).filter(({ action }) => action === 'put').map(({ id }) => id);
    expect(new Set(put).size).to.equal(1_199);
    expect(pages[1].entries.at(-1)).to.deep.equal({ action: 'leave', id: 'd0599x', version: 1 });
  });

  it('is told how far it should be, so that who has missed something asks', async () => {
    const { store, open } = await server({ options: { tick: 20 } });
    const { client, subscribe } = await open();
    const [, { shape, cursor: { head } }] = await subscribe({ where: { n: 1 } });
    await store.create({ n: 2 });
    await new Promise(resolve => client.on('todos:changes', message => message.head === head + 1 && resolve(message)));
    await new Promise(resolve => client.once('todos:changes', message => {
      expect(message).to.deep.equal({ shape, from: head + 1, head: head + 1, entries: [] });
      resolve();
    }));
  });

  it('shares its messages with those who see the same, on every connection', async () => {
    const { io, store, open } = await server();
    const [one, two] = [await open(), await open()];
    const [[, a], [, b], [, c]] = [await one.subscribe(), await two.subscribe({ uid: 'b' }), await two.subscribe({ uid: 'c', where: { n: 1 } })];
    expect(a.shape).to.equal(b.shape);
    expect(c.shape).to.not.equal(b.shape);
    await store.create({ n: 2 });
    await settled(two.client);
    expect(messages(two.told)).to.have.length(1);
    expect(io.of('/').adapter.rooms.size).to.equal(2 + 2 + 1);
  });

  it('ends with the page\'s wish, also while it is being made, and leaves no room', async () => {
    const { io, store, open } = await server();
    const { client, told, subscribe } = await open();
    const before = io.of('/').adapter.rooms.size;
    const making = subscribe();
    await ask(client, 'todos:unsubscribe', { uid: 'a' });
    await making;
    await subscribe({ uid: 'b' });
    expect(io.of('/').adapter.rooms.size).to.equal(before + 1);
    await ask(client, 'todos:unsubscribe', { uid: 'b' });
    expect(io.of('/').adapter.rooms.size).to.equal(before);
    await store.create({});
    await settled(client);
    expect(messages(told)).to.deep.equal([]);
  });

  it('is refused to who may not read, or not hear, and what is closed to it is named', async () => {
    const { io, open } = await server({
      options: { authenticate: ({ auth }) => auth, authorize: (user, { method, channel }) => !channel || method !== user.id },
      backend: { scope: () => ({ fields: ['title'], where: { title: { $ne: 'secret' } } }) },
    });
    for (const id of ['read', 'join']) {
      expect((await (await open(id)).subscribe({}, 'a'))[0]).to.include({ code: 'forbidden' });
    }
    const { subscribe } = await open('ann');
    expect((await subscribe({ fields: ['price'] }, 'a'))[0]).to.include({ code: 'forbidden', field: 'price' });
    expect((await subscribe({ where: { price: 1 } }, 'a'))[0]).to.include({ code: 'forbidden', field: 'price' });
    expect([...io.of('/').adapter.rooms.keys()].filter(room => room.startsWith('live'))).to.deep.equal([]);
  });

  it('goes through the layers for read', async () => {
    const guarded = createBackend().read((req, res, next) => (req.model.where ? next() : res.error({ code: 'closed' }))).use(memoryStore());
    const answered = createBackend().read((req, res) => res.end([])).use(memoryStore());
    const { url } = await start({ guarded, answered }, { log() {} });
    const client = await connect(url);
    expect((await ask(client, 'guarded:subscribe', { uid: 'a' }))[0]).to.include({ code: 'closed' });
    expect((await ask(client, 'guarded:subscribe', { uid: 'a', where: {} }))[0]).to.equal(null);
    expect((await ask(client, 'answered:subscribe', { uid: 'a' }))[0]).to.include({ code: 'unsupported' });
  });

  it('sees what its user\'s scope shows, and has to be made anew when his rights have changed', async () => {
    const owners = { ann: 'ann' };
    const { io, store, open } = await server({
      options: { authenticate: ({ auth }) => auth }, backend: { scope: user => ({ where: { owner: owners[user.id] } }) },
    });
    await store.create({ owner: 'ann' }, { id: 'a' });
    await store.create({ owner: 'bob' }, { id: 'b' });
    const { client, told, subscribe } = await open('ann');
    const [, { entries, cursor }] = await subscribe();
    expect(entries.map(({ id }) => id)).to.deep.equal(['a']);
    owners.ann = 'bob';
    await revoke(io, 'ann');
    await store.patch('a', { n: 1 });
    await store.patch('b', { n: 1 });
    await settled(client);
    expect(messages(told)).to.deep.equal([]);
    const [, again] = await subscribe({ cursor });
    expect(again.next).to.equal('');
    const [, page] = await subscribe({ cursor: again.cursor, after: '', held: [['a', 1]] });
    expect(page.entries.map(({ action, id }) => [action, id])).to.deep.equal([['put', 'b'], ['leave', 'a']]);
  });

  it('is one of at most 20 of a connection', async () => {
    const { open } = await server();
    const { client, subscribe } = await open();
    for (let n = 0; n < 20; n += 1) expect((await subscribe({ uid: `${n}` }))[0]).to.equal(null);
    expect((await subscribe({ uid: 'more' }))[0]).to.include({ code: 'rate_limited' });
    expect((await subscribe({ uid: '3' }))[0]).to.equal(null);
    await ask(client, 'todos:unsubscribe', { uid: '3' });
    expect((await subscribe({ uid: 'more' }))[0]).to.equal(null);
  });

  it('says what is wrong with what is asked', async () => {
    const { open } = await server();
    const { client, subscribe } = await open();
    const wrong = [{ uid: 7 }, { uid: '' }, { where: 'x' }, { where: { $where: '1' } }, { fields: 'title' }, { fields: ['__proto__'] }, { cursor: 5 }, { cursor: {} },
      { after: 5 }, { held: {} }, { held: [['a']] }, { after: 'b', held: [['a', 1]] }, { held: [['b', 1], ['a', 1]] }, { held: Array(2_001).fill(['a', 1]) }];
    for (const data of wrong) expect((await subscribe(data))[0], JSON.stringify(data).slice(0, 50)).to.include({ code: 'invalid' });
    expect((await ask(client, 'todos:subscribe', null))[0]).to.include({ code: 'invalid' });
    expect((await ask(client, 'todos:unsubscribe', {}))[0]).to.include({ code: 'invalid' });
  });
});
