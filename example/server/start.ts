/**
 * Starts database, sockets and pages. Resolves with the address when all of them work. On SIGINT (Ctrl+C) and SIGTERM, stops the sockets,
 * then the database.
 */
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readKey } from './accounts';
import { openDatabase } from './database';
import { authenticateBy, createLogin } from './login';
import { readOptions } from './options';
import { createPages } from './pages';
import { partReader } from './parts';
import { openSockets } from './sockets';

export async function start(args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  const options = readOptions(args, env);
  const database = openDatabase(options);
  try {
    await database.ready;
    const key = await readKey(database.accounts);
    const { accounts } = database;
    const authenticate = authenticateBy(key, accounts);
    // `pages` is looked up late: it needs the Socket.IO server, which needs this HTTP server.
    const http = createServer((request, response) => pages(request, response));
    const sockets = openSockets(http, database, authenticate);
    const login = createLogin({ accounts, key, authenticate, revoke: sockets.revoke });
    const pages = createPages(login, partReader(sockets.io, authenticate));

    await open(http, options.port);
    stopOnSignals(async () => {
      await sockets.close();
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
  // `once`, so that a second Ctrl+C ends the process even if stopping hangs.
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
}
