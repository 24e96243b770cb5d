// The server of one peer with its documents, in a separate process: changes documents on request, and counts the bytes of its connections.
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
// No pings during a measurement, and only one transport, so that no socket upgrades meanwhile.
const write = await peer.serve(http, documentsOf(size), { transports: ['websocket'], serveClient: false, pingInterval: 600_000 });
await once(http.listen(0, '127.0.0.1', 2_048), 'listening');

let planned = [];

answerTo({
  port: () => http.address().port,

  // The totals of all connections so far.
  bytes() {
    const sum = (key, start) => [...traffic.lines].reduce((total, line) => total + line[key], start);
    return { up: sum('bytesRead', traffic.read), down: sum('bytesWritten', traffic.written) };
  },

  // Plans the next changes, on the lists in turn; returns the final order of each changed document: [[id, order], …].
  plan(count) {
    const { lists, documents } = size;
    planned = Array.from({ length: count }, (_, n) => change(n % lists, Math.floor(n / lists) % documents));
    return [...new Map(planned.map(({ id, attributes }) => [id, attributes.order]))];
  },

  // Makes the planned changes, one per turn of the event loop, so that sockets are served too; resolves with the time of the start.
  async make() {
    const at = now();
    for (const { id, attributes } of planned) {
      await write(id, attributes);
      await setImmediate();
    }
    return at;
  },

  // Makes `perSecond` of them per second; resolves with the time this took.
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
