// Ends a server without losing what has begun: running requests may end, new ones are refused, and pages find the next server by
// themselves. No client can hold it up.

import type { Server, Socket } from 'socket.io';
import { companionOf } from './companion';
import { longestTimer } from './deadline';

/** How long connections may take to close by themselves if the time is up already, in ms. */
const courtesy = 500;

/**
 * Refuses new requests with `unavailable`, waits at most `ms` for the running ones, then closes the server. Pages reconnect by
 * themselves, to another node or to this one when it is back.
 */
export async function drain(io: Server, ms = 10_000): Promise<void> {
  const companion = companionOf(io);
  const end = Date.now() + ms;
  companion.isDraining = true;
  await atMost(ms, Promise.allSettled(companion.running));
  companion.stop();
  const connections = [...companion.sessions].map(({ socket }) => socket.conn);
  const closed = io.close();
  await atMost(Math.max(end - Date.now(), courtesy), closed);
  // If a client does not answer the close, a WebSocket waits for 30 s, and HTTP forever.
  for (const connection of connections) cut(connection);
  if (io.httpServer && 'closeAllConnections' in io.httpServer) io.httpServer.closeAllConnections();
  await closed;
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise(resolve => (timer = setTimeout(resolve, Math.min(ms, longestTimer))));
  await Promise.race([work, limit]);
  clearTimeout(timer);
}

/** engine.io's types do not have the WebSocket. If another version lacks it, closing takes longer. */
function cut({ transport }: Socket['conn']): void {
  const { socket } = transport as unknown as { socket?: { terminate?(): void } };
  socket?.terminate?.();
}
