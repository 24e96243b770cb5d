/**
 * The backend of the todos: the layers that each request for one passes, from the first to the store. Who may ask at all is
 * decided before, in lists.ts; the windows that have the list open are told by the companion, after the store has committed.
 */
import { BackendError, createBackend, rateLimit, validate, type ErrorLayer } from 'backbone.iobind/server';
import type { Database } from './database';
import { PartOfTodo, Todo } from './shapes';

export function createTodos(store: Database['todos']) {
  const todos = createBackend({
    // As the page spells its collection's `url` and its model's `urlRoot`.
    collection: 'todos',
    model: 'todo',
    // All that pages see; what they may set is in shapes.ts. What an update does not name, which is always the order, stays as it is.
    scope: () => ({ fields: ['title', 'done', 'order'] }),
  });

  todos.use(rateLimit());
  todos.use('create', 'update', validate(Todo, { patch: PartOfTodo }));
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
 * The page sorts by it. It grows with each new todo, also over a restart. It is the time, so that several nodes need to agree on
 * nothing but their clocks.
 */
function nextOrder(): number {
  last = Math.max(Date.now(), last + 1);
  return last;
}
