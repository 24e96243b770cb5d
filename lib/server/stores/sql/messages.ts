// Messages from one node to the others. Each is logged like a change, so that it is in the order of the commits, is read even after a gap,
// and can have any length. Its JSON is in the column `origin`.

import type { Json } from '../../store';
import type { Connection } from './driver';
import { literal, messagesOf, quoted, type Names } from './names';

export async function sayMessage({ query }: Connection, { schema, table }: Names, message: Json): Promise<void> {
  const name = literal(messagesOf(table));
  await query(`select set_config('iosync.origin', $1, true)`, [JSON.stringify(message)]);
  await query(`select ${quoted(schema)}.iosync_begin(${name})`);
  await query(`select ${quoted(schema)}.iosync_record(${name}, '', '', 0, 'message', null)`);
}
