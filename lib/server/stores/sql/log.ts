// The log of a table, for reading: what has been committed in a channel since a head, and in the whole table since a place in the
// order of all commits (`seq`).

import type { Change, Document } from '../../store';
import { isChannel } from '../base';
import { columns, documentOf, type DocumentRow } from './documents';
import type { Connection } from './driver';
import type { Names } from './names';

/** A row of the log, as JSON makes it. */
interface Row extends Omit<Change, 'origin' | 'document'> {
  readonly seq: number;
  readonly origin: string | null;
}

/** See DocumentRow. */
interface LogRow {
  row: string;
}

/** A change, and its place in the order of all commits of the table. */
export interface Logged {
  readonly seq: number;
  readonly change: Change;
}

export interface Log {
  head(channel: string): Promise<number>;
  changes(channel: string, from: number, limit?: number): Promise<Change[] | undefined>;
  /** The place of the last change. */
  last(): Promise<number>;
  after(seq: number, limit: number): Promise<Logged[]>;
  /** Forgets what is older than so many milliseconds, except for the newest change of each channel. Resolves to how many changes. */
  forget(age: number): Promise<number>;
}

const logColumns = `json_build_object('seq', seq, 'action', action, 'id', id, 'version', version, 'channel', channel, 'head', head,
  'origin', origin)::text as row`;

export function createLog({ table, documents, log }: Names, { query }: Pick<Connection, 'query'>): Log {
  /** With the documents as they are now, read at once for all. */
  const complete = async (rows: readonly Row[]): Promise<Logged[]> => {
    const ids = [...new Set(rows.map(({ id }) => id))];
    const sql = `select ${columns} from ${documents} where id = any($1::text[])`;
    const found = ids.length ? await query<DocumentRow>(sql, [ids]) : [];
    const byId = new Map(found.map(documentOf).map(document => [document.id, document]));
    return rows.map(({ seq, ...row }) => ({ seq, change: changeOf(row, byId.get(row.id)) }));
  };

  const select = async (sql: string, values: readonly unknown[]): Promise<Row[]> =>
    (await query<LogRow>(`select ${logColumns} from ${log} ${sql}`, values)).map(({ row }) => JSON.parse(row) as Row);

  const head = async (channel: string): Promise<number> => {
    if (!isChannel(channel)) return 0;
    const sql = `select head::text as head from ${log} where "table" = $1 and channel = $2 order by ${log}.head desc limit 1`;
    const [row] = await query<{ head: string }>(sql, [table, channel]);
    return Number(row?.head ?? 0);
  };

  return {
    head,
    async changes(channel, from, limit) {
      const newest = await head(channel);
      if (from >= newest || limit === 0) return from > newest ? undefined : [];
      const most = limit === undefined || limit === Infinity ? null : limit;
      const rows = await select('where "table" = $1 and channel = $2 and head > $3::numeric order by head limit $4::int', [table, channel, from, most]);
      const isWhole = rows.every((row, index) => row.head === from + 1 + index);
      return isWhole ? (await complete(rows)).map(({ change }) => change) : undefined;
    },
    async last() {
      const [row] = await query<{ last: string }>(`select coalesce(max(seq), 0)::text as last from ${log} where "table" = $1`, [table]);
      return Number(row?.last);
    },
    async after(seq, limit) {
      return complete(await select('where "table" = $1 and seq > $2::bigint order by seq limit $3::int', [table, seq, limit]));
    },
    async forget(age) {
      const isNewest = `not exists (select from ${log} newer where newer."table" = old."table" and newer.channel = old.channel and newer.head > old.head)`;
      const isOld = `at < clock_timestamp() - make_interval(secs => $2::float8)`;
      const sql = `with gone as (delete from ${log} old where "table" = $1 and ${isOld} and not (${isNewest}) returning 1)
        select count(*)::int as count from gone`;
      const [row] = await query<{ count: number }>(sql, [table, age / 1000]);
      return row?.count ?? 0;
    },
  };
}

function changeOf({ origin, ...change }: Omit<Row, 'seq'>, found: Document | undefined): Change {
  // What has moved away is no business of those who hear of this channel.
  const document = found?.channel === change.channel ? structuredClone(found) : undefined;
  return { ...change, ...(origin !== null && { origin }), ...(document && { document }) };
}
