// Disconnects a client that does not read what it is sent: its answers and pushes would pile up in this process. Socket.IO may keep such a
// client, since it may answer pings all the same.

import type { Socket } from 'socket.io';

type Connection = Socket['conn'];

/** Several namespaces share a connection. */
const watched = new WeakSet<Connection>();

/** Closes the connection when more than `most` characters wait behind others that have not been read. */
export function limitUnread(connection: Connection, most: number): void {
  if (watched.has(connection)) return;
  watched.add(connection);
  let waiting = 0;
  connection.on('packetCreate', ({ data }: { data?: unknown }) => {
    // Checked before it is added: a single answer may have any size.
    if (waiting > most && !connection.transport.writable) return connection.close(true);
    waiting += sizeOf(data);
  });
  // All that waits is handed to the transport as soon as that has sent what it was given before.
  connection.on('flush', () => {
    waiting = 0;
  });
}

function sizeOf(data: unknown): number {
  if (typeof data === 'string') return data.length;
  return ArrayBuffer.isView(data) ? data.byteLength : 0;
}
