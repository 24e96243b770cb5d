// Runs the tests of one folder below test/ in Node: test/<folder>/**/*.test.mjs.
//   node test/run/mocha.mjs <folder> [--grep text]
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Mocha from 'mocha';
import { finish } from '../support/counts.mjs';
import { endDaemons } from '../support/daemon.mjs';
import { root } from '../support/page-scripts.mjs';
import { closeBrowser } from '../support/windows.mjs';

const { values: { grep }, positionals: [folder] } = parseArgs({ options: { grep: { type: 'string' } }, allowPositionals: true });

const mocha = new Mocha({ reporter: Lines, timeout: 45_000, grep });
const home = join(root, 'test', folder);
for (const name of readdirSync(home, { recursive: true }).sort()) {
  if (name.endsWith('.test.mjs')) mocha.addFile(join(home, name));
}

await mocha.loadFilesAsync();
const { stats } = await new Promise(resolve => {
  const runner = mocha.run(() => resolve(runner));
});
await closeBrowser();
await endDaemons();
finish({ passed: stats.passes, failed: stats.failures, skipped: stats.pending });
// Otherwise a server that a failed test left behind would keep this program running.
process.exit();

// Prints a line for each test, and the error of each failed test.
function Lines(runner) {
  Mocha.reporters.Base.call(this, runner);
  runner.on('pass', test => console.log(`✓ ${test.fullTitle()} (${test.duration} ms)`));
  runner.on('pending', test => console.log(`- ${test.fullTitle()}`));
  runner.on('fail', (test, error) => console.log(`✗ ${test.fullTitle()}\n${error.stack ?? error}`));
}
