// The public types, what an editor shows on hover, and the little of Backbone and Socket.IO that the library needs.

import type Backbone from 'backbone';
import type { Cursor, RequestMeta } from './wire';

/** Any Socket.IO client (2, 3 or 4), typed events (`Socket<ToPage, ToServer>`) included, or any object with these three methods. */
export interface IoSocket {
  on: (...args: never) => unknown;
  removeListener: (...args: never) => unknown;
  emit: (...args: never) => unknown;
}

/** What the library uses of a Socket.IO client, if it is there. `ids`, `acks`, `flags` and `_opts` are Socket.IO's internals. */
export interface Socket {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  removeListener(event: string, listener: (...args: unknown[]) => void): unknown;
  emit(event: string, ...args: unknown[]): unknown;
  connected?: boolean;
  id?: string | undefined;
  /** What the page logs in with, as Socket.IO's `auth`. */
  auth?: unknown;
  sendBuffer?: unknown[];
  ids?: number;
  acks?: { [id: number]: unknown };
  _opts?: object;
  flags?: { timeout?: number | undefined };
  onAny?(listener: (event: string, ...args: unknown[]) => void): unknown;
  offAny?(listener: (event: string, ...args: unknown[]) => void): unknown;
}

/** A setting that may be computed when it is needed; `this` is the object that has it. */
export type Lazy<T> = T | (() => T);

/** The name of a backend of the server, and a channel in it unless it is the default one. */
export type Backend = string | { name: string; channel?: string };

/** How requests are named: a fixed name, or a function from the url to one, such as `fullPath`. */
export type Namespace = string | NamespaceOf;

export type NamespaceOf = (url: string, entity: Entity, options: IoSyncOptions) => string | undefined;

/** What `fetch`, `save`, `destroy` and `Backbone.sync` take beside Backbone's own options. */
export interface IoSyncOptions {
  /** The socket for this request; `false` sends it by AJAX. */
  socket?: Lazy<IoSocket | false | undefined>;
  /** Milliseconds until the request fails with `timeout`, waiting for a connection included; 0 is no limit (24.8 days). */
  timeout?: number;
  /** Aborts the request when it fires. */
  signal?: AbortSignal;
  /** Sends this request by AJAX. */
  ajaxSync?: Lazy<boolean | undefined>;
  /** How this request is named, instead of by the first segment of its url. */
  ioNamespace?: Namespace;
  /** Sent instead of the object's `toJSON()`. */
  data?: unknown;
  /** In a live collection: the write fails as `conflict` if the document has changed since the page last heard of it. */
  ifVersion?: boolean;
}

/**
 * What `save`, `fetch` and `destroy` return: a promise of the server's answer which also has what code written for
 * a jqXHR uses. A failure that nobody listens to is silent; `then` and `await` listen.
 */
export interface IoPromise<T = unknown> {
  then<A = T, B = never>(
    onDone?: ((answer: T) => A | PromiseLike<A>) | null,
    onFail?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B>;
  catch<U = never>(onFail: (error: unknown) => U | PromiseLike<U>): Promise<T | U>;
  finally(onSettle: () => void): Promise<T>;
  /** Calls back with the answer, at once if it is there. Callbacks added by `done`, `fail` and `always` run in their order. */
  done(...callbacks: Array<(answer: T) => void>): this;
  /** Calls back with the server's error as it came, or an `IoSyncError`. */
  fail(...callbacks: Array<(error: unknown) => void>): this;
  always(...callbacks: Array<(answerOrError: unknown) => void>): this;
  /** For jQuery's `$.when`; a request on the plain wire reports no progress. */
  progress(callback: (...args: unknown[]) => void): this;
  promise(): this;
  /** Settles the request as failed with the code `aborted`; if it is still waiting for a connection, it is never sent. */
  abort(): this;
}

/** Including what Backbone adds for itself: `success`, `error`, `attrs`, … */
export type SyncOptions = IoSyncOptions & { [name: string]: unknown };

/** The socket sync: called like `Backbone.sync`, and the settings for all requests. */
export interface IoSync {
  <T = unknown>(method: string, entity: Entity, options?: SyncOptions): IoPromise<T>;
  /** Milliseconds until a request fails with `timeout`: 10,000 unless changed. */
  timeout: number;
  /** How requests are named unless the options, the model or its collection have an `ioNamespace`. */
  namespace: Namespace;
  /** A ready `ioNamespace`: the whole path of the url instead of its first segment, without the model's id. */
  fullPath: (url: string, entity: Entity) => string;
}

/** A callback for a server's message. It gets all arguments, the acknowledgement function (if any) last: declare their types. */
export type IoCallback<Args extends unknown[] = never, This = never> = (this: This, ...args: Args) => void;

/** The listeners for server events, the same on models and collections. */
export interface IoBind {
  /**
   * Runs `callback` for each message `<url>:<event>` of the server, and triggers `event` locally.
   *
   *     todo.ioBind('update', todo.set);            // hears todo/42:update
   *     todos.ioBind('create delete', sync, view);  // a list of events; `this` is the view
   *
   * Throws for the names that Backbone needs for itself: `add`, `remove`, `reset`, `change`, `changeId`, `destroy`, `all`.
   */
  ioBind<Args extends unknown[], This = this>(event: string, callback: IoCallback<Args, This>, context?: This): this;
  ioBind<Args extends unknown[], This = this>(
    event: string,
    socket: IoSocket | null | undefined,
    callback: IoCallback<Args, This>,
    context?: This,
  ): this;
  ioBind<This extends object = this>(map: Record<string, IoCallback<never, This>>, context?: This): this;
  ioBind<This extends object = this>(
    map: Record<string, IoCallback<never, This>>,
    socket: IoSocket | null | undefined,
    context?: This,
  ): this;

