// What a request fails with when the reason is not the server's: a code to test for, and a sentence to read.

import type { IoSyncCode } from './wire';

const sentences: Record<IoSyncCode, string> = {
  timeout: 'no answer in time. Is the server up, and does it call the callback?',
  disconnected: 'the connection ended before the answer. Fetch to see what the server has done.',
  aborted: 'aborted.',
  superseded: 'a newer fetch has answered.',
  invalid: 'Backbone cannot hold the answer. It needs attributes, with an id that is no name of Object.prototype.',
};

export class IoSyncError extends Error {
  readonly code: IoSyncCode;

  constructor(code: IoSyncCode, event: string) {
    super(event + ': ' + sentences[code]);
    this.name = 'IoSyncError';
    this.code = code;
  }
}
