// A socket that knows its events, `this` in callbacks, a time limit of one's own, promises of promises.
import Backbone from 'backbone';
import { ioSync } from 'backbone.iobind';
import { io, type Socket } from 'socket.io-client';

interface ToPage { 'todos:create': (todo: object) => void }
interface ToServer { 'todos:read': (data: object, reply: (error: unknown, todos?: object[]) => void) => void }
const typed: Socket<ToPage, ToServer> = io();
const todo = new Backbone.Model();
const view = new Backbone.View();
Backbone.socket = typed;
todo.ioBind('update', typed, todo.set).ioUnbindAll(typed);
todo.fetch({ socket: typed });

// `this` is the object, or the context.
todo.ioBind('update', function (attributes: object) { this.set(attributes); });
todo.ioBind('update', function () { this.remove(); }, view);
todo.ioBind({ update() { this.unset('title'); } });
todo.ioBind({ update() { this.remove(); } }, view);
todo.ioBind('update', todo.set).ioBind('update', view.remove, view);

class Slow extends Backbone.Model { override timeout = 60_000; }
const count: Promise<number> = ioSync<unknown[]>('count', todo).then(rows => rows.length);

// @ts-expect-error: a model has no remove
todo.ioBind('update', function () { this.remove(); });
// @ts-expect-error: milliseconds are a number
class Wrong extends Backbone.Model { override timeout = '5s'; }
