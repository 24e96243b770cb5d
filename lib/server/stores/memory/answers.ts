// The answers of `once` in memory: kept for a day, and at most 10,000 of them.

import type { Json } from '../../store';
import { day, reused } from '../base';

const most = 10_000;

interface Answer {
  readonly digest: string;
  /** As JSON, as in a database, so that it is shared with nobody. */
  readonly answer: string;
  readonly until: number;
}

export interface Answers {
  /** Must be called in a queue, so that a repeated write waits for the first one. */
  once<T extends Json>(key: string, digest: string, work: () => Promise<T>): Promise<T>;
}

export function createAnswers(): Answers {
  /** The oldest first. */
  const kept = new Map<string, Answer>();

  const forget = (): void => {
    for (const [key, { until }] of kept) {
      if (kept.size <= most && until > Date.now()) break;
      kept.delete(key);
    }
  };

  return {
    async once<T extends Json>(key: string, digest: string, work: () => Promise<T>) {
      forget();
      const known = kept.get(key);
      if (known && known.digest !== digest) throw reused();
      if (known) return JSON.parse(known.answer) as T;
      const answer = await work();
      kept.set(key, { digest, answer: JSON.stringify(answer), until: Date.now() + day });
      forget();
      return answer;
    },
  };
}
