// Runs all parts, two at a time. Prints the output of each when it ends; at the end repeats the failures, and adds up the counts.
import { findBrowser } from '../support/browser.mjs';
import { finish, line, sum } from '../support/counts.mjs';
import { inParallel, runPart } from '../support/part.mjs';

// The longest first. The main browser tests use both cores, and are in `alone`.
const together = [
  ['example', 'mocha', 'example'],
  ['matrix', 'matrix'],
  ['chaos', 'chaos'],
  ['contract', 'mocha', 'contract'],
  ['live', 'mocha', 'live'],
  ['server', 'mocha', 'server'],
  ['loading', 'mocha', 'loading'],
  ['readme', 'mocha', 'readme'],
  ['lint', 'lint'],
  ['types', 'types'],
  ['dist', 'dist'],
  ['package', 'mocha', 'package'],
  ['fuzz', 'fuzz'],
  ['size', 'size'],
];
const alone = [
  ['browser', 'bundles', '--browser', 'chrome'],
  ['firefox', 'bundles', '--browser', 'firefox'],
];

// Here, so that a browser that has to be downloaded is downloaded only once.
await findBrowser();

const results = [
  ...await inParallel(alone.map(part => () => run(part)), 1),
  ...await inParallel(together.map(part => () => run(part)), 2),
];
for (const { name, output } of results) for (const [fault] of output.matchAll(/^✗.*(\n[ \t]+.*)*/gm)) console.log(`\n${name}: ${fault}`);
console.log('');
for (const { name, seconds, ...counts } of results) console.log(`${name}: ${line(counts)} (${seconds} s)`);
console.log('');
finish(sum(results));

async function run([name, program, ...args]) {
  const start = performance.now();
  const result = await runPart([`test/run/${program}.mjs`, ...args]);
  console.log(`\n── ${name}\n${result.output.trimEnd()}`);
  return { name, ...result, seconds: Math.round((performance.now() - start) / 1000) };
}
