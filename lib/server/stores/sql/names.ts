// How a store's table and the tables beside it are called in SQL. All names are spelled out with their schema, so that what
// somebody puts on the search path changes nothing.

import { BackendError } from '../../errors';

/** The channel of NOTIFY. One for all, so that a process needs one connection to listen. */
export const notifications = 'iosync';

export interface Names {
  /** As they are. */
  readonly schema: string;
  readonly table: string;
  /** As SQL wants them. */
  readonly documents: string;
  readonly log: string;
  /** The last versions of documents that are gone. */
  readonly deleted: string;
  readonly versions: string;
  /** The answers of what is done once. */
  readonly ops: string;
}

/** Under which name the messages of a table's nodes stand in the log. No table can be called so. */
export const messagesOf = (table: string): string => `iosync_messages_${table}`;

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export function checkTable(table: string): string {
  if (/^(?!iosync_|pg_)[a-z_][a-z0-9_]{0,49}$/.test(table)) return table;
  throw new BackendError('invalid', `The name of a table is up to 50 of a-z, 0-9 and _, and begins with none of "iosync_" and "pg_": not "${table}".`);
}

export function namesOf(schema: string, table: string): Names {
  const inSchema = (name: string): string => `${quoted(schema)}.${quoted(name)}`;
  return {
    schema, table, documents: inSchema(table), log: inSchema('iosync_log'), deleted: inSchema('iosync_deleted'), versions: inSchema('iosync_versions'),
    ops: inSchema('iosync_ops'),
  };
}
