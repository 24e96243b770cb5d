/**
 * Puts the parts together: database, pages, sockets. Resolves with the address once all of it works; stops in the reverse
 * order on SIGINT (Ctrl+C) and SIGTERM.
 */
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { drain, listen } from 'backbone.iobind/server';
import { readKey } from './accounts';
import { openDatabase } from './database';
import { authorize } from './lists';
import { authenticateBy, createLogin } from './login';
import { readOptions } from './options';
import { createPages } from './pages';
import { createTodos } from './todos';

export async function start(args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  const options = readOptions(args, env);
  const database = openDatabase(options);
  try {
    await database.ready;
    const key = await readKey(database.accounts);
    const http = createServer(createPages(createLogin(database.accounts, key)));
    const io = new Server(http, {
      // A todo is small. This leaves room for many that are sent at once.
      maxHttpBufferSize: 100_000,
      // A line that is dead is noticed within ten seconds on both sides, so that the page's sign of the connection is true.
      pingInterval: 5000,
      pingTimeout: 5000,
    });
    listen(io, { todos: createTodos(database.todos) }, { authenticate: authenticateBy(key), authorize });
    // The page cannot read its cookie. This tells it, on each connection, as whom it is signed in.
    io.on('connection', (socket) => socket.emit('session:update', { name: socket.data.user?.id ?? null }));

    await open(http, options.port);
    stopOnSignals(async () => {
      await drain(io);
      await database.close();
    });
    return `http://localhost:${(http.address() as AddressInfo).port}`;
  } catch (error) {
    await database.close();
    throw error;
  }
}

function open(http: HttpServer, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, () => {
      http.off('error', reject);
      resolve();
    });
  });
}

function stopOnSignals(stop: () => Promise<void>): void {
  const onSignal = (): void => {
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  // Once: a second Ctrl+C ends the process at once, should stopping ever hang.
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
}
