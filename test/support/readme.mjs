// The examples of README.md that can be run. A fenced block belongs to one when the line before it says so:
//   <!-- run: first server.js -->
// that is the example's name, and the name of the file that a reader would put the block into.
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './page-scripts.mjs';

const anyPort = createRequire(import.meta.url).resolve('./any-port.cjs');
const fence = /(?:<!-- run: (\S+) (\S+) -->\s*\n)?^```(\w*)\n([\s\S]*?)^```$/gm;

// All fenced blocks: { example, file, language, text }; example and file only where they are marked.
export async function readmeBlocks() {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  return [...readme.matchAll(fence)].map(([, example, file, language, text]) => ({ example, file, language, text }));
}

// Writes the example's files into a folder where the package is installed, and starts its server.js, on a free
// port instead of the one it names. Files that it does not have itself come from the example `before`. Resolves with { url, stop }.
export async function startExample(name, workspace, before = name) {
  const all = await readmeBlocks();
  const own = all.filter(({ example }) => example === name);
  const blocks = [...all.filter(({ example, file }) => example === before && !own.some(one => one.file === file)), ...own];
  if (!blocks.length) throw new Error(`README.md has no block marked <!-- run: ${name} … -->`);
  const folder = await workspace.app(name, Object.fromEntries(blocks.map(({ file, text }) => [file, text])));
  // A reader's folder has its packages beside server.js.
  if (!existsSync(join(folder, 'node_modules'))) await symlink(workspace.modules, join(folder, 'node_modules'), 'junction');
  return startServer(folder, blocks.find(({ file }) => /^server\.[cm]?js$/.test(file)).file);
}

// Starts a server that chooses its port itself, on a free one. Resolves with { url, stop }.
export async function startServer(folder, file = 'server.js') {
  const child = fork(join(folder, file), { cwd: folder, execArgv: ['--require', anyPort], stdio: 'inherit' });
  const port = await new Promise((resolve, reject) => {
    child.once('message', message => resolve(message.port));
    child.once('exit', code => reject(new Error(`${file} ended with ${code} before it listened`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => new Promise(resolve => { child.once('exit', resolve); child.kill(); }),
  };
}
