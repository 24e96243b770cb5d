// The answers of `once` in a table: each is committed together with its writes, so that there are both or neither.

import { createHash } from 'node:crypto';
import type { Json } from '../../store';
import { day, reused } from '../base';
import { countDeleted, isOld, type Connection } from './driver';
import type { Names } from './names';

/** The first half of the advisory lock on a key, which a transaction holds while it makes the answer. */
const answerLock = 764_003;

export interface Answers {
  /** Must be called within a transaction, before all other statements. */
  once<T extends Json>(connection: Connection, key: string, digest: string, work: () => Promise<T>): Promise<T>;
  /** Deletes old answers. Resolves to the number of deleted ones. */
  forget(connection: Connection): Promise<number>;
}

export function createAnswers({ table, ops }: Names): Answers {
  return {
    async once<T extends Json>({ query }: Connection, key: string, digest: string, work: () => Promise<T>) {
      // An index cannot hold a long key.
      const name = createHash('sha256').update(key).digest('base64url');
      // A statement of its own: only the next one sees what has been committed while this one waited.
      await query('select pg_advisory_xact_lock($1::int, hashtext($2))', [answerLock, name]);
      const [known] = await query<{ digest: string; answer: string }>(`select digest, answer from ${ops} where "table" = $1 and key = $2`, [table, name]);
      if (known && known.digest !== digest) throw reused();
      if (known) return JSON.parse(known.answer) as T;
      const answer = await work();
      const row = [table, name, digest, JSON.stringify(answer)];
      await query(`insert into ${ops} ("table", key, digest, answer, at) values ($1, $2, $3, $4, clock_timestamp())`, row);
      return answer;
    },
    forget: ({ query }) => countDeleted(query, `delete from ${ops} where "table" = $1 and ${isOld}`, [table, day / 1000]),
  };
}
