// Installs a folder's packages from its lockfile, unless what stands there is that already.
import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export async function installed(folder) {
  const stamp = join(folder, 'node_modules/.package-lock.json');
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(join(folder, 'package-lock.json')).mtimeMs) return;
  await npm(['ci', '--no-audit', '--no-fund', '--ignore-scripts'], folder);
}

// npm is a script that Windows starts only through a shell.
export async function npm(args, cwd) {
  const { stdout } = await run('npm', args, { cwd, shell: process.platform === 'win32' });
  return stdout;
}
