// Subscribe, stop, push, reconnect, write and revoke, in any order: whatever happens, each live collection is what the server has, once
// all lines are up and two ticks have passed; and what had happened to it had a reason.
import { check, checkReally, seed, wordsOf } from './property.mjs';

describe('Live collections, whatever happens', function () {
  this.timeout(600_000);

  it(`are in the end what the server has (LIVE_SEED=${seed})`, async () => {
    const report = await check({});
    if (report.failed) throw new Error(wordsOf(report));
  });

  it('are so with real sockets as well', async () => {
    const report = await checkReally({ endOnFailure: true });
    if (report.failed) throw new Error(wordsOf(report));
  });
});
