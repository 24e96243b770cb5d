// What a request fails with when the reason is not the server's: a code to test for, and a sentence to read.

import type { IoSyncCode } from './wire';

const sentences: Record<IoSyncCode, string> = {
  timeout: 'no answer in time: is the server up, does it call back?',
  disconnected: 'connection lost before the answer: fetch to see what was done',
  aborted: 'aborted',
  superseded: 'a newer fetch has answered',
  invalid: 'Backbone cannot hold the answer: it needs attributes, and ids other than Object has',
};

export class IoSyncError extends Error {
  readonly code: IoSyncCode;

  constructor(code: IoSyncCode, event: string) {
    super(event + ': ' + sentences[code]);
    this.name = 'IoSyncError';
    this.code = code;
  }
}
