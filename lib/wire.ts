// The names and shapes that page and server must agree on, each defined once. Both import this file; no state, no side effects.

/** The name of an event: of a request (`todos:create`), of a push (`todo/42:update`). */
export const eventName = (name: string, what: string): string => `${name}:${what}`;

/** The methods of Backbone's sync are these and `read`. A backend may have others besides. */
const writes = ['create', 'update', 'patch', 'delete'] as const;
export type WriteMethod = (typeof writes)[number];

export const isWrite = (method: string): method is WriteMethod => writes.includes(method as WriteMethod);
export const isSyncMethod = (method: string): boolean => isWrite(method) || method === 'read';

/** A backend with exactly one store answers these two methods as well, and sends its subscribers `todos:changes`. */
export const subscribeMethod = 'subscribe';
export const unsubscribeMethod = 'unsubscribe';
export const changesEvent = 'changes';

/**
 * Why a request failed before, or without, an answer of the server:
 *
 * - `timeout`: no answer, or no connection, within the time limit;
 * - `disconnected`: the connection ended while the request was in flight, so the server may have executed it;
 * - `aborted`: `abort()` was called, `options.signal` fired, or the subscription was stopped;
 * - `superseded`: a newer fetch of the same object has answered, so this one's answer would be stale;
 * - `invalid`: the server answered with something that Backbone cannot hold;
 * - `unsupported`: a named channel or a subscription was asked for, and the server said no hello, so it is no companion; or it has no such
 *   backend, or one that cannot be subscribed to;
 * - `not_found`: `model.ioSubscribe()`: the server shows the user no such document (any more), or the page has destroyed the model.
 */
export type IoSyncCode = 'timeout' | 'disconnected' | 'aborted' | 'superseded' | 'invalid' | 'unsupported' | 'not_found';

/** The url of a document, with which the events of its pushes begin: `todo/42`. */
export const documentUrl = (model: string, id: string): string => `${model}/${encodeURIComponent(id)}`;

/** The id in a document's url, as it is written there; `''` for any other url. */
export const idIn = (url: string, model: string): string => (url.startsWith(model + '/') ? url.slice(model.length + 1) : '');

/** The arguments of a push: the second one names the channel, unless it is the default one. */
export const pushArgs = (attributes: object, channel: string): unknown[] => (channel ? [attributes, { channel }] : [attributes]);

/** The channel of a push, from its arguments; `''` is the default one. */
export const channelOf = ([, meta]: readonly unknown[]): string => ((meta || {}) as { channel?: string }).channel || '';

/** The companion's own events. All but `iosync:hello` are sent only by, and to, a server that has said hello. */
export const helloEvent = 'iosync:hello';
export const joinEvent = 'iosync:join';
export const leaveEvent = 'iosync:leave';
export const authEvent = 'iosync:auth';

/** Sent between the nodes of one server. */
export const nodeEvent = 'iosync:node';

/** What subscribers are sent as `todos:changes`. */
export interface Changes {
  /** The `shape` of the answer to `subscribe`. */
  shape: string;
  /** A subscriber that has everything up to `from` has everything up to `head` with these entries; any other is behind, and asks. */
  from: number;
  head: number;
  entries: Entry[];
}

/** What happened to one document, as a subscription sees it. */
export interface Entry {
  /** `put`: it is like this now; `leave`: the subscription does not show it any more; `delete`: it was deleted. */
  action: 'put' | 'leave' | 'delete';
  id: string;
  version: number;
  /** The `op` of the write that did it. */
  op?: string;
  /** With a `put`: all attributes that the subscription shows. Left out if none of these has changed. */
  attrs?: { [name: string]: unknown };
}

/** How far a subscription has got, so that it can continue from there. A page can treat it as opaque. */
export interface Cursor {
  /** Heads and versions can be compared only within one epoch of the store. */
  epoch: string;
  head: number;
  /** Stands for what is shown: the channel, the filter and the fields, restricted to what the user may see. */
  view: string;
}

/**
 * The data of `todos:subscribe`. With a cursor it asks for what has changed since. Without one, and where the server cannot tell that, the
 * answer comes in pages: each request says which documents the page holds after the id `after`, in the order of their code points.
 */
export interface Subscribe {
  /** Identifies the subscription on this connection. */
  uid: string;
  where?: { [path: string]: unknown } | undefined;
  fields?: string[] | undefined;
  cursor?: Cursor | undefined;
  after?: string;
  /** Documents that the page holds, with their versions. */
  held?: Array<[id: string, version: number]>;
  /** Whether the page holds more documents after these. */
  more?: boolean;
}

export interface Subscribed {
  shape: string;
  entries: Entry[];
  /** In the first answer: the subscription continues from here once there is no next page. */
  cursor?: Cursor;
  /** The `after` of the next page, if there is one. */
  next?: string;
}

/** What goes with a request to a server that has said hello: `(data, meta, callback)`. */
export interface RequestMeta {
  /** Identifies a write, so that the server executes it once, however often it is sent. */
  op?: string;
  channel?: string;
  options?: { [name: string]: unknown };
  /** The write is refused as `conflict` if the document has another version by now. */
  ifVersion?: number;
  /** The page has only these attributes: the answer contains no others, and an update leaves the others as they are, as a patch does. */
  fields?: string[] | undefined;
  /** A read is answered with the version of each document, as is every request with an `op` or an `ifVersion`. */
  versions?: boolean;
}

/** The attribute with a document's version, in snapshots and in answers to requests that ask for it. Such requests cannot store it. */
export const versionAttribute = '_version';

/** The version of the companion's wire. A page treats a hello with another version as no hello. */
export const protocolVersion = 1;

/** What the companion says about itself. */
export interface Hello {
  v: typeof protocolVersion;
  /** How often the login has been changed on this connection: after a change, what was refused may be allowed. */
  login: number;
  backends: { [name: string]: BackendHello };
}

/** The name of the backend that is called so, or that spells its collection or its models so. */
export const backendNamed = (backends: Hello['backends'], spelled: string): string | undefined =>
  [spelled, ...Object.keys(backends)].find(name => {
    const backend = Object.prototype.hasOwnProperty.call(backends, name) && backends[name];
    return backend && [name, backend.collection, backend.model].includes(spelled);
  });

/** How a backend spells its pushes, and the prefix of the events that they trigger on the page's objects. */
export interface BackendHello {
  collection: string;
  model: string;
  event: string;
  /** Whether it can be subscribed to. */
  live?: boolean;
  /** Whether it executes a write only once, even if that is sent again with the same `op`. */
  once?: boolean;
}

/**
 * Why the companion refused a request, or could not execute it:
 *
 * - `invalid`: the request is not valid; the message says why;
 * - `unsupported`: there is no such backend, or it has no such method;
 * - `unauthorized`: the login was refused, or has expired;
 * - `forbidden`: not allowed here, or there is no such channel;
 * - `not_found`: no such document for this user; `taken`: its id is in use already;
 * - `conflict`: somebody else has changed the document meanwhile;
 * - `rate_limited`: too many requests, or connections, or channels;
 * - `timeout`: no layer of the backend answered in time;
 * - `unavailable`: the server is closing;
 * - `internal`: an error in the server.
 */
export type BackendCode =
  | 'invalid'
  | 'unsupported'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'taken'
  | 'conflict'
  | 'rate_limited'
  | 'timeout'
  | 'unavailable'
  | 'internal';
