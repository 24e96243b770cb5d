// What a request fails with when the reason is not the server's: a code to test for, and a sentence to read.

import type { IoSyncCode } from './wire';

export class IoSyncError extends Error {
  readonly code: IoSyncCode;

  constructor(code: IoSyncCode, event: string) {
    super(event + ' failed: ' + code);
    this.name = 'IoSyncError';
    this.code = code;
  }

  /** Each bundle has a class of its own. */
  static override [Symbol.hasInstance](error: unknown): boolean {
    return (Object(error) as Error).name === 'IoSyncError';
  }
}
