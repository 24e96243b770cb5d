// The answers of what a table's store has done once: each is committed with what it answers, so that there is both or neither.

import { createHash } from 'node:crypto';
import type { Json } from '../../store';
import { day, reused } from '../base';
import { countDeleted, isOld, type Connection } from './driver';
import type { Names } from './names';

/** Held with a key by whoever is answering, until his transaction is over. */
const answerLock = 764_003;

export interface Answers {
  /** Within a transaction, before all else in it. */
  once<T extends Json>(connection: Connection, key: string, digest: string, work: () => Promise<T>): Promise<T>;
  /** Resolves to how many have been forgotten. */
  forget(connection: Connection): Promise<number>;
}

export function createAnswers({ table, ops }: Names): Answers {
  return {
    async once<T extends Json>({ query }: Connection, key: string, digest: string, work: () => Promise<T>) {
      // An index has no room for a long one.
      const name = createHash('sha256').update(key).digest('base64url');
      // By itself: what the next statement sees is what there is when that begins.
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
