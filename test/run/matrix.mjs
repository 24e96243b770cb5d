// Runs the browser tests on older versions: every row of test/matrix/rows.mjs, two at a time.
//   node test/run/matrix.mjs [arguments of karma.mjs, such as --grep or --dist]
import { join } from 'node:path';
import { rows } from '../matrix/rows.mjs';
import { finish, line, sum } from '../support/counts.mjs';
import { installed } from '../support/npm.mjs';
import { root } from '../support/page-scripts.mjs';
import { inParallel, runPart } from '../support/part.mjs';

await installed(join(root, 'test/matrix'));

const results = await inParallel(rows.map(row => () => run(row)), 2);
finish(sum(results));

async function run(row) {
  const versions = row.with.flatMap(named => ['--with', named]);
  const result = await runPart(
    [join(root, 'test/run/karma.mjs'), '--bundle', row.bundle, ...versions, ...process.argv.slice(2)],
  );
  if (result.failed) console.log(result.output);
  console.log(`${row.with.join(', ')}, ${row.bundle}: ${line(result)}`);
  return result;
}
