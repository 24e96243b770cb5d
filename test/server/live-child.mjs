// A server that a page is loaded from, and connects to: the companion on PostgreSQL, in a process that may be killed. What a user may see
// says the table `rights`: nothing (0), what is of the kind x (1), or all (2).
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import pg from 'pg';
import { Server } from 'socket.io';
import { answerTo } from '../chaos/process.mjs';
import { companion } from '../support/companion.mjs';
import { pageScripts } from '../support/page-scripts.mjs';

const { createBackend, listen, postgresStore, revoke } = companion;
const { PORT, DATABASE } = process.env;
const tick = 100;

const pool = new pg.Pool({ connectionString: DATABASE });
pool.on('error', () => {});
const store = postgresStore(pool, { table: 'things', tick, log() {} });

async function levelOf(user) {
  const { rows: [row] } = await pool.query('select level from rights where name = $1', [user?.id ?? '']);
  return row?.level ?? 0;
}

const scope = async user => (await levelOf(user) < 2 ? { where: { kind: 'x' } } : {});
const things = createBackend({ pushes: false, scope }).use(store);

const { scripts } = pageScripts({ bundle: 'min' });
const page = `<!doctype html><link rel="icon" href="data:,">${scripts.map(({ name }) => `<script src="/${name}"></script>`).join('')}
<script>
  // A page's own code.
  const Things = Backbone.Collection.extend({ url: '/things' });
  const name = location.hash.slice(1);
  Backbone.socket = io({ transports: ['websocket'], auth: { name }, reconnectionDelay: 20, reconnectionDelayMax: 200, timeout: 2000 });
  const things = new Things();
  const subscription = things.ioSubscribe();
</script>`;

const http = createServer(({ url }, response) => {
  const script = scripts.find(({ name }) => url === `/${name}`);
  response.setHeader('content-type', script ? 'text/javascript' : 'text/html');
  response.end(script ? readFileSync(script.path) : page);
});
// A page and its server notice soon that the line is mute, but not on a busy machine that it is slow.
const io = listen(new Server(http, { pingInterval: 500, pingTimeout: 2_500 }), { things }, {
  tick, batch: 5, log() {},
  authenticate: ({ auth: { name } }) => (name ? { id: name } : undefined),
  authorize: async user => await levelOf(user) > 0,
});

await store.ready;
http.listen(Number(PORT), '127.0.0.1', () => answerTo({ revoke: user => revoke(io, user) }));
