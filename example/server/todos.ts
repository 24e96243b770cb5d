/**
 * The backends of the todos: the layers that each request for one passes, from the first to the store. There are two, for two ways to
 * speak with a page, and one store behind both. Who may ask at all is decided before, in lists.ts; whoever has to hear of a change
 * is told by the companion, after the store has committed.
 */
import { BackendError, createBackend, rateLimit, validate, type Backend, type ErrorLayer } from 'backbone.iobind/server';
import type { Database } from './database';
import { channelOf } from './lists';
import { NewTodo, PartOfTodo, Todo } from './shapes';

type Store = Database['todos'];

/** As the pages spell their collections' `url` and their models' `urlRoot`. */
const names = { collection: 'todos', model: 'todo' };

/** All that pages see; what they may set is in shapes.ts. What an update does not name, such as the order, stays as it is. */
const fields = ['title', 'done', 'list', 'order'];

/** The main page's: all lists. It pushes nothing: of a change hears who has subscribed to a part that it is in. */
export function createLists(store: Store): Backend {
  return withLayers(store, createBackend({
    ...names,
    pushes: false,
    channel: ({ list }) => channelOf(list),
    scope: () => ({ fields }),
  }));
}

/** The classic page's: the list for everyone, as if there were no other. Every client is told of every change. */
export function createClassic(store: Store): Backend {
  return withLayers(store, createBackend({
    ...names,
    scope: () => ({ fields, where: { list: '' } }),
  }));
}

function withLayers(store: Store, todos: Backend): Backend {
  todos.use(rateLimit());
  todos.use('create', validate(NewTodo));
  todos.use('update', validate(Todo, { patch: PartOfTodo }));
  todos.create((req, _res, next) => {
    req.model.order = nextOrder();
    next();
  });
  todos.use(store);
  todos.use(nameTodos);
  return todos;
}

/** The store speaks of documents. */
const nameTodos: ErrorLayer = (error, _req, _res, next) => {
  const isGone = error instanceof BackendError && error.code === 'not_found';
  next(isGone ? new BackendError('not_found', 'This todo is no longer there.') : error);
};

let last = 0;

/**
 * The pages sort by it. It grows with each new todo, also over a restart. It is the time, so that several nodes need to agree on
 * nothing but their clocks.
 */
function nextOrder(): number {
  last = Math.max(Date.now(), last + 1);
  return last;
}
