import { Socket, Server } from 'socket.io';
import { A as Attributes, a as Scope, S as Store, C as Change, W as Where } from './shared.js';
export { D as Document, b as Documents, F as Fields, J as Json, Q as Query, c as Watcher, d as Which, e as WriteOptions } from './shared.js';
import { JsonWebKey, KeyObject, webcrypto } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { Server as Server$1 } from 'node:http';
import { Server as Server$2 } from 'node:https';

/** Who is logged in. `authenticate` returns it; what else it carries is yours. */
interface User {
    /** Names the user in limits and in `revoke`. One without is anonymous. */
    readonly id?: string | number;
    /** When the login ends, in seconds since 1970, as in a JSON Web Token. */
    readonly exp?: number;
    readonly [name: string]: unknown;
}
/** The five methods that stores know, or the name of one of your own. */
type Method = 'create' | 'read' | 'update' | 'patch' | 'delete' | (string & {});
interface Request {
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
    /** None while a `snapshot` is read, which the server itself asks for. */
    readonly socket: Socket;
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
interface Response {
    /** Answers the request. Only the first answer counts. */
    end(result?: unknown): void;
    /** Refuses it. See `BackendError`. */
    error(error: unknown): void;
}
/** Goes on to the next layer, or with an error to the next layer that takes errors. */
type Next = (error?: unknown) => void;
type Layer = (req: Request, res: Response, next: Next) => unknown;
/** A layer with four parameters is for errors. */
type ErrorLayer = (error: unknown, req: Request, res: Response, next: Next) => unknown;
type AnyLayer = Layer | ErrorLayer | (Layer & Store);
interface BackendOptions {
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
interface Access {
    readonly backend: string;
    readonly channel: string;
    readonly method: Method;
    readonly model: Attributes;
}
/** Socket.IO's handshake, with the credentials of the latest login; `cookiesOf` reads its cookies. */
type Handshake = Socket['handshake'];
interface ListenOptions {
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

/** By their names. It has no others: `cookies.constructor` is a cookie or undefined. */
type Cookies = {
    readonly [name: string]: string | undefined;
};
/** A layer that sets `req.cookies`: `todos.use(cookies())`. */
declare function cookies(): Layer;
/** The same for logins: `authenticate: handshake => userOf(cookiesOf(handshake).session)`. */
declare const cookiesOf: (handshake: Pick<Handshake, "headers">) => Cookies;

interface JsonWebKeys {
    keys: JsonWebKey[];
}
/** One of the three. */
interface KeyOptions {
    /** Shared with whoever makes the tokens: at least 32 bytes, 48 for HS384, 64 for HS512. */
    secret?: string | Uint8Array;
    /** The public key of whoever makes them: PEM, JWK, KeyObject or CryptoKey. */
    key?: string | JsonWebKey | KeyObject | WebKey;
    /** Several public keys, or where they are published: `https://login.example/.well-known/jwks.json`. */
    jwks?: string | URL | JsonWebKeys;
    /** Which to accept; all that fit the key, if left out. */
    algorithms?: string[];
}
type WebKey = webcrypto.CryptoKey;

interface JwtOptions extends KeyOptions {
    /** The cookie that may carry the token. */
    cookie?: string;
    /** Who must have made the token: its `iss`. */
    issuer?: string | string[];
    /** For whom it must be made: its `aud`. */
    audience?: string | string[];
    /** Seconds by which clocks may differ: 0. */
    clockTolerance?: number;
    /** Refuses whoever has no token; without it they are anonymous, and `authorize` says what they may do. */
    required?: boolean;
}
/**
 * An `authenticate` for `listen`. The token is `auth.token` of the handshake, else that of an `Authorization: Bearer` header, else the
 * cookie's; `auth: { token: null }` says: nobody, whatever the others say. The user has the token's claims, and its `sub` as `id`.
 */
declare function jwt(options: JwtOptions): (handshake: Handshake) => Promise<User | undefined>;

/** What rate-limiter-flexible's limiters have. Rejects with `{ msBeforeNext }` when the limit is reached, with an Error when it cannot say. */
interface Limiter {
    consume(key: string): Promise<unknown>;
}
interface RateLimitOptions {
    /** Requests within each `duration`: 200. */
    points?: number;
    /** Seconds: 1. */
    duration?: number;
    /** Requests that may come at once; what goes beyond `points` is allowed once in sixty durations, a minute. 1,000, or `points` if that is more. */
    burst?: number;
    /** Whose requests are counted together: `user`, the socket's if there is none; `socket`; `address`; or what the function says. */
    by?: 'user' | 'socket' | 'address' | ((req: Request) => string | number);
    /** Counts instead, in Redis perhaps, so that several nodes count together. `points`, `duration` and `burst` are then its own affair. */
    limiter?: Limiter;
}
/** One call is one count, in however many stacks the layer is. */
declare function rateLimit(options?: RateLimitOptions): Layer;

/** What https://standardschema.dev asks of a schema, as far as it is used here. */
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
    /** The schema for a `patch`, which brings some attributes only: `validate(Todo, { patch: Todo.partial() })`. */
    patch?: Schema;
}
/**
 * Refuses with `invalid`, the first issue's sentence, and `{ issues: [{ path: ['user', 'name'], message }] }`:
 *
 *     todos.use('create', 'update', validate(Todo, { patch: Todo.partial() }));
 */
declare function validate(schema: Schema, { patch }?: ValidateOptions): Layer;

/** Where mistakes go; as in the options of `listen`. */
type Report = (message: string, error?: unknown) => void;

interface MemoryOptions {
    /** Keeps that many documents of all channels together, the ones created last; an older one is deleted, and that is told. */
    max?: number;
    /** How many changes the log keeps, of all channels together: 10,000. */
    history?: number;
    /** Where mistakes of those who watch are reported: `console.error`. */
    log?: Report;
}

/** Takes a Mongoose schema, of whichever copy of Mongoose. It may be given twice, or to all schemas by `mongoose.plugin`. */
declare function publishChanges(schema: object): void;

/** Any model of Mongoose's. */
interface MongooseModel {
    readonly modelName: string;
    readonly schema: object;
}
interface MongooseOptions {
    /** Where mistakes of those who watch are reported, and documents that cannot be read when they are to be told: `console.error`. */
    log?: Report;
}

interface SqlOptions {
    /** The table: `documents`. */
    table?: string;
    /** Milliseconds that the log reaches back: a day. */
    keep?: number;
    /** Milliseconds after which the log is read without having been told to: 5,000. */
    tick?: number;
    /** Where mistakes of those who watch, and faults of the database, are reported: `console.error`. */
    log?: Report;
}

/** As much of a `pg` client as is used here. */
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
    /** Without the id; none after a `delete`. */
    readonly attributes?: Attributes;
    /** As they were before an `update` or a `delete`, where that is known. */
    readonly former?: Attributes;
    /** The socket that need not be told. */
    readonly origin?: string;
}
declare class Backend {
    readonly options: BackendOptions;
    private readonly entries;
    private readonly listeners;
    constructor(options?: BackendOptions);
    /**
     * Adds layers, for all methods or for those that are named first:
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
     * Tells every client, from any code of the server's: `todos.emit('updated', { id: 42, title: 'oat milk' })`. The channel is the
     * default one, or the one that the backend derives from the document.
     */
    emit(event: keyof typeof announcements, document: object, { channel }?: {
        channel?: string;
    }): void;
    /** Returns its undo. */
    listen(listener: (push: Push) => void): () => void;
    /** The layers for a method; nothing if there are none for it, but for Backbone's in a backend that has no layers at all. */
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
 * as `{ issues: […] }`. The codes that the library itself uses are in PROTOCOL.md; any other is yours.
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
 * Lets the requests that have begun end, for at most so many ms, and refuses new ones with `unavailable`; then closes the
 * server. Pages reconnect by themselves, to another node or to this one when it is back.
 */
declare function drain(io: Server, ms?: number): Promise<void>;

/** Returns the Socket.IO server. */
declare function listen(server: Server$1 | Server$2 | Server, backends: {
    [name: string]: Backend;
}, options?: ListenOptions): Server;
/**
 * Looks again at what a user may do, on every node: his sockets hear nothing more until `authenticate` and `authorize` have been
 * asked anew, and are closed if he is not to be let in.
 */
declare function revoke(io: Server, userId: string | number): Promise<void>;

interface SnapshotOptions {
    /** For whom the page is made, as `authenticate` would say it; nobody, if left out. */
    user?: User | undefined;
    /** As the page subscribes to it: the default one, if left out. */
    channel?: string;
    /** As the page subscribes: other ones make the cursor worth nothing, and the page loads again. */
    where?: Where;
    fields?: readonly string[];
}
interface Snapshot {
    /** With their ids, and their versions as `_version`: for `new Todos(documents)`, whose order is its `comparator`'s. */
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

/** The store itself, and a layer: `backend.use(store)`. */
declare function asLayer(store: Store): Layer & Store;

/** Keeps documents in this process, and forgets them when it ends; with `max`, only the newest of them. */
declare const memoryStore: (options?: MemoryOptions) => Layer & Store;
/** Keeps documents in PostgreSQL inside this process, in this folder. No other process may have the folder open. */
declare const pgliteStore: (folder: string, options?: SqlOptions) => Layer & Store;
/** Keeps documents in PostgreSQL. The pool is yours: `new Pool({ connectionString })` of the package `pg`. */
declare const postgresStore: (pool: Pool, options?: SqlOptions) => Layer & Store;
/** Keeps documents in MongoDB, by a model whose schema has the plugin `publishChanges`. */
declare const mongooseStore: (model: MongooseModel, options?: MongooseOptions) => Layer & Store;
/** The same by one name, as backbone.io has it. */
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
