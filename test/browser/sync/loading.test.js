import { expect } from 'chai';
import { freshPage, loadScript, scripts } from '../../support/control.js';
import { fakeSocket } from '../fixtures.js';

const backbone = ['jquery', 'lodash', 'underscore', 'backbone'];

describe('Loading iosync', () => {
  it('makes Backbone.sync the socket sync and keeps the earlier one as Backbone.ajaxSync', async () => {
    const page = await freshPage(backbone);
    const { sync } = page.Backbone;
    await loadScript(scripts.iosync, page);
    expect(page.Backbone.ajaxSync).to.equal(sync);
    expect(page.Backbone.sync).not.to.equal(sync);
    const { socket, sent } = fakeSocket();
    page.Backbone.socket = socket;
    page.Backbone.sync('read', new (page.Backbone.Collection.extend({ url: '/a' }))()).abort();
    page.Backbone.ioSync('read', new (page.Backbone.Collection.extend({ url: '/b' }))()).abort();
    expect(sent.map(({ event }) => event)).to.deep.equal(['a:read', 'b:read']);
  });

  it('keeps a sync that the page had put there', async () => {
    const page = await freshPage(backbone);
    const own = () => 'by the page';
    page.Backbone.sync = own;
    await loadScript(scripts.iosync, page);
    expect(page.Backbone.ajaxSync).to.equal(own);
    const model = new page.Backbone.Model();
    expect(page.Backbone.sync('read', model, { ajaxSync: true })).to.equal('by the page');
  });

  it('twice changes nothing the second time', async () => {
    const page = await freshPage(backbone);
    const original = page.Backbone.sync;
    await loadScript(scripts.iosync, page);
    const { sync, ioSync } = page.Backbone;
    ioSync.timeout = 1234;
    await loadScript(scripts.iosync, page);
    expect(page.Backbone.ajaxSync).to.equal(original);
    expect(page.Backbone.sync).to.equal(sync);
    expect(page.Backbone.ioSync).to.equal(ioSync);
    expect(page.Backbone.ioSync.timeout).to.equal(1234);
  });

  it('needs no socket, no Socket.IO and no iobind', async () => {
    const page = await freshPage([...backbone, 'iosync']);
    const { socket, sent } = fakeSocket();
    const model = new (page.Backbone.Model.extend({ urlRoot: '/todos', socket }))();
    const saving = model.save({ title: 'milk' });
    sent[0].answer(null, { id: 1 });
    await saving;
    expect(model.id).to.equal(1);
  });

  it('leaves no global behind', async () => {
    const page = await freshPage(backbone);
    const before = Object.keys(page);
    await loadScript(scripts.iosync, page);
    expect(Object.keys(page)).to.deep.equal(before);
  });
});
