// Rules for rows and fields: which documents a user may read, write and hear of in a channel, and what of them.
import { expect } from 'chai';
import { companion } from '../support/companion.mjs';
import { useServers } from './servers.mjs';

const { createBackend, memoryStore } = companion;

describe('A client that knows the companion', () => {
  const { start, serveTodos, connect, ask, settled } = useServers();

  describe('within the scope of its user', () => {
    const scoped = { scope: user => (user?.id === 'admin' ? undefined : { where: { owner: user?.id ?? null }, fields: ['owner', 'title', 'user.name'] }) };
    const documents = [
      { id: 'a', owner: 'ann', title: 'milk', price: 1, user: { name: 'Ann', mail: 'x' } }, { id: 'b', owner: 'bob', title: 'bread', price: 2 },
    ];

    async function scopedServer() {
      const { open, store } = await serveTodos({}, scoped);
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
      for (const method of ['read', 'subscribe']) {
        const [error] = await ask(client, `todos:${method}`, { uid: '1', where: { $or: [{ _id: 'a' }] } });
        expect([error.code, error.message]).to.deep.equal(['invalid', 'In filters and orders the id is "id", not "_id".']);
      }
      expect((await ask(client, 'todos:update', { _id: 'a', title: 'y', id: 'forged' }))[0].code).to.equal('forbidden');
    });

    it('may have what the server\'s own layers add beside its fields', async () => {
      const stamped = createBackend({ scope: () => ({ fields: ['title'] }) });
      const store = memoryStore();
      stamped.use('create', 'update', (req, res, next) => {
        req.model.by = 'ann';
        next();
      }).use(store);
      const client = await connect((await start({ todos: stamped })).url);
      expect(await ask(client, 'todos:create', { id: 'a', title: 'milk' })).to.deep.equal([null, { id: 'a', title: 'milk' }]);
      expect((await ask(client, 'todos:patch', { id: 'a', title: 'tea' }))[0]).to.equal(null);
      expect((await ask(client, 'todos:patch', { id: 'a', by: 'bob' }))[0].code).to.equal('forbidden');
      expect((await store.read('a')).attributes).to.deep.equal({ title: 'tea', by: 'ann' });
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

  describe('of a backend that derives the channel from the document as well', () => {
    const both = { channel: ({ list }) => list ?? '', scope: (user, channel) => (channel === 'open' ? { where: { isOpen: true } } : undefined) };

    it('moves a document only to where it fits the scope of that channel', async () => {
      const { open, store } = await serveTodos({}, both);
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
});
