// What goes beyond the plain wire: channels, and who may be in them.
import { expect } from 'chai';
import { companion } from '../support/companion.mjs';
import { useServers } from './servers.mjs';

const { createBackend } = companion;

describe('A client that knows the companion', () => {
  const { start, serveTodos, connect, ask, join, listening, settled } = useServers();
  const leave = (client, channel) => ask(client, 'iosync:leave', { backend: 'todos', channel });

  const ownOnly = { authorize: (user, { channel }) => !channel.startsWith('~') || channel === `~${user?.id}` };
  const forbidden = { code: 'forbidden', message: 'Not allowed, or it does not exist.' };

  describe('in a channel', () => {
    it('writes and reads what is there, and only that', async () => {
      const { open } = await serveTodos();
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
      const { open, store } = await serveTodos();
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
      const { open, store } = await serveTodos();
      const { client, pushes } = await open();
      await leave(client, '');
      await store.create({ title: 'unheard' }, { id: 'a' });
      await join(client);
      await store.create({ title: 'heard' }, { id: 'b' });
      await settled(client);
      expect(pushes).to.deep.equal([['todos:create', { title: 'heard', id: 'b' }]]);
    });

    it('hears nothing of a join that a leave has overtaken', async () => {
      const { open, store } = await serveTodos({ authorize: async () => true });
      const { client, pushes } = await open();
      await Promise.all([join(client, 'a'), leave(client, 'a'), join(client, 'b')]);
      await store.create({}, { channel: 'a' });
      await store.create({}, { channel: 'b', id: 'b' });
      await settled(client);
      expect(pushes).to.deep.equal([['todos:create', { id: 'b' }, { channel: 'b' }]]);
    });

    it('is refused where it may not be: the same for what is forbidden and what is unknown', async () => {
      const { open } = await serveTodos(ownOnly);
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
      const { open } = await serveTodos({ channelsPerSocket: 2 });
      const { client } = await open();
      for (const channel of ['a', 'b']) await join(client, channel);
      expect((await join(client, 'c'))[0].code).to.equal('rate_limited');
      await leave(client, 'a');
      expect(await join(client, 'c')).to.deep.equal([null, null]);
    });

    it('leaves no room behind', async () => {
      const { io, open } = await serveTodos();
      const { client } = await open();
      const { rooms } = io.of('/').adapter;
      const before = rooms.size;
      for (let n = 0; n < 50; n += 1) await join(client, `list ${n}`);
      expect(rooms.size).to.equal(before + 50);
      for (let n = 0; n < 50; n += 1) await leave(client, `list ${n}`);
      expect(rooms.size).to.equal(before);
    });

    it('stays out of the default channel, too, once it has left that', async () => {
      const { open, store } = await serveTodos({ authenticate: () => ({ id: 'ann' }) });
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
      const { open } = await serveTodos();
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
      const { open } = await serveTodos({}, byList);
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
      const { open } = await serveTodos(ownOnly, byList);
      const { ask } = await open('bob');
      expect((await ask('todos:create', { list: '~ann' }))[0]).to.deep.equal(forbidden);
      const [, { id }] = await ask('todos:create', { list: '~bob' });
      expect((await ask('todo:patch', { id, list: '~ann' }, { channel: '~bob' }))[0]).to.deep.equal(forbidden);
      expect((await ask('todo:update', { id, list: '~ann' }, { channel: '~bob' }))[0]).to.deep.equal(forbidden);
      expect((await ask('todo:read', { id }, { channel: '~bob' }))[1]).to.deep.equal({ id, list: '~bob' });
    });
  });
});
