// Compiles all TypeScript: lib, the example, and the claims of test/types, which import the package as a user would and mark lines that
// must not compile with @ts-expect-error. Each file, and each such mark, is one check.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { finish, line, sum } from '../support/counts.mjs';
import { root } from '../support/page-scripts.mjs';

const host = {
  getCurrentDirectory: () => root, getCanonicalFileName: name => name, getNewLine: () => '\n',
};
const marks = file => readFileSync(file, 'utf8').match(/@ts-expect-error/g)?.length ?? 0;

finish(sum(['tsconfig.json', 'lib/server/tsconfig.json', 'example/tsconfig.json', 'test/types/tsconfig.json'].map(compile)));

function compile(name) {
  const path = join(root, name);
  const { options, fileNames, errors } = ts.getParsedCommandLineOfConfigFile(path, {}, {
    ...ts.sys, onUnRecoverableConfigFileDiagnostic: diagnostic => { throw new Error(ts.formatDiagnostic(diagnostic, host)); },
  });
  const program = ts.createProgram(fileNames, { ...options, noEmit: true });
  const faults = [...errors, ...ts.getPreEmitDiagnostics(program)];
  process.stdout.write(ts.formatDiagnosticsWithColorAndContext(faults, host));
  const checks = fileNames.length + fileNames.reduce((count, file) => count + marks(file), 0);
  const counts = { passed: Math.max(checks - faults.length, 0), failed: faults.length };
  console.log(`${name}: ${line(counts)}`);
  return counts;
}
