import { expect } from 'chai';
import { freshPage, startCompanion } from '../../support/control.js';
import { settled, needsOnAny } from './clients.js';

// The client of backbone.io's README, in a page of its own. `declare` is what stands in its class.
async function client(server, declare) {
  const page = await freshPage(['jquery', 'underscore', 'lodash', 'backbone', 'socket.io-client', 'iosync', 'iobind']);
  const { Backbone } = page;
  const socket = Backbone.io.connect(server.url, { reconnectionDelay: 20 });
  await new Promise(resolve => socket.on('connect', resolve));
  const MyCollection = Backbone.Collection.extend(declare);
  const collection = new MyCollection();
  await settled(socket);
  return { page, socket, collection, bye: () => { Backbone.ioUnbindAll(); socket.close(); } };
}

const bindings = {
  backend: 'mybackend',
  initialize() {
    const self = this;
    this.bind('backend:create', model => { self.add(model); });
    this.bind('backend:update', model => { self.get(model.id).set(model); });
    this.bind('backend:delete', model => { self.remove(model.id); });
  },
};

const shortcut = {
  backend: 'mybackend',
  initialize() {
    this.bindBackend();
  },
};

describe("backbone.io's program", () => {
  for (const [title, declare] of Object.entries({ 'by its events': bindings, 'by bindBackend': shortcut })) {
    it(`keeps two pages in step ${title}`, async function () {
      needsOnAny(this);
      const server = await startCompanion({ backends: { mybackend: {} } });
      const [a, b] = [await client(server, declare), await client(server, declare)];
      const step = async (event, action) => {
        const heard = new Promise(resolve => b.collection.once(event, (...args) => resolve(args)));
        await action();
        return heard;
      };

      const model = a.collection.add({ title: 'milk' });
      const [created] = await step('backend:create', () => model.save());
      expect(created).to.deep.equal({ title: 'milk', id: model.id });
      expect(b.collection.toJSON()).to.deep.equal(a.collection.toJSON());

      await step('backend:update', () => model.save({ title: 'oat milk' }));
      expect(b.collection.toJSON()).to.deep.equal([{ title: 'oat milk', id: model.id }]);

      const [method] = await step('backend', () => model.destroy());
      expect(method).to.equal('delete');
      expect(b.collection.length).to.equal(0);
      a.bye();
      b.bye();
    });
  }

  it('fetches what is there', async () => {
    const server = await startCompanion({ backends: { mybackend: {} } });
    const [a, b] = [await client(server, bindings), await client(server, bindings)];
    await a.collection.add({ title: 'milk' }).save();
    await b.collection.fetch();
    expect(b.collection.toJSON()).to.deep.equal(a.collection.toJSON());
    a.bye();
    b.bye();
  });
});

describe('Backbone.io.connect', () => {
  it("hands its arguments to the page's io, and sets Backbone.socket", async () => {
    const page = await freshPage(['jquery', 'underscore', 'lodash', 'backbone', 'iosync', 'iobind']);
    const given = [];
    page.io = (...args) => {
      given.push(...args);
      return page.aSocket = {};
    };
    const socket = page.Backbone.io.connect('/chat', { path: '/here' });
    expect(given).to.deep.equal(['/chat', { path: '/here' }]);
    expect(socket).to.equal(page.aSocket);
    expect(page.Backbone.socket).to.equal(socket);
  });

  it('says what is missing in a page without io', async () => {
    const page = await freshPage(['jquery', 'underscore', 'lodash', 'backbone', 'iosync', 'iobind']);
    expect(() => page.Backbone.io.connect()).to.throw(page.Error, 'No io: load a Socket.IO client');
  });
});
