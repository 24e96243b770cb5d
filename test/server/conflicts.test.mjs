// A layer of the server's own that asks a store for a version: what a client is told of the document that is there instead.
import { expect } from 'chai';
import { companion } from '../support/companion.mjs';
import { useServers } from './servers.mjs';

const { BackendError, createBackend, memoryStore } = companion;

describe('A conflict', () => {
  const { start, connect, ask } = useServers();

  async function conflictOf(scope, attributes, channel = '') {
    const store = memoryStore();
    const todos = createBackend({ idAttribute: '_id', scope: () => scope })
      .update(async (req, res) => res.end(await store.update(req.model._id, { title: 'mine' }, { ifVersion: 7 })));
    await store.create(attributes, { id: 'a', channel });
    const { url } = await start({ todos });
    return (await ask(await connect(url), 'todos:update', { _id: 'a' }))[0];
  }
  const words = { code: 'conflict', message: 'Somebody else has changed the document meanwhile.' };

  it('carries the document as its reader may see it', async () => {
    expect(await conflictOf(undefined, { title: 'milk' })).to.deep.equal({ ...words, document: { _id: 'a', title: 'milk' } });
    expect(await conflictOf({ fields: ['title'] }, { title: 'milk', price: 1 })).to.deep.equal({ ...words, document: { _id: 'a', title: 'milk' } });
  });

  it('carries nothing of a document that is not open to him', async () => {
    expect(await conflictOf({ where: { owner: 'ann' } }, { owner: 'bob' })).to.deep.equal(words);
    expect(await conflictOf(undefined, { title: 'milk' }, 'elsewhere')).to.deep.equal(words);
  });

  it('that a layer has made for clients itself is as it was made', async () => {
    const todos = createBackend().use(() => { throw new BackendError('conflict', 'No.', { document: { id: 1 } }); });
    const { url } = await start({ todos });
    expect((await ask(await connect(url), 'todos:read', {}))[0]).to.deep.equal({ code: 'conflict', message: 'No.', document: { id: 1 } });
  });
});
