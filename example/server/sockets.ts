/**
 * The two Socket.IO servers, on one HTTP server: the main page's, and under `/classic` that of the classic page, which is for clients that
 * know Socket.IO and no more. Apart, since there all who are connected are told of every change; of the main page's, only who has subscribed.
 */
import type { Server as HttpServer } from 'node:http';
import { Server, type ServerOptions, type Socket } from 'socket.io';
import { drain, listen, revoke } from 'backbone.iobind/server';
import type { Database } from './database';
import { authorize } from './lists';
import type { Authenticate } from './login';
import { createClassic, createLists } from './todos';

const options: Partial<ServerOptions> = {
  // A todo is small. This leaves room for many that are sent at once.
  maxHttpBufferSize: 100_000,
  // A line that is dead is noticed within ten seconds on both sides, so that the page's sign of the connection is true.
  pingInterval: 5000,
  pingTimeout: 5000,
};

export interface Sockets {
  /** The main page's. */
  readonly io: Server;
  /** A login of this user's has ended: what it was good for ends on all nodes. */
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
    // Both at once: each waits for the HTTP server, and that for the connections of both.
    close: async () => void (await Promise.all([drain(io), drain(classic)])),
  };
}

/** The page cannot read its cookie. This tells it as whom it is signed in. */
function tellWho(socket: Socket): void {
  socket.emit('session:update', { name: socket.data.user?.id ?? null });
}
