import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { expect } from 'chai';
import { root } from '../support/page-scripts.mjs';

const read = name => readFile(join(root, name), 'utf8');

describe('CONTRIBUTING.md', () => {
  // A folder with nothing below it stands for all that is in it.
  it('names each file of lib or a folder around it, and none that is not there', async () => {
    const { files, folders } = namesIn(await read('CONTRIBUTING.md'), 'lib');
    const entries = await readdir(join(root, 'lib'), { recursive: true });
    const isCovered = path => files.includes(path) || folders.some(folder => path.startsWith(folder));
    const there = entries.map(path => path.replaceAll(sep, '/')).filter(path => path.endsWith('.ts'));
    const isThere = path => there.some(other => other === path || path.endsWith('/') && other.startsWith(path));
    const faults = [
      ...there.filter(path => !isCovered(path)).sort().map(path => `lib/${path} is not named`),
      ...[...files, ...folders].filter(path => !isThere(path)).map(path => `lib/${path} is named, and not there`),
    ];
    expect(faults.length, faults.join('\n')).to.equal(0);
  });

  it('names tasks that exist', async () => {
    const text = await read('CONTRIBUTING.md');
    const tasks = [...text.matchAll(/npx jake ([\w:]+)/g)].map(([, task]) => task.split(':').pop());
    const jakefile = await read('Jakefile.js');
    for (const task of tasks) expect(jakefile).to.include(`task('${task}'`);
  });
});

describe('test/README.md', () => {
  it('names each folder of tests, and none that is not there', async () => {
    const entries = await readdir(join(root, 'test'), { withFileTypes: true });
    const folders = entries.filter(entry => entry.isDirectory()).map(({ name }) => name);
    const named = [...(await read('test/README.md')).matchAll(/^\| `(\w+)\/` \|/gm)].map(([, folder]) => folder);
    expect(named).to.have.members(folders);
  });
});

// What a tree of names shows below a folder, two spaces a level: `server/stores/memory.ts`.
function namesIn(text, folder) {
  const [, tree] = text.match(new RegExp(`^${folder}/.*\\n((?: {2}.*\\n)+)`, 'm'));
  const around = [];
  const paths = [...tree.matchAll(/^((?: {2})+)([\w.-]+\/?)(?= |$)/gm)].map(([, { length }, name]) => {
    around.splice(length / 2 - 1, Infinity, name);
    return around.join('');
  });
  const isEmpty = path => path.endsWith('/') && !paths.some(other => other !== path && other.startsWith(path));
  return { files: paths.filter(path => !path.endsWith('/')), folders: paths.filter(isEmpty) };
}

describe('PROTOCOL.md', () => {
  it('describes the plain wire in at most 110 lines', async () => {
    const [plain] = (await read('PROTOCOL.md')).split('## The companion');
    expect(plain.trimEnd().split('\n').length).to.be.at.most(110);
  });
});
