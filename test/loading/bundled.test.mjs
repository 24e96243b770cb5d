import { expect } from 'chai';
import { createServer as createVite } from 'vite';
import { startSite } from '../support/site.mjs';
import { closeWindows, openWindow } from '../support/windows.mjs';
import { createWorkspace } from '../support/workspace.mjs';
import { bundlers } from './bundlers.mjs';
import { asCommonJs, asModule, expected, resultOf } from './round-trip.mjs';

const head = `import Backbone from 'backbone'; import { io } from 'socket.io-client'; import roundTrip from './round-trip.js';`;
const tail = 'window.result = roundTrip(Backbone, io());';

const sources = {
  "import 'backbone.iobind'": `${head} import 'backbone.iobind'; ${tail}`,
  'named imports of the two halves': `${head}
    import { ioSync, IoSyncError } from 'backbone.iobind/iosync';
    import iobind from 'backbone.iobind/iobind';
    if (Backbone.ioSync !== ioSync || iobind !== Backbone || !IoSyncError) throw new Error('Not what was exported');
    ${tail}`,
  "require('backbone.iobind')": `const Backbone = require('backbone.iobind'); const { io } = require('socket.io-client');
    if (Backbone !== require('backbone')) throw new Error('The module is not Backbone');
    const roundTrip = require('./round-trip.js'); ${tail}`,
  'the old paths below dist': `${head}
    import 'backbone.iobind/dist/backbone.iosync.js'; import 'backbone.iobind/dist/backbone.iobind.js'; ${tail}`,
  'install(Backbone)': `${head}
    import { install } from 'backbone.iobind/install';
    if (Backbone.ioSync || Backbone.Model.prototype.ioBind) throw new Error('The import had a side effect');
    install(Backbone); ${tail}`,
};

const files = source => ({
  'index.html': '<!DOCTYPE html><title>Todos</title><script src="bundle.js"></script>',
  'dev.html': '<!DOCTYPE html><title>Todos</title><script type="module" src="main.js"></script>',
  'main.js': source,
  'round-trip.js': source.includes('import ') ? asModule : asCommonJs,
});

describe('An app bundled by', () => {
  let workspace, site;

  before(async () => {
    workspace = await createWorkspace();
    site = await startSite({ '/apps': `${workspace.folder}/apps` });
  });
  afterEach(closeWindows);
  after(() => Promise.all([site.stop(), workspace.remove()]));

  for (const [bundler, bundle] of Object.entries(bundlers)) {
    Object.entries(sources).forEach(([style, source], index) => {
      it(`${bundler} works with ${style}`, async () => {
        const name = `${bundler}-${index}`;
        await bundle(await workspace.app(name, files(source)));
        const window = await openWindow(`${site.url}/apps/${name}/`);
        expect(await resultOf(window)).to.deep.equal(expected);
      });
    });
  }

  it("Vite's development server works", async () => {
    const app = await workspace.app('dev', files(sources["import 'backbone.iobind'"]));
    const vite = await createVite({
      root: app, configFile: false, logLevel: 'silent', appType: 'mpa', server: { middlewareMode: true, hmr: false, ws: false },
    });
    const dev = await startSite({ '/': vite.middlewares });
    try {
      const window = await openWindow(`${dev.url}/dev.html`);
      expect(await resultOf(window)).to.deep.equal(expected);
    } finally {
      await Promise.all([vite.close(), dev.stop()]);
    }
  });
});
