// What the SQL store needs of a database: PostgreSQL, in this process or elsewhere. Two drivers say how: pglite.ts, postgres.ts.

export interface Connection {
  /** One statement. Parameters are texts, numbers, null, or lists of texts. */
  query<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Several statements, without parameters. */
  script(sql: string): Promise<void>;
}

export interface Driver extends Connection {
  /** Rejects with a sentence when there is no database to be had. Called once, before all else. */
  open(): Promise<void>;
  /** Rolls back what the function has done when it throws, or when the database has given up on it. */
  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  /** Hears what is notified on this channel, until its undo is called or `lost` is, once. */
  listen(channel: string, heard: (payload: string) => void, lost: (reason?: unknown) => void): Promise<() => Promise<void>>;
  /** Whether it is in this process: one connection for all, and nobody else who looks after the remains of deleted rows. */
  readonly isEmbedded: boolean;
  /** Ends what `open` has opened. */
  close(): Promise<void>;
}

/** PostgreSQL's code of an error. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Rows whose `at` is more than `$2` seconds ago. */
export const isOld = 'at < clock_timestamp() - make_interval(secs => $2::float8)';

/** Runs a `delete`, and resolves to the number of rows that it deleted. */
export async function countDeleted(query: Connection['query'], sql: string, values: readonly unknown[]): Promise<number> {
  const [row] = await query<{ count: number }>(`with gone as (${sql} returning 1) select count(*)::int as count from gone`, values);
  return row?.count ?? 0;
}
