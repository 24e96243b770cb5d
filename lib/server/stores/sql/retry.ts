// Tries again what PostgreSQL has rolled back because of another transaction: a deadlock, or a serialization failure.

import { codeOf } from './driver';

const most = 10;
const serializationFailure = '40001';
const deadlock = '40P01';

const isPassing = (error: unknown): boolean => codeOf(error) === serializationFailure || codeOf(error) === deadlock;

export async function retrying<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === most || !isPassing(error)) throw error;
      // A random delay, so that both do not try again at the same moment.
      await new Promise(resolve => setTimeout(resolve, Math.random() * 2 ** attempt));
    }
  }
}
