// The names of a store's table, and of the tables beside it, in SQL. All have their schema, so that they do not depend on the search path.

import { BackendError } from '../../errors';

/** The channel of NOTIFY. One for all, so that a process needs one connection to listen. */
export const notifications = 'iosync';

export interface Names {
  /** Not quoted. */
  readonly schema: string;
  readonly table: string;
  /** Quoted, with the schema. */
  readonly documents: string;
  readonly log: string;
  /** The table with the last versions of deleted documents. */
  readonly deleted: string;
  readonly versions: string;
  /** The table with the answers of `once`. */
  readonly ops: string;
}

/** The name in the log under which the messages of a table's nodes are. No table can have it. */
export const messagesOf = (table: string): string => `iosync_messages_${table}`;

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export function checkTable(table: string): string {
  if (/^(?!iosync_|pg_)[a-z_][a-z0-9_]{0,49}$/.test(table)) return table;
  throw new BackendError('invalid', `The name of a table is up to 50 of a-z, 0-9 and _, and begins neither with a digit nor with "iosync_" or "pg_": not "${table}".`);
}

export function namesOf(schema: string, table: string): Names {
  const inSchema = (name: string): string => `${quoted(schema)}.${quoted(name)}`;
  return {
    schema, table, documents: inSchema(table), log: inSchema('iosync_log'), deleted: inSchema('iosync_deleted'), versions: inSchema('iosync_versions'),
    ops: inSchema('iosync_ops'),
  };
}
