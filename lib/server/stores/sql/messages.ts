// What one node tells the others: logged as if it were a change, and so in the order of the commits, read on after a gap, and of any
// length. The text stands where a change has its origin.

import type { Json } from '../../store';
import type { Connection } from './driver';
import { literal, messagesOf, quoted, type Names } from './names';

export async function sayMessage({ query }: Connection, { schema, table }: Names, message: Json): Promise<void> {
  const name = literal(messagesOf(table));
  await query(`select set_config('iosync.origin', $1, true)`, [JSON.stringify(message)]);
  await query(`select ${quoted(schema)}.iosync_begin(${name})`);
  await query(`select ${quoted(schema)}.iosync_record(${name}, '', '', 0, 'message', null)`);
}
