// Measures both minified bundles together, as one file compressed by Brotli. Compares the size with the budget, and with the figure in
// README.md between the <!-- size --> marks.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { finish } from '../support/counts.mjs';
import { root } from '../support/page-scripts.mjs';

// Lower this as the bundles shrink.
const budget = 10_050;

const weigh = content => brotliCompressSync(content,
  { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }).length;

const names = ['backbone.iosync.min.js', 'backbone.iobind.min.js'];
const files = await Promise.all(names.map(name => readFile(join(root, 'dist', name))));
const bytes = weigh(Buffer.concat(files));
const figure = `${(bytes / 1000).toFixed(1)} KB`;
console.log(`${names.map((name, i) => `${name} ${weigh(files[i])}`).join(', ')}; together ${bytes} bytes of ${budget}: ${figure}`);

const readme = await readFile(join(root, 'README.md'), 'utf8');
const stated = readme.match(/<!-- size -->(.*?)<!-- \/size -->/)?.[1];

const checks = [
  [bytes <= budget, `The bundles are ${bytes - budget} bytes over the budget.`],
  [stated === figure, `README.md says ${stated ?? 'nothing between size marks'} where ${figure} is true.`],
];
const faults = checks.filter(([holds]) => !holds);
for (const [, fault] of faults) console.log(`✗ ${fault}`);
finish({ passed: checks.length - faults.length, failed: faults.length });
