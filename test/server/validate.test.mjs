// What a schema sees of a request, and what becomes of it.
import assert from 'node:assert/strict';
import * as v from 'valibot';
import { z } from 'zod';
import { companion } from '../support/companion.mjs';
import { useServers } from './servers.mjs';

const { memoryStore, validate } = companion;

describe('validate()', () => {
  const { serve, connect, ask } = useServers();
  const libraries = {
    zod: { whole: z.strictObject({ title: z.string(), done: z.boolean().default(false) }) },
    valibot: { whole: v.strictObject({ title: v.string(), done: v.optional(v.boolean(), false) }) },
  };
  libraries.zod.patch = libraries.zod.whole.partial();
  libraries.valibot.patch = v.partial(libraries.valibot.whole);

  for (const [library, { whole, patch }] of Object.entries(libraries)) describe(`with ${library}`, () => {
    const layered = todos => todos.use('create', 'update', validate(whole, { patch })).use(memoryStore());

    it('lets a model be created, updated and patched in a store, under its own idAttribute', async () => {
      const client = await connect(await serve(layered, {}, { idAttribute: 'key' }));
      const [, { key }] = await ask(client, 'todos:create', { title: 'milk', done: true });
      await ask(client, 'todos:patch', { key, id: key, title: 'oat milk' });
      assert.deepEqual(await ask(client, 'todos:read', { key }), [null, { key, title: 'oat milk', done: true }]);
      assert.deepEqual(await ask(client, 'todos:update', { key, title: 'tea' }), [null, { key, title: 'tea', done: false }]);
    });

    it('does not let a default overwrite what a patch leaves alone', async () => {
      const client = await connect(await serve(todos => todos.use(validate(whole, { patch }), (req, res) => res.end(req.model))));
      assert.deepEqual(await ask(client, 'todos:patch', { id: 1, title: 'tea' }), [null, { id: 1, title: 'tea' }]);
    });

    it('shows the schema an id that is the client\'s own', async () => {
      const client = await connect(await serve(layered));
      const [error] = await ask(client, 'todos:create', { id: 'mine', title: 'milk' });
      assert.equal(error.code, 'invalid');
    });

    it('refuses a patch for which there is no other schema', async () => {
      const client = await connect(await serve(todos => todos.use('update', validate(whole)).use(memoryStore())));
      const [error] = await ask(client, 'todos:patch', { id: 'a', done: true });
      assert.deepEqual([error.code, error.issues[0].path], ['invalid', ['title']]);
      assert.deepEqual(Object.keys(error.issues[0]), ['path', 'message']);
    });
  });

  describe('in a stack', () => {
    const title = z.string('A title is a text.').trim().min(1, 'A todo needs a title.');
    const Todo = z.strictObject({ title, done: z.boolean().default(false) });
    const seen = schema => todos => todos.use(validate(schema), (req, res) => res.end(req.model));

    it('puts what the schema makes of it in the place of the model', async () => {
      const client = await connect(await serve(seen(Todo)));
      assert.deepEqual(await ask(client, 'todos:create', { title: ' milk ' }), [null, { title: 'milk', done: false }]);
    });

    it('keeps the id of a saved model from the schema, and keeps it', async () => {
      const client = await connect(await serve(seen(Todo)));
      assert.deepEqual(await ask(client, 'todos:update', { id: 7, title: 'milk' }), [null, { id: 7, title: 'milk', done: false }]);
    });

    it('refuses with what is wrong, and where', async () => {
      const client = await connect(await serve(seen(Todo)));
      const [error] = await ask(client, 'todos:create', { title: '' });
      const message = 'A todo needs a title.';
      assert.deepEqual(error, { code: 'invalid', message, issues: [{ path: ['title'], message }] });
    });

    it('waits for a schema that has to ask', async () => {
      const isFree = v.checkAsync(async text => text !== 'taken', 'Taken.');
      const client = await connect(await serve(seen(v.objectAsync({ title: v.pipeAsync(v.string(), isFree) }))));
      assert.deepEqual(await ask(client, 'todos:create', { title: 'free', more: 1 }), [null, { title: 'free' }]);
      const [error] = await ask(client, 'todos:create', { title: 'taken' });
      assert.deepEqual([error.code, error.message], ['invalid', 'Taken.']);
    });
  });

  it('lives on when what a schema of zod asks fails', async () => {
    const Asking = z.object({ title: z.string().refine(async title => {
      if (title === 'away') throw new Error('The database is away.');
      return title !== 'taken';
    }, 'Taken.') });
    const client = await connect(await serve(todos => todos.use(validate(Asking), (req, res) => res.end(req.model)), { log() {} }));
    assert.deepEqual(await ask(client, 'todos:create', { title: 'away' }), [{ code: 'internal', message: 'Internal server error.' }, null]);
    assert.equal((await ask(client, 'todos:create', { title: 'taken' }))[0].message, 'Taken.');
    assert.deepEqual(await ask(client, 'todos:create', { title: 'free', more: 1 }), [null, { title: 'free' }]);
  });

  it('says of a list of mistakes only so many', async () => {
    const client = await connect(await serve(todos => todos.use(validate(z.object({ tags: z.array(z.string()) })), (req, res) => res.end())));
    const [error] = await ask(client, 'todos:create', { tags: Array.from({ length: 1000 }, () => 1) });
    assert.equal(error.issues.length, 50);
    assert.deepEqual(error.issues[49].path, ['tags', 49]);
  });

  it('tells nobody what a schema throws', async () => {
    const broken = { '~standard': { version: 1, vendor: 'test', validate() { throw new Error('secret'); } } };
    const client = await connect(await serve(todos => todos.use(validate(broken), (req, res) => res.end()), { log() {} }));
    assert.deepEqual(await ask(client, 'todos:create', {}), [{ code: 'internal', message: 'Internal server error.' }, null]);
  });

  it('refuses at once what is no schema', () => {
    for (const wrong of [undefined, {}, () => {}, null, z]) assert.throws(() => validate(wrong), /Standard Schema/);
  });
});
