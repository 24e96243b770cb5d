// The types of layers and requests, and the options of backends and of `listen`: what an editor shows on hover.

import type { Socket } from 'socket.io';
import type { Scope } from './filter';
import type { Attributes, Store } from './store';

/** The logged-in user, as returned by `authenticate`. All other properties are yours. */
export interface User {
  /** Identifies the user in limits and in `revoke`. A user without an id is anonymous. */
  readonly id?: string | number;
  /** When the login ends, in seconds since 1970, as in a JSON Web Token. */
  readonly exp?: number;
  readonly [name: string]: unknown;
}

/** One of the five methods that stores have, or one of your own. */
export type Method = 'create' | 'read' | 'update' | 'patch' | 'delete' | (string & {});

export interface Request {
  readonly method: Method;
  /** What the client sent: an object that has been checked to be JSON, without keys such as `__proto__`, and not nested too deeply. */
  model: Attributes;
  /** The options of the page's call that JSON can carry; empty if the client sent none. */
  readonly options: Attributes;
  /**
   * The client's name for this write, which it may send again: a store that has `once` performs it only once. Layers run each time, so
   * their own side effects must tolerate being repeated.
   */
  readonly op?: string;
  /** Set if there is an `op`: a hash of what was asked for, equal when the write is repeated. */
  readonly digest?: string;
  /** The version that the document must have; otherwise the request fails with `conflict`. */
  readonly ifVersion?: number;
  /** The page has only these attributes, and gets no others in the answer. */
  readonly fields?: readonly string[];
  /** Whether documents in the answer have their versions. */
  readonly versions: boolean;
  /** The backend's name, as given to `listen`. */
  readonly backend: string;
  /** `''` is the default channel. */
  readonly channel: string;
  /** Undefined in a `snapshot`, which the server itself asks for. */
  readonly socket: Socket | undefined;
  readonly user: User | undefined;
  /** The name of the attribute that is the model's id. */
  readonly idAttribute: string;
  /** What this user may see and change in this channel, as returned by the backend's `scope`. */
  readonly scope: Scope;
  /** Derives a document's channel from its attributes; undefined if the backend has no option `channel`. */
  readonly channelOf: ((model: Attributes) => string) | undefined;
  /** Resolves to what the user may see and change in another channel; rejects unless this request would be allowed there. */
  readonly admit: (channel: string) => Promise<Scope>;
  /** The names of the attributes that the client sent. */
  readonly given: readonly string[];
  /** Set if the read is for a subscription or a snapshot: the store's layer calls this instead of reading. */
  readonly catchUp?: (store: Store) => Promise<unknown>;
  /** Whatever layers add for the layers below them. */
  [name: string]: unknown;
}

export interface Response {
  /** Answers the request. Only the first answer counts. */
  end(result?: unknown): void;
  /** Refuses the request. See `BackendError`. */
  error(error: unknown): void;
}

/** Continues with the next layer or, given an error, with the next layer that takes errors. */
export type Next = (error?: unknown) => void;

export type Layer = (req: Request, res: Response, next: Next) => unknown;
/** A layer with four parameters is for errors. */
export type ErrorLayer = (error: unknown, req: Request, res: Response, next: Next) => unknown;

export type AnyLayer = Layer | ErrorLayer | (Layer & Store);

export interface BackendOptions {
  /** The `url` of the page's collection, as which its pushes begin: `todos` makes `todos:create`. Default: the name given to `listen`. */
  collection?: string;
  /** The `urlRoot` of the page's models: `todo` makes `todo/42:update`. Default: `collection`. */
  model?: string;
  /** The `idAttribute` of the page's models. Default: `id`. */
  idAttribute?: string;
  /**
   * Derives a document's channel from its attributes, at each request that writes it. Without this option a document stays in the channel
   * of the request that created it.
   */
  channel?: (attributes: Attributes) => string;
  /** Which documents, and which of their attributes, this user may see or change in this channel. */
  scope?: (user: User | undefined, channel: string) => Scope | undefined | Promise<Scope | undefined>;
  /** Whether changes are pushed to clients. Default: true. */
  pushes?: boolean;
  /** Whether the client that made a change gets its push as well. Default: false. */
  echo?: boolean;
  /** Milliseconds that a request may take: 9,000, a second less than pages wait. */
  deadline?: number;
}

/** What `authorize` decides about: a request or, with the method `join`, hearing the changes in a channel. */
export interface Access {
  readonly backend: string;
  readonly channel: string;
  readonly method: Method;
  readonly model: Attributes;
}

/** Socket.IO's handshake, with the credentials of the latest login; `cookiesOf` reads its cookies. */
export type Handshake = Socket['handshake'];

export interface ListenOptions {
  /** Returns the client's user; throws a BackendError to refuse the client. Any other error counts as temporary: the client tries again. */
  authenticate?: (handshake: Handshake) => User | undefined | Promise<User | undefined>;
  /** Whether the user may do this. Without this option every channel is open to everybody. */
  authorize?: (user: User | undefined, access: Access) => boolean | Promise<boolean>;
  /** Origins of pages that may connect, besides those of the same host: `https://example.org`; `*` allows any. */
  origins?: readonly string[];
  /** The prefix of the events on the page's models and collections: `backend`. */
  event?: string;
  /** Milliseconds a login may take: 10,000. */
  loginTimeout?: number;
  /** Sockets that one user may have open on this node: 100. */
  connectionsPerUser?: number;
  /** Channels that one socket may be in: 100. */
  channelsPerSocket?: number;
  /** Milliseconds between two messages to the same subscriptions, which may carry several changes: 25. With 0 each change has its own. */
  batch?: number;
  /** Milliseconds after which subscriptions are told how far the log goes, so that clients that missed something ask: 5,000. */
  tick?: number;
  /** How many characters may wait for a client that does not read, before it is disconnected: 32,000,000. */
  maxUnread?: number;
  /** The largest message in bytes, if `listen` creates the Socket.IO server: 1,000,000. */
  maxHttpBufferSize?: number;
  /** Whether clients get the message of unexpected errors; never their stacks. */
  debug?: boolean;
  /** Reports faults of the server: `console.error`. */
  log?: (message: string, error?: unknown) => void;
}
