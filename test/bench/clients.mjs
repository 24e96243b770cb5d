// The pages of one peer, in a separate process: each has a socket, and a collection of the documents in one list.
//   node test/bench/clients.mjs <peer> <port>
import { once } from 'node:events';
import { io } from 'socket.io-client';
import { listName } from './documents.mjs';
import { answerTo, now } from './process.mjs';

const [name, port] = process.argv.slice(2);
const peer = await import(`./peers/${name}.mjs`);

const url = `http://127.0.0.1:${port}`;
// The headers that a browser also sends when it opens a WebSocket, because bytes are counted.
const extraHeaders = {
  Origin: url,
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
  'Cache-Control': 'no-cache',
  Pragma: 'no-cache',
  'Accept-Encoding': 'gzip, deflate, br, zstd',
  'Accept-Language': 'en-US,en;q=0.9',
};

const pages = [];
let messages = 0;

async function open(list) {
  const socket = io(url, {
    transports: ['websocket'], forceNew: true, reconnection: false, autoConnect: false, extraHeaders, query: { list: listName(list) },
  });
  // Every message for which a page has to wake up.
  socket.io.on('open', () => socket.io.engine.on('message', () => (messages += 1)));
  const { collection, ready } = peer.watch(socket, listName(list));
  socket.connect();
  await ready;
  return { socket, collection };
}

// Waits until all pages that hold one of these documents show its new `order`, or a later one. Resolves with the time.
function shown(changes) {
  return new Promise(resolve => {
    let left = 1;
    const done = () => (left -= 1) || resolve(now());
    const look = (model, order) => model.on('change:order', function see(_model, value) {
      if (value < order) return;
      model.off('change:order', see);
      done();
    });
    for (const { collection } of pages) {
      for (const [model, order] of changes.map(([id, order]) => [collection.get(id), order])) {
        if (!model || model.get('order') >= order) continue;
        left += 1;
        look(model, order);
      }
    }
    done();
  });
}

let expected;

answerTo({
  // Opens `count` more pages, on the lists in turn; returns the number of documents of each page.
  async open(count, lists = 1) {
    for (let n = 0; n < count; n += 50) {
      const some = Array.from({ length: Math.min(50, count - n) }, (_, i) => open((n + i) % lists));
      pages.push(...await Promise.all(some));
    }
    return pages.at(-1).collection.length;
  },

  // Cuts the first page's connection without telling its socket why.
  async cut() {
    const [{ socket }] = pages;
    const cut = once(socket, 'disconnect');
    socket.io.engine.close();
    await cut;
  },

  // Reconnects it; resolves with the milliseconds until it shows the expected changes.
  async comeBack() {
    const at = now();
    pages[0].socket.connect();
    return await expected - at;
  },

  expect: changes => void (expected = shown(changes)),
  seen: () => expected,

  messages: () => messages,
  heap() {
    for (let n = 0; n < 5; n += 1) globalThis.gc();
    return process.memoryUsage().heapUsed;
  },
});
