// The error of a request that fails on the page, not by an error of the server's: a code to test for, and a message to read.

import type { IoSyncCode } from './wire';

export class IoSyncError extends Error {
  readonly code: IoSyncCode;

  constructor(code: IoSyncCode, event: string) {
    super(event + ' failed: ' + code);
    this.name = 'IoSyncError';
    this.code = code;
  }

  /** By name, because each bundle has a class of its own. */
  static override [Symbol.hasInstance](error: unknown): boolean {
    return (Object(error) as Error).name === 'IoSyncError';
  }
}
