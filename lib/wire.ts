// The words that both sides of the wire must agree on, once. Shared with the server; no state, no side effects.

/** The name of an event: of a request (`todos:create`), of a push (`todo/42:update`). */
export const eventName = (name: string, what: string): string => `${name}:${what}`;

/** The methods of Backbone's sync: these, and `read`. A backend may have others besides. */
const writes = ['create', 'update', 'patch', 'delete'] as const;
export type WriteMethod = (typeof writes)[number];

export const isWrite = (method: string): method is WriteMethod => writes.includes(method as WriteMethod);
export const isSyncMethod = (method: string): boolean => isWrite(method) || method === 'read';

/** Every backend with a log answers these as well, and tells its subscribers `todos:changes`. */
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

/** The url of a document, by which pushes are told of it: `todo/42`. */
export const documentUrl = (model: string, id: string): string => `${model}/${encodeURIComponent(id)}`;

/** The id in it, as it is written there; none in another url. */
export const idIn = (url: string, model: string): string => (url.startsWith(model + '/') ? url.slice(model.length + 1) : '');

/** The arguments of a push: a channel that has a name is said in the second. */
export const pushArgs = (attributes: object, channel: string): unknown[] => (channel ? [attributes, { channel }] : [attributes]);

/** The channel of a push, from its arguments. */
export const channelOf = ([, meta]: readonly unknown[]): string => ((meta || {}) as { channel?: string }).channel || '';

/** The companion's own events. Only a server that has said hello gets, and sends, any of the others. */
export const helloEvent = 'iosync:hello';
export const joinEvent = 'iosync:join';
export const leaveEvent = 'iosync:leave';
export const authEvent = 'iosync:auth';

/** Between the nodes of one server. */
export const nodeEvent = 'iosync:node';

/** What is told to whoever is subscribed: `todos:changes`. */
export interface Changes {
  /** As the answer to `subscribe` names it. */
  shape: string;
  /** Who has all up to the head `from` has all up to `head` with these entries; who has not is behind, and asks. */
  from: number;
  head: number;
  entries: Entry[];
}

/** What has become of one document, in the eyes of a subscription. */
export interface Entry {
  /** It is like this now; it is out of sight; it is gone. */
  action: 'put' | 'leave' | 'delete';
  id: string;
  version: number;
  /** The write that did it, in the words of the page that asked for it. */
  op?: string;
  /** With a `put`: all that the subscription shows. Left out if nothing of that has changed. */
  attrs?: { [name: string]: unknown };
}

/** How far a subscription has got, to go on from there. Whoever has it need not look into it. */
export interface Cursor {
  /** The time in which heads and versions count. */
  epoch: string;
  head: number;
  /** What is shown, and to whom. */
  view: string;
}

/**
 * The data of `todos:subscribe`. One with a cursor asks for what has changed since. Where the server cannot tell that, and without a cursor, it goes
 * on page by page: each request says what the page holds of the ids after `after`, in the order of their code points.
 */
export interface Subscribe {
  /** Names the subscription on this connection. */
  uid: string;
  where?: { [path: string]: unknown } | undefined;
  fields?: string[] | undefined;
  cursor?: Cursor | undefined;
  after?: string;
  /** Documents that the page has, with their versions. */
  held?: Array<[id: string, version: number]>;
  /** Whether it has others that come after these. */
  more?: boolean;
}

export interface Subscribed {
  shape: string;
  entries: Entry[];
  /** With the first answer: from there it goes on, once there is no next page. */
  cursor?: Cursor;
  /** The `after` of the next page, if there is one. */
  next?: string;
}

/** What goes with a request after a hello: `(data, meta, callback)`. */
export interface RequestMeta {
  /** Names a write, so that the server does it once, however often it is sent. */
  op?: string;
  channel?: string;
  options?: { [name: string]: unknown };
  /** A write is refused as `conflict` if the document has another version by now. */
  ifVersion?: number;
  /** The page has only these of the attributes: it is answered with no others, and an update leaves others as they are, as a patch does. */
  fields?: string[] | undefined;
  /** A read answers each document with its version, as all do that have an `op` or an `ifVersion`. */
  versions?: boolean;
}

/** Where a document has its version, for those who have asked for that. No document has an attribute of this name by a write of theirs. */
export const versionAttribute = '_version';

/** Of what the companion sends and understands. A hello with another one counts as none. */
export const protocolVersion = 1;

/** What the companion says of itself. */
export interface Hello {
  v: typeof protocolVersion;
  /** How often the login has been changed on this connection: what was closed before may be open by now. */
  login: number;
  backends: { [name: string]: BackendHello };
}

/** The backend of this name, or one that spells its collection or its models so. */
export const backendNamed = (backends: Hello['backends'], spelled: string): string | undefined =>
  [spelled, ...Object.keys(backends)].find(name => {
    const backend = Object.prototype.hasOwnProperty.call(backends, name) && backends[name];
    return backend && [name, backend.collection, backend.model].includes(spelled);
  });

/** How a backend spells its pushes, and with which prefix the page's objects hear of them. */
export interface BackendHello {
  collection: string;
  model: string;
  event: string;
  /** Whether it can be subscribed to. */
  live?: boolean;
  /** Whether it does a write once that is sent again with its op. */
  once?: boolean;
}

/**
 * Why the companion refused a request, or could not do it:
 *
 * - `invalid`: what was sent is not what it must be; the message says what;
 * - `unsupported`: there is no such backend, or no such method of it;
 * - `unauthorized`: the login was refused, or has expired;
 * - `forbidden`: not allowed here, or there is no such channel;
 * - `not_found`: no such document for this user; `taken`: its id is in use already;
 * - `conflict`: somebody else has changed the document meanwhile;
 * - `rate_limited`: too many requests, or connections, or channels;
 * - `timeout`: no layer of the backend answered in time;
 * - `unavailable`: the server is closing;
 * - `internal`: a mistake of the server's.
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
