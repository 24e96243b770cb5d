// Pages with live collections, in Node: Backbone, a collection of its own, a real socket that can be made to lie; and whether what a
// page has is what the database has, document by document.
import { isDeepStrictEqual } from 'node:util';
import Backbone from 'backbone';
import { install } from '../../dist/install.mjs';
import { companion } from '../support/companion.mjs';
import { useServers } from './servers.mjs';

install(Backbone);

const { createBackend } = companion;

// Milliseconds between two ticks.
export const tick = 40;

// How these differ, by ids: { id: [what the page has, what the database has] }.
export function differences(todos, documents) {
  const seen = new Map(todos.map(({ id, attributes }) => [String(id ?? attributes.title), attributes]));
  const there = new Map(documents.map(({ id, attributes }) => [id, { id, ...attributes }]));
  const ids = new Set([...seen.keys(), ...there.keys()]);
  return Object.fromEntries([...ids].map(id => [id, [seen.get(id), there.get(id)]]).filter(([, [one, other]]) => !isDeepStrictEqual(one, other)));
}

export function usePages() {
  const servers = useServers();
  const { start, connect, later } = servers;

  // A node.
  async function serve(store, options, backend) {
    const todos = createBackend({ pushes: false, ...backend }).use(store);
    return { ...(await start({ todos }, { batch: 0, tick, log() {}, ...options })), store };
  }

  // A page; `hear` gets each message of the server's about its subscription, and returns it, another one in its place, or none.
  async function page(url, { hear = message => message, auth, models, ...options } = {}) {
    const socket = await connect(url, { auth });
    const waiting = [];
    let count = 0;
    const { onevent } = socket;
    socket.onevent = packet => {
      const [event, message] = packet.data;
      if (event !== 'todos:changes') return onevent.call(socket, packet);
      count += 1;
      const heard = hear(message);
      if (heard) onevent.call(socket, { ...packet, data: [event, heard] });
      for (const one of waiting.splice(0)) one();
    };
    const todos = new (Backbone.Collection.extend({ url: '/todos', socket: () => socket }))(models);
    const subscription = todos.ioSubscribe(options);
    later(() => subscription.stop());
    const look = test => new Promise(resolve => {
      const check = async () => await test() && resolve();
      todos.on('all', check);
      check();
    });
    return {
      todos, subscription, socket,
      // The same, as if the server had said it now.
      tell: message => onevent.call(socket, { type: 2, nsp: '/', data: ['todos:changes', message] }),
      until: test => look(() => test(todos)),
      differences: async store => differences(todos, await store.list()),
      // Resolves when it is live, and is what this store has.
      equals: store => look(async () => subscription.state === 'live' && !Object.keys(differences(todos, await store.list())).length),
      // Resolves when the server has told it so many more messages, of which there is one a tick at least.
      async told(more) {
        for (const end = count + more; count < end;) await new Promise(resolve => waiting.push(resolve));
        await servers.settled(socket);
      },
    };
  }

  return { ...servers, serve, page };
}

// A test that a page is right after a fault, and one that would see it wrong: with the mistake, `happen(true)`, it is wrong still when
// `wait` is over. Both resolve with the page and the store, once the fault is over.
export function fault(name, mistake, happen, wait = ({ page }) => page.told(6)) {
  it(name, async () => {
    const { page, store } = await happen(false);
    await page.equals(store);
  });
  it(`${name}: it would be noticed of ${mistake}`, async () => {
    const all = await happen(true);
    await wait(all);
    if (!Object.keys(await all.page.differences(all.store)).length) throw new Error('The page is right, in spite of the mistake.');
  });
}

// For pages that are told nothing: so many answers.
export const asked = async ({ page: { socket } }) => {
  for (let n = 0; n < 5; n += 1) await new Promise(resolve => socket.emit('iosync:hello', resolve));
};

// Three documents, and what is done to them.
export async function fill(store) {
  for (const id of ['a', 'b', 'c']) await store.create({ n: 1 }, { id });
}

export async function change(store) {
  await store.patch('a', { n: 2 });
  await store.delete('b');
  await store.create({ n: 1 }, { id: 'd' });
}
