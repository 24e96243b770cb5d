// What a live collection costs on the wire: after a gap as much as was missed, whatever it holds. Counted are the bytes of the server's
// TCP connections, with all that comes before: the handshake, the login, the hello.
import { once } from 'node:events';
import { expect } from 'chai';
import { companion } from '../support/companion.mjs';
import { change, fill, usePages } from './live-pages.mjs';
import { never } from './sql-support.mjs';

const { memoryStore } = companion;

// As a to-do list has them.
const todo = n => ({ title: `Buy milk, bread and ${n} apples`, done: n % 3 === 0, owner: `user-${n % 17}`, position: n });
const idOf = n => `todo-${String(n).padStart(6, '0')}`;

async function filled(store, count) {
  await store.transaction(async documents => {
    for (let n = 0; n < count; n += 1) await documents.create(todo(n), { id: idOf(n) });
  });
  return store;
}

const patch = (store, count) => async () => {
  for (let n = 0; n < count; n += 1) await store.patch(idOf(n * 37), { done: n % 2 === 0, position: -n });
};

describe('A live collection', function () {
  this.timeout(120_000);
  const { serve, page } = usePages();

  // A page that holds all that there is, on a server whose bytes are counted.
  async function holding(store) {
    const { io, url } = await serve(store, { tick: never, batch: 25 });
    let connections = [];
    io.httpServer.on('connection', connection => connections.push(connection));
    const sizes = [0];
    io.on('connection', ({ conn }) => conn.on('packetCreate', ({ data }) => sizes.push(String(data).length)));
    const one = await page(url);
    await one.subscription.ready;
    const bytes = () => connections.reduce((sum, { bytesRead, bytesWritten }) => sum + bytesRead + bytesWritten, 0);
    // What it costs that it was away while this was done.
    async function gap(work) {
      for (const { conn } of io.of('/').sockets.values()) conn.close();
      await once(one.socket, 'disconnect');
      connections = [];
      await work();
      await one.until(() => one.subscription.state === 'live');
      const cost = bytes();
      expect(await one.differences(store)).to.deep.equal({});
      return cost;
    }
    return { ...one, gap, first: bytes(), largest: () => Math.max(...sizes) };
  }

  it('of large documents is told them in answers that a slow line can carry before the page asks again', async () => {
    const store = memoryStore();
    for (let n = 0; n < 100; n += 1) await store.create({ text: 'x'.repeat(10_000) }, { id: idOf(n) });
    const { gap, largest, first } = await holding(store);
    expect(first).to.be.above(1_000_000);
    expect(largest()).to.be.below(300_000);
    await gap(async () => {
      for (let n = 0; n < 100; n += 1) await store.patch(idOf(n), { text: 'y'.repeat(10_000) });
    });
    expect(largest()).to.be.below(300_000);
  });

  it('of 10,000 documents costs 4 KB after 10 changes, and after more in proportion to them', async () => {
    const store = await filled(memoryStore(), 10_000);
    const { gap, first } = await holding(store);
    const [none, ten, hundred] = [await gap(async () => {}), await gap(patch(store, 10)), await gap(patch(store, 100))];
    expect(ten).to.be.at.most(4_096);
    expect((hundred - none) / (ten - none)).to.be.within(8, 12);
    expect(first / ten).to.be.above(100);
  });

  it('of which the log has forgotten how far it was costs ids and versions, and the documents that have changed', async () => {
    const store = await filled(memoryStore({ history: 5 }), 10_000);
    const { gap, first } = await holding(store);
    const cost = await gap(patch(store, 10));
    expect(cost).to.be.above(4_096);
    expect(first / cost).to.be.above(4);
  });

  it('is told of 1,000 changes in a tenth of as many messages', async () => {
    const { url, store } = await serve(memoryStore(), { tick: never, batch: 250 });
    let messages = 0;
    const one = await page(url, { hear: message => ((messages += 1), message) });
    await one.subscription.ready;
    await fill(store);
    await Promise.all(Array.from({ length: 1_000 }, (none, n) => store.patch('c', { n })));
    await change(store);
    await one.equals(store);
    expect(messages).to.be.within(1, 100);
  });

  // 200 pages, on a machine that may be busy.
  it('of 100,000 documents costs no more after 10 changes', async function () {
    this.timeout(300_000);
    const store = await filled(memoryStore(), 100_000);
    const { gap, todos } = await holding(store);
    expect(todos.length).to.equal(100_000);
    expect(await gap(patch(store, 10))).to.be.at.most(4_096);
  });
});
