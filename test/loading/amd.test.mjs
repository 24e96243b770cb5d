import { copyFile } from 'node:fs/promises';
import { expect } from 'chai';
import requirejs from 'requirejs';
import { startSite } from '../support/site.mjs';
import { closeWindows, openWindow } from '../support/windows.mjs';
import { createWorkspace } from '../support/workspace.mjs';
import { asAmd, expected, resultOf } from './round-trip.mjs';

// Backbone as an AMD module asks for jquery, ours for backbone alone.
const paths = folder => ({
  jquery: `${folder}/jquery/dist/jquery`,
  underscore: `${folder}/underscore/underscore-umd`,
  backbone: `${folder}/backbone/backbone`,
  'socket.io-client': `${folder}/socket.io-client/dist/socket.io`,
  'backbone.iosync': `${folder}/backbone.iobind/dist/backbone.iosync`,
  'backbone.iobind': `${folder}/backbone.iobind/dist/backbone.iobind`,
});
const main = `define(['backbone', 'backbone.iosync', 'backbone.iobind', 'socket.io-client', 'round-trip'],
  function (Backbone, iosync, iobind, io, roundTrip) {
    if (iosync !== Backbone || iobind !== Backbone) throw new Error('The modules are not Backbone');
    window.result = roundTrip(Backbone, io());
  });`;

describe('RequireJS', () => {
  let workspace, site, app;

  before(async () => {
    workspace = await createWorkspace();
    site = await startSite({ '/apps': `${workspace.folder}/apps`, '/modules': workspace.modules });
    app = await workspace.app('amd', {
      'index.html': `<!DOCTYPE html><title>Todos</title><script src="/modules/requirejs/require.js"></script><script>
        requirejs.config({ baseUrl: '.', paths: ${JSON.stringify(paths('/modules'))} });
        requirejs(['main']);
      </script>`,
      'main.js': main,
      'round-trip.js': asAmd,
    });
  });
  afterEach(closeWindows);
  after(() => Promise.all([site.stop(), workspace.remove()]));

  it('loads both as modules whose value is Backbone', async () => {
    const window = await openWindow(`${site.url}/apps/amd/`);
    expect(await resultOf(window)).to.deep.equal(expected);
  });

  // Issue 41 of the library.
  it('loads the one file that r.js has concatenated them to', () => runsConcatenated('none', ''));
  it('loads the one file that r.js has concatenated the minified ones to', () => runsConcatenated('none', '.min'));

  async function runsConcatenated(optimize, end) {
    const sources = paths(workspace.modules);
    await new Promise((resolve, reject) => {
      requirejs.optimize({
        baseUrl: app, name: 'main', out: `${app}/built${end}.js`, optimize, logLevel: 4,
        paths: {
          ...sources,
          'backbone.iosync': sources['backbone.iosync'] + end,
          'backbone.iobind': sources['backbone.iobind'] + end,
        },
      }, resolve, reject);
    });
    await copyFile(`${workspace.modules}/requirejs/require.js`, `${app}/require.js`);
    await workspace.app('amd', {
      [`built${end}.html`]: `<!DOCTYPE html><title>Todos</title>
        <script src="require.js"></script><script src="built${end}.js"></script><script>requirejs(['main'])</script>`,
    });
    const window = await openWindow(`${site.url}/apps/amd/built${end}.html`);
    const fetched = [];
    window.on('request', request => fetched.push(request.url()));
    expect(await resultOf(window)).to.deep.equal(expected);
    expect(fetched.filter(url => url.includes('/modules/'))).to.deep.equal([]);
  }
});
