import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { startSite } from '../support/site.mjs';
import { closeWindows, openWindow } from '../support/windows.mjs';
import { createWorkspace } from '../support/workspace.mjs';
import { asScript, expected, resultOf } from './round-trip.mjs';

describe('Script tags', () => {
  let workspace, site;

  before(async () => {
    workspace = await createWorkspace();
    site = await startSite({ '/apps': `${workspace.folder}/apps`, '/modules': workspace.modules });
  });
  afterEach(closeWindows);
  after(() => Promise.all([site.stop(), workspace.remove()]));

  const page = (end, order = ['iosync', 'iobind']) => `<!DOCTYPE html><title>Todos</title>
    <script src="/modules/underscore/underscore-umd.js"></script>
    <script src="/modules/backbone/backbone.js"></script>
    <script src="/socket.io/socket.io.js"></script>
    ${order.map(name => `<script src="/modules/backbone.iobind/dist/backbone.${name}${end}"></script>`).join('\n')}
    <script>${asScript}</script>
    <script>window.result = roundTrip(Backbone, io());</script>`;

  const cases = {
    'load the plain bundles': page('.js'),
    'load the minified bundles': page('.min.js'),
    'load the two in the other order': page('.js', ['iobind', 'iosync']),
    'load both twice': page('.js', ['iosync', 'iobind', 'iosync', 'iobind']),
  };
  for (const [claim, html] of Object.entries(cases)) {
    it(claim, async () => {
      const name = claim.replaceAll(' ', '-');
      await workspace.app(name, { 'index.html': html });
      const window = await openWindow(`${site.url}/apps/${name}/`);
      expect(await resultOf(window)).to.deep.equal(expected);
      expect(window.errors.filter(error => !error.includes('404'))).to.deep.equal([]);
    });
  }

  it('find what package.json names for unpkg and jsDelivr', async () => {
    const manifest = JSON.parse(await readFile(`${workspace.modules}/backbone.iobind/package.json`, 'utf8'));
    for (const field of ['unpkg', 'jsdelivr']) {
      const answer = await fetch(`${site.url}/modules/backbone.iobind/${manifest[field]}`);
      expect(answer.status, field).to.equal(200);
    }
  });
});
