/**
 * The plain wire. The page asks, and is answered through its callback:
 *
 *     todos:read    {}                    → every todo, the newest first
 *     todo:create   { title, done? }      → the todo, with the id and the order that the server gave it
 *     todo:read     { id }                → the todo
 *     todo:update   { id, title, done }   → the todo
 *     todo:patch    { id, title?, done? } → the todo
 *     todo:delete   { id }                → { id }
 *
 * Every answer is `callback(error, result)`, the error `null` or `{ code, message }`. When something has changed, the
 * server tells all the *other* windows, since the one that asked has its answer:
 *
 *     todos:create       todo             a new one, for the collection
 *     todo/<id>:update   todo             for the model with that id
 *     todo/<id>:delete   { id }
 *
 * Whatever a client sends, it gets an answer of this form, or none; the server stays up.
 */
import type { Server, Socket } from 'socket.io';
import { ZodError } from 'zod';
import { Problem } from './problem';
import { NewTodo, PartOfTodo, SavedTodo, WholeTodo } from './shapes';
import type { Changes, Store, Todo } from './store';

export function handleTodos(io: Server, store: Store): void {
  io.on('connection', (socket) => handleSocket(socket, store));
}

function handleSocket(socket: Socket, store: Store): void {
  const create = answer(async (data) => {
    const todo = await store.create(NewTodo.parse(data));
    socket.broadcast.emit('todos:create', todo);
    return todo;
  });

  const change = async (id: string, changes: Changes): Promise<Todo> => {
    const todo = found(await store.update(id, changes));
    socket.broadcast.emit(`todo/${todo.id}:update`, todo);
    return todo;
  };

  socket.on('todos:read', answer(() => store.all()));

  // A model's urlRoot comes before its collection's url, so the page asks the first. A model without urlRoot, the second.
  socket.on('todo:create', create);
  socket.on('todos:create', create);

  socket.on('todo:read', answer(async (data) => found(await store.get(SavedTodo.parse(data).id))));

  socket.on('todo:update', answer(async (data) => {
    const { id, ...changes } = WholeTodo.parse(data);
    return change(id, changes);
  }));

  socket.on('todo:patch', answer(async (data) => {
    const { id, ...changes } = PartOfTodo.parse(data);
    return change(id, changes);
  }));

  socket.on('todo:delete', answer(async (data) => {
    const { id } = found(await store.remove(SavedTodo.parse(data).id));
    socket.broadcast.emit(`todo/${id}:delete`, { id });
    return { id };
  }));
}

type Callback = (error: object | null, result?: unknown) => void;

/** Makes a listener of a function that takes the data and returns the result, or throws. */
function answer(handle: (data: unknown) => Promise<unknown>): (...args: unknown[]) => void {
  return (...args) => {
    // Socket.IO puts the callback last. Without one nobody hears the outcome, and then nothing is done at all.
    const callback = args.pop();
    if (!isCallback(callback)) return;
    handle(args[0]).then((result) => callback(null, result), (error: unknown) => callback(describe(error)));
  };
}

const isCallback = (value: unknown): value is Callback => typeof value === 'function';

function found(todo: Todo | undefined): Todo {
  if (!todo) throw new Problem('not_found', 'This todo is no longer there.');
  return todo;
}

/** The error as the client may see it: never a stack, and nothing that we did not write for it. */
function describe(error: unknown): { code: string; message: string } {
  if (error instanceof ZodError) return { code: 'invalid', message: error.issues[0]?.message ?? 'The data is not valid.' };
  if (error instanceof Problem) return { code: error.code, message: error.message };
  console.error(error);
  return { code: 'internal', message: 'The server made a mistake. Nothing was changed.' };
}
