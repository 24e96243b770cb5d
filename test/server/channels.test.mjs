// What goes beyond the plain wire: channels, and who may see what in them.
import { expect } from 'chai';
import { companion } from '../support/companion.mjs';
import { useServers } from './servers.mjs';

const { createBackend, memoryStore } = companion;

describe('A client that knows the companion', () => {
  const { start, connect, ask, join, listening, settled } = useServers();
  const leave = (client, channel) => ask(client, 'iosync:leave', { backend: 'todos', channel });

  // A server with one backend; `open(name?)` connects a client that is logged in by that name.
  async function server(options = {}, backendOptions = {}, store = memoryStore()) {
    const todos = createBackend({ collection: 'todos', model: 'todo', ...backendOptions }).use(store);
    const authenticate = ({ auth }) => (auth.id ? { id: auth.id } : undefined);
    const { io, url } = await start({ todos }, { authenticate, ...options });
    const open = async id => {
      const client = await connect(url, { auth: { id } });
      const pushes = listening(client);
      await settled(client);
      return { client, pushes, ask: (...args) => ask(client, ...args) };
    };
    return { io, url, todos, store, open };
  }

  const ownOnly = { authorize: (user, { channel }) => !channel.startsWith('~') || channel === `~${user?.id}` };
  const forbidden = { code: 'forbidden', message: 'This is not open to you, or there is no such thing.' };

  describe('in a channel', () => {
    it('writes and reads what is there, and only that', async () => {
      const { open } = await server();
      const { ask } = await open();
      const [, milk] = await ask('todos:create', { title: 'milk' }, { channel: 'groceries' });
      const [, tidy] = await ask('todos:create', { title: 'tidy' });
      expect((await ask('todos:read', {}, { channel: 'groceries' }))[1]).to.deep.equal([milk]);
      expect((await ask('todos:read', {}))[1]).to.deep.equal([tidy]);
      for (const method of ['read', 'update', 'patch', 'delete']) {
        expect((await ask(`todo:${method}`, { id: milk.id }, { channel: 'elsewhere' }))[0].code).to.equal('not_found');
      }
      expect((await ask('todo:read', { id: milk.id }, { channel: 'groceries' }))[1]).to.deep.equal(milk);
    });

    it('hears what others do there once it has joined, with the channel as a second argument', async () => {
      const { open, store } = await server();
      const [one, two] = [await open(), await open()];
      await one.ask('todos:create', { title: 'before' }, { channel: 'groceries' });
      expect(await join(two.client, 'groceries')).to.deep.equal([null, null]);
      await join(two.client, 'groceries');
      const [, milk] = await one.ask('todos:create', { title: 'milk' }, { channel: 'groceries' });
      await store.patch(milk.id, { done: true });
      await one.ask('todos:create', { title: 'elsewhere' }, { channel: 'books' });
      await leave(two.client, 'groceries');
      await one.ask('todos:create', { title: 'after' }, { channel: 'groceries' });
      await settled(two.client);
      const where = { channel: 'groceries' };
      expect(two.pushes).to.deep.equal([['todos:create', milk, where], [`todo/${milk.id}:update`, { ...milk, done: true }, where]]);
    });

    it('is in the default channel without joining, and may leave it', async () => {
      const { open, store } = await server();
      const { client, pushes } = await open();
      await leave(client, '');
      await store.create({ title: 'unheard' }, { id: 'a' });
      await join(client);
      await store.create({ title: 'heard' }, { id: 'b' });
      await settled(client);
      expect(pushes).to.deep.equal([['todos:create', { title: 'heard', id: 'b' }]]);
    });

    it('hears nothing of a join that a leave has overtaken', async () => {
      const { open, store } = await server({ authorize: async () => true });
      const { client, pushes } = await open();
      await Promise.all([join(client, 'a'), leave(client, 'a'), join(client, 'b')]);
      await store.create({}, { channel: 'a' });
      await store.create({}, { channel: 'b', id: 'b' });
      await settled(client);
      expect(pushes).to.deep.equal([['todos:create', { id: 'b' }, { channel: 'b' }]]);
    });

    it('is refused where it may not be: the same for what is forbidden and what is unknown', async () => {
      const { open } = await server(ownOnly);
      const [ann, bob] = [await open('ann'), await open('bob')];
      await ann.ask('todos:create', { id: 'secret' }, { channel: '~ann' });
      for (const channel of ['~ann', '~nobody']) {
        expect((await join(bob.client, channel))[0]).to.deep.equal(forbidden);
        for (const method of ['create', 'read', 'update', 'patch', 'delete']) {
          expect((await bob.ask(`todos:${method}`, { id: 'secret' }, { channel }))[0]).to.deep.equal(forbidden);
        }
      }
      expect(await join(ann.client, '~ann')).to.deep.equal([null, null]);
    });

    it('may be in so many of them, and no more', async () => {
      const { open } = await server({ channelsPerSocket: 2 });
      const { client } = await open();
      for (const channel of ['a', 'b']) await join(client, channel);
      expect((await join(client, 'c'))[0].code).to.equal('rate_limited');
      await leave(client, 'a');
      expect(await join(client, 'c')).to.deep.equal([null, null]);
    });

    it('leaves no room behind', async () => {
      const { io, open } = await server();
      const { client } = await open();
      const { rooms } = io.of('/').adapter;
      const before = rooms.size;
      for (let n = 0; n < 50; n += 1) await join(client, `list ${n}`);
      expect(rooms.size).to.equal(before + 50);
      for (let n = 0; n < 50; n += 1) await leave(client, `list ${n}`);
      expect(rooms.size).to.equal(before);
    });

    it('stays out of the default channel, too, once it has left that', async () => {
      const { open, store } = await server({ authenticate: () => ({ id: 'ann' }) });
      const { client, pushes } = await open();
      await leave(client, '');
      await ask(client, 'iosync:auth', {});
      await store.create({}, { id: 'a' });
      await settled(client);
      expect(pushes).to.deep.equal([]);
      await join(client, '');
      await store.create({}, { id: 'b' });
      await settled(client);
      expect(pushes).to.deep.equal([['todos:create', { id: 'b' }]]);
    });

    it('says what is wrong with a channel, a backend or a meta that cannot be', async () => {
      const { open } = await server();
      const { client, ask } = await open();
      for (const channel of [7, {}, [], 'x'.repeat(256), 'a\0b', '\ud800']) {
        expect((await join(client, channel))[0].code).to.equal('invalid');
        expect((await ask('todos:read', {}, { channel }))[0].code).to.equal('invalid');
      }
      for (const backend of ['nobody', '__proto__', undefined, {}]) expect((await join(client, 'a', backend ?? null))[0].code).to.equal('invalid');
      for (const meta of ['a', 7, []]) expect((await ask('todos:read', {}, meta))[0].code).to.equal('invalid');
      expect((await ask('todos:read', {}, {}, {}))[0].code).to.equal('invalid');
    });
  });

  describe('of a backend that derives the channel from the document', () => {
    const byList = { channel: ({ list }) => list ?? '' };

    it('writes to where the document belongs, and moves it when that changes', async () => {
      const { open } = await server({}, byList);
      const [one, two] = [await open(), await open()];
      await join(two.client, 'a');
      await join(two.client, 'b');
      const [, milk] = await one.ask('todos:create', { list: 'a', title: 'milk' });
      expect((await one.ask('todos:read', {}, { channel: 'a' }))[1]).to.deep.equal([milk]);
      await one.ask('todo:patch', { id: milk.id, list: 'b' }, { channel: 'a' });
      expect((await one.ask('todos:read', {}, { channel: 'a' }))[1]).to.deep.equal([]);
      await settled(two.client);
      expect(two.pushes).to.deep.equal([
        ['todos:create', milk, { channel: 'a' }],
        [`todo/${milk.id}:delete`, { id: milk.id }, { channel: 'a' }],
        ['todos:create', { ...milk, list: 'b' }, { channel: 'b' }],
      ]);
    });

    it('tells what a layer of one\'s own has done to those where the document belongs', async () => {
      const own = createBackend({ collection: 'todos', ...byList }).create((req, res) => res.end({ ...req.model, id: 1 }));
      const { url } = await start({ todos: own });
      const [one, two, three] = [await connect(url), await connect(url), await connect(url)];
      await join(three, 'a');
      const [byTwo, byThree] = [listening(two), listening(three)];
      await ask(one, 'todos:create', { list: 'a' });
      await settled(two);
      await settled(three);
      expect([byTwo, byThree]).to.deep.equal([[], [['todos:create', { id: '1', list: 'a' }, { channel: 'a' }]]]);
    });

    it('cannot write or move to where it may not', async () => {
      const { open } = await server(ownOnly, byList);
      const { ask } = await open('bob');
      expect((await ask('todos:create', { list: '~ann' }))[0]).to.deep.equal(forbidden);
      const [, { id }] = await ask('todos:create', { list: '~bob' });
      expect((await ask('todo:patch', { id, list: '~ann' }, { channel: '~bob' }))[0]).to.deep.equal(forbidden);
      expect((await ask('todo:update', { id, list: '~ann' }, { channel: '~bob' }))[0]).to.deep.equal(forbidden);
      expect((await ask('todo:read', { id }, { channel: '~bob' }))[1]).to.deep.equal({ id, list: '~bob' });
    });
  });

  describe('of a backend that has both', () => {
    const both = { channel: ({ list }) => list ?? '', scope: (user, channel) => (channel === 'open' ? { where: { isOpen: true } } : undefined) };

    it('moves a document only to where it fits the scope of that channel', async () => {
      const { open, store } = await server({}, both);
      const { ask } = await open();
      await store.create({ list: 'a', isOpen: false }, { id: 'x', channel: 'a' });
      expect((await ask('todo:patch', { id: 'x', list: 'open' }, { channel: 'a' }))[0].code).to.equal('forbidden');
      expect((await ask('todos:create', { list: 'open' }, { channel: 'a' }))[0].code).to.equal('forbidden');
      expect((await ask('todo:patch', { id: 'x', list: 'open', isOpen: true }, { channel: 'a' }))[0]).to.equal(null);
      // From there to where the scope is wider.
      expect((await ask('todo:patch', { id: 'x', list: 'a', isOpen: false }, { channel: 'open' }))[0]).to.equal(null);
      expect((await store.read('x')).channel).to.equal('a');
    });
  });

  describe('within the scope of its user', () => {
    const scoped = { scope: user => (user?.id === 'admin' ? undefined : { where: { owner: user?.id ?? null }, fields: ['owner', 'title', 'user.name'] }) };
    const documents = [
      { id: 'a', owner: 'ann', title: 'milk', price: 1, user: { name: 'Ann', mail: 'x' } }, { id: 'b', owner: 'bob', title: 'bread', price: 2 },
    ];

    async function scopedServer() {
      const { open, store } = await server({}, scoped);
      for (const { id, ...attributes } of documents) await store.create(attributes, { id });
      return { store, ann: await open('ann'), admin: await open('admin') };
    }

    it('reads only those documents, and of them only those fields', async () => {
      const { ann, admin } = await scopedServer();
      expect((await ann.ask('todos:read', {}))[1]).to.deep.equal([{ owner: 'ann', title: 'milk', user: { name: 'Ann' }, id: 'a' }]);
      expect((await ann.ask('todo:read', { id: 'b' }))[0].code).to.equal('not_found');
      expect((await admin.ask('todos:read', {}))[1]).to.have.length(2);
    });

    it('asks by no other field, and sorts by none', async () => {
      const { ann } = await scopedServer();
      for (const query of [{ where: { price: 1 } }, { where: { $or: [{ title: 'x' }, { 'user.mail': 'x' }] } }, { sort: ['-price'] }, { where: { user: null } }]) {
        expect((await ann.ask('todos:read', query))[0], JSON.stringify(query)).to.include({ code: 'forbidden' });
      }
      expect((await ann.ask('todos:read', { where: { title: 'milk' }, sort: ['title'] }))[1]).to.have.length(1);
    });

    it('writes nothing outside of it', async () => {
      const { ann, store } = await scopedServer();
      expect((await ann.ask('todos:create', { owner: 'bob', title: 'x' }))[0].code).to.equal('forbidden');
      expect((await ann.ask('todos:create', { owner: 'ann', price: 3 }))[0].code).to.equal('forbidden');
      expect((await ann.ask('todos:create', { owner: 'ann', 'title.sub': 3 }))[0].code).to.equal('invalid');
      expect((await ann.ask('todo:update', { id: 'a', owner: 'bob' }))[0].code).to.equal('forbidden');
      expect((await ann.ask('todo:patch', { id: 'b', title: 'mine' }))[0].code).to.equal('not_found');
      expect((await ann.ask('todo:delete', { id: 'b' }))[0].code).to.equal('not_found');
      expect((await store.list()).map(({ id, attributes }) => ({ id, ...attributes }))).to.deep.equal(documents);
    });

    it('has no other attribute for its id, where ids are called otherwise', async () => {
      const own = createBackend({ idAttribute: '_id', scope: () => ({ fields: ['title'] }) });
      const store = memoryStore();
      const { url } = await start({ todos: own.use(store) });
      const client = await connect(url);
      await store.create({ title: 'x', id: 'secret' }, { id: 'a' });
      expect((await ask(client, 'todos:read', { where: { id: 'a' } }))[1]).to.deep.equal([{ title: 'x', _id: 'a' }]);
      expect((await ask(client, 'todos:update', { _id: 'a', title: 'y', id: 'forged' }))[0].code).to.equal('forbidden');
    });

    it('does not lose by an update what it cannot see', async () => {
      const { ann, store } = await scopedServer();
      await ann.ask('todo:update', { id: 'a', owner: 'ann', title: 'oat milk' });
      expect((await store.read('a')).attributes).to.include({ title: 'oat milk', price: 1 });
    });

    it('is told of those documents and fields only', async () => {
      const { ann, admin, store } = await scopedServer();
      await store.create({ owner: 'ann', title: 'eggs', price: 3 }, { id: 'c' });
      await store.patch('b', { price: 4 });
      await store.patch('a', { price: 5 });
      await settled(ann.client);
      await settled(admin.client);
      expect(ann.pushes).to.deep.equal([
        ['todos:create', { owner: 'ann', title: 'eggs', id: 'c' }], ['todo/a:update', { owner: 'ann', title: 'milk', user: { name: 'Ann' }, id: 'a' }],
      ]);
      expect(admin.pushes.map(([event]) => event)).to.deep.equal(['todos:create', 'todo/b:update', 'todo/a:update']);
    });

    it('is told of what comes into it, goes out of it or is deleted, and of no other document that goes', async () => {
      const { ann, admin, store } = await scopedServer();
      await store.patch('b', { owner: 'ann' });
      await store.patch('b', { owner: 'eve' });
      await store.delete('b');
      await store.delete('a');
      await settled(ann.client);
      await settled(admin.client);
      expect(ann.pushes).to.deep.equal([
        ['todos:create', { owner: 'ann', title: 'bread', id: 'b' }], ['todo/b:delete', { id: 'b' }], ['todo/a:delete', { id: 'a' }],
      ]);
      expect(admin.pushes.map(([event]) => event)).to.deep.equal(['todo/b:update', 'todo/b:update', 'todo/b:delete', 'todo/a:delete']);
    });
  });
});
