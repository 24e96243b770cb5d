// Builds into a temporary folder and compares with dist, byte for byte: each file is one check. The folder is next to dist, because source
// maps contain relative paths to lib.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { finish } from '../support/counts.mjs';
import { root } from '../support/page-scripts.mjs';

const fresh = await mkdtemp(join(root, '.dist-'));
try {
  await promisify(execFile)(process.execPath, [join(root, 'node_modules/rollup/dist/bin/rollup'), '-c', '--silent'],
    { cwd: root, env: { ...process.env, DIST_DIR: fresh } });
  const names = new Set([...await files(fresh), ...await files(join(root, 'dist'))]);
  const faults = (await Promise.all([...names].sort().map(difference))).filter(Boolean);
  for (const fault of faults) console.log(`✗ ${fault}`);
  if (faults.length) console.log('Run `npx jake build:all` and commit dist together with lib.');
  finish({ passed: names.size - faults.length, failed: faults.length });
} finally {
  await rm(fresh, { recursive: true });
}

async function files(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

async function difference(name) {
  const [built, kept] = await Promise.all([read(join(fresh, name)), read(join(root, 'dist', name))]);
  if (!kept) return `dist/${name} is missing`;
  if (!built) return `dist/${name} is not part of a fresh build`;
  if (!built.equals(kept)) return `dist/${name} is not what lib builds to`;
}

function read(path) {
  return readFile(path).catch(error => {
    if (error.code !== 'ENOENT') throw error;
  });
}
