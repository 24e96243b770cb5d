import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { root } from '../support/page-scripts.mjs';
import { createWorkspace } from '../support/workspace.mjs';

const run = promisify(execFile);

describe('The packed package', () => {
  let workspace, folder, manifest;

  before(async () => {
    workspace = await createWorkspace();
    folder = join(workspace.modules, 'backbone.iobind');
    manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  });
  after(() => workspace.remove());

  it('has nothing that publint objects to', () => examine('publint/src/cli.js', folder, '--strict'));

  it('has types that every resolution finds, says arethetypeswrong', () =>
    examine('@arethetypeswrong/cli/dist/index.js', workspace.tarball, '--no-emoji', '--no-color'));

  it('depends on nothing, and takes Backbone and its company as peers', () => {
    expect(manifest.dependencies ?? {}).to.deep.equal({});
    expect(manifest.peerDependencies).to.include.keys('backbone', 'underscore', 'socket.io-client');
  });

  it('asks in the companion for nothing but optional peers', async () => {
    const text = await readFile(join(folder, 'dist/server/index.js'), 'utf8');
    const asked = [...text.matchAll(/\b(?:require|requirePeer|peer)\('(?!node:|\.)([^']+)'/g)].map(([, name]) => name);
    expect(asked).to.include('socket.io');
    for (const name of asked) expect(manifest.peerDependenciesMeta, name).to.have.property(name).that.deep.equals({ optional: true });
  });

  it('has one companion, whether it is imported or required', async () => {
    for (const name of ['server', 'server/contract']) {
      const program = `import('backbone.iobind/${name}').then(imported => {
        for (const [key, value] of Object.entries(require('backbone.iobind/${name}'))) if (imported[key] !== value) throw new Error(key);
      })`;
      await run(process.execPath, ['-e', program], { cwd: workspace.folder });
    }
  });

  it('holds the files that package.json names, and their source maps', async () => {
    const named = JSON.stringify([manifest.main, manifest.module, manifest.types, manifest.unpkg, manifest.jsdelivr, manifest.exports])
      .match(/\.?\/?dist\/[^"*]+\.m?[jt]s/g);
    expect(named).to.not.be.empty;
    for (const path of named) expect(existsSync(join(folder, path)), path).to.equal(true);
    for (const name of ['iosync', 'iobind'].flatMap(half => [`backbone.${half}.js`, `backbone.${half}.min.js`])) {
      expect(existsSync(join(folder, 'dist', `${name}.map`)), name).to.equal(true);
    }
  });

  it('holds nothing that only its makers need', async () => {
    const names = await readdir(folder, { recursive: true });
    expect(names.filter(name => !/^(dist|lib|package\.json|[A-Z]+\.md|LICENSE)/.test(name))).to.deep.equal([]);
  });

  it('carries its version in the banners and in ioBindVersion', async () => {
    for (const half of ['iosync', 'iobind']) {
      for (const end of ['.js', '.min.js']) {
        const text = await readFile(join(folder, 'dist', `backbone.${half}${end}`), 'utf8');
        expect(text.split('\n')[0]).to.include(`backbone.${half}`).and.include(manifest.version);
      }
    }
    const { stdout } = await run(process.execPath,
      ['-p', "require('backbone.iobind').Collection.prototype.ioBindVersion"], { cwd: workspace.folder });
    expect(stdout.trim()).to.equal(manifest.version);
  });

  async function examine(program, ...args) {
    await run(process.execPath, [join(root, 'node_modules', program), ...args], { cwd: workspace.folder }).catch(error => {
      throw new Error(error.stdout + error.stderr);
    });
  }
});
