// The measurements of a peer, each with a fresh server and fresh pages. Times are in milliseconds, sizes in bytes.
import { start } from './process.mjs';
import { median } from './table.mjs';

const pages = 1_000;

async function withPeer(peer, size, work) {
  const server = await start('server.mjs', peer, JSON.stringify(size));
  const clients = await start('clients.mjs', peer, String(await server.ask('port')));
  try {
    return await work({ server, clients });
  } finally {
    await Promise.all([clients.stop(), server.stop()]);
  }
}

// Resolves with two times: when the first change began, and when all pages showed all changes.
async function change({ server, clients }, count) {
  await clients.ask('expect', await server.ask('plan', count));
  const at = await server.ask('make');
  return [at, await clients.ask('seen')];
}

async function open(clients, documents, count, lists = 1) {
  const has = await clients.ask('open', count, lists);
  if (has !== documents) throw new Error(`A page has ${has} documents of ${documents}.`);
}

async function repeat(count, work) {
  const figures = [];
  for (let n = 0; n < count; n += 1) figures.push(await work());
  return figures;
}

// A page with 10,000 documents loses its connection, 10 documents are changed, and it reconnects: the time until it shows the changes, and
// all bytes of the new connection, both ways.
export const catchUp = peer => withPeer(peer, { lists: 1, documents: 10_000 }, async both => {
  const { server, clients } = both;
  const before = await clients.ask('heap');
  await open(clients, 10_000, 1);
  const memory = (await clients.ask('heap') - before) / 10_000;
  const gap = async () => {
    // Socket.IO recovers only pages that have received something.
    await change(both, 1);
    await clients.ask('cut');
    const changes = await server.ask('plan', 10);
    await server.ask('make');
    await clients.ask('expect', changes);
    const former = await server.ask('bytes');
    const time = await clients.ask('comeBack');
    const { up, down } = await server.ask('bytes');
    return { time, up: up - former.up, down: down - former.down };
  };
  // The first ones warm up.
  const gaps = (await repeat(9, gap)).slice(4);
  const [up, down] = [median(gaps.map(one => one.up)), median(gaps.map(one => one.down))];
  return { memory, time: median(gaps.map(one => one.time)), bytes: up + down, up, down };
});

// The time from the write of one document until the last of 1,000 pages shows it.
export const fanOut = peer => withPeer(peer, { lists: 1, documents: 10 }, async both => {
  await open(both.clients, 10, pages);
  const times = await repeat(20, async () => {
    const [from, to] = await change(both, 1);
    return to - from;
  });
  return { last: median(times.slice(5)) };
});

// Changes per second that reach 1,000 pages on 100 lists, ten pages on each, when the server writes as fast as it can.
export const publish = peer => withPeer(peer, { lists: 100, documents: 10 }, async both => {
  await open(both.clients, 10, pages, 100);
  // Once to warm up.
  await change(both, 1_000);
  const [from, to] = await change(both, 3_000);
  return { rate: (3_000 / (to - from)) * 1_000 };
});

// Messages per change that a page receives while a list is changed 1,000 times a second for two seconds.
export const load = peer => withPeer(peer, { lists: 1, documents: 1_000 }, async both => {
  const { server, clients } = both;
  await open(clients, 1_000, 10);
  const before = await clients.ask('messages');
  await clients.ask('expect', await server.ask('plan', 2_000));
  const took = await server.ask('pace', 1_000);
  await clients.ask('seen');
  return { messages: (await clients.ask('messages') - before) / 10 / 2_000, perSecond: (2_000 / took) * 1_000 };
});
