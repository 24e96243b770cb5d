// Runs ESLint on everything: each file is one check. Prints the findings; a warning counts as a failure, too.
import { ESLint } from 'eslint';
import { finish } from '../support/counts.mjs';
import { root } from '../support/page-scripts.mjs';

const eslint = new ESLint({ cwd: root });
const results = await eslint.lintFiles(['.']);
const isFaulty = ({ errorCount, warningCount }) => errorCount + warningCount > 0;
const formatter = await eslint.loadFormatter('stylish');
process.stdout.write(await formatter.format(results));

const failed = results.filter(isFaulty).length;
finish({ passed: results.length - failed, failed });
