// Writes that a page has named by an op, and may send again: as a client in any language does.
import { expect } from 'chai';
import { gate, useServers } from './servers.mjs';
import { memoryStore, pgliteStore, useFolder, usePostgres } from './sql-support.mjs';
import { companion } from '../support/companion.mjs';

const { createBackend } = companion;

describe('A write with an op', () => {
  const { start, connect, ask, listening, settled, later } = useServers();
  const authenticate = ({ auth: { id } }) => (id === undefined ? undefined : { id });

  async function server(store = memoryStore(), { backend, options, layers = [] } = {}) {
    const todos = createBackend({ collection: 'todos', model: 'todo', ...backend });
    for (const layer of layers) todos.use(['create', 'update', 'patch', 'delete'], layer);
    const { io, url } = await start({ todos: todos.use(store) }, { batch: 0, authenticate, ...options });
    return { io, url, store, as: id => connect(url, { auth: { id } }) };
  }
  const write = (client, method, data, meta) => ask(client, `todos:${method}`, data, meta);

  const stores = {
    memory: () => memoryStore(),
    PGlite: () => pgliteStore(folder.path, { table: `t_${tables += 1}` }),
    PostgreSQL: () => postgres.store({ table: postgres.table() }),
  };
  const folder = useFolder();
  const postgres = usePostgres();
  let tables = 0;

  for (const [name, open] of Object.entries(stores)) describe(`on ${name}`, function () {
    this.timeout(60_000);

    async function opened(more) {
      const store = open();
      later(() => store.close());
      return server(store, more);
    }

    it('that is sent again, since its answer was lost, is done once, and has the first answer', async () => {
      const { open, arrived, wait } = gate();
      const { store, as } = await opened({ layers: [async (req, res, next) => { await wait(); next(); }] });
      const lost = await as('ann');
      lost.emit('todos:create', { title: 'milk' }, { op: 'op1' }, () => expect.fail('It was answered.'));
      await arrived;
      lost.disconnect();
      const again = await as('ann');
      const repeated = write(again, 'create', { title: 'milk' }, { op: 'op1' });
      open();
      const [error, document] = await repeated;
      expect([error, document]).to.deep.equal([null, { id: document.id, title: 'milk', _version: 1 }]);
      await store.patch(document.id, { title: 'oat milk' });
      expect(await write(again, 'create', { title: 'milk' }, { op: 'op1' })).to.deep.equal([null, document]);
      expect((await store.list()).map(({ id, version, attributes }) => ({ id, version, attributes })))
        .to.deep.equal([{ id: document.id, version: 2, attributes: { title: 'oat milk' } }]);
    });

    it('that is sent at the same moment is done once, whatever it is', async () => {
      const { store, as } = await opened({ backend: { channel: ({ list }) => list ?? '', scope: () => ({ where: { owner: 'ann' } }) } });
      await store.create({ owner: 'ann', n: 1 }, { id: 'a' });
      const pages = await Promise.all([as('ann'), as('ann'), as('ann')]);
      const all = (...request) => Promise.all(pages.map(page => write(page, ...request)));
      const one = { id: 'a', owner: 'ann' };
      for (const [method, data, version, answer] of [
        ['update', { ...one, n: 2 }, 2, { ...one, n: 2 }], ['patch', { id: 'a', n: 3 }, 3, { ...one, n: 3 }],
        ['patch', { id: 'a', list: 'x' }, 4, { ...one, n: 3, list: 'x' }],
      ]) {
        const expected = [null, { ...answer, _version: version }];
        expect(await all(method, data, { op: `${method} ${version}` })).to.deep.equal([expected, expected, expected]);
      }
      const gone = [null, { id: 'a', _version: 4 }];
      expect(await all('delete', { id: 'a' }, { op: 'delete', channel: 'x' })).to.deep.equal([gone, gone, gone]);
      expect([await store.head(''), await store.head('x')]).to.deep.equal([4, 2]);
    });

    it('is refused for other data, and is another one by another user or of another backend', async () => {
      const { store, as } = await opened();
      const [ann, bob] = await Promise.all([as('ann'), as('bob')]);
      const [, { id }] = await write(ann, 'create', { n: 1 }, { op: 'x' });
      for (const [method, data, meta] of [['create', { n: 2 }], ['patch', { id, n: 1 }], ['create', { n: 1 }, { channel: 'other' }]]) {
        const [error] = await write(ann, method, data, { op: 'x', ...meta });
        expect([error.code, error.message]).to.deep.equal(['invalid', 'This op has been used for another write: give each write an op of its own, and repeat a write unchanged.']);
      }
      expect((await write(bob, 'create', { n: 1 }, { op: 'x' }))[1].id).to.not.equal(id);
      expect(await store.list()).to.have.length(2);
    });

    it('that was refused is done when it is sent again, and may be by then', async () => {
      const { store, as } = await opened();
      const ann = await as('ann');
      const update = () => write(ann, 'update', { id: 'a', n: 1 }, { op: 'x' });
      expect((await update())[0].code).to.equal('not_found');
      await store.create({}, { id: 'a' });
      expect(await update()).to.deep.equal([null, { id: 'a', n: 1, _version: 2 }]);
      expect(await update()).to.deep.equal([null, { id: 'a', n: 1, _version: 2 }]);
    });

    it('that was done, and is refused when it is sent again, is done; what it has made is not shown', async () => {
      let code;
      const isOpen = (req, res, next) => (code ? res.error(new companion.BackendError(code, 'Not any more.')) : next());
      let level = 2;
      const { store, as } = await opened({ layers: [isOpen], options: { authorize: () => level > 0 } });
      const page = await as('ann');
      const [, { id }] = await write(page, 'create', { title: 'milk' }, { op: 'op1' });
      for (const refused of ['forbidden', 'rate_limited']) {
        code = refused;
        expect(await write(page, 'create', { title: 'milk' }, { op: 'op1' })).to.deep.equal([null, null]);
        expect((await write(page, 'create', { title: 'milk' }, { op: 'op2' }))[0].code).to.equal(refused);
      }
      [level, code] = [0, undefined];
      expect(await write(page, 'create', { title: 'milk' }, { op: 'op1' })).to.deep.equal([null, null]);
      // Nor by another name, for other data, or by somebody else.
      expect((await write(page, 'create', { title: 'milk' }, { op: 'op3' }))[0].code).to.equal('forbidden');
      expect((await write(page, 'create', { title: 'tea' }, { op: 'op1' }))[0].code).to.equal('forbidden');
      expect((await write(await as('bob'), 'create', { title: 'milk' }, { op: 'op1' }))[0].code).to.equal('forbidden');
      expect((await store.list()).map(one => one.id)).to.deep.equal([id]);
    });

    it('fails by another version, and shows the document with its own', async () => {
      const { store, as } = await opened();
      await store.create({ n: 1 }, { id: 'a' });
      const ann = await as('ann');
      expect(await write(ann, 'patch', { id: 'a', n: 2 }, { op: 'x', ifVersion: 1 })).to.deep.equal([null, { id: 'a', n: 2, _version: 2 }]);
      for (const [method, data] of [['update', { id: 'a' }], ['patch', { id: 'a' }], ['delete', { id: 'a' }]]) {
        const [{ code, document }] = await write(ann, method, data, { ifVersion: 1 });
        expect([code, document]).to.deep.equal(['conflict', { id: 'a', n: 2, _version: 2 }]);
      }
      expect(await write(ann, 'delete', { id: 'a' }, { ifVersion: 2 })).to.deep.equal([null, { id: 'a', _version: 2 }]);
    });
  });

  it('is the same also when a layer stamps it anew each time', async () => {
    let count = 0;
    const { store, as } = await server(memoryStore(), { layers: [(req, res, next) => { req.model.stamp = count += 1; next(); }] });
    const ann = await as('ann');
    const answers = [await write(ann, 'create', {}, { op: 'x' }), await write(ann, 'create', {}, { op: 'x' })];
    expect(answers.map(([, { stamp }]) => stamp)).to.deep.equal([1, 1]);
    expect(await store.list()).to.have.length(1);
  });

  it('may go to a channel whose rule asks the same store', async () => {
    const store = memoryStore();
    const authorize = async (user, { channel }) => !channel || (await store.read(channel))?.attributes.owner === user?.id;
    const { as } = await server(store, { backend: { channel: ({ list }) => list ?? '' }, options: { authorize } });
    await store.create({ owner: 'ann' }, { id: 'list' });
    const [ann, bob] = await Promise.all([as('ann'), as('bob')]);
    const move = (page, id) => write(page, 'patch', { id, list: 'list' }, { op: 'move' });
    const [{ id: a }, { id: b }] = await Promise.all([1, 2].map(() => store.create({ list: null })));
    expect((await move(bob, b))[0].code).to.equal('forbidden');
    expect(await move(ann, a)).to.deep.equal([null, { id: a, list: 'list', _version: 2 }]);
    expect((await store.read(a)).channel).to.equal('list');
    expect((await store.read(b)).channel).to.equal('');
  });

  it('answers nothing of a document to whom it is not open any more', async () => {
    const scope = {};
    const { store, as } = await server(memoryStore(), { backend: { scope: () => ({ ...scope }) } });
    const ann = await as('ann');
    await write(ann, 'create', { title: 'milk', price: 1 }, { op: 'x' });
    scope.fields = ['title', 'price'];
    expect(await write(ann, 'create', { title: 'milk', price: 1 }, { op: 'x' })).to.deep.equal([null, null]);
    expect(await store.list()).to.have.length(1);
  });

  it('is known to those who are subscribed by its op, also to the page itself', async () => {
    const { as } = await server();
    const [ann, bob] = await Promise.all([as('ann'), as('bob')]);
    const told = await Promise.all([ann, bob].map(async client => {
      await ask(client, 'todos:subscribe', { uid: 'a' });
      return listening(client);
    }));
    const [, { id }] = await write(ann, 'create', { n: 1 }, { op: 'my op' });
    await write(ann, 'delete', { id }, { op: 'x' });
    await write(ann, 'create', { id: 'plain' }, {});
    await Promise.all([settled(ann), settled(bob)]);
    for (const pushes of told) {
      const entries = pushes.filter(([event]) => event === 'todos:changes').flatMap(([, { entries }]) => entries);
      expect(entries).to.deep.equal([
        { action: 'put', id, version: 1, op: 'my op', attrs: { n: 1 } }, { action: 'delete', id, version: 1, op: 'x' },
        { action: 'put', id: 'plain', version: 1, attrs: {} },
      ]);
    }
  });

  it('is checked', async () => {
    const { as } = await server();
    const ann = await as('ann');
    for (const meta of [{ op: '' }, { op: 1 }, { op: {} }, { op: 'x'.repeat(101) }, { op: 'a\0' }, { ifVersion: '1' }, { ifVersion: 1.5 }]) {
      expect((await write(ann, 'create', {}, meta))[0].code).to.equal('invalid');
    }
  });

  it('is promised in the hello by a backend whose every write comes to one store that can do it', async () => {
    const { once: _, ...less } = memoryStore();
    const bare = Object.assign((req, res, next) => next(), less);
    const store = memoryStore();
    const backends = {
      good: createBackend().use(store), bare: createBackend().use(bare), two: createBackend().use(store, memoryStore()),
      some: createBackend().use('read', 'create', store), none: createBackend(),
    };
    const { url } = await start(backends);
    const [, hello] = await ask(await connect(url), 'iosync:hello');
    expect(Object.entries(hello.backends).filter(([, one]) => one.once).map(([name]) => name)).to.deep.equal(['good']);
  });

  it('is done as often as it is sent where the store cannot do otherwise, and is answered alike', async () => {
    const { once: _, ...less } = memoryStore();
    const { asLayer } = companion;
    const { store, as } = await server(asLayer(less));
    const ann = await as('ann');
    const answers = [await write(ann, 'create', {}, { op: 'x' }), await write(ann, 'create', {}, { op: 'x' })];
    expect(answers.map(([, { _version }]) => _version)).to.deep.equal([1, 1]);
    expect(await store.list()).to.have.length(2);
  });

  it('of somebody anonymous is known by its op alone, on whichever connection', async () => {
    const { store, as } = await server();
    const [, { id }] = await write(await as(), 'create', {}, { op: 'random' });
    expect((await write(await as(), 'create', {}, { op: 'random' }))[1].id).to.equal(id);
    expect(await store.list()).to.have.length(1);
  });
});
