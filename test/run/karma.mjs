// Runs the browser tests on the built bundles, in one real browser, with real servers that the hub starts.
//   node test/run/karma.mjs [--bundle plain|min] [--browser chrome|firefox] [--with backbone@1.1.2 …]
//                           [--dist folder] [--grep text] [--verbose]
// Prints the counts last. A run without tests, a lost browser, or an error outside of tests is a failure.
import { parseArgs } from 'node:util';
import { finish, line } from '../support/counts.mjs';
import { runKarma } from '../support/karma-run.mjs';

const { values } = parseArgs({
  options: {
    bundle: { type: 'string', default: 'plain' },
    browser: { type: 'string', default: 'chrome' },
    with: { type: 'string', multiple: true, default: [] },
    dist: { type: 'string' },
    grep: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
});

const choice = Object.fromEntries(values.with.map(named => named.split('@')).map(([name, version = '']) => [name, version]));
const counts = await runKarma({ ...values, choice });
console.log(`${values.browser}, ${values.bundle}${values.with.map(named => `, ${named}`).join('')}: ${line(counts)}`);
finish(counts);
