// The public types, what an editor shows on hover, and the little of Backbone and Socket.IO that the library needs.

import type Backbone from 'backbone';
import type { Cursor, RequestMeta } from './wire';

/** Any Socket.IO client (2, 3 or 4), or whatever else has these three. One that knows its events, `Socket<ToPage, ToServer>`, is one, too. */
export interface IoSocket {
  on: (...args: never) => unknown;
  removeListener: (...args: never) => unknown;
  emit: (...args: never) => unknown;
}

/** What we use of a Socket.IO client, where it is there. What begins with `_` is its internal. */
export interface Socket {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  removeListener(event: string, listener: (...args: unknown[]) => void): unknown;
  emit(event: string, ...args: unknown[]): unknown;
  connected?: boolean;
  /** Whether it connects again by itself. */
  active?: boolean;
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

/** The name by which a server has a backend, and if it is not the default one, the channel in it. */
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
  /** In a live collection: the write fails as `conflict` if somebody has changed the document since it was heard of last. */
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

/** With what Backbone adds for itself: `success`, `error`, `attrs`, … */
export type SyncOptions = IoSyncOptions & { [name: string]: unknown };

/** The socket sync: as `Backbone.sync`, with the settings that hold for all requests. */
export interface IoSync {
  <T = unknown>(method: string, entity: Entity, options?: SyncOptions): IoPromise<T>;
  /** Milliseconds until a request fails with `timeout`: 10,000 unless changed. */
  timeout: number;
  /** How requests are named where neither options, model nor collection say. */
  namespace: Namespace;
  /** A ready `ioNamespace`: the whole path of the url instead of its first segment, without the model's id. */
  fullPath: (url: string, entity: Entity) => string;
}

/** What a message runs: all of its arguments arrive, the server's acknowledgement function last. Say what they are. */
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

  /** Ends what `ioBind` began: for these events, or this callback; without a socket, on all of them. */
  ioUnbind(event: string | Record<string, IoCallback>, callback?: IoCallback): this;
  ioUnbind(event: string | Record<string, IoCallback>, socket?: IoSocket | null, callback?: IoCallback): this;

  /** Ends every binding of this object, or those on one socket. */
  ioUnbindAll(socket?: IoSocket | null): this;

  /**
   * Applies what other clients do in its `backend`: a collection adds, updates and removes, a model updates and is destroyed.
   * Until `ioUnbindAll`.
   */
  bindBackend(): this;

  /**
   * Makes it the server's, and keeps it so: what it lacks arrives, what has changed is set, what is gone is removed, whatever happened to the network.
   * Needs a companion (`backbone.iobind/server`). Triggers `io:create`, `io:update`, `io:delete` (model, attributes), `io` (method, model,
   * attributes), `io:state` (state) and, while the first documents arrive, `io:progress` (their number).
   */
  ioSubscribe(options?: IoSubscribeOptions): IoSubscription;

  /** The version of the package. */
  readonly ioBindVersion: string;
}

/** What is subscribed to. */
export interface IoSubscribeOptions {
  /** The channel; that of its `backend`, if left out. */
  channel?: string;
  /** Only documents that fit: `{ done: false, title: { $contains: 'milk' } }`. README has the grammar. */
  where?: { [path: string]: unknown };
  /** Only these attributes, those of nested objects included: `['title', 'user.name']`. */
  fields?: string[];
  /** The prefix of the events that it triggers: `io`. */
  event?: string;
  /** Continues from a page that the server has rendered: the `cursor` of its `snapshot`. */
  cursor?: Cursor;
}

export type IoState = 'connecting' | 'live' | 'behind' | 'closed';

export interface IoSubscription {
  /** Resolves when the collection is the server's for the first time; rejects if it cannot be, with a code. */
  readonly ready: Promise<void>;
  /** `connecting`: not connected, or not answered yet; `behind`: something was missed, and is asked for; `closed`: stopped, or refused. */
  readonly state: IoState;
  /** Ends it; the models stay as they are. */
  stop(): void;
}

/** A request, as far as a subscription knows it. */
export interface LiveRequest extends IoPromise {
  /** Its name: `todos:create`. */
  event?: string;
  /** What it sends. */
  data?: unknown;
  /** What goes with it to a backend. */
  meta?: RequestMeta | undefined;
  /** Of the document, as the write has left it. */
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

  /** The socket of all that have none of their own. */
  let socket: Lazy<IoSocket | undefined>;
  /** The sync that was there before: Backbone's own, by AJAX. */
  let ajaxSync: (method: string, entity: Entity, options?: SyncOptions) => unknown;
  /** The sync over the socket. */
  const ioSync: IoSync;
  const io: {
    /** Calls the page's `io` with the same arguments, and makes the socket that of all: `Backbone.socket`. */
    connect<S extends IoSocket = Socket>(...args: unknown[]): S;
  };
  /** Ends every binding made by `ioBind`, or those on one socket: for a router's change of route. */
  function ioUnbindAll(socket?: IoSocket | null): void;
}

/** A model or a collection. */
export type Entity = (Backbone.Model | Backbone.Collection) & { collection?: Backbone.Collection };

/** Backbone, whichever copy of it the page has. */
export type IoBackbone = typeof Backbone;
