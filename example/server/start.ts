/**
 * Puts the parts together: store, pages, sockets. Resolves with the address once all of it works; stops in the reverse
 * order on SIGINT (Ctrl+C) and SIGTERM.
 */
import { createServer, type IncomingMessage, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { handleTodos } from './handlers';
import { readOptions } from './options';
import { createPages } from './pages';
import { Problem, hasCode } from './problem';
import { openStore } from './store';

export async function start(args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  const options = readOptions(args, env);
  const store = await openStore(options.data);
  const http = createServer(createPages());
  const io = new Server(http, {
    allowRequest: (request, callback) => callback(null, isOurPage(request)),
    // A todo is small. This leaves room for many that are sent at once.
    maxHttpBufferSize: 100_000,
    // A line that is dead is noticed within ten seconds on both sides, so that the page's sign of the connection is true.
    pingInterval: 5000,
    pingTimeout: 5000,
  });
  handleTodos(io, store);

  const stop = async (): Promise<void> => {
    await io.close();
    await store.close();
  };
  try {
    await listen(http, options.port);
  } catch (error) {
    await store.close();
    throw error;
  }
  stopOnSignals(stop);
  return `http://localhost:${(http.address() as AddressInfo).port}`;
}

/**
 * A page of another site can open a web socket to us in a visitor's browser; CORS does not forbid that. Its Origin
 * tells. Programs that are no browsers send none.
 */
function isOurPage({ headers: { origin, host } }: IncomingMessage): boolean {
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

function listen(http: HttpServer, port: number): Promise<void> {
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

/** What the terminal shows for an error: one sentence, unless it is one that we did not foresee. */
export function explain(error: unknown): unknown {
  if (error instanceof Problem) return error.message;
  if (hasCode(error, 'EADDRINUSE')) return `The port ${port(error)} is in use: choose another one with --port.`;
  if (hasCode(error, 'EACCES') && 'port' in error) return `The port ${port(error)} is not open to you: choose one above 1023.`;
  if (hasCode(error, 'EACCES', 'EEXIST', 'ENOTDIR', 'EROFS')) return `The data folder cannot be used: ${error.message}.`;
  return error;
}

const port = (error: Error): string => ('port' in error ? String(error.port) : '');
