/**
 * The two Socket.IO servers, on one HTTP server: one for the main page, and one under `/classic` for the classic page, and for clients that
 * know only Socket.IO. They are separate because the classic one announces every change to all its sockets, and the other only to
 * subscribers.
 */
import type { Server as HttpServer } from 'node:http';
import { Server, type ServerOptions, type Socket } from 'socket.io';
import { drain, listen, revoke } from 'backbone.iobind/server';
import type { Database } from './database';
import { authorize } from './lists';
import type { Authenticate } from './login';
import { createClassic, createLists } from './todos';

const options: Partial<ServerOptions> = {
  // A todo is small. This leaves room for many in one message.
  maxHttpBufferSize: 100_000,
  // Both sides notice a dead connection within ten seconds, so that the page shows the true state of the connection.
  pingInterval: 5000,
  pingTimeout: 5000,
};

export interface Sockets {
  /** The main page's. */
  readonly io: Server;
  /** One of this user's logins has ended: checks the user's rights again, on all nodes. */
  revoke(user: string): Promise<void>;
  close(): Promise<void>;
}

export function openSockets(http: HttpServer, { todos }: Database, authenticate: Authenticate): Sockets {
  const io = new Server(http, options);
  listen(io, { todos: createLists(todos) }, { authenticate, authorize });
  io.on('connection', tellWho);

  const classic = new Server(http, { ...options, path: '/classic/socket.io', serveClient: false });
  listen(classic, { todos: createClassic(todos) }, { authorize });

  return {
    io,
    async revoke(user) {
      const theirs = [...io.sockets.sockets.values()].filter(({ data }) => data.user?.id === user);
      await revoke(io, user);
      theirs.forEach(tellWho);
    },
    // In parallel: each waits for the HTTP server to close, and that waits for the connections of both.
    close: async () => void (await Promise.all([drain(io), drain(classic)])),
  };
}

/** The page cannot read its cookie, so this tells it who is signed in. */
function tellWho(socket: Socket): void {
  socket.emit('session:update', { name: socket.data.user?.id ?? null });
}
