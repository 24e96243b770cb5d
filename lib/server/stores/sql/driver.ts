// What the SQL store needs of a database: PostgreSQL, in this process or elsewhere. The two drivers are in pglite.ts and postgres.ts.

export interface Connection {
  /** Runs one statement. Parameters are strings, numbers, null, or lists of strings. */
  query<Row>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs several statements, without parameters. */
  script(sql: string): Promise<void>;
}

export interface Driver extends Connection {
  /** Called once, before all else. Rejects with a reason if the database cannot be opened. */
  open(): Promise<void>;
  /** Commits what the function does. Rolls it back if the function throws, or if the database has aborted the transaction. */
  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  /** Calls `heard` for each notification on this channel, until undone. If the connection is lost, calls `lost` once and ends. */
  listen(channel: string, heard: (payload: string) => void, lost: (reason?: unknown) => void): Promise<() => Promise<void>>;
  /** Whether it is in this process: with one connection for all, and without an autovacuum for deleted rows. */
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
