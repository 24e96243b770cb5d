// The server of one peer with its documents, in a process of its own: it changes them when it is told to, and counts what goes over its lines.
//   node test/bench/server.mjs <peer> <{ lists, documents } as JSON>
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { change, documentsOf } from './documents.mjs';
import { answerTo, now } from './process.mjs';

const [name, asked] = process.argv.slice(2);
const size = JSON.parse(asked);
const peer = await import(`./peers/${name}.mjs`);

const traffic = { lines: new Set(), read: 0, written: 0 };
const http = createServer().on('connection', line => {
  traffic.lines.add(line);
  line.once('close', () => {
    traffic.read += line.bytesRead;
    traffic.written += line.bytesWritten;
    traffic.lines.delete(line);
  });
});
// No pings while something is measured; one transport, so that nobody changes it meanwhile.
const write = await peer.serve(http, documentsOf(size), { transports: ['websocket'], serveClient: false, pingInterval: 600_000 });
await once(http.listen(0, '127.0.0.1', 2_048), 'listening');

let planned = [];

answerTo({
  port: () => http.address().port,

  // Of all connections that there have been.
  bytes() {
    const sum = (key, start) => [...traffic.lines].reduce((total, line) => total + line[key], start);
    return { up: sum('bytesRead', traffic.read), down: sum('bytesWritten', traffic.written) };
  },

  // The next changes, list by list in turn; returns what becomes of each document: [[id, order], …].
  plan(count) {
    const { lists, documents } = size;
    planned = Array.from({ length: count }, (_, n) => change(n % lists, Math.floor(n / lists) % documents));
    return [...new Map(planned.map(({ id, attributes }) => [id, attributes.order]))];
  },

  // Makes them, one in each turn of the event loop, so that sockets are served as well; resolves with when it began.
  async make() {
    const at = now();
    for (const { id, attributes } of planned) {
      await write(id, attributes);
      await setImmediate();
    }
    return at;
  },

  // Makes so many of them a second; resolves with how long it took.
  async pace(perSecond) {
    const at = now();
    for (let made = 0; made < planned.length;) {
      const due = Math.min(planned.length, ((now() - at) * perSecond) / 1_000);
      for (; made < due; made += 1) await write(planned[made].id, planned[made].attributes);
      await setTimeout(1);
    }
    return now() - at;
  },
});
