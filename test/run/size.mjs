// Weighs the two minified bundles together, compressed by Brotli as a server would, and holds them against the
// budget and against the figure that README.md states between <!-- size --> marks.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { finish } from '../support/counts.mjs';
import { root } from '../support/page-scripts.mjs';

const budget = 2700;

const weigh = async name => brotliCompressSync(await readFile(join(root, 'dist', name)),
  { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }).length;

const iosync = await weigh('backbone.iosync.min.js');
const iobind = await weigh('backbone.iobind.min.js');
const bytes = iosync + iobind;
const figure = `${(bytes / 1000).toFixed(1)} KB`;
console.log(`iosync ${iosync} + iobind ${iobind} = ${bytes} bytes of ${budget}, minified and compressed by Brotli: ${figure}`);

const readme = await readFile(join(root, 'README.md'), 'utf8');
const stated = readme.match(/<!-- size -->(.*?)<!-- \/size -->/)?.[1];

const checks = [
  [bytes <= budget, `The bundles are ${bytes - budget} bytes over the budget.`],
  [stated === figure, `README.md says ${stated ?? 'nothing between size marks'} where ${figure} is true.`],
];
const faults = checks.filter(([holds]) => !holds);
for (const [, fault] of faults) console.log(`✗ ${fault}`);
finish({ passed: checks.length - faults.length, failed: faults.length });
