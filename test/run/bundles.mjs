// Runs the browser tests on the plain and on the minified bundles, in parallel.
//   node test/run/bundles.mjs [--browser chrome|firefox] [other arguments of karma.mjs]
import { findFirefox } from '../support/browser.mjs';
import { finish, line, sum } from '../support/counts.mjs';
import { inParallel, runPart } from '../support/part.mjs';

const args = process.argv.slice(2);

if (args.includes('firefox') && !findFirefox()) {
  console.log('Firefox is not installed: its part is left out.');
  console.log(line({ passed: 0, failed: 0, skipped: 1 }));
} else {
  finish(sum(await inParallel(['plain', 'min'].map(bundle => () => run(bundle)), 2)));
}

async function run(bundle) {
  const result = await runPart(['test/run/karma.mjs', '--bundle', bundle, ...args]);
  console.log(result.output.trimEnd().split('\n').slice(0, -1).join('\n'));
  return result;
}
