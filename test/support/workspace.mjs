// A folder of its own, outside the repository, where the packed package is installed as a user would get it. What
// it needs of others are links to the copies in the repository.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { npm } from './npm.mjs';
import { root } from './page-scripts.mjs';

const run = promisify(execFile);
const peers = [
  'backbone', 'underscore', 'socket.io-client', 'jquery', 'backbone.marionette', 'backbone.radio', 'requirejs', 'express', 'socket.io',
  '@electric-sql/pglite', 'proper-lockfile', 'jose', 'cookie',
  '@types/backbone', '@types/underscore', '@types/jquery', '@types/sizzle', '@types/node',
];

export async function createWorkspace() {
  const folder = await mkdtemp(join(tmpdir(), 'iobind-'));
  const modules = join(folder, 'node_modules');
  const [tarball] = await Promise.all([unpack(folder, join(modules, 'backbone.iobind')), link(modules)]);
  return {
    folder,
    modules,
    tarball,
    // Writes an app into a folder of its own below the workspace, and returns that.
    app: async (name, files) => {
      const app = join(folder, 'apps', name);
      await Promise.all(Object.entries(files).map(([file, text]) => write(join(app, file), text)));
      return app;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function link(modules) {
  await Promise.all(peers.map(async name => {
    const path = join(modules, name);
    await mkdir(dirname(path), { recursive: true });
    await symlink(join(root, 'node_modules', name), path, 'junction');
  }));
}

async function unpack(folder, target) {
  const packed = JSON.parse(await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root));
  const [{ filename }] = Object.values(packed);
  await mkdir(target, { recursive: true });
  await run('tar', ['-xzf', filename, '-C', target, '--strip-components', '1'], { cwd: folder });
  return join(folder, filename);
}

async function write(path, text) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
