// Companions and clients for the tests of a describe: real sockets, all closed after each test.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { io } from 'socket.io-client';
import { companion } from '../support/companion.mjs';

const { createBackend, listen } = companion;

export function useServers() {
  const undo = [];
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });

  // A server with one backend, `todos`, that the test sets up; resolves with its address.
  async function serve(setUp, options = {}, backendOptions = {}) {
    const backend = createBackend(backendOptions);
    setUp(backend);
    const http = createServer().listen(0, '127.0.0.1');
    await once(http, 'listening');
    const server = listen(http, { todos: backend }, options);
    undo.push(() => server.close());
    return `http://127.0.0.1:${http.address().port}`;
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

  // What else is to be undone after the test, the latest first.
  const later = step => undo.push(step);

  return { serve, connect, refused, ask, later };
}
