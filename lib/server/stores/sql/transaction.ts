// The documents within a transaction. The log takes the origin from the transaction, so that earlier writes are logged before a write for
// another origin.

import type { Documents } from '../../store';
import { createTurns, type Turn } from '../../turns';
import { createDocuments, type DocumentRow, type Write } from './documents';
import type { Connection } from './driver';
import type { Names } from './names';
import { flush } from './schema';

export async function withinTransaction<T>(connection: Connection, names: Names, work: (documents: Documents) => Promise<T>): Promise<T> {
  let ended = false;
  let last = '';
  let wrote = false;
  const turns = createTurns();

  // One after the other, even if several are started at once.
  const inTurn: Turn = step => {
    if (ended) return Promise.reject(new Error('The transaction has ended: await what is written in it.'));
    return turns(step);
  };
  const query: Connection['query'] = (sql, values) => inTurn(() => connection.query(sql, values));
  const write: Write = (sql, values, origin = '') => inTurn(async () => {
    if (origin !== last) {
      if (wrote) await connection.script(flush(names));
      await connection.query("select set_config('iosync.origin', $1, true)", [origin]);
      last = origin;
    }
    wrote = true;
    return connection.query<DocumentRow>(sql, values);
  });

  try {
    return await work(createDocuments(names, { query }, write, true));
  } finally {
    ended = true;
    // Statements that the function has started without waiting for them.
    await turns.idle();
  }
}
