// What middleware gets and gives, and the options of backends and of `listen`: the types an editor shows on hover.

import type { Socket } from 'socket.io';
import type { Scope } from './filter';
import type { Attributes, Store } from './store';

/** Who is logged in. `authenticate` returns it; what else it carries is yours. */
export interface User {
  /** Names the user in limits and in `revoke`. One without is anonymous. */
  readonly id?: string | number;
  /** When the login ends, in seconds since 1970, as in a JSON Web Token. */
  readonly exp?: number;
  readonly [name: string]: unknown;
}

/** The five methods that stores know, or the name of one of your own. */
export type Method = 'create' | 'read' | 'update' | 'patch' | 'delete' | (string & {});

export interface Request {
  readonly method: Method;
  /** What the client sent: an object, checked to hold nothing but JSON, no key such as `__proto__`, not nested too deeply. */
  model: Attributes;
  /** Options of the page's call that JSON can carry; none on the plain wire. */
  readonly options: Attributes;
  /**
   * The page's name for this write, which it may send again: the store does it once, where it can. Layers run each time, so what they do
   * beside it is theirs to do once.
   */
  readonly op?: string;
  /** Of what was asked for, where there is an `op`: the same when that is asked for again. */
  readonly digest?: string;
  /** The version that the document is to have; with another one it is a `conflict`. */
  readonly ifVersion?: number;
  /** The page has only these attributes: it is answered with no others. */
  readonly fields?: readonly string[];
  /** Whether documents are answered with their versions. */
  readonly versions: boolean;
  /** The name that `listen` was given for it. */
  readonly backend: string;
  /** `''` is the default channel. */
  readonly channel: string;
  /** Undefined in a `snapshot`, which the server itself asks for. */
  readonly socket: Socket | undefined;
  readonly user: User | undefined;
  /** Where the model has its id. */
  readonly idAttribute: string;
  /** What this user may see and change in this channel: what the backend's `scope` said. */
  readonly scope: Scope;
  /** The channel of a document with these attributes, if the backend derives it. */
  readonly channelOf: ((model: Attributes) => string) | undefined;
  /** What the user may see and change in another channel; throws unless he may do there what he is asking for here. */
  readonly admit: (channel: string) => Promise<Scope>;
  /** The names of the attributes that the page has sent. */
  readonly given: readonly string[];
  /** Reads for a subscription, where that is what is asked for. */
  readonly catchUp?: (store: Store) => Promise<unknown>;
  /** What middleware adds for the layers below it. */
  [name: string]: unknown;
}

export interface Response {
  /** Answers the request. Only the first answer counts. */
  end(result?: unknown): void;
  /** Refuses it. See `BackendError`. */
  error(error: unknown): void;
}

/** Goes on to the next layer, or with an error to the next layer that takes errors. */
export type Next = (error?: unknown) => void;

export type Layer = (req: Request, res: Response, next: Next) => unknown;
/** A layer with four parameters is for errors. */
export type ErrorLayer = (error: unknown, req: Request, res: Response, next: Next) => unknown;

export type AnyLayer = Layer | ErrorLayer | (Layer & Store);

export interface BackendOptions {
  /** How the page spells the collection's `url`, and so the pushes to it: `todos` makes `todos:create`. The name given to `listen`, if left out. */
  collection?: string;
  /** How the page spells the model's `urlRoot`: `todo` makes `todo/42:update`. As `collection`, if left out. */
  model?: string;
  /** As the page's models have it. */
  idAttribute?: string;
  /** A document's channel, derived from its attributes at each request that writes it; without it, it is that of the request that created it. */
  channel?: (attributes: Attributes) => string;
  /** Which documents, and which of their attributes, this user may see or change in this channel. */
  scope?: (user: User | undefined, channel: string) => Scope | undefined | Promise<Scope | undefined>;
  /** Whether clients are told of changes by pushes. */
  pushes?: boolean;
  /** Whether the client that made a change is told as well. */
  echo?: boolean;
  /** Milliseconds that a request may take: 9,000, a second less than pages wait. */
  deadline?: number;
}

/** What is to be allowed: a request, or with the method `join`, hearing of the changes in a channel. */
export interface Access {
  readonly backend: string;
  readonly channel: string;
  readonly method: Method;
  readonly model: Attributes;
}

/** Socket.IO's handshake, with the credentials of the latest login; `cookiesOf` reads its cookies. */
export type Handshake = Socket['handshake'];

export interface ListenOptions {
  /** Says who a client is; throws a BackendError to refuse it. Any other error is taken for a passing fault: the client tries again. */
  authenticate?: (handshake: Handshake) => User | undefined | Promise<User | undefined>;
  /** Without it every channel is open to everybody. */
  authorize?: (user: User | undefined, access: Access) => boolean | Promise<boolean>;
  /** Origins of pages that may connect, beside those of the same host: `https://example.org`; `*` is any. */
  origins?: readonly string[];
  /** The prefix of the events on the page's models and collections: `backend`. */
  event?: string;
  /** Milliseconds a login may take: 10,000. */
  loginTimeout?: number;
  /** Sockets that one user may have open on this node: 100. */
  connectionsPerUser?: number;
  /** Channels that one socket may be in: 100. */
  channelsPerSocket?: number;
  /** Milliseconds between two messages to the same subscriptions, which then hold several changes: 25; with 0 each change has its own. */
  batch?: number;
  /** Milliseconds after which subscriptions are told how far they should be, so that who has missed something asks: 5,000. */
  tick?: number;
  /** How much may wait for a client that does not read, in characters, before it is let go: 32,000,000. */
  maxUnread?: number;
  /** Bytes of a message, when `listen` makes the Socket.IO server: 1,000,000. */
  maxHttpBufferSize?: number;
  /** Tells clients the message of unexpected errors. Never their stacks. */
  debug?: boolean;
  /** Where mistakes are reported: `console.error`. */
  log?: (message: string, error?: unknown) => void;
}
