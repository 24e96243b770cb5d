// What a request takes, and what it gives back.
import Backbone from 'backbone';
import { fullPath, ioSync, IoSyncError, type IoPromise, type IoSyncCode, type IoSyncOptions } from 'backbone.iobind';
import { io } from 'socket.io-client';

const socket = io();
const todos = new (class extends Backbone.Collection { url = 'todos'; })();
const todo = todos.add({ id: 1, title: 'milk' });
const controller = new AbortController();

// Options of one request.
todos.fetch({ timeout: 5000, signal: controller.signal, socket, data: { page: 2 }, reset: true });
todos.fetch({ socket: () => socket, ioNamespace: fullPath });
todos.fetch({ ajaxSync: true });
todos.fetch({ socket: false });
todo.save({ title: 'bread' }, { patch: true, wait: true, timeout: 0, ioNamespace: 'todo' });
todo.destroy({ signal: AbortSignal.timeout(500), wait: true });
todos.create({ title: 'bread' }, { ioNamespace: (url, entity, options) => (options.ajaxSync ? url : fullPath(url, entity)) });

// Settings of all requests.
Backbone.ioSync.timeout = 5000;
Backbone.ioSync.namespace = Backbone.ioSync.fullPath;
ioSync.namespace = 'todos';
const same: typeof Backbone.ioSync = ioSync;

// `await` gives what the server answered.
export async function read() {
  const answer = await todos.fetch();
  const first: { title: string } = answer[0];
  return first;
}

// Code that was written for a jqXHR.
todos.fetch().done(rows => console.log(rows.length)).fail(error => console.log(error)).always(() => {});
todos.fetch().then(rows => rows.length).catch((error: unknown) => console.log(error));
todos.fetch().abort();

// The sync itself says exactly what it returns.
const request: IoPromise = ioSync('read', todos, { timeout: 100 });
request.done(rows => console.log(rows)).fail(error => console.log(error)).abort();
request.catch((error: unknown) => console.log(error)).finally(() => {});
const ajax: unknown = Backbone.ajaxSync('read', todos);
const custom: PromiseLike<number> = ioSync<number>('archive', todo, { data: { all: true } }).then((count: number) => count);

// An error is narrowed by its class, and by its code.
export function explain(error: unknown): string {
  if (!(error instanceof IoSyncError)) return 'the server said no';
  const sentence: string = error.message;
  switch (error.code) {
    case 'timeout':
    case 'disconnected': return 'try again';
    case 'aborted':
    case 'superseded': return '';
    case 'unsupported':
    case 'not_found':
    case 'invalid': return sentence;
  }
}
export const isRepeatable = (code: IoSyncCode): boolean => code === 'timeout' || code === 'disconnected';

const failed = (error: IoSyncError): boolean => {
  // @ts-expect-error: there is no such code
  if (error.code === 'timed_out') return true;
  // @ts-expect-error: the code is the error's to say
  error.code = 'timeout';
  return error.code === 'timeout';
};
const complete: Record<IoSyncCode, string> = { timeout: '', disconnected: '', aborted: '', superseded: '', invalid: '', unsupported: '', not_found: '' };
// @ts-expect-error: a table of the codes has them all
const incomplete: Record<IoSyncCode, string> = { timeout: '', disconnected: '' };

// @ts-expect-error: milliseconds are a number
todos.fetch({ timeout: '5s' });
// @ts-expect-error: the signal, not its controller
todos.fetch({ signal: controller });
// @ts-expect-error: a URL is not yet a socket
todos.fetch({ socket: 'http://localhost:3000' });
// @ts-expect-error: true is no socket
todo.save({}, { socket: true });
// @ts-expect-error: a namespace is a name or a function
todos.fetch({ ioNamespace: 42 });
// @ts-expect-error: its function returns a name
todos.fetch({ ioNamespace: () => 42 });
// @ts-expect-error: yes or no
todos.fetch({ ajaxSync: 'yes' });
// @ts-expect-error: milliseconds are a number
Backbone.ioSync.timeout = '5s';
// @ts-expect-error: the socket sync is not to be replaced; Backbone.sync is
Backbone.ioSync = Backbone.ajaxSync;
// @ts-expect-error: a request is for a model or a collection
ioSync('read', { url: 'todos' });
// @ts-expect-error: and has a method
ioSync(todos);
// @ts-expect-error: what is no option of ours is none
const options: IoSyncOptions = { timeoutMs: 5000 };
