import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { startSite } from '../support/site.mjs';
import { createWorkspace } from '../support/workspace.mjs';
import { asCommonJs, expected } from './round-trip.mjs';

const run = promisify(execFile);

// Each runs in a Node of its own, where nothing is loaded yet and there is no window.
describe('In Node, without a window,', () => {
  let workspace, site;

  before(async () => {
    workspace = await createWorkspace();
    site = await startSite({});
    await workspace.app('node', { 'round-trip.cjs': asCommonJs });
  });
  after(() => Promise.all([site.stop(), workspace.remove()]));

  async function printed(source, type = 'commonjs') {
    const { stdout } = await run(process.execPath, [`--input-type=${type}`, '-e', source],
      { cwd: `${workspace.folder}/apps/node`, env: { ...process.env, SITE: site.url } });
    return JSON.parse(stdout);
  }

  for (const path of ['backbone.iobind', 'backbone.iobind/iosync', 'backbone.iobind/iobind',
    'backbone.iobind/dist/backbone.iosync.js', 'backbone.iobind/dist/backbone.iosync.min.js',
    'backbone.iobind/dist/backbone.iobind.js', 'backbone.iobind/dist/backbone.iobind.min.js',
    // As Node found them in 2014.
    'backbone.iobind/dist/backbone.iosync', 'backbone.iobind/dist/backbone.iobind']) {
    it(`require('${path}') is Backbone`, async () => {
      const source = `console.log(require('${path}') === require('backbone'))`;
      expect(await printed(source)).to.equal(true);
    });
  }

  it('require round-trips a save', async () => {
    const result = await printed(`const Backbone = require('backbone.iobind'); const { io } = require('socket.io-client');
      require('./round-trip.cjs')(Backbone, io(process.env.SITE)).then(result => console.log(JSON.stringify(result)));`);
    expect(result).to.deep.equal(expected);
  });

  it('import round-trips a save', async () => {
    const result = await printed(`import Backbone from 'backbone.iobind'; import { io } from 'socket.io-client';
      import roundTrip from './round-trip.cjs';
      console.log(JSON.stringify(await roundTrip(Backbone, io(process.env.SITE))));`, 'module');
    expect(result).to.deep.equal(expected);
  });

  it('import and require of the package share one Backbone, once extended', async () => {
    const result = await printed(`import Backbone, { IoSyncError, ioSync } from 'backbone.iobind';
      import { createRequire } from 'node:module';
      const require = createRequire(process.cwd() + '/');
      const ajaxSync = Backbone.ajaxSync;
      console.log(JSON.stringify([require('backbone.iobind') === Backbone, Backbone.ioSync === ioSync,
        Backbone.sync !== Backbone.ajaxSync, Backbone.ajaxSync === ajaxSync, typeof IoSyncError]));`, 'module');
    expect(result).to.deep.equal([true, true, true, true, 'function']);
  });

  it('an error of one bundle is an IoSyncError of each', async () => {
    const result = await printed(`const Backbone = require('backbone.iobind'); const { IoSyncError } = require('backbone.iobind/install');
      const socket = { on() {}, removeListener() {}, emit() {} };
      const failing = Backbone.sync('read', new Backbone.Model(), { url: 'todos', socket }).abort();
      failing.catch(error => console.log(JSON.stringify([error instanceof IoSyncError, new Error() instanceof IoSyncError])));`);
    expect(result).to.deep.equal([true, false]);
  });

  for (const [type, load] of Object.entries({
    commonjs: "const { install } = require('backbone.iobind/install'); const Backbone = require('backbone');",
    module: "import { install } from 'backbone.iobind/install'; import Backbone from 'backbone';",
  })) {
    it(`install (${type}) does nothing until it is called`, async () => {
      const result = await printed(`${load} const before = [typeof Backbone.ioSync, typeof Backbone.Model.prototype.ioBind];
        install(Backbone);
        console.log(JSON.stringify([before, typeof Backbone.ioSync, typeof Backbone.Collection.prototype.ioBind]));`, type);
      expect(result).to.deep.equal([['undefined', 'undefined'], 'function', 'function']);
    });
  }
});
