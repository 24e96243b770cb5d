// Lets go of a client that does not read what it is sent: its answers and pushes would pile up in this process. It may answer pings all
// the same, so that Socket.IO keeps it.

import type { Socket } from 'socket.io';

type Connection = Socket['conn'];

/** Several namespaces share a connection. */
const watched = new WeakSet<Connection>();

/** Closes the connection when that many characters wait behind others that have not been read. */
export function limitUnread(connection: Connection, most: number): void {
  if (watched.has(connection)) return;
  watched.add(connection);
  let waiting = 0;
  connection.on('packetCreate', ({ data }: { data?: unknown }) => {
    // Looked at before it is added: one answer may be as large as it likes.
    if (waiting > most && !connection.transport.writable) return connection.close(true);
    waiting += sizeOf(data);
  });
  // What waits is handed over as soon as what was handed over before is on the line.
  connection.on('flush', () => {
    waiting = 0;
  });
}

function sizeOf(data: unknown): number {
  if (typeof data === 'string') return data.length;
  return ArrayBuffer.isView(data) ? data.byteLength : 0;
}
