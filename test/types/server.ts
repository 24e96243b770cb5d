// A server as its author writes it, and the mistakes that an editor should show.
import { createServer } from 'node:http';
import {
  BackendError, createBackend, drain, jwt, listen, memoryStore, middleware, pgliteStore, revoke, validate,
  type ErrorLayer, type Layer, type Store,
} from 'backbone.iobind/server';
import { storeContract } from 'backbone.iobind/server/contract';
import { z } from 'zod';

const store = memoryStore({ max: 100 });
const log: Layer = (req, _res, next) => {
  console.log(req.method, req.model, req.channel, req.user?.id);
  next();
};

const report: ErrorLayer = (error, _req, _res, next) => next(error);

const todos = createBackend({ collection: 'todos', model: 'todo', channel: ({ list }) => String(list) })
  .use('create', 'update', validate(z.object({ title: z.string() })))
  .use(['read', 'archive'], log)
  .delete((req, res) => (req.user ? res.end() : res.error(new BackendError('forbidden', 'Log in first.'))))
  .use(report)
  .use(store);

const io = listen(createServer(), { todos }, {
  authenticate: jwt({ secret: 'x'.repeat(32) }),
  authorize: (user, { channel, method }) => method === 'read' || channel === String(user?.id),
  origins: ['https://example.org'],
});

export async function end(): Promise<void> {
  const { id, version, attributes } = await store.create({ title: 'milk' }, { channel: 'groceries' });
  await store.patch(id, { done: true }, { ifVersion: version, where: { title: String(attributes.title) } });
  await store.transaction(async (documents) => documents.delete(id));
  todos.emit('deleted', { id });
  await revoke(io, 'ann');
  await drain(io, 1000);
}

storeContract({ test: (_title, run) => void run(), open: (): Store => pgliteStore('data', { table: 'todos' }) });
todos.use(middleware.memoryStore());

// @ts-expect-error a document has no date in it
void store.create({ made: new Date() });
// @ts-expect-error it is `created`
todos.emit('create', { id: 1 });
// @ts-expect-error authenticate returns a user
listen(createServer(), { todos }, { authenticate: () => true });
// @ts-expect-error a snapshot is read without a socket
todos.use((req, _res, next) => next(req.socket.handshake));
// @ts-expect-error a layer is a function
todos.use('create', { title: 'milk' });
// @ts-expect-error the collection's name is a text
createBackend({ collection: 42 });
