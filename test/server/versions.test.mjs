// Versions on the wire: who knows of them gets them, and nobody else.
import { expect } from 'chai';
import { companion } from '../support/companion.mjs';
import { useServers } from './servers.mjs';

const { createBackend } = companion;

describe('The version of a document', () => {
  const { start, serveTodos, connect, ask, listening, settled } = useServers();

  it('keeps out a write by another one also where rules look at what the document was', async () => {
    const { store, open } = await serveTodos({}, { scope: () => ({ where: { owner: 'ann' } }) });
    await store.create({ owner: 'ann' }, { id: 'a' });
    const ann = await open('ann');
    const [{ code, document }] = await ann.ask('todos:patch', { id: 'a', n: 1 }, { op: 'x', ifVersion: 3 });
    expect([code, document]).to.deep.equal(['conflict', { id: 'a', owner: 'ann', _version: 1 }]);
  });

  it('is in no push to plain pages, which are told as ever: all but the one that wrote', async () => {
    const { store, open } = await serveTodos();
    const [ann, bob] = await Promise.all([open('ann'), open('bob')]);
    await ann.ask('todos:create', { id: 'a', title: 'milk', _version: 7 }, { op: 'x' });
    await ann.ask('todos:update', { id: 'a', title: 'oat milk', _version: 7 }, { op: 'y' });
    await Promise.all([settled(ann.client), settled(bob.client)]);
    expect(ann.pushes).to.deep.equal([]);
    expect(bob.pushes).to.deep.equal([['todos:create', { id: 'a', title: 'milk' }], ['todo/a:update', { id: 'a', title: 'oat milk' }]]);
    expect((await store.read('a')).attributes).to.deep.equal({ title: 'oat milk' });
  });

  it('is in none either where no store tells of what was written', async () => {
    const todos = createBackend().use((req, res) => res.end({ id: 1, ...req.model, _version: 3 }));
    const { url } = await start({ todos });
    const [ann, bob] = await Promise.all([connect(url), connect(url)]);
    const told = listening(bob);
    expect((await ask(ann, 'todos:create', { n: 1 }, { op: 'x' }))[1]).to.deep.equal({ id: 1, n: 1, _version: 3 });
    await settled(bob);
    expect(told).to.deep.equal([['todos:create', { id: '1', n: 1 }]]);
  });

  it('leaves its name to those who do not know of it', async () => {
    const { store, open } = await serveTodos();
    const ann = await open('ann');
    expect(await ann.ask('todos:create', { id: 'a', _version: 'mine' }, {})).to.deep.equal([null, { id: 'a', _version: 'mine' }]);
    expect((await store.read('a')).attributes).to.deep.equal({ _version: 'mine' });
  });

  it('is read by who asks for it', async () => {
    const { store, open } = await serveTodos();
    await store.create({ n: 1 }, { id: 'a' });
    const ann = await open('ann');
    const read = (data, meta) => ann.ask('todos:read', data, meta);
    expect(await read({}, { versions: true })).to.deep.equal([null, [{ id: 'a', n: 1, _version: 1 }]]);
    expect(await read({ id: 'a', _version: 1 }, { versions: true })).to.deep.equal([null, { id: 'a', n: 1, _version: 1 }]);
    expect(await read({}, {})).to.deep.equal([null, [{ id: 'a', n: 1 }]]);
  });
});
