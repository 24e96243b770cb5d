/**
 * The backends of the todos: the layers through which each request passes, from the first to the store. There is one backend for each page,
 * and one store behind both. `authorize` in lists.ts decides before the layers who may send a request; after the store has committed, the
 * companion announces the change.
 */
import { BackendError, createBackend, rateLimit, validate, type Backend, type ErrorLayer } from 'backbone.iobind/server';
import type { Database } from './database';
import { channelOf } from './lists';
import { NewTodo, PartOfTodo, Todo } from './shapes';

type Store = Database['todos'];

/** The pages' spelling of their collections' `url` and their models' `urlRoot`. */
const names = { collection: 'todos', model: 'todo' };

/** The attributes that pages see. shapes.ts lists those that they may set; an update leaves others, such as the order, unchanged. */
const fields = ['title', 'done', 'list', 'order'];

/** For the main page: all lists. It sends no pushes: only subscribers to a part that contains the todo hear of a change. */
export function createLists(store: Store): Backend {
  return withLayers(store, createBackend({
    ...names,
    pushes: false,
    channel: ({ list }) => channelOf(list),
    scope: () => ({ fields }),
  }));
}

/** For the classic page: the list for everyone, as if there were no other. Every client hears every change. */
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

/** The store's messages speak of documents; this one of todos. */
const nameTodos: ErrorLayer = (error, _req, _res, next) => {
  const isGone = error instanceof BackendError && error.code === 'not_found';
  next(isGone ? new BackendError('not_found', 'This todo is no longer there.') : error);
};

let last = 0;

/**
 * The pages sort by this number. It grows with each new todo, also after a restart. It is a time, so several nodes need only agree on the
 * time.
 */
function nextOrder(): number {
  last = Math.max(Date.now(), last + 1);
  return last;
}
