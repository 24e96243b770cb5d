// Reads the log of a table: what has been committed in a channel since a head, and in the whole table since a position in the order of
// all commits (`seq`).

import type { Attributes, Change, Document, Json } from '../../store';
import { isChannel, maximumDepth } from '../base';
import { documentJson } from './documents';
import { countDeleted, isOld, type Connection } from './driver';
import type { Names } from './names';
import { forgotten } from './schema';

/** A row of the log, parsed. */
interface Row extends Omit<Change, 'origin' | 'former' | 'document'> {
  readonly seq: number;
  readonly origin: string | null;
  readonly former: Attributes | null;
  /** Only in the first of several rows of one document. */
  readonly document: Document | null;
}

/** One string of JSON, see DocumentRow. */
interface LogRow {
  row: string;
}

/** A change, and its position in the order of all commits of the table. */
export interface Logged {
  readonly seq: number;
  readonly change: Change;
  /** Whether something is left out that another program has stored past the checks of the table, and that could not be sent. */
  readonly isCut: boolean;
}

export interface Log {
  head(channel: string): Promise<number>;
  changes(channel: string, from: number, limit?: number): Promise<Change[] | undefined>;
  /** The `seq` of the last change. */
  last(): Promise<number>;
  after(seq: number, limit: number): Promise<Logged[]>;
  /** Deletes changes older than so many milliseconds, except the newest of each channel. Resolves to the number of deleted ones. */
  forget(age: number): Promise<number>;
}

const rowJson = `json_build_object(
  'seq', entry.seq, 'action', entry.action, 'id', entry.id, 'version', entry.version, 'channel', entry.channel, 'head', entry.head,
  'origin', entry.origin, 'former', entry.former, 'document', case when entry.place = 1 and document.id is not null then ${documentJson('document')} end
)::text as row`;

export function createLog({ table, documents, log, deleted }: Names, { query }: Pick<Connection, 'query'>): Log {
  /** Rows of the log, with the documents as they are now. */
  const select = async (which: string, values: readonly unknown[]): Promise<Row[]> => {
    const entries = `select *, row_number() over (partition by id order by seq) as place from (select * from ${log} where ${which}) chosen`;
    const sql = `select ${rowJson} from (${entries}) entry left join ${documents} document on document.id = entry.id order by entry.seq`;
    return (await query<LogRow>(sql, values)).map(({ row }) => JSON.parse(row) as Row);
  };

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
      const rows = await select('"table" = $1 and channel = $2 and head > $3::numeric order by head limit $4::bigint', [table, channel, from, most]);
      const isWhole = rows.every((row, index) => row.head === from + 1 + index);
      return isWhole ? loggedOf(rows).map(({ change }) => change) : undefined;
    },
    async last() {
      const [row] = await query<{ last: string }>(`select coalesce(max(seq), 0)::text as last from ${log} where "table" = $1`, [table]);
      return Number(row?.last);
    },
    async after(seq, limit) {
      return loggedOf(await select('"table" = $1 and seq > $2::bigint order by seq limit $3::bigint', [table, seq, limit]));
    },
    async forget(age) {
      const isNewest = `not exists (select from ${log} newer where newer."table" = old."table" and newer.channel = old.channel and newer.head > old.head)`;
      const count = await countDeleted(query, `delete from ${log} old where "table" = $1 and ${isOld} and not (${isNewest})`, [table, age / 1000]);
      // While a deleted document is in the log, a reader may know its version from there, so that it must be kept.
      const isLogged = `exists (select from ${log} entry where entry."table" = gone."table" and entry.id = gone.id)`;
      const drop = `delete from ${deleted} gone where "table" = $1 and id <> $3 and ${isOld} and not ${isLogged} returning version`;
      await query(
        `with gone as (${drop}) insert into ${deleted} as floor ("table", id, version, at)
          select $1, $3, max(version), clock_timestamp() from gone having count(*) > 0
          on conflict ("table", id) do update set version = greatest(floor.version, excluded.version)`,
        [table, age / 1000, forgotten],
      );
      return count;
    },
  };
}

function loggedOf(rows: readonly Row[]): Logged[] {
  const documents = new Map(rows.flatMap(({ document }) => (document ? [[document.id, document]] : [])));
  return rows.map(row => {
    const found = documents.get(row.id);
    // A document that has moved to another channel is not shown to those who hear this one.
    const document = found?.channel === row.channel ? found : undefined;
    const shown = document && canBeTold(document.attributes) ? structuredClone(document) : undefined;
    const former = row.former && canBeTold(row.former) ? row.former : undefined;
    const isCut = !shown !== !document || !former !== !row.former;
    return { seq: row.seq, change: changeOf(row, former, shown), isCut };
  });
}

function changeOf({ action, id, version, channel, head, origin }: Row, former?: Attributes, document?: Document): Change {
  return { action, id, version, channel, head, ...(origin !== null && { origin }), ...(former && { former }), ...(document && { document }) };
}

/** Whether it is nested so little that it can be copied and serialised: thousands of levels would overflow the stack. */
const canBeTold = (value: Json, levels = maximumDepth): boolean =>
  typeof value !== 'object' || value === null || (levels >= 0 && Object.values(value).every(one => canBeTold(one, levels - 1)));
