import { Socket, Server } from 'socket.io';
import { A as Attributes, a as Scope, S as Store, C as Change, W as Where } from './shared.js';
export { D as Document, b as Documents, F as Fields, J as Json, Q as Query, c as Watcher, d as Which, e as WriteOptions } from './shared.js';
import { JsonWebKey, KeyObject, webcrypto } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { Server as Server$1 } from 'node:http';
import { Server as Server$2 } from 'node:https';

/** The logged-in user, as returned by `authenticate`. All other properties are yours. */
interface User {
    /** Identifies the user in limits and in `revoke`. A user without an id is anonymous. */
    readonly id?: string | number;
    /** When the login ends, in seconds since 1970, as in a JSON Web Token. */
    readonly exp?: number;
    readonly [name: string]: unknown;
}
/** One of the five methods that stores have, or one of your own. */
type Method = 'create' | 'read' | 'update' | 'patch' | 'delete' | (string & {});
interface Request {
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
interface Response {
    /** Answers the request. Only the first answer counts. */
    end(result?: unknown): void;
    /** Refuses the request. See `BackendError`. */
    error(error: unknown): void;
}
/** Continues with the next layer or, given an error, with the next layer that takes errors. */
type Next = (error?: unknown) => void;
type Layer = (req: Request, res: Response, next: Next) => unknown;
/** A layer with four parameters is for errors. */
type ErrorLayer = (error: unknown, req: Request, res: Response, next: Next) => unknown;
type AnyLayer = Layer | ErrorLayer | (Layer & Store);
interface BackendOptions {
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
interface Access {
    readonly backend: string;
    readonly channel: string;
    readonly method: Method;
    readonly model: Attributes;
}
/** Socket.IO's handshake, with the credentials of the latest login; `cookiesOf` reads its cookies. */
type Handshake = Socket['handshake'];
interface ListenOptions {
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

/** Cookies by name, and nothing inherited: `cookies.constructor` is undefined. */
type Cookies = {
    readonly [name: string]: string | undefined;
};
/** A layer that sets `req.cookies`: `todos.use(cookies())`. */
declare function cookies(): Layer;
/** The same cookies for logins: `authenticate: handshake => userOf(cookiesOf(handshake).session)`. */
declare const cookiesOf: (handshake: Pick<Handshake, "headers">) => Cookies;

interface JsonWebKeys {
    keys: JsonWebKey[];
}
/** Exactly one of `secret`, `key` and `jwks`. */
interface KeyOptions {
    /** The secret shared with the issuer of the tokens: at least 32 bytes, 48 for HS384, 64 for HS512. */
    secret?: string | Uint8Array;
    /** The issuer's public key: PEM, JWK, KeyObject or CryptoKey. */
    key?: string | JsonWebKey | KeyObject | WebKey;
    /** Several public keys, or the URL where they are published: `https://login.example/.well-known/jwks.json`. */
    jwks?: string | URL | JsonWebKeys;
    /** The algorithms to accept; all that fit the key if left out. */
    algorithms?: string[];
}
type WebKey = webcrypto.CryptoKey;

interface JwtOptions extends KeyOptions {
    /** The cookie that may carry the token. */
    cookie?: string;
    /** The required issuer of the token, its `iss`. */
    issuer?: string | string[];
    /** The required audience of the token, its `aud`. */
    audience?: string | string[];
    /** Seconds by which clocks may differ: 0. */
    clockTolerance?: number;
    /** Refuses clients without a token. When this is off they are anonymous, and `authorize` says what they may do. */
    required?: boolean;
}
/**
 * An `authenticate` for `listen`. The token is `auth.token` of the handshake, else that of an `Authorization: Bearer` header, else the
 * cookie's. With `auth: { token: null }` the client is anonymous, whatever the others say. The user has the token's claims, and its `sub`
 * as `id`.
 */
declare function jwt(options: JwtOptions): (handshake: Handshake) => Promise<User | undefined>;

/** A limiter of rate-limiter-flexible. `consume` rejects with `{ msBeforeNext }` at the limit, and with an Error if it fails. */
interface Limiter {
    consume(key: string): Promise<unknown>;
}
interface RateLimitOptions {
    /** Requests within each `duration`: 200. */
    points?: number;
    /** Seconds: 1. */
    duration?: number;
    /**
     * Requests that may come at once: 1,000, or `points` if that is more. Those beyond `points` are allowed once in sixty durations, which is
     * a minute by default.
     */
    burst?: number;
    /** Which requests are counted together: those of a `user` (or socket, if anonymous), a `socket`, an `address`, or a key of your own. */
    by?: 'user' | 'socket' | 'address' | ((req: Request) => string | number);
    /** Used to count instead, for example in Redis for several nodes. `points`, `duration` and `burst` are then ignored. */
    limiter?: Limiter;
}
/** Each call makes one counter, also if its layer is used in several stacks. */
declare function rateLimit(options?: RateLimitOptions): Layer;

/** The part of https://standardschema.dev that is used here. */
interface Schema {
    readonly '~standard': {
        readonly version: 1;
        readonly vendor: string;
        readonly validate: (value: unknown) => Result | Promise<Result>;
    };
}
type Result = {
    readonly value: unknown;
    readonly issues?: undefined;
} | {
    readonly issues: readonly Issue[];
};
interface Issue {
    readonly message: string;
    readonly path?: ReadonlyArray<PropertyKey | {
        readonly key: PropertyKey;
    }> | undefined;
}
interface ValidateOptions {
    /** The schema for a `patch`, which has only some attributes: `validate(Todo, { patch: Todo.partial() })`. */
    patch?: Schema;
}
/**
 * Refuses with `invalid`, the first issue's message, and `{ issues: [{ path: ['user', 'name'], message }] }`:
 *
 *     todos.use('create', 'update', validate(Todo, { patch: Todo.partial() }));
 */
declare function validate(schema: Schema, { patch }?: ValidateOptions): Layer;

/** Reports faults; as `log` in the options of `listen`. */
type Report = (message: string, error?: unknown) => void;

interface MemoryOptions {
    /** The most documents to keep, of all channels together. Beyond that the oldest are deleted, and their deletion is told like any. */
    max?: number;
    /** How many changes the log keeps, of all channels together: 10,000. */
    history?: number;
    /** Reports watchers that throw: `console.error`. */
    log?: Report;
}

/** Takes a schema of any copy of Mongoose. May be applied twice, or to all schemas by `mongoose.plugin`. */
declare function publishChanges(schema: object): void;

/** Any Mongoose model. */
interface MongooseModel {
    readonly modelName: string;
    readonly schema: object;
}
interface MongooseOptions {
    /** Reports watchers that throw, and documents that could not be read for them: `console.error`. */
    log?: Report;
}

interface SqlOptions {
    /** The table: `documents`. */
    table?: string;
    /** How far back the log reaches, in milliseconds: a day. */
    keep?: number;
    /** Milliseconds after which the log is read even without a notification: 5,000. */
    tick?: number;
    /** Reports watchers that throw, and faults of the database: `console.error`. */
    log?: Report;
}

/** The part of a `pg` client that is used here. */
interface Client extends Pick<EventEmitter, 'on' | 'removeListener'> {
    query(statement: {
        text: string;
        values?: unknown[];
        query_timeout?: number;
    }): Promise<{
        rows: unknown[];
        command: string;
    }>;
}
type PoolClient = Client & {
    release(error?: Error | boolean): void;
};
/** A `Pool` of `pg`. */
interface Pool extends Client {
    connect(callback: (error: Error | undefined, client: PoolClient | undefined) => void): void;
    readonly options: {
        readonly query_timeout?: number;
    };
}

declare const announcements: {
    readonly created: "create";
    readonly updated: "update";
    readonly deleted: "delete";
};
/** What has happened to one document. */
interface Push {
    readonly action: Change['action'];
    readonly id: string;
    readonly channel: string;
    /** Without the id; undefined after a `delete`. */
    readonly attributes?: Attributes;
    /** The attributes before an `update` or a `delete`, if known. */
    readonly former?: Attributes;
    /** The origin of the change (see `originOf` in op.ts), whose socket needs no push. */
    readonly origin?: string;
}
declare class Backend {
    readonly options: BackendOptions;
    private readonly entries;
    private readonly listeners;
    constructor(options?: BackendOptions);
    /**
     * Adds layers, for all methods or for the methods that are named first:
     *
     *     todos.use('create', 'update', validate(Todo));
     *     todos.use(memoryStore());
     */
    use(...args: Array<Method | readonly Method[] | Layer>): this;
    use(...args: Array<Method | readonly Method[] | AnyLayer>): this;
    create(...layers: Layer[]): this;
    create(...layers: AnyLayer[]): this;
    read(...layers: Layer[]): this;
    read(...layers: AnyLayer[]): this;
    update(...layers: Layer[]): this;
    update(...layers: AnyLayer[]): this;
    patch(...layers: Layer[]): this;
    patch(...layers: AnyLayer[]): this;
    delete(...layers: Layer[]): this;
    delete(...layers: AnyLayer[]): this;
    /**
     * Pushes a change to clients, from any code on the server: `todos.emit('updated', { id: 42, title: 'oat milk' })`. Without `channel`,
     * it is the channel that the backend derives from the document, or the default one.
     */
    emit(event: keyof typeof announcements, document: object, { channel }?: {
        channel?: string;
    }): void;
    /** Returns its undo. */
    listen(listener: (push: Push) => void): () => void;
    /** The layers for a method. Undefined if no layer is for it; but a backend without any layers accepts Backbone's five methods. */
    layers(method: Method): AnyLayer[] | undefined;
    get stores(): Store[];
}
/** A new backend; see `Backend`. */
declare const createBackend: (options?: BackendOptions) => Backend;

/** How far a subscription has got, so that it can continue from there. A page can treat it as opaque. */
interface Cursor {
    /** Heads and versions can be compared only within one epoch of the store. */
    epoch: string;
    head: number;
    /** Stands for what is shown: the channel, the filter and the fields, restricted to what the user may see. */
    view: string;
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
type BackendCode = 'invalid' | 'unsupported' | 'unauthorized' | 'forbidden' | 'not_found' | 'taken' | 'conflict' | 'rate_limited' | 'timeout' | 'unavailable' | 'internal';

/**
 * Refuses a request: `throw new BackendError('forbidden', 'Only its owner may close a list.')`. `details` are sent along,
 * such as `{ issues: […] }`. The codes that the library itself uses are in PROTOCOL.md; any other is yours.
 */
declare class BackendError extends Error {
    readonly code: BackendCode | (string & {});
    readonly details: {
        readonly [name: string]: unknown;
    };
    constructor(code: BackendCode | (string & {}), message: string, details?: {
        readonly [name: string]: unknown;
    });
}

/**
 * Refuses new requests with `unavailable`, waits at most `ms` for the running ones, then closes the server. Pages reconnect by
 * themselves, to another node or to this one when it is back.
 */
declare function drain(io: Server, ms?: number): Promise<void>;

/** Returns the Socket.IO server. */
declare function listen(server: Server$1 | Server$2 | Server, backends: {
    [name: string]: Backend;
}, options?: ListenOptions): Server;
/**
 * Checks a user's rights again, on every node: the user's sockets hear nothing more until `authenticate` and `authorize` have been asked
 * again, and are closed if the login is refused.
 */
declare function revoke(io: Server, userId: string | number): Promise<void>;

interface SnapshotOptions {
    /** The user for whom the page is rendered, as `authenticate` would return it; anonymous if left out. */
    user?: User | undefined;
    /** The channel that the page subscribes to; the default one if left out. */
    channel?: string;
    /** The filter, and the fields, that the page subscribes with. If they differ, the cursor is of no use, and the page loads again. */
    where?: Where;
    fields?: readonly string[];
}
interface Snapshot {
    /** With their ids, and their versions as `_version`, for `new Todos(documents)`. A `comparator` gives them their order. */
    documents: Array<{
        _version: number;
        [name: string]: unknown;
    }>;
    /** For `ioSubscribe({ cursor })`. */
    cursor: Cursor;
}
/**
 * Reads what the user may see, through the backend's layers for `read`; rejects as a subscription would be refused. What it
 * resolves with is JSON, but not yet HTML: in a script element, write each `<` as `\u003c`.
 *
 *     const { documents, cursor } = await snapshot(io, 'todos', { user, where: { done: false } });
 */
declare function snapshot(io: Server, backend: string, options?: SnapshotOptions): Promise<Snapshot>;

/** A layer that is also the store: `backend.use(store)`. */
declare function asLayer(store: Store): Layer & Store;

/** Keeps documents in the memory of this process, until it ends; with `max`, only the newest of them. */
declare const memoryStore: (options?: MemoryOptions) => Layer & Store;
/** Keeps documents in PostgreSQL inside this process, in this folder. No other process may have the folder open. */
declare const pgliteStore: (folder: string, options?: SqlOptions) => Layer & Store;
/** Keeps documents in PostgreSQL. The pool is yours: `new Pool({ connectionString })` of the package `pg`. */
declare const postgresStore: (pool: Pool, options?: SqlOptions) => Layer & Store;
/** Keeps documents in MongoDB, by a model whose schema has the plugin `publishChanges`. */
declare const mongooseStore: (model: MongooseModel, options?: MongooseOptions) => Layer & Store;
/** All of them under one name, as in backbone.io. */
declare const middleware: {
    memoryStore: (options?: MemoryOptions) => Layer & Store;
    pgliteStore: (folder: string, options?: SqlOptions) => Layer & Store;
    postgresStore: (pool: Pool, options?: SqlOptions) => Layer & Store;
    mongooseStore: (model: MongooseModel, options?: MongooseOptions) => Layer & Store;
    cookies: typeof cookies;
    jwt: typeof jwt;
    rateLimit: typeof rateLimit;
    validate: typeof validate;
};

export { Attributes, Backend, BackendError, Change, Scope, Store, Where, asLayer, cookies, cookiesOf, createBackend, drain, jwt, listen, memoryStore, middleware, mongooseStore, pgliteStore, postgresStore, publishChanges, rateLimit, revoke, snapshot, validate };
export type { Access, AnyLayer, BackendOptions, Cookies, ErrorLayer, Handshake, JwtOptions, Layer, Limiter, ListenOptions, MemoryOptions, Method, MongooseModel, MongooseOptions, Next, Pool, RateLimitOptions, Request, Response, Schema, Snapshot, SnapshotOptions, SqlOptions, User, ValidateOptions };
