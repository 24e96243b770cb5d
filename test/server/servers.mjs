// Companions and clients for the tests of a describe: real sockets, all closed after each test.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { io } from 'socket.io-client';
import { companion } from '../support/companion.mjs';
import { whatListenKeeps } from '../support/kept.mjs';

const { createBackend, listen, memoryStore } = companion;

// The backend of most tests, as a page spells its url and urlRoot.
export const todosOf = (store = memoryStore(), options = {}) => createBackend({ collection: 'todos', model: 'todo', ...options }).use(store);

// How a channel is refused.
export const notAllowed = { code: 'forbidden', message: 'Not allowed, or it does not exist.' };

// Something that waits until it is let go: `arrived` resolves when somebody waits, `passed` when it is open, with what `open` was given.
export function gate() {
  let open, arrive;
  const passed = new Promise(resolve => (open = resolve));
  const arrived = new Promise(resolve => (arrive = resolve));
  return { open, passed, arrived, wait: () => (arrive(), passed) };
}

export function useServers() {
  const undo = [];
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });

  // A server with these backends; resolves with { io, url }, and `inside`, what `listen` keeps for it.
  async function start(backends, options = {}, createIo = http => http) {
    const http = createServer().listen(0, '127.0.0.1');
    await once(http, 'listening');
    const [server, inside] = whatListenKeeps(() => listen(createIo(http), backends, options));
    undo.push(() => server.close());
    return { io: server, inside, url: `http://127.0.0.1:${http.address().port}` };
  }

  // The same with one backend, `todos`, that the test sets up; resolves with its address.
  async function serve(setUp, options = {}, backendOptions = {}) {
    const todos = createBackend(backendOptions);
    setUp(todos);
    return (await start({ todos }, options)).url;
  }

  // A server with `todos` on that store, who is named by `auth`; `open(name?)` connects a client that is logged in by that name.
  async function serveTodos(options = {}, backendOptions = {}, store = memoryStore()) {
    const todos = todosOf(store, backendOptions);
    const authenticate = ({ auth }) => (auth.id ? { id: auth.id } : undefined);
    const { io, url } = await start({ todos }, { authenticate, ...options });
    const open = async id => {
      const client = await connect(url, { auth: { id } });
      const pushes = listening(client);
      await settled(client);
      return { client, pushes, ask: (...args) => ask(client, ...args) };
    };
    return { io, url, todos, store, open };
  }

  // What one client of a backend is answered, and what the server's log said meanwhile.
  async function answerOf(setUp, { method = 'create', model = { title: 'milk' }, options = {}, backendOptions = {} } = {}) {
    const log = [];
    const url = await serve(setUp, { log: message => log.push(message), ...options }, backendOptions);
    const [error, result] = await ask(await connect(url), `todos:${method}`, model);
    return { error, result, log };
  }

  function open(url, options) {
    const client = io(url, { forceNew: true, transports: ['websocket'], reconnectionDelay: 10, ...options });
    undo.push(() => client.disconnect());
    return client;
  }

  async function connect(url, options) {
    const client = open(url, options);
    await once(client, 'connect');
    return client;
  }

  // What a client is told whom the server does not let in.
  async function refused(url, options) {
    const [error] = await once(open(url, options), 'connect_error');
    return error.data;
  }

  // Resolves with the arguments of the answer: [error, result].
  const ask = (client, event, ...args) => new Promise(resolve => client.emit(event, ...args, (...answer) => resolve(answer)));

  // Resolves with the answer: [null, null] once the client hears what is in the channel.
  const join = (client, channel, backend = 'todos') => ask(client, 'iosync:join', { backend, channel });

  // Collects what a client is told beside its answers: [[event, ...arguments], …], but for hellos.
  function listening(client) {
    const pushes = [];
    client.onAny((event, ...args) => event !== 'iosync:hello' && pushes.push([event, ...args]));
    return pushes;
  }

  // Resolves when all that the server had to say to this client before has arrived.
  const settled = client => ask(client, 'iosync:hello');

  // What else is to be undone after the test, the latest first.
  const later = step => undo.push(step);

  return { start, serve, serveTodos, answerOf, open, connect, refused, ask, join, listening, settled, later };
}