  /** Removes what `ioBind` has bound: these events, or this callback; on every socket unless one is given. */
  ioUnbind(event: string | Record<string, IoCallback>, callback?: IoCallback): this;
  ioUnbind(event: string | Record<string, IoCallback>, socket?: IoSocket | null, callback?: IoCallback): this;

  /** Ends every binding of this object, or those on one socket. */
  ioUnbindAll(socket?: IoSocket | null): this;

  /**
   * Applies what other clients do in its `backend`: a collection adds, updates and removes, a model updates and is destroyed.
   * `ioUnbindAll` ends it.
   */
  bindBackend(): this;

  /**
   * Makes the collection, or the model, equal to what the server has, and keeps it so, also after a lost connection: missing documents
   * are added, changed ones updated, deleted ones removed.
   * Needs a companion (`backbone.iobind/server`). Triggers `io:create`, `io:update`, `io:delete` (model, attributes), `io` (method, model,
   * attributes), `io:state` (state) and, while the first documents arrive, `io:progress` (their number).
   */
  ioSubscribe(options?: IoSubscribeOptions): IoSubscription;

  /** The version of the package. */
  readonly ioBindVersion: string;
}

/** What to subscribe to. */
export interface IoSubscribeOptions {
  /** By default the channel of the object's `backend`. */
  channel?: string;
  /** Only documents that match: `{ done: false, title: { $contains: 'milk' } }`. README has the grammar. */
  where?: { [path: string]: unknown };
  /** Only these attributes, which may be those of nested objects: `['title', 'user.name']`. */
  fields?: string[];
  /** The prefix of the triggered events: `io` by default. */
  event?: string;
  /** Continues from a page that the server has rendered: the `cursor` of its `snapshot`. */
  cursor?: Cursor;
}

export type IoState = 'connecting' | 'live' | 'behind' | 'closed';

export interface IoSubscription {
  /** Resolves once the collection has what the server has; rejects, with an error that has a `code`, if the subscription ends before. */
  readonly ready: Promise<void>;
  /** `connecting`: not connected, or not answered yet; `behind`: a change was missed, and is asked for; `closed`: stopped, or refused. */
  readonly state: IoState;
  /** Ends the subscription; the models stay as they are. */
  stop(): void;
}

/** What a subscription uses of a request. */
export interface LiveRequest extends IoPromise {
  /** Its name: `todos:create`. */
  event?: string;
  /** What it sends. */
  data?: unknown;
  /** What it sends beside the data, to a backend. */
  meta?: RequestMeta | undefined;
  /** The document's version after the write. */
  version?: number | undefined;
}

/** What a model or collection may say about its own requests and bindings. */
export interface IoSettings {
  /** Its socket; `false` sends its requests by AJAX. */
  socket?: Lazy<IoSocket | false | undefined>;
  /** Milliseconds until a request of its own fails with `timeout`. */
  timeout?: Lazy<number | undefined>;
  /**
   * Its requests go to this backend of a companion, whatever its url, and a collection hears what other clients do there:
   * `backend:create`, `backend:update` and `backend:delete` with the attributes, `backend` with the method before them.
   */
  backend?: Lazy<Backend | undefined>;
  /** Sends its requests by AJAX. */
  ajaxSync?: Lazy<boolean | undefined>;
  /** How its requests are named, instead of by the first segment of its url. */
  ioNamespace?: Namespace;
}

declare module 'backbone' {
  interface ModelBase extends IoBind, IoSettings {}
  interface PersistenceOptions extends Pick<IoSyncOptions, 'socket' | 'signal' | 'ajaxSync' | 'ioNamespace' | 'ifVersion'> {}

  /** The socket of all objects that have none of their own. */
  let socket: Lazy<IoSocket | undefined>;
  /** The sync that was there before: Backbone's own, by AJAX. */
  let ajaxSync: (method: string, entity: Entity, options?: SyncOptions) => unknown;
  /** The sync over the socket. */
  const ioSync: IoSync;
  const io: {
    /** Calls the page's `io` with the same arguments, and makes the new socket `Backbone.socket`. */
    connect<S extends IoSocket = Socket>(...args: unknown[]): S;
  };
  /** Ends every binding made by `ioBind`, or those on one socket: for a router's change of route. */
  function ioUnbindAll(socket?: IoSocket | null): void;
}

/** A model or a collection. */
export type Entity = (Backbone.Model | Backbone.Collection) & { collection?: Backbone.Collection };

/** Backbone, whichever copy of it the page has. */
export type IoBackbone = typeof Backbone;
