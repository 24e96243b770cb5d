// Does again what PostgreSQL has rolled back for no fault of ours: two transactions that wait for each other, or that cannot both be
// as if each were alone.

import { codeOf } from './driver';

const most = 10;
const serializationFailure = '40001';
const deadlock = '40P01';
const duplicate = '23505';

/** A change that got the number of another is what a snapshot older than that leads to, where the database's default is one. */
const isCollision = (error: unknown): boolean =>
  codeOf(error) === duplicate && (error as { constraint?: unknown }).constraint === 'iosync_log_pkey';

const isPassing = (error: unknown): boolean =>
  codeOf(error) === serializationFailure || codeOf(error) === deadlock || isCollision(error);

export async function retrying<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === most || !isPassing(error)) throw error;
      // Not both at the same moment again.
      await new Promise(resolve => setTimeout(resolve, Math.random() * 2 ** attempt));
    }
  }
}
