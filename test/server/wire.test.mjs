// The plain wire, as pages without a word of the companion use it: requests answered by the store, pushes to everybody else.
import { expect } from 'chai';
import { companion } from '../support/companion.mjs';
import { useServers } from './servers.mjs';

const { createBackend, memoryStore } = companion;

describe('A plain client', () => {
  const { start, connect, ask, listening, settled } = useServers();

  async function pair(options = {}, setUp = backend => backend.use(memoryStore())) {
    const todos = createBackend({ collection: 'todos', model: 'todo', ...options });
    setUp(todos);
    const { url } = await start({ mine: todos });
    const [one, two] = [await connect(url), await connect(url)];
    // Both are in the default channel, before anything happens there.
    await settled(one);
    await settled(two);
    return { todos, one, two, toOne: listening(one), toTwo: listening(two) };
  }

  it('creates, reads, updates, patches and deletes, and the others are told', async () => {
    const { one, two, toOne, toTwo } = await pair();
    const [, milk] = await ask(one, 'todos:create', { title: 'milk' });
    expect(milk).to.deep.equal({ title: 'milk', id: milk.id });
    expect(await ask(two, 'todos:read', {})).to.deep.equal([null, [milk]]);
    expect(await ask(two, 'todo:read', { id: milk.id })).to.deep.equal([null, milk]);
    const oat = { id: milk.id, title: 'oat milk' };
    expect(await ask(two, 'todo:update', oat)).to.deep.equal([null, oat]);
    expect(await ask(one, 'todo:patch', { id: milk.id, done: true })).to.deep.equal([null, { ...oat, done: true }]);
    expect(await ask(one, 'todo:delete', { id: milk.id, title: 'whatever' })).to.deep.equal([null, { id: milk.id }]);
    await settled(one);
    await settled(two);
    expect(toTwo).to.deep.equal([
      ['todos:create', milk], [`todo/${milk.id}:update`, { ...oat, done: true }], [`todo/${milk.id}:delete`, { id: milk.id }],
    ]);
    expect(toOne).to.deep.equal([[`todo/${milk.id}:update`, oat]]);
  });

  it('may spell a request by the backend\'s name, its collection or its model', async () => {
    const { one } = await pair();
    for (const name of ['mine', 'todos', 'todo']) expect((await ask(one, `${name}:create`, { title: name }))[0]).to.equal(null);
    expect((await ask(one, 'mine:read', {}))[1].map(({ title }) => title)).to.deep.equal(['mine', 'todos', 'todo']);
  });

  it('may do as 0.4.9 does: upload the collection to read it, have numbers for ids, send the id of a patch twice', async () => {
    const { one, two, toTwo } = await pair({ idAttribute: '_id' });
    expect(await ask(one, 'todos:create', { _id: 7, title: 'milk' })).to.deep.equal([null, { title: 'milk', _id: 7 }]);
    expect(await ask(one, 'todos:read', [{ _id: 7 }, { _id: 8 }])).to.deep.equal([null, [{ title: 'milk', _id: '7' }]]);
    expect(await ask(one, 'todos:read', null)).to.deep.equal([null, [{ title: 'milk', _id: '7' }]]);
    expect(await ask(one, 'todo:patch', { _id: 7, id: 7, done: true })).to.deep.equal([null, { title: 'milk', done: true, _id: 7 }]);
    await settled(two);
    expect(toTwo).to.deep.equal([['todos:create', { title: 'milk', _id: '7' }], ['todo/7:update', { title: 'milk', done: true, _id: '7' }]]);
  });

  it('is told with ids written as its models\' urls write them', async () => {
    const { one, two, toTwo } = await pair();
    for (const id of ['a/b', 'a b', 'ä', '😀', '50%', 'x:y']) await ask(one, 'todos:create', { id });
    await ask(one, 'todo:delete', { id: 'a/b' });
    await settled(two);
    expect(toTwo.at(-1)).to.deep.equal(['todo/a%2Fb:delete', { id: 'a/b' }]);
  });

  it('reads what it asks for: by a filter, in an order, a part', async () => {
    const { one } = await pair();
    for (const n of [1, 2, 3, 4, 5]) await ask(one, 'todos:create', { n, odd: n % 2 === 1 });
    const read = async query => (await ask(one, 'todos:read', query))[1].map(({ n }) => n);
    expect(await read({ where: { odd: true } })).to.deep.equal([1, 3, 5]);
    expect(await read({ where: { n: { $gt: 1, $lte: 4 } }, sort: ['-n'], limit: 2, offset: 1 })).to.deep.equal([3, 2]);
  });

  it('is told in words what is wrong with what it sends', async () => {
    const { one } = await pair();
    const code = async (...args) => (await ask(one, ...args))[0].code;
    expect(await code('todo:read', { id: 'none' })).to.equal('not_found');
    expect(await code('todo:update', { id: 'none', title: 'x' })).to.equal('not_found');
    expect(await code('todo:update', { title: 'no id' })).to.equal('invalid');
    expect(await code('todo:delete', { id: { toString: 1 } })).to.equal('invalid');
    expect(await code('todos:create', 'text')).to.equal('invalid');
    expect(await code('todos:create', [])).to.equal('invalid');
    expect(await code('todos:create', { id: 'constructor' })).to.equal('invalid');
    expect(await code('todos:read', { where: { $where: 'true' } })).to.equal('invalid');
    await ask(one, 'todos:create', { id: 'a' });
    expect(await code('todos:create', { id: 'a' })).to.equal('taken');
  });

  it('is told of what other code of the server commits', async () => {
    const store = memoryStore();
    const { one, toOne } = await pair({}, backend => backend.use(store));
    await store.create({ title: 'a job' }, { id: 'x' });
    await store.transaction(async documents => {
      await documents.patch('x', { done: true });
      throw new Error('rolled back');
    }).catch(() => {});
    await store.delete('x');
    await settled(one);
    expect(toOne).to.deep.equal([['todos:create', { title: 'a job', id: 'x' }], ['todo/x:delete', { id: 'x' }]]);
  });

  it('is told by the backend\'s emit, wherever it is called', async () => {
    const { todos, one, two, toOne, toTwo } = await pair();
    todos.emit('created', { id: 1, title: 'milk' });
    todos.emit('updated', { id: 1, title: 'oat milk' });
    todos.emit('deleted', { id: 1, title: 'oat milk' });
    await settled(one);
    await settled(two);
    expect(toOne).to.deep.equal([
      ['todos:create', { title: 'milk', id: '1' }], ['todo/1:update', { title: 'oat milk', id: '1' }], ['todo/1:delete', { id: '1' }],
    ]);
    expect(toTwo).to.deep.equal(toOne);
  });

  it('is told of a document of a library\'s as JSON has it', async () => {
    class Todo {
      _id = { toString: () => '7' };
      internals = { connection: 'secret' };
      toJSON() {
        return { _id: '7', title: 'milk', at: new Date(0) };
      }
    }
    const { todos, one, two, toTwo } = await pair({ idAttribute: '_id' }, backend => backend.create((req, res) => res.end(new Todo())));
    todos.emit('updated', new Todo());
    await ask(one, 'todos:create', {});
    await settled(two);
    const told = { _id: '7', title: 'milk', at: '1970-01-01T00:00:00.000Z' };
    expect(toTwo).to.deep.equal([['todo/7:update', told], ['todos:create', told]]);
    expect(() => todos.emit('created', { _id: 1, n: 1n })).to.throw('BigInt');
    expect(() => todos.emit('created', { _id: 1 }, { channel: 7 })).to.throw('A channel is a string');
  });

  it('cannot be told of a document without an id, or of what is no event', async () => {
    const { todos } = await pair();
    expect(() => todos.emit('created', { title: 'milk' })).to.throw('emit() takes a document with its "id"');
    for (const event of ['create', 'constructor', undefined]) expect(() => todos.emit(event, { id: 1 })).to.throw('emit() takes created, updated, deleted');
  });

  it('is told by a backend without a store of what its layers have done', async () => {
    const { one, two, toTwo } = await pair({}, backend => backend
      .create((req, res) => res.end({ ...req.model, id: 5 }))
      .update((req, res, next) => next())
      .delete((req, res) => res.end())
      .use('archive', (req, res) => res.end({ id: 5 })));
    await ask(one, 'todos:create', { title: 'milk' });
    await ask(one, 'todo:update', { id: 5, title: 'oat milk' });
    await ask(one, 'todo:archive', { id: 5 });
    await ask(one, 'todo:delete', { id: 5 });
    expect((await ask(one, 'todo:read', { id: 5 }))[0]).to.include({ code: 'unsupported' });
    await settled(two);
    expect(toTwo.map(([event]) => event)).to.deep.equal(['todos:create', 'todo/5:update', 'todo/5:delete']);
  });

  it('is not told of a rule\'s mistake, which the log is', async () => {
    const log = [];
    const todos = createBackend({ channel: async () => 'home' }).use(memoryStore());
    const { url } = await start({ todos }, { log: (message, error) => log.push(error.message) });
    expect((await ask(await connect(url), 'todos:create', {}))[0].code).to.equal('internal');
    expect(log).to.deep.equal(['The channel() of "todos" must return a string, and has returned object.']);
  });

  it('cannot tell others of what nothing has done: methods that the store is not used for are refused', async () => {
    for (const setUp of [backend => backend, backend => backend.use((req, res, next) => next())]) {
      const { one, two, toTwo } = await pair({}, backend => setUp(backend).read(memoryStore()));
      for (const method of ['create', 'update', 'patch', 'delete']) {
        expect((await ask(one, `todos:${method}`, { id: 5 }))[0], method).to.include({ code: 'unsupported' });
      }
      await settled(two);
      expect(toTwo).to.deep.equal([]);
    }
  });

  it('is told once of what a layer of its own has written to the store', async () => {
    const store = memoryStore();
    const { one, two, toOne, toTwo } = await pair({}, backend => backend.read(store).create(async ({ model, socket }, res) => {
      const { id, attributes } = await store.create(model, { origin: socket.id });
      res.end({ id, ...attributes });
    }));
    const [, milk] = await ask(one, 'todos:create', { title: 'milk' });
    await settled(one);
    await settled(two);
    expect([toOne, toTwo]).to.deep.equal([[], [['todos:create', milk]]]);
  });

  it('is told of nothing where pushes are off, and of its own changes where echo is on', async () => {
    const silent = await pair({ pushes: false });
    await ask(silent.one, 'todos:create', {});
    await settled(silent.two);
    expect(silent.toTwo).to.deep.equal([]);
    const { one, toOne } = await pair({ echo: true });
    await ask(one, 'todos:create', { title: 'milk' });
    await settled(one);
    expect(toOne.map(([event]) => event)).to.deep.equal(['todos:create']);
  });

  it('gets an answer that no later change of the server\'s can reach', async () => {
    const store = memoryStore();
    const { one } = await pair({}, backend => backend.use(store).use((req, res, next) => next()));
    const given = { tags: ['a'] };
    const { id } = await store.create(given);
    given.tags.push('b');
    (await store.read(id)).attributes.tags.push('c');
    expect((await ask(one, 'todo:read', { id }))[1].tags).to.deep.equal(['a']);
  });

  it('is told at once that there is no backend of that name, unless the server\'s own handlers may answer', async () => {
    const { io, url } = await start({ todos: createBackend().use(memoryStore()) });
    io.on('connection', socket => {
      socket.on('lists:read', (data, reply) => reply(null, ['own']));
      if (socket.handshake.auth.isOwn) socket.onAny((event, data, reply) => event === 'todoss:read' && reply(null, ['any']));
    });
    const client = await connect(url);
    for (const method of ['create', 'read', 'update', 'patch', 'delete']) {
      const [error] = await ask(client, `todoss:${method}`, {});
      expect(error.code, method).to.equal('unsupported');
      expect(error.message, method).to.contain('no backend "todoss"');
    }
    expect(await ask(client, 'lists:read', {})).to.deep.equal([null, ['own']]);
    expect(await ask(await connect(url, { auth: { isOwn: true } }), 'todoss:read', {})).to.deep.equal([null, ['any']]);
  });
});
