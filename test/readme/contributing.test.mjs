import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { root } from '../support/page-scripts.mjs';

const read = name => readFile(join(root, name), 'utf8');

describe('CONTRIBUTING.md', () => {
  it('names each file of lib, and none that is not there', async () => {
    const [, tree] = (await read('CONTRIBUTING.md')).match(/^lib\/.*\n((?: {2}.*\n)+)/m);
    const named = [...tree.matchAll(/^ {2}(\S+\.ts) /gm)].map(([, name]) => name);
    expect(named.sort()).to.deep.equal((await readdir(join(root, 'lib'))).filter(name => name.endsWith('.ts')).sort());
  });

  it('names tasks and folders of tests that exist', async () => {
    const text = await read('CONTRIBUTING.md');
    const tasks = [...text.matchAll(/npx jake ([\w:]+)/g)].map(([, task]) => task.split(':').pop());
    const jakefile = await read('Jakefile.js');
    for (const task of tasks) expect(jakefile).to.include(`task('${task}'`);
    const folders = await readdir(join(root, 'test'));
    const [, tree] = text.match(/^test\/.*\n((?: {2}.*\n)+)/m);
    expect(folders).to.include.members([...tree.matchAll(/^ {2}(\w+)\/ /gm)].map(([, folder]) => folder));
  });
});

describe('PROTOCOL.md', () => {
  it('has at most 150 lines', async () => {
    expect((await read('PROTOCOL.md')).trimEnd().split('\n').length).to.be.at.most(150);
  });
});
