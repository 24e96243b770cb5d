'use strict';

var node_module = require('node:module');
var types = require('node:util/types');
var node_crypto = require('node:crypto');
var node_util = require('node:util');
var node_async_hooks = require('node:async_hooks');
var node_fs = require('node:fs');
var node_path = require('node:path');
var promises = require('node:timers/promises');

// Packages that only a part of the server needs: loaded when that part is used, with an error that names a missing one. They are optional
// peers, so that a server without a database needs no database driver.
const require$1 = node_module.createRequire(require('node:url').pathToFileURL(__filename).href);
/**
 * Loads a package, an ES module or not: `const { jwtVerify } = await peer<typeof import('jose')>('jose', 'jwt()');`. Rejects
 * with an error that names the package, and what needs it, if it is not installed.
 */
async function peer(name, neededBy) {
    try {
        return withNames((await import(name)));
    }
    catch (error) {
        throw explained$1(error, name, neededBy);
    }
}
/** The same without waiting, for packages that can be required. */
function requirePeer(name, neededBy) {
    try {
        return require$1(name);
    }
    catch (error) {
        throw explained$1(error, name, neededBy);
    }
}
function explained$1(error, name, neededBy) {
    if (!isMissing(error, name))
        return error;
    return new Error(`${neededBy} needs the package "${name}", which is not installed: npm install ${name}`, { cause: error });
}
/** Whether this package is missing, and not one that it depends on. */
function isMissing(error, name) {
    if (!(error instanceof Error) || !('code' in error))
        return false;
    const isNotFound = error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND';
    return isNotFound && (error.message.includes(`package '${name}'`) || error.message.includes(`module '${name}'`));
}
/** Node finds only some of the names that a CommonJS module exports; its `default` has all of them. */
function withNames(loaded) {
    const whole = 'default' in loaded ? loaded.default : undefined;
    const hasNames = (typeof whole === 'object' && whole !== null) || typeof whole === 'function';
    return hasNames ? { ...whole, ...loaded } : loaded;
}

// BackendError, an error made on purpose: its code and its message are for the client. Anything else that is thrown is a fault of the
// server, and stays in its log.
/**
 * Refuses a request: `throw new BackendError('forbidden', 'Only its owner may close a list.')`. `details` are sent along,
 * such as `{ issues: […] }`. The codes that the library itself uses are in PROTOCOL.md; any other is yours.
 */
class BackendError extends Error {
    code;
    details;
    constructor(code, message, details = {}) {
        super(message);
        this.code = code;
        this.details = details;
        this.name = 'BackendError';
    }
}
const internal = 'Internal server error.';
/**
 * The answer for an error; undefined if it was not meant for clients. Meant for them are a BackendError, a plain object or a string
 * (`res.error({ code: 'full', message: … })`), and an Error with `expose: true`, as http-errors makes them. Other objects of a class
 * are not: libraries throw them, with contents that nobody has checked. Nor is an error with a getter that throws.
 */
const meantForClient = (error) => readable(() => answerIn(error));
function answerIn(error) {
    if (error instanceof BackendError)
        return { ...error.details, code: error.code, message: error.message };
    if (typeof error === 'string')
        return { code: 'refused', message: error };
    if (typeof error !== 'object' || error === null)
        return undefined;
    const { code, message, expose } = error;
    const words = { code: typeof code === 'string' ? code : 'refused', message: typeof message === 'string' ? message : 'Refused.' };
    if (isPlainInAnyRealm(error)) {
        // An Error that was copied into a plain object has its stack with it.
        const told = { ...error, ...words };
        delete told.stack;
        return told;
    }
    return error instanceof Error && expose === true ? words : undefined;
}
/** Test runners and templates run code in other realms, which have an Object.prototype of their own. Node knows errors of any realm. */
function isPlainInAnyRealm(object) {
    if (types.isNativeError(object))
        return false;
    const prototype = Object.getPrototypeOf(object);
    return prototype === null || Object.getPrototypeOf(prototype) === null;
}
/** The answer for any error. One that was not meant for clients is `internal`, and has its own message only with `debug`. */
const answerFor = (error, debug) => meantForClient(error) ?? { code: 'internal', message: (debug && readable(() => messageOf(error))) || internal };
const messageOf = (error) => (error instanceof Error ? String(error.message) : undefined);
/** Undefined if reading throws, as a getter of the thrown object may. */
function readable(read) {
    try {
        return read();
    }
    catch {
        return undefined;
    }
}

// What all stores share: the ids, channels and attributes that they accept, and the errors of their writes. So a document that one store
// accepts is accepted by every other, and comes back as it went in.
/** A day in ms. */
const day = 86_400_000;
const maximumLength = 255;
/** Levels of objects and lists within a document. Deeper nesting overflows the stack of some serialisers. */
const maximumDepth = 50;
const invalid = (sentence) => new BackendError('invalid', sentence);
/** PostgreSQL's JSON cannot hold U+0000, and UTF-8 no half of a surrogate pair: what one store cannot hold, all refuse. */
const isStorableText = (text) => !text.includes('\u0000') && !/\p{Surrogate}/u.test(text);
/** Names that every object inherits: no id may be one of them, since Backbone looks models up by `_byId[id]`. */
const isInherited = (name) => name in Object.prototype;
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
/** Keys that reach an object's prototype when they are copied carelessly, on the page or on the server. */
const forbiddenKeys = ['__proto__', 'constructor', 'prototype'];
const isForbiddenKey = (key) => forbiddenKeys.includes(key);
/** Whether a document can have this id. With any other id nothing can be found, and writes are `not_found`. */
const isId = (id) => typeof id === 'string' && id !== '' && id.length <= maximumLength && !isInherited(id) && isStorableText(id);
/** Whether there can be a channel of this name; `''` is one. Any other channel is always empty. */
const isChannel = (channel) => typeof channel === 'string' && channel.length <= maximumLength && isStorableText(channel);
function checkId(id) {
    if (isId(id))
        return id;
    throw invalid(`An id is a string of 1 to ${maximumLength} characters, and not a name that every object has, such as "constructor".`);
}
function checkChannel(channel) {
    if (isChannel(channel))
        return channel;
    throw invalid(`A channel is a string of up to ${maximumLength} characters.`);
}
/** Checks the `limit` or the `offset` of a query. */
function checkCount(name, count) {
    if (count === undefined || (Number.isSafeInteger(count) && count >= 0))
        return;
    throw invalid(`"${name}" is a whole number from 0.`);
}
/**
 * A copy of the attributes as JSON would carry them: `undefined` is left out, a Date becomes a string. Throws `invalid` for anything that
 * JSON or a store cannot hold. Call it before the first `await`, so that the caller may go on changing its own object.
 */
function checkAttributes(attributes) {
    const copy = copyOf(attributes, 0);
    if (isPlain(copy))
        return copy;
    throw invalid('Attributes must be an object.');
}
function copyOf(given, depth) {
    const value = hasToJSON(given) ? given.toJSON() : given;
    if (value === undefined || value === null || typeof value === 'boolean')
        return value;
    if (typeof value === 'number')
        return checkNumber(value);
    if (typeof value === 'string')
        return checkText$1(value);
    if (depth > maximumDepth)
        throw invalid(`A document is nested at most ${maximumDepth} levels deep.`);
    if (Array.isArray(value))
        return Array.from(value, item => copyOf(item, depth + 1) ?? null);
    if (isPlain(value))
        return copyOfObject(value, depth);
    throw invalid('A document can only hold values of JSON.');
}
function copyOfObject(object, depth) {
    const copy = {};
    for (const [key, value] of Object.entries(object)) {
        if (isForbiddenKey(key))
            throw invalid(`No attribute can be called "${key}".`);
        const kept = copyOf(value, depth + 1);
        if (kept !== undefined)
            copy[checkText$1(key)] = kept;
    }
    return copy;
}
// A Buffer has a `toJSON`, too, which is not wanted here: binary data are refused.
const hasToJSON = (value) => typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && 'toJSON' in value && typeof value.toJSON === 'function';
/** Whether it is an object, but neither a list nor an instance of a class. */
function isPlain(value) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
        return false;
    const prototype = Object.getPrototypeOf(value);
    return prototype === Object.prototype || prototype === null;
}
function checkNumber(number) {
    // -0 is 0 in a database.
    if (Number.isFinite(number))
        return number + 0;
    throw invalid('Numbers must be finite.');
}
function checkText$1(text) {
    if (isStorableText(text))
        return text;
    throw invalid('A string must not contain the character U+0000, nor half of a surrogate pair.');
}
const taken = () => new BackendError('taken', 'There is a document with this id already.');
const notFound = () => new BackendError('not_found', 'There is no such document.');
/** For a key that `once` has seen with another digest. */
const reused = () => invalid('This op has been used for another write: give each write an op of its own, and repeat a write unchanged.');
/** Carries the current document; how much of it a user may see is up to the backend. */
const conflict = (document) => new BackendError('conflict', 'Somebody else has changed the document meanwhile.', { document });

// The cookies of a socket's handshake, for layers and for `authenticate`: as they were when the socket connected. A cookie that is set
// later is seen on the next connection. Missing or malformed cookies are not an error.
const parser = (neededBy) => requirePeer('cookie', neededBy).parseCookie;
/** A layer that sets `req.cookies`: `todos.use(cookies())`. */
function cookies() {
    const parse = parser('cookies()');
    return (req, _res, next) => {
        // A snapshot is read without a socket.
        const { handshake = { headers: {} } } = req.socket ?? {};
        req.cookies = read$1(parse, handshake);
        next();
    };
}
/** The same cookies for logins: `authenticate: handshake => userOf(cookiesOf(handshake).session)`. */
const cookiesOf = (handshake) => read$1(parser('cookiesOf()'), handshake);
function read$1(parse, { headers }) {
    const found = Object.entries(parse(headers.cookie ?? '')).filter(([name]) => !isForbiddenKey(name));
    return Object.assign(Object.create(null), Object.fromEntries(found));
}

// The keys and algorithms that tokens are checked with; whatever is wrong with them is reported when the server starts. A token never
// chooses the kind of key: one that was signed with a public key as if it were a secret, or not signed at all, is not accepted.
const bytesOf = { HS256: 32, HS384: 48, HS512: 64 };
const rsa = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const curves = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };
const edwards = ['EdDSA', 'Ed25519'];
const asymmetric = [...rsa, ...Object.values(curves), ...edwards];
const mistake = (sentence) => new TypeError(['jwt()', sentence].join(': '));
/** Throws for keys and algorithms that are unsafe, or do not fit each other. */
function verificationOf({ secret, key, jwks, algorithms }) {
    if ([secret, key, jwks].filter(one => one !== undefined).length !== 1)
        throw mistake('give one of secret, key and jwks.');
    if (secret !== undefined)
        return bySecret(secret, algorithms);
    if (key !== undefined)
        return byKey(key, algorithms);
    return { algorithms: among(asymmetric, algorithms), keyFor: keysFrom(jwks) };
}
function bySecret(secret, algorithms) {
    const bytes = Buffer.from(secret);
    const fitting = Object.keys(bytesOf).filter(one => one === 'HS256' || bytes.length >= (bytesOf[one] ?? 0));
    const wanted = among(Object.keys(bytesOf), algorithms ?? fitting);
    const needed = Math.max(...wanted.map(one => bytesOf[one] ?? 0));
    if (bytes.length < needed) {
        throw mistake(`the secret has ${bytes.length} bytes, but needs ${needed} bytes: a shorter one can be guessed from a token.`);
    }
    const key = node_crypto.createSecretKey(bytes);
    return { algorithms: wanted, keyFor: () => key };
}
function byKey(given, algorithms) {
    const key = publicKeyFrom(given);
    return { algorithms: among(algorithmsOf(key), algorithms), keyFor: () => key };
}
function publicKeyFrom(given) {
    try {
        const key = isWebKey(given) ? node_crypto.KeyObject.from(given) : given;
        if (key instanceof node_crypto.KeyObject)
            return key.type === 'public' ? key : node_crypto.createPublicKey(key);
        return node_crypto.createPublicKey(typeof key === 'string' ? key : { key, format: 'jwk' });
    }
    catch {
        // The message does not show what was given, which may be a secret in the wrong option.
        throw mistake('the key is not a supported public key (PEM, JWK, KeyObject, CryptoKey). A shared secret is given as "secret".');
    }
}
/** In Node 20 the class CryptoKey is only a global, which its types lack. */
const isWebKey = (key) => Object.prototype.toString.call(key) === '[object CryptoKey]';
function algorithmsOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }) {
    if (type === 'rsa' && (details?.modulusLength ?? 0) < 2048)
        throw mistake('an RSA key must have at least 2048 bits.');
    if (type === 'rsa')
        return rsa;
    const curve = type === 'ec' && curves[details?.namedCurve ?? ''];
    if (curve)
        return [curve];
    if (type === 'ed25519')
        return edwards;
    throw mistake(`there is no algorithm for keys of the type "${type}".`);
}
function among(possible, wanted = possible) {
    const other = wanted.find(one => !possible.includes(one));
    if (other !== undefined)
        throw mistake(`the algorithm "${other}" does not fit this key, whose algorithms are ${possible.join(', ')}.`);
    if (!wanted.length)
        throw mistake('"algorithms" is empty: no token would be accepted.');
    return wanted;
}
function keysFrom(jwks) {
    if (typeof jwks === 'object' && !(jwks instanceof URL))
        return ({ createLocalJWKSet }) => createLocalJWKSet(jwks);
    const url = new URL(jwks);
    return ({ createRemoteJWKSet }) => createRemoteJWKSet(url);
}

// Logins by JSON Web Token, checked by jose: `listen(server, backends, { authenticate: jwt({ secret }) })`. An invalid token is refused;
// a fault of the server, such as keys that cannot be fetched, is thrown as it is, so that the client tries again.
/** jose's codes of errors that are the token's fault. */
const faultsOfTokens = new Set([
    'ERR_JWT_EXPIRED', 'ERR_JWT_CLAIM_VALIDATION_FAILED', 'ERR_JWT_INVALID', 'ERR_JWS_INVALID', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    'ERR_JOSE_ALG_NOT_ALLOWED', 'ERR_JOSE_NOT_SUPPORTED', 'ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWKS_MULTIPLE_MATCHING_KEYS',
]);
/**
 * An `authenticate` for `listen`. The token is `auth.token` of the handshake, else that of an `Authorization: Bearer` header, else the
 * cookie's. With `auth: { token: null }` the client is anonymous, whatever the others say. The user has the token's claims, and its `sub`
 * as `id`.
 */
function jwt(options) {
    const { algorithms, keyFor } = verificationOf(options);
    const { cookie, issuer, audience, clockTolerance = 0, required = false } = options;
    const claims = { algorithms, clockTolerance, ...(issuer && { issuer }), ...(audience && { audience }) };
    // A missing package is named at the first login; keys that are fetched are kept from then on.
    let loading;
    const load = async () => {
        const jose = await peer('jose', 'jwt()');
        return { jose, key: keyFor(jose) };
    };
    return async (handshake) => {
        const token = tokenOf(handshake, cookie);
        if (token === undefined) {
            if (required)
                throw refused$1('Log in first: this server asks for a token.', 'missing');
            return undefined;
        }
        const { jose, key } = await (loading ??= load());
        try {
            // One of two overloads, which TypeScript cannot choose for a union.
            const { payload } = await (typeof key === 'function' ? jose.jwtVerify(token, key, claims) : jose.jwtVerify(token, key, claims));
            return userFrom(payload.exp === undefined ? payload : { ...payload, exp: payload.exp + clockTolerance });
        }
        catch (error) {
            throw explained(error);
        }
    };
}
function tokenOf({ auth, headers }, cookie) {
    const { token } = auth;
    if (typeof token === 'string')
        return token;
    if (token === null)
        return undefined;
    if (token !== undefined)
        throw refused$1('The token of a login must be a string.', 'invalid');
    const [, bearer] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
    return bearer ?? (cookie === undefined ? undefined : cookiesOf({ headers })[cookie]);
}
/** Tokens that do not follow the standard may have the user's id under `id` instead of `sub`. */
function userFrom(claims) {
    const id = claims.sub ?? claims.id;
    const user = { ...claims };
    delete user.id;
    return typeof id === 'string' || typeof id === 'number' ? { ...user, id } : user;
}
function explained(error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (!faultsOfTokens.has(code))
        return error;
    if (code === 'ERR_JWT_EXPIRED')
        return refused$1('The login has expired: log in again.', 'expired');
    return refused$1('The token of the login is not valid here.', 'invalid');
}
const refused$1 = (message, reason) => new BackendError('unauthorized', message, { reason });

// A time limit for work that is not the library's: a layer, a login, a rule. It ends the waiting, not the work, which can ask whether it is
// too late to begin something.
/** The longest delay of a timer, in ms; with a longer one it would not wait at all. */
const longestTimer = 2 ** 31 - 1;
class Deadline {
    isOver = false;
    /** Set when the work begins, if it may have to wait for its turn. */
    hasBegun = false;
    /** Rejects at the end. */
    passed;
    timer;
    constructor(ms, error) {
        this.passed = new Promise((_, reject) => {
            this.timer = setTimeout(() => {
                this.isOver = true;
                reject(error(this));
            }, Math.min(ms, longestTimer));
        });
        // Perhaps nobody waits for it any more; an unhandled rejection would end the process.
        this.passed.catch(() => { });
        // The timer must not keep the process of a closed server alive.
        this.timer?.unref();
    }
    clear() {
        clearTimeout(this.timer);
    }
}
/** Resolves with the result of the work; rejects with the error if that takes longer. */
async function within(ms, work, error) {
    const deadline = new Deadline(ms, error);
    try {
        return await Promise.race([work(deadline), deadline.passed]);
    }
    finally {
        deadline.clear();
    }
}

// A layer that refuses requests which come too fast, with `rate_limited` and the time to wait. It counts by user, or by socket if nobody is
// logged in. Only if asked to does it count by address, behind which there may be a whole school.
/** The requests beyond `points` may come once in so many durations. */
const burstDurations = 60;
/** Each call makes one counter, also if its layer is used in several stacks. */
function rateLimit(options = {}) {
    const { by = 'user', limiter = createLimiter(options) } = options;
    const keyOf = typeof by === 'function' ? (req) => String(by(req)) : keys[by];
    if (!keyOf)
        throw new TypeError(`rateLimit() counts by ${Object.keys(keys).join(', ')}, or by a function.`);
    return async (req, _res, next) => {
        // A snapshot: the server itself reads, and limits its own pages if need be.
        if (!req.socket)
            return next();
        await limiter.consume(keyOf(req)).catch((reason) => {
            throw refusal$1(reason);
        });
        next();
    };
}
// Prefixed, so that no user's id is a socket's.
const keys = {
    user: (req) => (req.user?.id === undefined ? keys.socket(req) : `user ${req.user.id}`),
    socket: ({ socket }) => `socket ${socket?.id}`,
    address: ({ socket }) => `address ${socket?.handshake.address}`,
};
/** In memory. Each count has a timer that removes it, so that clients that have gone take no memory. */
function createLimiter({ points = 200, duration = 1, burst = Math.max(points, 1000) }) {
    if (!(points > 0 && duration > 0 && burst >= points)) {
        throw new TypeError('rateLimit() takes points and a duration above 0, and a burst of at least as many points.');
    }
    const longest = longestTimer / 1000 / (burst > points ? burstDurations : 1);
    if (duration > longest)
        throw new TypeError(`rateLimit() counts in memory for up to ${Math.floor(longest)} seconds; a longer duration takes a limiter.`);
    const { BurstyRateLimiter, RateLimiterMemory } = requirePeer('rate-limiter-flexible', 'rateLimit()');
    const steady = new RateLimiterMemory({ points, duration });
    if (burst === points)
        return steady;
    return new BurstyRateLimiter(steady, new RateLimiterMemory({ keyPrefix: 'burst', points: burst - points, duration: duration * burstDurations }));
}
function refusal$1(reason) {
    const wait = typeof reason === 'object' && reason !== null && 'msBeforeNext' in reason ? reason.msBeforeNext : undefined;
    if (typeof wait !== 'number')
        return reason;
    return new BackendError('rate_limited', 'Too many requests: wait a little.', { retryAfter: Math.max(1, Math.ceil(wait)) });
}

// A layer that checks a request's model by a schema of any Standard Schema library (zod, valibot, arktype…), and continues with the
// schema's output. Except on `create`, the schema does not see the id, which is kept.
/** As many as a page can show. A list of a million faulty items would make a million issues. */
const mostIssues = 50;
/**
 * Refuses with `invalid`, the first issue's message, and `{ issues: [{ path: ['user', 'name'], message }] }`:
 *
 *     todos.use('create', 'update', validate(Todo, { patch: Todo.partial() }));
 */
function validate(schema, { patch = schema } = {}) {
    const validators = { all: validatorOf(schema), patch: validatorOf(patch) };
    return async (req, _res, next) => {
        const isPatch = req.method === 'patch';
        const [ids, given] = apart(req);
        const result = await validators[isPatch ? 'patch' : 'all'](given);
        if (result.issues)
            throw refusal(result.issues);
        const parsed = checkAttributes(result.value);
        req.model = { ...(isPatch ? onlyGiven(parsed, given) : parsed), ...ids };
        next();
    };
}
function validatorOf(schema) {
    // Some libraries' schemas are functions.
    const isHolder = typeof schema === 'function' || (typeof schema === 'object' && schema !== null);
    const standard = isHolder ? schema['~standard'] : undefined;
    if (typeof standard?.validate !== 'function') {
        throw new TypeError('validate() takes a schema of a Standard Schema library, such as zod, valibot or arktype.');
    }
    const { safeParseAsync } = schema;
    if (standard.vendor !== 'zod' || !safeParseAsync)
        return value => standard.validate(value);
    return async (value) => {
        const { error, data } = await safeParseAsync.call(schema, value);
        return error ? { issues: error.issues } : { value: data };
    };
}
/** The ids, and the rest. Backbone's patch has the id under `id` as well. */
function apart({ method, model, idAttribute }) {
    const isId = (name) => name === idAttribute || (method === 'patch' && name === 'id' && model.id === model[idAttribute]);
    const entries = method === 'create' ? [] : Object.entries(model).filter(([name]) => isId(name));
    const ids = Object.fromEntries(entries);
    return [ids, Object.fromEntries(Object.entries(model).filter(([name]) => !Object.hasOwn(ids, name)))];
}
/** Without the schema's defaults, which would overwrite attributes that the patch does not mention. */
const onlyGiven = (parsed, given) => Object.fromEntries(Object.entries(parsed).filter(([name]) => Object.hasOwn(given, name)));
function refusal(issues) {
    const shown = issues.slice(0, mostIssues).map(({ message, path = [] }) => ({
        path: path.map(nameOf$1),
        message,
    }));
    return new BackendError('invalid', shown[0]?.message ?? 'The document is invalid.', { issues: shown });
}
const nameOf$1 = (step) => {
    const key = typeof step === 'object' ? step.key : step;
    return typeof key === 'symbol' ? String(key) : key;
};

// The names and shapes that page and server must agree on, each defined once. Both import this file; no state, no side effects.
/** The name of an event: of a request (`todos:create`), of a push (`todo/42:update`). */
const eventName = (name, what) => `${name}:${what}`;
/** The methods of Backbone's sync are these and `read`. A backend may have others besides. */
const writes$1 = ['create', 'update', 'patch', 'delete'];
const isWrite = (method) => writes$1.includes(method);
const isSyncMethod = (method) => isWrite(method) || method === 'read';
/** A backend with exactly one store answers these two methods as well, and sends its subscribers `todos:changes`. */
const subscribeMethod = 'subscribe';
const unsubscribeMethod = 'unsubscribe';
const changesEvent = 'changes';
/** The url of a document, with which the events of its pushes begin: `todo/42`. */
const documentUrl = (model, id) => `${model}/${encodeURIComponent(id)}`;
/** The arguments of a push: the second one names the channel, unless it is the default one. */
const pushArgs = (attributes, channel) => (channel ? [attributes, { channel }] : [attributes]);
/** The companion's own events. All but `iosync:hello` are sent only by, and to, a server that has said hello. */
const helloEvent = 'iosync:hello';
const joinEvent = 'iosync:join';
const leaveEvent = 'iosync:leave';
const authEvent = 'iosync:auth';
/** Sent between the nodes of one server. */
const nodeEvent = 'iosync:node';
/** The attribute with a document's version, in snapshots and in answers to requests that ask for it. Such requests cannot store it. */
const versionAttribute = '_version';

// The path of an attribute: plain names with dots between them, `user.name`. No name begins with a digit, since databases
// disagree whether `tags.0` is a key or an index, and none reaches a prototype.
const longest$2 = 5;
const name = /^[\p{L}_][\p{L}\p{M}\p{N}_$-]{0,99}$/u;
/** The names in a path. Throws `invalid` for anything that is not a path. */
function parsePath(path) {
    const names = typeof path === 'string' ? path.split('.', longest$2 + 1) : [];
    const isPath = names.length > 0 && names.length <= longest$2 && names.every(one => name.test(one) && !isForbiddenKey(one));
    if (isPath)
        return names;
    // The message does not quote it: it can be long, and comes from a client.
    throw invalid(`The path of an attribute is up to ${longest$2} plain names with dots between them.`);
}

// The grammar of filters: checks a filter, and parses it into conditions, which stores translate for their database. Nothing that a client
// sends is used as the name of a property here, or executed.
/**
 * Limits for filters of clients, whose cost grows with each of these. The members of $and, $or and $nor count as conditions. A search
 * (`$contains`) reads the whole of each string, and so costs as much as twenty other conditions.
 */
const limits$1 = { depth: 5, conditions: 100, searches: 10, values: 1000, length: 1000 };
/** Larger by an id: a page adds one to a subscription's filter, which may use up its limits, to read one document of it. */
const limitsWithId = { ...limits$1, depth: limits$1.depth + 1, conditions: limits$1.conditions + 3 };
const unlimited = { depth: Infinity, conditions: Infinity, searches: Infinity, values: Infinity, length: Infinity };
const begin = (most) => ({ conditions: most.conditions, searches: most.searches, limits: most });
const groups = new Map([['$and', 'all'], ['$or', 'any'], ['$nor', 'none']]);
/** A filter that a client sent. Throws `invalid`, with what is wrong. */
function parseWhere(input, most = limits$1) {
    readGroup(input, begin(most), 0);
    return input;
}
/** The filter of a client's read. */
const parseReadWhere = (input) => parseWhere(input, limitsWithId);
/** A filter's conditions. The server's own filters may have any size; a mistake in one throws `invalid` all the same. */
const conditionOf = (where) => readGroup(where, begin(unlimited), 0);
/** The attribute paths that a filter looks at: a user who may not read one of them may not filter by it either. */
function pathsOf(where) {
    const paths = (condition) => ('of' in condition ? condition.of.flatMap(paths) : [condition.path.join('.')]);
    return [...new Set(paths(conditionOf(where)))];
}
function readGroup(input, reading, depth) {
    if (!isPlain(input))
        throw invalid('A filter is an object: { title: "milk" }.');
    if (depth > reading.limits.depth)
        throw invalid(`A filter is at most ${limits$1.depth} levels deep.`);
    return { is: 'all', of: Object.entries(input).flatMap(([key, value]) => readEntry(key, value, reading, depth)) };
}
function readEntry(key, value, reading, depth) {
    const is = groups.get(key);
    if (is)
        return [{ is, of: readList(key, value, reading).map(one => readGroup(one, reading, depth + 1)) }];
    if (key.startsWith('$'))
        throw invalid('Filters are grouped by $and, $or and $nor.');
    const path = parsePath(key);
    if (isPlain(value))
        return readTests(path, Object.entries(value), reading);
    count$3(reading, 1);
    return [oneOf(path, [readScalar(value, reading)])];
}
/** Stores have ids as strings, pages may have numbers. */
const textOf = (id) => (typeof id === 'number' ? String(id) : id);
const oneOf = (path, values) => ({ is: 'in', path, values: path.join('.') === 'id' ? values.map(textOf) : values });
const noneOf = (path, values) => ({ is: 'none', of: [oneOf(path, values)] });
function readTests(path, tests, reading) {
    if (!tests.length)
        throw invalid('A condition is a value or an object of tests, such as { $gt: 1 }.');
    count$3(reading, tests.length);
    return tests.map(([name, operand]) => readTest(path, name, operand, reading));
}
function readTest(path, name, operand, reading) {
    switch (name) {
        case '$ne': return noneOf(path, [readScalar(operand, reading)]);
        case '$in': return oneOf(path, readValues(name, operand, reading));
        case '$nin': return noneOf(path, readValues(name, operand, reading));
        case '$gt': return { is: 'gt', path, value: readOrdered(name, operand, reading) };
        case '$gte': return { is: 'gte', path, value: readOrdered(name, operand, reading) };
        case '$lt': return { is: 'lt', path, value: readOrdered(name, operand, reading) };
        case '$lte': return { is: 'lte', path, value: readOrdered(name, operand, reading) };
        case '$contains': return { is: 'contains', path, text: readSearch(name, operand, reading) };
        default: throw invalid('The tests of a filter are $ne, $in, $nin, $gt, $gte, $lt, $lte and $contains.');
    }
}
/** Counted before it is read, so that a list of a million costs nothing. */
function count$3(reading, conditions) {
    reading.conditions -= conditions;
    if (reading.conditions < 0)
        throw invalid(`A filter has at most ${limits$1.conditions} conditions.`);
}
function readList(name, list, reading) {
    if (!Array.isArray(list) || !list.length)
        throw invalid(`${name} takes a list of filters.`);
    // Counts empty members as well: otherwise a list of them would have no limit.
    count$3(reading, list.length);
    return list;
}
function readValues(name, list, reading) {
    const most = reading.limits.values;
    if (Array.isArray(list) && list.length <= most)
        return Array.from(list, value => readScalar(value, reading));
    throw invalid(`${name} takes a list of ${most === Infinity ? '' : `up to ${most} `}values.`);
}
function readScalar(value, reading) {
    if (value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)))
        return value;
    if (typeof value === 'string')
        return checkText(value, reading);
    throw invalid('The values of a filter are null, booleans, finite numbers and strings.');
}
function readOrdered(name, value, reading) {
    const scalar = readScalar(value, reading);
    if (typeof scalar === 'number' || typeof scalar === 'string')
        return scalar;
    throw invalid(`${name} takes a number or a string.`);
}
function readSearch(name, value, reading) {
    reading.searches -= 1;
    if (reading.searches < 0)
        throw invalid(`A filter may use ${name} at most ${reading.limits.searches} times.`);
    if (typeof value === 'string')
        return checkText(value, reading);
    throw invalid(`${name} takes a string.`);
}
function checkText(text, { limits: { length } }) {
    if (text.length > length)
        throw invalid(`The strings of a filter have at most ${length} characters.`);
    if (!isStorableText(text))
        throw invalid('The strings of a filter must be well-formed Unicode, without the character U+0000.');
    return text;
}

// Whether a document fits a filter, and which of two comes first: decided in memory, with the same results as PostgreSQL's lax jsonpath and
// MongoDB. Not by a library such as sift, which looks into nested lists, takes inherited properties and the `length` of a string for
// attributes, and orders strings by UTF-16.
/** Compiles the filter once, for many documents. */
const matcher = (where) => testOf(conditionOf(where));
function testOf(condition) {
    if ('of' in condition)
        return groupOf(condition.is, condition.of.map(testOf));
    const { path } = condition;
    if (condition.is !== 'in') {
        const fits = fitsOf$1(condition);
        return (attributes, id) => valueFits(attributes, id, path, fits) === true;
    }
    // A set, since there may be a thousand values.
    const values = new Set(condition.values);
    const fits = (value) => values.has(value);
    const ifMissing = values.has(null);
    return (attributes, id) => valueFits(attributes, id, path, fits) ?? ifMissing;
}
function groupOf(is, tests) {
    switch (is) {
        case 'all': return (attributes, id) => tests.every(test => test(attributes, id));
        case 'any': return (attributes, id) => tests.some(test => test(attributes, id));
        case 'none': return (attributes, id) => !tests.some(test => test(attributes, id));
    }
}
function fitsOf$1(condition) {
    if (condition.is === 'contains')
        return value => typeof value === 'string' && value.includes(condition.text);
    const { is, value: bound } = condition;
    const fits = { gt: (n) => n > 0, gte: (n) => n >= 0, lt: (n) => n < 0, lte: (n) => n <= 0 }[is];
    return typeof bound === 'number'
        ? value => typeof value === 'number' && fits(value - bound)
        : value => typeof value === 'string' && fits(compareTexts(value, bound));
}
function valueFits(attributes, id, path, fits) {
    if (id === undefined || path[0] !== 'id')
        return leadsTo(attributes, path, 0, fits);
    // The id is a string, so that no path leads into it.
    return path.length === 1 ? fits(id) : undefined;
}
/**
 * Whether a path leads to a value that fits; undefined if it leads nowhere. Lists on the way are entered, and so is one at its end. Makes
 * no objects, since it runs for each document and condition.
 */
function leadsTo(value, path, depth, fits) {
    if (depth === path.length)
        return Array.isArray(value) ? value.some(fits) : fits(value);
    if (!Array.isArray(value))
        return isObject(value) ? leadsBelow(value, path, depth, fits) : undefined;
    let found;
    for (const item of value) {
        if (isObject(item))
            found = leadsBelow(item, path, depth, fits) ?? found;
        if (found)
            break;
    }
    return found;
}
function leadsBelow(object, path, depth, fits) {
    const name = path[depth];
    return Object.hasOwn(object, name) ? leadsTo(object[name], path, depth + 1, fits) : undefined;
}
/**
 * The order of `sort`: missing values and null come first, then numbers, strings by their code points, objects and lists (in no order
 * among themselves), false, true; `-title` reverses all of that. Lists on the way are not entered. Ties are ordered by id.
 */
function sorter(sort = []) {
    const keys = sort.map(key => ({ path: parsePath(key.replace(/^-/, '')), sign: key.startsWith('-') ? -1 : 1 }));
    return (a, b) => {
        for (const { path, sign } of keys) {
            const order = compare(valueAt(a, path), valueAt(b, path));
            if (order)
                return sign * order;
        }
        return compareTexts(a.id, b.id);
    };
}
function valueAt({ id, attributes }, path) {
    if (path.length === 1 && path[0] === 'id')
        return id;
    let value = attributes;
    for (const name of path)
        value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
    return value;
}
function compare(a, b) {
    if (typeof a === 'number' && typeof b === 'number')
        return a - b;
    if (typeof a === 'string' && typeof b === 'string')
        return compareTexts(a, b);
    return rank$1(a) - rank$1(b);
}
function rank$1(value) {
    switch (typeof value) {
        case 'number': return 1;
        case 'string': return 2;
        case 'object': return value === null ? 0 : 3;
        case 'boolean': return value ? 5 : 4;
        default: return 0;
    }
}
/** Compares by code points, as UTF-8 does. JavaScript's own comparison is by UTF-16, with emoji before `｡`. */
function compareTexts(a, b) {
    const end = Math.min(a.length, b.length);
    const index = commonLength(a, b, end);
    return index < end ? order(a.charCodeAt(index)) - order(b.charCodeAt(index)) : a.length - b.length;
}
/** Most strings differ near their beginning. Of others whole parts are compared: one unit at a time would take four times as long. */
function commonLength(a, b, end) {
    const near = Math.min(end, 16);
    let low = 0;
    while (low < near && a.charCodeAt(low) === b.charCodeAt(low))
        low += 1;
    if (low < near)
        return low;
    for (let high = end; low < high;) {
        const middle = Math.ceil((low + high) / 2);
        if (a.slice(low, middle) === b.slice(low, middle))
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}
/** Surrogates, D800 to DFFF, are halves of the code points above FFFF, and so come after all other units. */
const order = (unit) => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit);

// Fields: a list of attribute paths that selects a part of a document. A path selects everything below it.
const most$5 = 100;
/** A list of paths that a client sent. Throws `invalid`, with what is wrong. */
function parseFields(input) {
    if (!Array.isArray(input) || input.length > most$5)
        throw invalid(`Fields are a list of up to ${most$5} attribute paths.`);
    return input.map((path) => parsePath(path).join('.'));
}
/** Whether the fields contain the whole attribute at that path. */
const covers = (fields, path) => !fields || fields.some(field => path === field || path.startsWith(`${field}.`));
/** The part of the attributes that the fields select. In a list, each object is reduced to it. */
function pick(attributes, fields) {
    return fields ? pickPaths(attributes, fields.map(field => field.split('.'))) : attributes;
}
function pickPaths(object, paths) {
    const picked = {};
    for (const name of new Set(paths.map(([first]) => first))) {
        if (!Object.hasOwn(object, name))
            continue;
        const below = paths.filter(([first]) => first === name).map(([, ...rest]) => rest);
        const value = object[name];
        const kept = below.some(rest => !rest.length) ? value : pickBelow(value, below);
        if (kept !== undefined)
            picked[name] = kept;
    }
    return picked;
}
/** Whether the fields contain a part of this attribute, and not all of it. */
const isPart = (fields, name) => !covers(fields, name) && fields?.some(field => field.startsWith(`${name}.`)) === true;
/**
 * What a client writes that has only these fields: attributes of which it has a part are completed with the rest of their current value.
 * Throws `invalid` if it is not clear what is meant.
 */
function complete$1(written, attributes, fields) {
    const parts = Object.keys(written).filter(name => isPart(fields, name));
    const paths = fields.map(field => field.split('.')).filter(([first]) => parts.includes(first));
    const merged = mergePaths(attributes, written, paths, '');
    return { ...written, ...Object.fromEntries(parts.map(name => [name, merged[name]])) };
}
function mergePaths(object, changed, paths, at) {
    // What the client writes beyond its part is meant.
    const merged = { ...object, ...changed };
    for (const name of new Set(paths.map(([first]) => first))) {
        const below = paths.filter(([first]) => first === name).map(([, ...rest]) => rest);
        if (!Object.hasOwn(changed, name))
            delete merged[name];
        else
            merged[name] = mergeBelow(object[name], changed[name], below, `${at}${name}`);
    }
    return merged;
}
function mergeBelow(value, changed, paths, at) {
    if (paths.some(rest => !rest.length))
        return changed;
    if (isObject(value) && isObject(changed))
        return mergePaths(value, changed, paths, `${at}.`);
    if (value == null)
        return changed;
    if (node_util.isDeepStrictEqual(pickBelow(value, paths), changed))
        return value;
    throw invalid(`"${at.slice(0, 50)}" cannot be written by a client that has only a part of it: ask for all of it.`);
}
/** Undefined for a value without attributes: `user.name` of `user: 'Ann'` must not show `Ann`. Lists within lists are not entered. */
function pickBelow(value, paths) {
    if (Array.isArray(value))
        return value.flatMap(item => (isObject(item) ? pickPaths(item, paths) : []));
    return isObject(value) ? pickPaths(value, paths) : undefined;
}

// The query of a collection's fetch: `fetch({ data: { where, sort, limit, offset } })`. Anything else in the data is for the layers of the
// backend.
const limits = { sort: 5, limit: 10_000, offset: 1_000_000_000 };
/** Parses a request's data. Throws `invalid`, with what is wrong. Without `limit` it asks for all documents. */
function parseQuery(input) {
    const { where, sort, limit, offset } = input;
    return {
        ...(where != null && { where: parseReadWhere(where) }),
        ...(sort != null && { sort: parseSort(sort) }),
        ...(limit != null && { limit: parseCount('limit', limit) }),
        ...(offset != null && { offset: parseCount('offset', offset) }),
    };
}
/** The attribute paths that an order looks at: a user could learn their values from it. */
const pathsOfSort = (sort = []) => sort.map(key => key.replace(/^-/, ''));
/** A single path need not be in a list. */
function parseSort(sort) {
    const keys = Array.isArray(sort) ? sort : [sort];
    if (keys.length > limits.sort || !keys.every(key => typeof key === 'string')) {
        throw invalid(`"sort" is a list of up to ${limits.sort} attribute paths; "-title" is descending.`);
    }
    for (const key of keys)
        parsePath(key.replace(/^-/, ''));
    return keys;
}
function parseCount(name, count) {
    if (typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= limits[name])
        return count;
    throw invalid(`"${name}" is a whole number from 0 to ${limits[name]}.`);
}

// Filters and lists of attributes: a part of MongoDB's query language that is small enough for every store to answer it alike.
//
//   { title: 'milk', 'user.name': { $ne: 'Ann' }, price: { $gt: 1, $lte: 5 }, tags: { $in: ['a', 'b'] } }
//   { $or: [{ title: { $contains: 'mil' } }, { done: null }] }      also $and, $nor
//
// A path leads through objects and, one level each, through lists: a condition holds if any of the values there fits. The path `id` is
// the document's id. Values are null, booleans, numbers and strings, and fit only values of their own type; `null` also fits what is
// missing. `$gt`, `$gte`, `$lt`, `$lte` and `sort` compare numbers, or strings by their code points. `$ne` and `$nin` hold exactly where
// equality and `$in` do not. `$contains` looks for a part of a string, literally and case-sensitively.
/** Whether a document fits. The attributes must have the document's id under `id`. */
const matches = (where, attributes) => matcher(where)(attributes);
/** A filter that holds where both do. */
const both = (one, other) => one && other ? { $and: [one, other] } : (one ?? other);

// Checks what a client sends, before anything else looks at it: only what a store can hold passes. Each refusal says what is wrong.
/** The data of a request. A fetch of 0.4.9 sends the collection's models: such a list asks for all documents, as no data does. */
function modelFrom(data, method, idAttribute) {
    if (method === 'read' && (data == null || Array.isArray(data)))
        return {};
    const model = checkAttributes(data);
    if (model[idAttribute] != null)
        idFrom(model[idAttribute]);
    return model;
}
/** The second argument of a request, `(data, meta, callback)`; clients that do not know the companion send none. */
function metaFrom(meta = {}) {
    if (!isObject(meta))
        throw invalid('The second argument of a request is its meta, { channel, options, op, ifVersion, versions, fields }.');
    const { channel, options, op, ifVersion, versions, fields } = meta;
    return {
        channel: checkChannel(channel ?? ''),
        options: checkAttributes(options ?? {}),
        ...(op != null && { op: checkOp(op) }),
        ...(ifVersion != null && { ifVersion: checkVersion(ifVersion) }),
        ...(fields != null && { fields: parseFields(fields) }),
        // A client that sends `op` or `ifVersion` understands versions.
        versions: versions === true || op != null || ifVersion != null,
    };
}
const longestOp = 100;
function checkOp(op) {
    if (typeof op === 'string' && op !== '' && op.length <= longestOp && isStorableText(op))
        return op;
    throw invalid(`The "op" of a write is a string of 1 to ${longestOp} characters, a different one for each write.`);
}
function checkVersion(version) {
    if (Number.isSafeInteger(version))
        return version;
    throw invalid('"ifVersion" is a whole number: the version that the document must have.');
}
/** An id as stores have it, a string. Pages may have numbers. */
const idFrom = (id) => checkId(typeof id === 'number' ? String(id) : id);
/** A copy as a client would get it. Throws for a BigInt, and for a circular reference. */
const asJson = (object) => JSON.parse(JSON.stringify(object));

// The names of all rooms, made of checked parts as JSON: different parts never make the same name, and no string that a client sends is a
// room's name by itself.
/** The room of the sockets that hear a backend's changes in a channel, as far as this scope shows them. */
const roomOf = (backend, channel, scope) => JSON.stringify(['iosync', backend, channel, canonical(scope.where ?? null), scope.fields ? [...scope.fields].sort() : null]);
/** The room of the subscriptions to the same: these documents of a channel, and of each these attributes. */
const shapeRoomOf = (backend, channel, shown) => `live ${roomOf(backend, channel, { ...(shown.where && { where: shown.where }), ...(shown.fields && { fields: shown.fields }) })}`;
/** Equal filters make one room, whatever the order of their keys. */
function canonical(value) {
    if (Array.isArray(value))
        return value.map(canonical);
    if (typeof value !== 'object' || value === null)
        return value;
    return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, canonical(one)]);
}

// The op of a write: the name that its page has given to it. It lets a store do the write once, however often the page sends it, and lets
// subscribers know which write caused a change.
/** What a store keeps of the writer: the socket's id, and the op if there is one. */
function originOf({ socket, op }) {
    const id = socket?.id ?? '';
    return op === undefined ? id : `${id} ${op}`;
}
const splitOrigin = (origin) => origin?.split(/ (.*)/s, 2) ?? [];
/** A hash of what is asked for, equal if a write is repeated. Made of what the page sent: layers may add the time, for example. */
const digestOf = ({ method, channel, model, ifVersion }) => node_crypto.createHash('sha256').update(JSON.stringify([method, channel, model, ifVersion])).digest('base64url');
/** With the user, so that no user gets at the writes of another. For anonymous users only the op differs, which is hard to guess. */
const keyOf$1 = ({ user, backend, op }) => JSON.stringify([user?.id == null ? null : String(user.id), backend, op]);
/** Whether a write that fails now was done before: a page that sends it again must learn that it was done. */
async function wasDone([store], asked, error) {
    const { digest } = asked;
    if (!store?.once || digest === undefined)
        return false;
    return store.once(keyOf$1(asked), digest, () => Promise.reject(error)).then(() => true, () => false);
}
/** How many other channels a write may be moved to, each of which takes another try. */
const tries$4 = 20;
/** Does a write, and only once if it has an op and the store has `once`. */
async function writeOnce(store, req, write) {
    const { digest } = req;
    if (!store.once || digest === undefined)
        return write(store, req);
    const room = roomOf(req.backend, req.channel, req.scope);
    const scopes = new Map();
    for (let left = tries$4;; left -= 1) {
        const missing = [];
        // A rule called inside the transaction might read the same store, which refuses that. So it is asked outside, before the next try.
        const admit = async (channel) => {
            const scope = scopes.get(channel);
            if (scope)
                return scope;
            missing.push(channel);
            throw new Error(`Whether this may be in the channel "${channel}" has to be asked.`);
        };
        try {
            const kept = await store.once(keyOf$1(req), digest, async (documents) => ({ room, answer: await write(documents, { ...req, admit }) }));
            // An answer that was made for other rights is not shown.
            return kept.room === room ? kept.answer : undefined;
        }
        catch (error) {
            const [channel] = missing;
            if (channel === undefined || !left)
                throw error;
            scopes.set(channel, await req.admit(channel));
        }
    }
}

// A store as the layer of a backend: takes the id out of the model and puts it back into the answer, keeps each request within its channel
// and its user's scope, and leaves the methods that stores do not have to the layers below.
const writes = new Map(Object.entries({ create, update, patch, delete: remove$1 }));
/** A layer that is also the store: `backend.use(store)`. */
function asLayer(store) {
    const layer = (req, res, next) => {
        const write = writes.get(req.method);
        if (write)
            writeOnce(store, req, write).then(res.end, next);
        else if (req.method === 'read')
            read(store, req).then(res.end, next);
        else
            next();
    };
    const { ready, reach } = store;
    const methods = {
        create: store.create.bind(store),
        read: store.read.bind(store),
        list: store.list.bind(store),
        update: store.update.bind(store),
        patch: store.patch.bind(store),
        delete: store.delete.bind(store),
        transaction: store.transaction.bind(store),
        epoch: store.epoch.bind(store),
        head: store.head.bind(store),
        changes: store.changes.bind(store),
        watch: store.watch.bind(store),
        close: store.close.bind(store),
    };
    const ifAny = { ...(store.tell && { tell: store.tell.bind(store) }), ...(store.once && { once: store.once.bind(store) }) };
    return Object.assign(layer, methods, ifAny, { ready, reach });
}
const isStore = (layer) => 'watch' in layer && 'changes' in layer;
async function create(documents, req) {
    const attributes = writable(req);
    const id = req.model[req.idAttribute] == null ? undefined : idOf(req);
    const channel = await channelFor(req, attributes, id);
    return answer(req, await documents.create(attributes, { ...(id !== undefined && { id }), channel, origin: originOf(req) }));
}
async function read(store, req) {
    const { model, scope } = req;
    if (req.catchUp)
        return req.catchUp(store);
    if (model[req.idAttribute] != null) {
        const found = await store.read(idOf(req), which(req));
        if (!found)
            throw notFound();
        return answer(req, found);
    }
    const { where, ...query } = parseQuery(model);
    checkAsked(req, [...(where ? pathsOf(where) : []), ...pathsOfSort(query.sort ?? [])]);
    const filter = both(where, scope.where);
    const documents = await store.list({ ...query, channel: req.channel, ...(filter && { where: filter }) });
    return documents.map(one => answer(req, one));
}
/** With `scope.fields` an update must not remove the attributes that the user cannot see, so it becomes a patch. */
function update(documents, req) {
    return change(documents, req, req.scope.fields ? 'patch' : 'update');
}
function patch(documents, req) {
    return change(documents, req, 'patch');
}
async function remove$1(documents, req) {
    const { id, version } = await documents.delete(idOf(req), writing(req));
    return { [req.idAttribute]: req.model[req.idAttribute] ?? id, ...versionFor(req, version) };
}
/** How often a write that depends on the current document is tried again, if others change that meanwhile. */
const tries$3 = 20;
async function change(documents, req, method) {
    const id = idOf(req);
    const { fields } = req;
    const written = writable(req);
    const options = writing(req);
    const hasParts = fields && Object.keys(written).some(name => isPart(fields, name));
    if (!req.channelOf && !req.scope.where && !hasParts)
        return answer(req, await documents[method](id, written, options));
    // What the document becomes decides which channel it belongs to, and whether the scope allows it.
    for (let left = tries$3;; left -= 1) {
        const current = await documents.read(id, which(req));
        if (!current)
            throw notFound();
        if (options.ifVersion !== undefined && options.ifVersion !== current.version)
            throw conflict(current);
        const attributes = hasParts ? complete$1(written, current.attributes, fields) : written;
        const becomes = method === 'patch' ? { ...current.attributes, ...attributes } : attributes;
        const moveTo = await channelFor(req, becomes, id);
        try {
            return answer(req, await documents[method](id, attributes, { ...options, moveTo, ifVersion: current.version }));
        }
        catch (error) {
            if (!left || !(error instanceof BackendError) || error.code !== 'conflict')
                throw error;
        }
    }
}
/** A document as an answer. It has the id as the page sent it, perhaps a number, so that the page's model keeps it. */
function answer(req, { id, version, attributes }) {
    const { model, method, idAttribute } = req;
    const own = method === 'read' ? undefined : model[idAttribute];
    return { ...shown(req, attributes), [idAttribute]: own ?? id, ...versionFor(req, version) };
}
/** What the user may see and, of that, what the page has asked for. */
const shown = ({ scope, fields }, attributes) => pick(pick(attributes, scope.fields), fields);
const versionFor = ({ versions }, version) => (versions ? { [versionAttribute]: version } : {});
const idOf = ({ model, idAttribute }) => idFrom(model[idAttribute]);
const which = ({ channel, scope: { where } }) => ({ channel, ...(where && { where }) });
const writing = (req) => ({ ...which(req), origin: originOf(req), ...(req.ifVersion !== undefined && { ifVersion: req.ifVersion }) });
/** The attributes to write. What the page sent must be in the scope, unless a layer has removed it; what layers add need not be. */
function writable(req) {
    const { [req.idAttribute]: _id, ...attributes } = req.model;
    // Backbone's patch has the id under `id` as well.
    if (req.method === 'patch' && req.idAttribute !== 'id' && attributes.id === _id)
        delete attributes.id;
    const names = req.given.filter(name => Object.hasOwn(attributes, name));
    checkOpen(req, names);
    // A name with a dot could be taken for a path in the scope, which leads into an object.
    if (req.scope.fields && names.some(name => name.includes('.')))
        throw invalid('Names of attributes must not contain a dot here.');
    return attributes;
}
/** In filters and orders `id` is the document's id, which every user may see, whatever the `idAttribute` of the pages is. */
function checkAsked(req, paths) {
    const { idAttribute } = req;
    if (idAttribute !== 'id' && paths.includes(idAttribute))
        throw invalid(`In filters and orders the id is "id", not "${idAttribute}".`);
    checkOpen(req, paths.filter(path => path !== 'id'));
}
/** Throws unless the user may see all of these: other attributes may neither be asked about nor set. */
function checkOpen({ scope: { fields } }, paths) {
    const closed = paths.find(path => !covers(fields, path));
    if (closed === undefined)
        return;
    const field = closed.slice(0, 50);
    throw new BackendError('forbidden', `You may not access the attribute "${field}".`, { field });
}
/** The channel that a document with these attributes belongs to; rejects unless the user may have it there. */
async function channelFor(req, attributes, id) {
    const channel = req.channelOf ? req.channelOf({ ...attributes, ...(id !== undefined && { [req.idAttribute]: id }) }) : req.channel;
    if (typeof channel !== 'string')
        throw new Error(`The channel() of "${req.backend}" must return a string, and has returned ${typeof channel}.`);
    const { where } = channel === req.channel ? req.scope : await req.admit(channel);
    if (where && !matches(where, id === undefined ? attributes : { ...attributes, id })) {
        throw new BackendError('forbidden', 'The document would be outside of what you may access.');
    }
    return channel;
}

// The answers of `once` in memory: kept for a day, and at most 10,000 of them.
const most$4 = 10_000;
function createAnswers$1() {
    /** The oldest first. */
    const kept = new Map();
    const forget = () => {
        for (const [key, { until }] of kept) {
            if (kept.size <= most$4 && until > Date.now())
                break;
            kept.delete(key);
        }
    };
    return {
        async once(key, digest, work) {
            forget();
            const known = kept.get(key);
            if (known && known.digest !== digest)
                throw reused();
            if (known)
                return JSON.parse(known.answer);
            const answer = await work();
            kept.set(key, { digest, answer: JSON.stringify(answer), until: Date.now() + day });
            forget();
            return answer;
        },
    };
}

// The ids that stores make: UUIDs of version 7 (RFC 9562), which sort by the time they were made. A list without a `sort` is in the order
// of its ids, and so in the order in which its documents were created.
let time = 0;
/** Counts the ids of one millisecond, also while the clock stands still or has been set back. */
let count$2 = 0;
function newId() {
    const now = Date.now();
    count$2 = now > time ? 0 : count$2 + 1;
    if (count$2 > 0xfff)
        time += 1;
    count$2 &= 0xfff;
    time = Math.max(now, time);
    const hex = time.toString(16).padStart(12, '0');
    return `${hex.slice(0, 8)}-${hex.slice(8)}-7${count$2.toString(16).padStart(3, '0')}-${node_crypto.randomUUID().slice(19)}`;
}

// The documents within a transaction in memory: the committed ones, which stay as they are, overlaid by its own writes. Nothing in here
// waits, so nothing can come between a check and the write that relies on it.
/** `last` returns the last version of a document, also of one that has been deleted. */
function createDraft(committed, last) {
    const own = new Map();
    const versions = new Map();
    const steps = [];
    let ended = false;
    const current = (id) => (own.has(id) ? own.get(id) : committed.get(id));
    const step = (entry, document) => {
        if (ended)
            throw new Error('The transaction has ended: await what is written in it.');
        own.set(entry.id, document);
        versions.set(entry.id, entry.version);
        steps.push({ entry, ...(document && { document }) });
    };
    const put = (document, origin, former) => {
        const { id, version, channel } = document;
        const action = former ? 'update' : 'create';
        step({ action, id, version, channel, ...(former && { former }), ...(origin !== undefined && { origin }) }, document);
        return structuredClone(document);
    };
    const drop = ({ id, version, channel, attributes: former }, origin) => step({ action: 'delete', id, version, channel, former, ...(origin !== undefined && { origin }) });
    const find = (id, { channel, where } = {}) => {
        const document = isId(id) ? current(id) : undefined;
        if (!document || (channel !== undefined && document.channel !== channel))
            return undefined;
        return !where || matches(where, { ...document.attributes, id }) ? document : undefined;
    };
    const findToWrite = (id, options = {}) => {
        const document = find(id, options);
        if (!document)
            throw notFound();
        if (options.ifVersion !== undefined && options.ifVersion !== document.version)
            throw conflict(structuredClone(document));
        return document;
    };
    const replace = (before, attributes, { origin, moveTo } = {}) => {
        const channel = moveTo === undefined ? before.channel : checkChannel(moveTo);
        const after = { id: before.id, version: before.version + 1, channel, attributes };
        if (channel === before.channel)
            return put(after, origin, before.attributes);
        drop(before, origin);
        return put(after, origin);
    };
    return {
        steps,
        end: () => void (ended = true),
        async create(attributes, { id = newId(), channel = '', origin } = {}) {
            const version = (versions.get(checkId(id)) ?? last(id)) + 1;
            const document = { id, version, channel: checkChannel(channel), attributes: checkAttributes(attributes) };
            if (current(id))
                throw taken();
            return put(document, origin);
        },
        async read(id, which) {
            return structuredClone(find(id, which));
        },
        async list(query) {
            const untouched = [...committed.values()].filter(({ id }) => !own.has(id));
            const written = [...own.values()].filter(document => document !== undefined);
            return structuredClone(select([...untouched, ...written], query));
        },
        async update(id, attributes, options) {
            const checked = checkAttributes(attributes);
            return replace(findToWrite(id, options), checked, options);
        },
        async patch(id, attributes, options) {
            const checked = checkAttributes(attributes);
            const before = findToWrite(id, options);
            return replace(before, { ...before.attributes, ...checked }, options);
        },
        async delete(id, options) {
            const document = findToWrite(id, options);
            drop(document, options?.origin);
            return structuredClone(document);
        },
    };
}
function select(documents, { channel, where, sort, limit, offset = 0 } = {}) {
    checkCount('limit', limit);
    checkCount('offset', offset);
    const fits = where && matcher(where);
    const fitting = documents
        .filter(document => (channel === undefined || document.channel === channel) && (!fits || fits(document.attributes, document.id)));
    return firstOf(fitting, sorter(sort), limit === undefined ? Infinity : offset + limit).slice(offset);
}
/** The first `count` documents in order. Of a long list, most documents are only compared with the last of those found so far. */
function firstOf(documents, compare, count) {
    let first = [];
    let last;
    for (const document of documents) {
        if (last && compare(document, last) > 0)
            continue;
        first.push(document);
        if (first.length <= 2 * count + 1)
            continue;
        first = first.sort(compare).slice(0, count);
        last = first.at(-1);
    }
    return first.sort(compare).slice(0, count);
}

// The log of a store in memory: numbers the commits of each channel, and keeps the latest of all channels. A reader that asks for changes
// it no longer has gets undefined, and must read everything again.
/** Keeps `length` changes of all channels together. The head of a channel is kept forever. */
function createLog$1(length) {
    const channels = new Map();
    /** The channel of each change that is kept, the oldest first. */
    const order = [];
    const versions = new Map();
    /** The highest version of all deleted documents that the log has forgotten. */
    let floor = 0;
    const forget = (change) => {
        if (!change || versions.get(change.id) !== change)
            return;
        versions.delete(change.id);
        if (change.action === 'delete')
            floor = Math.max(floor, change.version);
    };
    return {
        record(entry) {
            const channel = channels.get(entry.channel) ?? { head: 0, kept: [] };
            channels.set(entry.channel, channel);
            channel.head += 1;
            const change = { ...entry, head: channel.head };
            channel.kept.push(change);
            order.push(channel);
            versions.set(change.id, change);
            if (order.length > length)
                forget(order.shift()?.kept.shift());
            return change;
        },
        head: name => channels.get(name)?.head ?? 0,
        version: id => versions.get(id)?.version ?? floor,
        after(name, from, limit = Infinity) {
            const { head, kept } = channels.get(name) ?? { head: 0, kept: [] };
            const start = from - (head - kept.length);
            return start < 0 || from > head ? undefined : kept.slice(start, start + limit);
        },
    };
}

// Prevents deadlocks. Within a transaction, a call to the store itself, instead of the documents that the transaction was given, could wait
// for the end of that same transaction: a write, and a read as well if there is no other free connection. Every store refuses both, so
// that what works on one works on all.
/** The transactions around the running code. One for all stores, since each storage slows down every promise of the process a little. */
const enclosing = new node_async_hooks.AsyncLocalStorage();
function createNesting() {
    const nesting = {
        async run(work) {
            const state = { of: nesting, runs: true };
            try {
                return await enclosing.run([...(enclosing.getStore() ?? []), state], work);
            }
            finally {
                state.runs = false;
            }
        },
        check() {
            const waits = enclosing.getStore()?.some(({ of, runs }) => of === nesting && runs);
            if (waits)
                throw new Error('Within a transaction, read and write by the documents that it was given, not by the store.');
        },
    };
    return nesting;
}

// The watchers of a store, and how they are called. If one throws, that is reported, and the others are called all the same.
function createWatchers(report = console.error) {
    const watchers = new Set();
    // Over a copy, since a watcher that is added meanwhile must not be told of an earlier change.
    const tell = (how) => {
        for (const entry of [...watchers]) {
            try {
                if (watchers.has(entry))
                    how(entry.watcher);
            }
            catch (error) {
                report('A watcher of a store has thrown:', error);
            }
        }
    };
    return {
        watch(watcher) {
            // An entry for each call: the same watcher may be added twice, and each undo ends one of the two.
            const entry = { watcher };
            watchers.add(entry);
            return () => void watchers.delete(entry);
        },
        change: change => tell(watcher => watcher.change?.(structuredClone(change))),
        message: message => tell(watcher => watcher.message?.(structuredClone(message))),
    };
}

// The four writes of a store, made from a function that runs work on its documents. Attributes are copied and checked before anything
// is awaited, so that the caller may go on changing its own object.
const createWrites = (run) => ({
    create: async (attributes, options) => {
        const copy = checkAttributes(attributes);
        return run(documents => documents.create(copy, options));
    },
    update: async (id, attributes, options) => {
        const copy = checkAttributes(attributes);
        return run(documents => documents.update(id, copy, options));
    },
    patch: async (id, attributes, options) => {
        const copy = checkAttributes(attributes);
        return run(documents => documents.patch(id, copy, options));
    },
    delete: async (id, options) => run(documents => documents.delete(id, options)),
});

// The store that keeps documents in the memory of one process, until that ends: for trying things out, for tests and, with `max`, for a
// stream that needs no database. It is also the reference for the other stores.
function createMemoryStore({ max = Infinity, history = 10_000, log: report } = {}) {
    const epoch = node_crypto.randomUUID();
    const documents = new Map();
    const log = createLog$1(history);
    const watchers = createWatchers(report);
    const nesting = createNesting();
    const answers = createAnswers$1();
    /** Settles when all writes that have begun so far have ended. */
    let begun = Promise.resolve();
    let closing;
    const complete = (change) => {
        const document = documents.get(change.id);
        // A document that has moved to another channel is not shown to those who hear this one.
        return document?.channel === change.channel ? { ...change, document } : change;
    };
    const commit = ({ steps }) => {
        const entries = [];
        for (const { entry, document } of steps) {
            entries.push(entry);
            if (document)
                documents.set(entry.id, document);
            else
                documents.delete(entry.id);
        }
        entries.push(...removeOldest(documents, max));
        const changes = entries.map(log.record);
        for (const change of changes)
            watchers.change(complete(change));
    };
    const open = (work) => {
        if (closing)
            throw new BackendError('unavailable', 'The store is closed.');
        nesting.check();
        return work();
    };
    // One after the other: a transaction that waits for something delays later ones, but no reads.
    const transaction = async (work) => open(() => {
        const run = begun.then(async () => {
            const draft = createDraft(documents, log.version);
            try {
                const result = await nesting.run(() => work(draft));
                commit(draft);
                return result;
            }
            finally {
                draft.end();
            }
        });
        begun = run.catch(() => { });
        return run;
    });
    return {
        ...createWrites(transaction),
        ready: Promise.resolve(),
        reach: 'process',
        transaction,
        once: (key, digest, work) => transaction(draft => answers.once(key, digest, () => work(draft))),
        read: async (id, which) => open(() => createDraft(documents, log.version).read(id, which)),
        list: async (query) => open(() => createDraft(documents, log.version).list(query)),
        epoch: async () => open(() => epoch),
        head: async (channel) => open(() => log.head(channel)),
        changes: async (channel, from, limit) => open(() => structuredClone(log.after(channel, from, limit)?.map(complete))),
        watch: (watcher) => watchers.watch(watcher),
        close: () => (closing ??= begun.then(() => { })),
    };
}
function removeOldest(documents, max) {
    const removed = [];
    for (const { id, version, channel, attributes: former } of documents.values()) {
        if (documents.size <= max)
            break;
        documents.delete(id);
        removed.push({ action: 'delete', id, version, channel, former });
    }
    return removed;
}

// A queue of async work: one after the other, each when the one before has ended, whether or not that failed.
function createTurns() {
    let last = Promise.resolve();
    const inTurn = work => {
        const turn = last.then(work);
        last = turn.catch(() => { });
        return turn;
    };
    const idle = async () => {
        for (let before; before !== last;) {
            before = last;
            await before;
        }
    };
    return Object.assign(inTurn, { idle });
}

// Names in MongoDB: those of attributes, except for names that mean something else to MongoDB, to Mongoose or to the plugin.
/** The fields with a document's version and its channel. Attributes with these names are escaped. */
const versionField = '_version';
const channelField = '_channel';
const reserved = new Set(['', 'id', '_id', '__v', versionField, channelField]);
/** The field of an attribute. `isOwn`: whether the schema or its documents use the name for something other than a field. */
function fieldOf(name, isOwn) {
    const escaped = name.replace(/[%.$[\]]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
    return reserved.has(name) || isOwn(name) ? `%-${escaped}` : escaped;
}
/** The attribute of a field. */
const nameOf = (field) => field.replace(/^%-/, '').replace(/%(2[45E]|5[BD])/g, (_, code) => String.fromCharCode(parseInt(code, 16)));

// Converts a Mongoose document to the store's Document, and back. The attributes are what its `toJSON` returns, so that fields which the
// schema hides stay hidden, without the id, the version and the channel.
/** The types of paths whose values are the same in the database as in JSON. */
const plain = {
    String: ['string'], Number: ['number'], Boolean: ['boolean'], Mixed: ['string', 'number', 'boolean'],
};
function mappingOf(model) {
    const { schema } = model;
    const hasPath = (name) => ['real', 'nested'].includes(schema.pathType(name));
    const isOwn = (name) => !hasPath(name) && (name in model.prototype || name in schema.virtuals);
    const toField = (name) => (name === 'id' && hasPath(name) ? name : fieldOf(name, isOwn));
    const versionKey = schema.options.versionKey;
    const apart = new Set(['_id', versionField, channelField, ...(typeof versionKey === 'string' ? [versionKey] : [])]);
    if (!hasPath('id'))
        apart.add('id');
    const hidden = Object.entries(schema.paths).filter(([, { options }]) => options.select === false).map(([path]) => path.split('.'));
    const attributesOf = (doc) => {
        const json = checkAttributes(doc.toJSON({ flattenMaps: true, flattenObjectIds: true }));
        // A hidden field that has just been set is in the document, although a read would not return it.
        for (const path of hidden)
            remove(json, path);
        return Object.fromEntries(Object.entries(json).filter(([field]) => !apart.has(field)).map(([field, value]) => [nameOf(field), value]));
    };
    return {
        document: doc => ({
            id: String(doc._id), version: doc[versionField] ?? 0, channel: doc[channelField] ?? '', attributes: attributesOf(doc),
        }),
        set(doc, attributes, isReplaced) {
            const names = isReplaced ? Object.keys(attributesOf(doc)) : [];
            for (const name of names)
                if (!Object.hasOwn(attributes, name))
                    doc.set(toField(name), undefined);
            for (const [name, value] of Object.entries(attributes))
                doc.set(toField(name), value);
        },
        key: id => castKey(model, id),
        locate: path => locate(model, path, toField),
    };
}
function remove(json, [name = '', ...rest]) {
    const value = json[name];
    if (!rest.length)
        delete json[name];
    else if (typeof value === 'object' && value !== null && !Array.isArray(value))
        remove(value, rest);
}
/** The `_id` of a new document without an id: as the schema makes it, or one of ours if it is a string. */
const makeKey = (model, doc = new model()) => doc._id ?? (model.schema.path('_id').instance === 'String' ? newId() : undefined);
/** Mongoose casts any twelve letters to an ObjectId: an id is valid only if its `_id` reads the same. */
function castKey({ schema }, id) {
    try {
        const key = schema.path('_id').cast(id);
        return String(key) === id ? key : undefined;
    }
    catch {
        return undefined;
    }
}
function locate({ schema }, path, toField) {
    const [first = '', ...rest] = path;
    if (path.length === 1 && first === 'id')
        return undefined;
    const field = [toField(first), ...rest].join('.');
    const type = schema.path(field);
    if (type) {
        const types = plain[type.instance];
        return types && { field, types };
    }
    // A field that is not in the schema is stored as it is, or not at all.
    return schema.pathType(field) === 'adhocOrUndefined' ? { field, types: ['string', 'number', 'boolean'] } : undefined;
}

// The part of a filter that MongoDB can decide beforehand: it finds all documents that fit, and perhaps more, which are then checked one
// by one. Built from the parsed filter with five operators; nothing that a client sent becomes an operator or an expression. Negations are
// left out, so that no value of a hidden field can be guessed from the documents that are not found.
const mongoFilter = (where, locate) => compile(conditionOf(where), locate) ?? {};
/** Undefined if any document might fit. */
function compile(condition, locate) {
    if ('of' in condition)
        return compileGroup(condition.is, condition.of.map(one => compile(one, locate)));
    const found = locate(condition.path);
    if (!found)
        return undefined;
    const { field, types } = found;
    const fits = (value) => types.includes(typeof value);
    // Mongoose would cast values of another type, and find documents that do not fit.
    switch (condition.is) {
        case 'in': return condition.values.includes(null) ? undefined : { [field]: { $in: condition.values.filter(fits) } };
        case 'contains': return fits('') ? { [field]: { $regex: escaped(condition.text) } } : nothing;
        default: return fits(condition.value) ? { [field]: { [`$${condition.is}`]: condition.value } } : nothing;
    }
}
const nothing = { _id: { $in: [] } };
function compileGroup(is, parts) {
    if (is === 'none')
        return undefined;
    const known = parts.filter(part => part !== undefined);
    if (is === 'any')
        return known.length === parts.length ? { $or: known } : undefined;
    return known.length ? { $and: known } : undefined;
}
/** A string as a pattern that matches only that string. */
const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|#\s-]/g, '\\$&');

// Reads and writes documents by a Mongoose model, perhaps within a session. A write first reads the document, and takes effect only if that
// still has the version that was read; otherwise it is tried again, unless the caller has named a version.
/** How often a write is tried, if others change the document meanwhile. */
const tries$2 = 50;
function documentsOf(model, mapping, session) {
    const options = { ...(session && { session }) };
    /** The versions of documents that were deleted here: a deletion is logged only when the session commits. */
    const gone = new Map();
    const find = async (id, { channel, where } = {}) => {
        const key = isId(id) ? mapping.key(id) : undefined;
        if (key === undefined || (channel !== undefined && !isChannel(channel)))
            return undefined;
        const fits = fitsOf(where);
        const doc = await model.findOne({ _id: key }, null, options);
        if (!doc || (channel !== undefined && (doc[channelField] ?? '') !== channel))
            return undefined;
        return fits(mapping.document(doc)) ? doc : undefined;
    };
    /** `act` returns whether the document was still as it had been read. */
    const write = async (id, wanted = {}, act) => {
        for (let left = tries$2; left; left -= 1) {
            const doc = await find(id, wanted);
            if (!doc)
                throw notFound();
            const document = mapping.document(doc);
            const { version, attributes: former } = document;
            if (wanted.ifVersion !== undefined && wanted.ifVersion !== version)
                throw conflict(document);
            doc.$where = { [versionField]: version || { $in: [null, 0] } };
            Object.assign(doc.$locals, { origin: wanted.origin, byStore: true, former });
            if (await act(doc))
                return doc;
        }
        throw new BackendError('conflict', 'Too many others are changing the document.');
    };
    const change = async (id, attributes, wanted, isReplaced) => {
        const copy = checkAttributes(attributes);
        if (wanted?.moveTo !== undefined)
            checkChannel(wanted.moveTo);
        const doc = await write(id, wanted, async (found) => {
            mapping.set(found, copy, isReplaced);
            if (wanted?.moveTo !== undefined)
                found.set(channelField, wanted.moveTo);
            return found.save(options).then(() => true, overtaken);
        });
        return mapping.document(doc);
    };
    return {
        async create(attributes, { id, channel = '', origin } = {}) {
            const copy = checkAttributes(attributes);
            const doc = new model({ [channelField]: checkChannel(channel) });
            doc.set('_id', id === undefined ? makeKey(model, doc) : keyFor(mapping, id));
            mapping.set(doc, copy, false);
            Object.assign(doc.$locals, { origin, last: gone.get(String(doc._id)) });
            // Checked first, since an error of the database would abort the transaction.
            if (id !== undefined && (await model.exists({ _id: doc._id }).session(session ?? null)))
                throw taken();
            await doc.save(options).catch(refused);
            return mapping.document(doc);
        },
        async read(id, which) {
            const doc = await find(id, which);
            return doc && mapping.document(doc);
        },
        list: query => list(model, mapping, query, options),
        update: (id, attributes, wanted) => change(id, attributes, wanted, true),
        patch: (id, attributes, wanted) => change(id, attributes, wanted, false),
        async delete(id, wanted) {
            const doc = await write(id, wanted, async (found) => (await found.deleteOne(options)).deletedCount > 0);
            const document = mapping.document(doc);
            gone.set(document.id, document.version);
            return document;
        },
    };
}
const fitsOf = (where) => {
    const fits = where && matcher(where);
    return ({ id, attributes }) => !fits || fits(attributes, id);
};
/** The database sorts by id only; any other `sort` is done here, since the database orders lists differently. */
async function list(model, mapping, query = {}, options) {
    const { channel, where, sort, limit = Infinity, offset = 0 } = query;
    checkCount('limit', query.limit);
    checkCount('offset', query.offset);
    const fits = fitsOf(where);
    if (channel !== undefined && !isChannel(channel))
        return [];
    const ofChannel = channel === undefined ? {} : { [channelField]: channel === '' ? { $in: ['', null] } : channel };
    const filter = { $and: [ofChannel, where ? mongoFilter(where, mapping.locate) : {}] };
    const order = sort?.length ? sorter(sort) : undefined;
    const found = [];
    const cursor = model.find(filter, null, { ...options, strictQuery: false }).sort({ _id: 1 }).cursor();
    for await (const doc of cursor) {
        if (!order && found.length >= offset + limit)
            break;
        const document = mapping.document(doc);
        if (fits(document))
            found.push(document);
    }
    return (order ? found.sort(order) : found).slice(offset, offset + limit);
}
function keyFor(mapping, id) {
    const key = mapping.key(checkId(id));
    if (key === undefined)
        throw new BackendError('invalid', 'No document of this model can have this id.');
    return key;
}
/** Returns false if the document has been changed or deleted since it was read; throws any other error. */
function overtaken(error) {
    const name = error instanceof Error ? error.name : '';
    if (name === 'DocumentNotFoundError' || name === 'VersionError')
        return false;
    return refused(error);
}
/** Throws what the schema refuses as a BackendError with the schema's messages, and any other error as it is. */
function refused(error) {
    const { name, code, keyPattern, errors } = error;
    if (code === 11000 && '_id' in (keyPattern ?? { _id: 1 }))
        throw taken();
    if (code === 11000) {
        const fields = Object.keys(keyPattern ?? {});
        throw new BackendError('taken', 'There is already a document with the same values of unique fields.', { fields });
    }
    if (name !== 'ValidationError' || !errors)
        throw error;
    const issues = Object.entries(errors).map(([path, { message }]) => ({ path: path.split('.'), message }));
    throw new BackendError('invalid', issues[0]?.message ?? 'The document is invalid.', { issues });
}

// Work that belongs to a session's transaction: log entries are written right before it commits, so that heads are in the order of the
// commits, and changes are told after it; neither happens if it never commits. The driver has no event for that, so the session's own
// methods are wrapped, which `withTransaction` calls as well, at each attempt.
const sessions = new WeakMap();
function atCommit(session, write, item) {
    const batches = sessions.get(session) ?? listenTo(session);
    // One map for items of several types: each function only gets its own.
    const key = write;
    batches.set(key, [...(batches.get(key) ?? []), item]);
}
function listenTo(session) {
    const batches = new Map();
    sessions.set(session, batches);
    const { startTransaction, abortTransaction, commitTransaction } = session;
    let prepared;
    const forget = () => {
        batches.clear();
        prepared = undefined;
    };
    /** A session does one thing at a time. */
    const prepare = async () => {
        const works = [];
        for (const [write, items] of batches)
            works.push(await write(items, session));
        return works;
    };
    session.startTransaction = (...args) => {
        forget();
        startTransaction.apply(session, args);
    };
    session.abortTransaction = (...args) => {
        forget();
        return abortTransaction.apply(session, args);
    };
    session.commitTransaction = async (...args) => {
        // A commit that fails may be tried again; what was written for it need not be written again.
        prepared ??= await prepare().catch(async (error) => {
            await session.abortTransaction().catch(() => { });
            throw error;
        });
        await commitTransaction.apply(session, args);
        const works = prepared;
        forget();
        for (const work of works)
            await work();
    };
    return batches;
}

// The changes of a model: a log in a collection of its own, `<collection>_log`, numbered by counters in `<collection>_heads`; and the
// watchers. There is one journal per model. In a transaction the log commits with the documents, and changes are told after that. Without
// one, a change is logged after it was made: if the process ends in between, nobody is ever told of that change.
/** How long changes are kept in the log. */
const days = 7;
const journals = new WeakMap();
function journalOf(model) {
    // Discriminators share a collection, and so a journal.
    const base = model.baseModelName ? model.db.model(model.baseModelName) : model;
    const journal = journals.get(base) ?? createJournal(base);
    journals.set(base, journal);
    return journal;
}
function createJournal(model) {
    const log = logOf(model);
    const watchers = createWatchers((...mistake) => journal.report(...mistake));
    /** So that changes are told in the order of their heads. */
    const inTurn = createTurns();
    const read = async (id) => {
        try {
            return await journal.reader?.(id);
        }
        catch (error) {
            return void journal.report('A document that has changed could not be read:', error);
        }
    };
    const tell = async (changes) => {
        for (const change of changes) {
            const document = change.action === 'delete' ? undefined : await read(change.id);
            watchers.change(document?.channel === change.channel ? { ...change, document } : change);
        }
    };
    const writeAll = async (entries, session) => {
        const changes = await log.append(entries, session);
        return () => inTurn(() => tell(changes));
    };
    const journal = {
        watchers,
        reader: undefined,
        report: console.error,
        async record(entry, given) {
            const session = given ?? sessionAround(model);
            if (session?.inTransaction())
                return atCommit(session, writeAll, entry);
            await inTurn(async () => tell(await log.append([entry], null)));
        },
        head: log.head,
        last: log.last,
        after: log.after,
    };
    return journal;
}
function logOf({ db, collection: { name } }) {
    const log = db.collection(`${name}_log`);
    const heads = db.collection(`${name}_heads`);
    let indexed;
    const head = async (channel) => (await heads.findOne({ _id: channel }))?.head ?? 0;
    const last = async (id, session) => {
        const found = await log.findOne({ id }, { sort: { version: -1 }, ...(session && { session }) });
        return found ? { version: found.version, channel: found._id.channel } : undefined;
    };
    const append = async (entries, session) => {
        const options = { ...(session && { session }) };
        // An index cannot be created within a transaction. Without it, the log only grows.
        if (!session)
            indexed ??= Promise.allSettled([log.createIndex({ at: 1 }, { expireAfterSeconds: days * 86_400 }), log.createIndex({ id: 1, version: -1 })]);
        const next = new Map();
        for (const channel of new Set(entries.map(entry => entry.channel))) {
            const count = entries.filter(entry => entry.channel === channel).length;
            const counter = await heads.findOneAndUpdate({ _id: channel }, { $inc: { head: count } }, { upsert: true, returnDocument: 'after', ...options });
            next.set(channel, (counter?.head ?? count) - count + 1);
        }
        const numbered = entries.map(({ origin, ...entry }) => {
            const own = next.get(entry.channel) ?? 1;
            next.set(entry.channel, own + 1);
            return { ...entry, ...(origin !== undefined && { origin }), head: own };
        });
        await log.insertMany(numbered.map(loggedFrom), options);
        return numbered;
    };
    const after = async (channel, from, limit = Infinity) => {
        const latest = await head(channel);
        if (from > latest)
            return undefined;
        const to = Math.min(latest, from + limit);
        const range = { '_id.channel': channel, '_id.head': { $gt: from, $lte: to } };
        const found = from < to ? await log.find(range).sort({ '_id.head': 1 }).toArray() : [];
        return found.length === to - from ? found.map(changeFrom) : undefined;
    };
    return { head, last, append, after };
}
/** The session around the call, if Mongoose's option `transactionAsyncLocalStorage` is on: it is not passed in any other way. */
function sessionAround({ base }) {
    const { transactionAsyncLocalStorage: storage } = base;
    return storage?.getStore()?.session ?? null;
}
const loggedFrom = ({ channel, head, ...kept }) => ({ _id: { channel, head }, ...kept, at: new Date() });
const changeFrom = ({ _id: { channel, head }, action, id, version, origin, former }) => ({ action, id, version, channel, head, ...(origin !== undefined && { origin }), ...(former && { former }) });

// What the hooks of documents and of queries share: reading a document's version and channel from the database, whatever part of it the
// caller has read, and how long ago; and telling the journal of a write.
/** What a document itself has. One from before the schema had the plugin has no version and no channel. */
const heldBy = (doc) => ({ id: doc._id, version: Number(doc[versionField] ?? 0), channel: String(doc[channelField] ?? '') });
/** What the database has. Read without the schema's hooks, which may hide documents. */
async function heldIn(model, filter, session, options = {}) {
    const found = await model.findOne(filter, { [versionField]: 1, [channelField]: 1 }, { ...options, session, middleware: false, lean: true });
    return found ? heldBy(found) : undefined;
}
/** `held` is the document as it is now. */
async function tellWrite(model, held, written, session) {
    const { isCreated, movedFrom, origin, former } = written;
    const { record } = journalOf(model);
    const change = { id: String(held.id), version: held.version, channel: held.channel, origin };
    const before = former && { former };
    const isMoved = !isCreated && movedFrom !== undefined && movedFrom !== held.channel;
    if (isMoved)
        await record({ ...change, action: 'delete', channel: movedFrom, version: held.version - 1, ...before }, session);
    await record(isCreated || isMoved ? { ...change, action: 'create' } : { ...change, action: 'update', ...before }, session);
}
/** `held` is the document as it was. */
async function tellDelete(model, held, { origin, former }, session) {
    const { id, version, channel } = held;
    await journalOf(model).record({ action: 'delete', id: String(id), version, channel, origin, ...(former && { former }) }, session);
}

// The hooks of documents: `save` (also by `create` and `bulkSave`), `insertMany` and `doc.deleteOne()`. Other code may have read only a
// part of a document, or long ago, so that its version and its channel are read from the database; the store knows them.
const locals = (doc) => doc.$locals;
const modelOf$1 = (doc) => doc.constructor;
const sessionOf$1 = (doc) => doc.$session() ?? sessionAround(modelOf$1(doc));
const held = (doc) => heldIn(modelOf$1(doc), { _id: doc._id }, sessionOf$1(doc));
function addDocumentHooks(schema) {
    schema.pre('save', async function (options) {
        await beforeSave(this);
        if (options?.pathsToSave)
            options.pathsToSave = [...options.pathsToSave, versionField];
    });
    schema.post('save', async function () {
        if (locals(this).isWritten)
            await saved(this);
    });
    schema.post('insertMany', async function (docs) {
        for (const doc of [docs].flat())
            await inserted(doc);
    });
    schema.pre('deleteOne', { document: true, query: false }, async function () {
        const doc = this;
        locals(doc).held = locals(doc).byStore ? heldBy(doc) : await held(doc);
    });
    schema.post('deleteOne', { document: true, query: false }, async function () {
        const doc = this;
        const before = locals(doc).held;
        if (doc.$isDeleted() && before)
            await tellDelete(modelOf$1(doc), before, locals(doc), sessionOf$1(doc));
    });
}
async function beforeSave(doc) {
    const own = locals(doc);
    own.isCreated = doc.isNew;
    own.isWritten = doc.isNew || doc.isModified() || own.byStore === true;
    if (doc.isNew)
        return void doc.set(versionField, 1 + (own.last ?? (await lastVersion(doc))));
    if (!own.isWritten)
        return;
    own.movedFrom = doc.isModified(channelField) ? (await held(doc))?.channel : undefined;
    // Incremented by the database, since others may increment it meanwhile.
    doc.$inc(versionField, 1);
}
const lastVersion = async (doc) => (await journalOf(modelOf$1(doc)).last(String(doc._id), sessionOf$1(doc)))?.version ?? 0;
/** If the document has been deleted meanwhile, only the deletion is told. */
async function saved(doc) {
    const { isCreated = false, byStore, movedFrom, origin, former } = locals(doc);
    const now = isCreated || byStore ? heldBy(doc) : await held(doc);
    if (now)
        await tellWrite(modelOf$1(doc), now, { isCreated, movedFrom, origin, former }, sessionOf$1(doc));
}
/** With `lean` or `rawResult` there are no documents, so that nothing can be told. */
async function inserted(doc) {
    if (typeof doc !== 'object' || doc === null || !('$locals' in doc))
        return;
    locals(doc).isCreated = true;
    await saved(doc);
}

// The hooks of `findOneAndUpdate` and `findOneAndDelete`, also by id. These may return a part of the document, the document before the
// update, or nothing: so what the query is about to find is read before it. If another write comes first, the query may find another one.
const seen = new WeakMap();
function addQueryHooks(schema) {
    schema.pre('findOneAndUpdate', function () {
        return beforeUpdate(this);
    });
    schema.post('findOneAndUpdate', function (result) {
        return afterUpdate(this, foundIn(this, result));
    });
    schema.pre('findOneAndDelete', async function () {
        // Without a projection the result has all that is needed.
        if (this.projection())
            seen.set(this, { held: await target(this) });
    });
    schema.post('findOneAndDelete', function (result) {
        return afterDelete(this, foundIn(this, result));
    });
}
const modelOf = (query) => query.model;
const sessionOf = (query) => query.getOptions().session ?? sessionAround(modelOf(query));
function target(query) {
    const { sort, collation } = query.getOptions();
    return heldIn(modelOf(query), query.getFilter(), sessionOf(query), { ...(sort && { sort }), ...(collation && { collation }) });
}
/** The document in a result, before or after the update, or a part of it; if it was upserted, perhaps only its id. */
function foundIn(query, result) {
    if (!query.getOptions().includeResultMetadata)
        return (result ?? undefined);
    const { value, lastErrorObject } = (result ?? {});
    return value ?? (lastErrorObject?.upserted === undefined ? undefined : { _id: lastErrorObject.upserted });
}
async function beforeUpdate(query) {
    const held = await target(query);
    const made = query.getOptions().upsert && !held ? upsertedId(query) : undefined;
    const last = made === undefined ? undefined : await journalOf(modelOf(query)).last(String(made), sessionOf(query));
    const step = 1 + (last?.version ?? 0);
    count$1(query, step);
    seen.set(query, { held, made, step });
}
function count$1(query, step) {
    const update = query.getUpdate();
    if (Array.isArray(update))
        update.push({ $set: { [versionField]: { $add: [{ $ifNull: [`$${versionField}`, 0] }, step] } } });
    else
        query.setUpdate({ ...update, $inc: { ...update?.$inc, [versionField]: step } });
}
/** The `_id` in the filter or in the update; otherwise one is made here, since the result need not have one that the database makes. */
function upsertedId(query) {
    const { _id: wanted, ...rest } = query.getFilter();
    if (wanted !== undefined)
        return isTest(wanted) ? undefined : wanted;
    const update = query.getUpdate();
    if (Array.isArray(update) || namesId(rest))
        return undefined;
    const { $set, $setOnInsert } = { ...update };
    const given = update?._id ?? $set?._id ?? $setOnInsert?._id;
    if (given !== undefined)
        return given;
    const made = makeKey(modelOf(query));
    if (made !== undefined)
        query.setUpdate({ ...update, $setOnInsert: { ...$setOnInsert, _id: made } });
    return made;
}
const isTest = (value) => typeof value === 'object' && value !== null && Object.keys(value).some(name => name.startsWith('$'));
/** Whether the filter has an `_id`, also within `$and` and the like, from where an upsert may take it. */
const namesId = (filter) => Object.entries(filter).some(([name, value]) => name.split('.')[0] === '_id' || (Array.isArray(value) && value.some(one => typeof one === 'object' && one !== null && namesId(one))));
async function afterUpdate(query, found) {
    const { held, made, step } = seen.get(query) ?? { held: undefined };
    const { upsert = false } = query.getOptions();
    if (!found && !upsert)
        return;
    const id = found?._id ?? made ?? (found && held?.id);
    // The filter may find what an upsert has created. A document that existed before may no longer match, and the filter find another one.
    if (found && id === undefined)
        return;
    const now = await heldIn(modelOf(query), id === undefined ? query.getFilter() : { _id: id }, sessionOf(query));
    if (!now)
        return;
    const isCreated = upsert && !held && now.version === step;
    await tellWrite(modelOf(query), now, { isCreated, movedFrom: isSame(held, now.id) ? held.channel : undefined }, sessionOf(query));
}
async function afterDelete(query, found) {
    const before = seen.get(query);
    const gone = found && (before ? await partlyFound(query, found, before.held) : heldBy(found));
    if (gone)
        await tellDelete(modelOf(query), gone, {}, sessionOf(query));
}
/** A deleted document that is not the one that was read before can only be looked up in the log, and without an id not even there. */
async function partlyFound(query, { _id: id }, held) {
    const [model, session] = [modelOf(query), sessionOf(query)];
    if (id === undefined)
        return held && (await heldIn(model, { _id: held.id }, session)) ? undefined : held;
    if (isSame(held, id))
        return held;
    const last = await journalOf(model).last(String(id), session);
    return last && { id, ...last };
}
const isSame = (held, id) => held !== undefined && String(held.id) === String(id);

// A schema plugin: `schema.plugin(publishChanges)`, before the model is made. It increments the version at each write, and then tells the
// model's journal, once per write, however many sockets, backends and stores there are. The README lists the calls of Mongoose that have
// no hook, so that nobody hears of them.
/** Whether a schema has the plugin. Found out by its paths, since each model has a copy of its schema. */
function isPublished(schema) {
    const own = schema;
    return own.path(versionField) !== undefined && own.path(channelField) !== undefined;
}
/** Takes a schema of any copy of Mongoose. May be applied twice, or to all schemas by `mongoose.plugin`. */
function publishChanges(schema) {
    if (isPublished(schema))
        return;
    const own = schema;
    own.add({ [versionField]: { type: Number, default: firstVersion }, [channelField]: { type: String, default: '' } });
    addDocumentHooks(own);
    addQueryHooks(own);
}
/** Documents from before the schema had the plugin have no version, which counts as 0. */
function firstVersion() {
    return typeof this === 'object' && this !== null && 'isNew' in this && this.isNew ? 1 : undefined;
}

// The store that keeps documents by a Mongoose model whose schema has `publishChanges`, with its validators, setters, defaults and hooks.
// Changes that other code of this process makes by the model are told, too. Each write names the version that it has read, so that it
// never overwrites another one unknowingly. On a replica set, a change and its log entry are one transaction; a standalone server has no
// transactions, see journal.ts.
function createMongooseStore(model, options = {}) {
    // Mongoose's own type has a dozen parameters, which say nothing here.
    if (isPublished(model.schema))
        return new MongooseStore(model, options);
    throw new Error(`The schema of the model "${model.modelName}" lacks the plugin: schema.plugin(publishChanges), before mongoose.model().`);
}
class MongooseStore {
    model;
    reach = 'process';
    ready;
    writes = createWrites(work => this.write(work));
    create = this.writes.create;
    update = this.writes.update;
    patch = this.writes.patch;
    delete = this.writes.delete;
    journal;
    mapping;
    nesting = createNesting();
    /** One transaction at a time, so that changes are told in the order of their heads. */
    inTurn = createTurns();
    running = new Set();
    replicated;
    closing;
    constructor(model, { log }) {
        this.model = model;
        this.journal = journalOf(model);
        this.mapping = mappingOf(model);
        this.journal.reader = id => this.documents().read(id);
        if (log)
            this.journal.report = log;
        this.ready = model.db.asPromise().then(() => model.init()).then(() => { });
        // Perhaps nobody waits for it; an unhandled rejection would end the process.
        this.ready.catch(() => { });
    }
    read(...args) {
        return this.run(() => this.documents().read(...args));
    }
    list(query) {
        return this.run(() => this.documents().list(query));
    }
    transaction(work) {
        return this.run(async () => {
            if (await this.isReplicated())
                return this.inTransaction(work);
            throw new BackendError('unsupported', 'Transactions need a replica set of MongoDB, which this server is not.');
        });
    }
    /** Always the same: the counters are kept forever. */
    epoch() {
        return this.run(async () => '');
    }
    head(channel) {
        return this.run(async () => (isChannel(channel) ? this.journal.head(channel) : 0));
    }
    changes(channel, from, limit) {
        return this.run(async () => {
            if (!isChannel(channel))
                return from === 0 ? [] : undefined;
            const found = await this.journal.after(channel, from, limit);
            return found && Promise.all(found.map(change => complete(change, this.documents())));
        });
    }
    watch(watcher) {
        return this.journal.watchers.watch(watcher);
    }
    close() {
        return (this.closing ??= Promise.allSettled(this.running).then(() => { }));
    }
    documents(session) {
        return documentsOf(this.model, this.mapping, session);
    }
    /** `close` waits for all that began before it. */
    async run(work) {
        this.nesting.check();
        if (this.closing)
            throw new BackendError('unavailable', 'The store is closed.');
        const run = this.ready.then(work);
        this.running.add(run);
        return run.finally(() => this.running.delete(run));
    }
    write(work) {
        return this.run(async () => ((await this.isReplicated()) ? this.inTransaction(work) : work(this.documents())));
    }
    /** May run the work again after a write conflict with another process. */
    inTransaction(work) {
        return this.inTurn(async () => {
            const session = await this.model.db.startSession();
            try {
                return await session.withTransaction(() => this.nesting.run(() => work(this.documents(session))));
            }
            finally {
                await session.endSession();
            }
        });
    }
    isReplicated() {
        return (this.replicated ??= hasTransactions(this.model));
    }
}
async function complete(change, documents) {
    const document = isId(change.id) ? await documents.read(change.id, { channel: change.channel }) : undefined;
    return document ? { ...change, document } : change;
}
/** A replica set has a name; the router of a sharded cluster (mongos) has that message. */
async function hasTransactions(model) {
    const { setName, msg } = ((await model.db.db?.admin().command({ hello: 1 })) ?? {});
    return setName !== undefined || msg === 'isdbgrid';
}

// A lock on a folder, so that two processes never open the same database files: PGlite does not check that itself, and would damage them.
/**
 * The holder touches its lock every second. A lock that has not been touched for five seconds belongs to a process that has died, perhaps
 * by kill -9. Five, because opening the database blocks a slow machine for two or three. A process id in the lock would tell sooner, but
 * is wrong once another process has got that id, as happens in every container.
 */
const touched = 1_000;
const stale = 5_000;
/**
 * Resolves when the folder is ours; rejects within about a second, with the code `ELOCKED`, if a living process has it. `lost` is called
 * if another process has taken it, as happens to a process that stood still for seconds: to go on writing would do damage.
 */
async function lockFolder(folder, lost) {
    const place = node_path.join(folder, 'lock');
    const first = await tryLock(folder, place, lost);
    if (first)
        return first;
    const seen = lastTouch(place);
    for (;;) {
        await promises.setTimeout(touched / 4);
        const release = await tryLock(folder, place, lost);
        if (release)
            return release;
        if (lastTouch(place) !== seen) {
            const sentence = `The folder ${folder} is open in another process: stop that one, or choose another folder.`;
            throw Object.assign(new Error(sentence), { code: 'ELOCKED' });
        }
    }
}
async function tryLock(folder, lockfilePath, onCompromised) {
    const { lock } = await peer('proper-lockfile', 'A store in a folder');
    try {
        return await lock(folder, { lockfilePath, stale, update: touched, onCompromised });
    }
    catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ELOCKED')
            return undefined;
        throw error;
    }
}
const lastTouch = (place) => node_fs.statSync(place, { throwIfNoEntry: false })?.mtimeMs ?? 0;

// What the SQL store needs of a database: PostgreSQL, in this process or elsewhere. The two drivers are in pglite.ts and postgres.ts.
/** PostgreSQL's code of an error. */
const codeOf = (error) => error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
/** Rows whose `at` is more than `$2` seconds ago. */
const isOld = 'at < clock_timestamp() - make_interval(secs => $2::float8)';
/** Runs a `delete`, and resolves to the number of rows that it deleted. */
async function countDeleted(query, sql, values) {
    const [row] = await query(`with gone as (${sql} returning 1) select count(*)::int as count from gone`, values);
    return row?.count ?? 0;
}

// The answers of `once` in a table: each is committed together with its writes, so that there are both or neither.
/** The first half of the advisory lock on a key, which a transaction holds while it makes the answer. */
const answerLock = 764_003;
function createAnswers({ table, ops }) {
    return {
        async once({ query }, key, digest, work) {
            // An index cannot hold a long key.
            const name = node_crypto.createHash('sha256').update(key).digest('base64url');
            // A statement of its own: only the next one sees what has been committed while this one waited.
            await query('select pg_advisory_xact_lock($1::int, hashtext($2))', [answerLock, name]);
            const [known] = await query(`select digest, answer from ${ops} where "table" = $1 and key = $2`, [table, name]);
            if (known && known.digest !== digest)
                throw reused();
            if (known)
                return JSON.parse(known.answer);
            const answer = await work();
            const row = [table, name, digest, JSON.stringify(answer)];
            await query(`insert into ${ops} ("table", key, digest, answer, at) values ($1, $2, $3, $4, clock_timestamp())`, row);
            return answer;
        },
        forget: ({ query }) => countDeleted(query, `delete from ${ops} where "table" = $1 and ${isOld}`, [table, day / 1000]),
    };
}

// The names of a store's table, and of the tables beside it, in SQL. All have their schema, so that they do not depend on the search path.
/** The channel of NOTIFY. One for all, so that a process needs one connection to listen. */
const notifications = 'iosync';
/** The name in the log under which the messages of a table's nodes are. No table can have it. */
const messagesOf = (table) => `iosync_messages_${table}`;
const quoted = (name) => `"${name.replaceAll('"', '""')}"`;
const literal = (text) => `'${text.replaceAll("'", "''")}'`;
function checkTable(table) {
    if (/^(?!iosync_|pg_)[a-z_][a-z0-9_]{0,49}$/.test(table))
        return table;
    throw new BackendError('invalid', `The name of a table is up to 50 of a-z, 0-9 and _, and begins neither with a digit nor with "iosync_" or "pg_": not "${table}".`);
}
function namesOf(schema, table) {
    const inSchema = (name) => `${quoted(schema)}.${quoted(name)}`;
    return {
        schema, table, documents: inSchema(table), log: inSchema('iosync_log'), deleted: inSchema('iosync_deleted'), versions: inSchema('iosync_versions'),
        ops: inSchema('iosync_ops'),
    };
}

// The notifications of a database, over one connection for all stores of the process: each is a hint that there may be something to read.
// A lost connection is made again, with growing pauses. Nothing relies on a notification, since stores also read every few seconds.
const shortestPause = 50;
const longestPause = 5_000;
class Listener {
    driver;
    tableListeners = new Set();
    undo;
    /** The attempt to connect that is under way, or the last one. */
    attempt = Promise.resolve();
    retry;
    pause = shortestPause;
    stopped = false;
    constructor(driver) {
        this.driver = driver;
    }
    /** Returns its undo. */
    add(one) {
        this.tableListeners.add(one);
        if (this.tableListeners.size === 1)
            this.connect();
        return () => void this.tableListeners.delete(one);
    }
    /** Resolves when it is connected, or when the attempt has failed. */
    tried() {
        return this.attempt;
    }
    async stop() {
        this.stopped = true;
        clearTimeout(this.retry);
        await this.attempt;
        await this.undo?.().catch(() => { });
        this.undo = undefined;
    }
    connect() {
        if (this.stopped || this.undo || this.retry)
            return;
        this.attempt = this.attempt.then(() => this.listen()).catch(() => this.connectLater());
    }
    async listen() {
        if (this.stopped || this.undo)
            return;
        let isLost = false;
        const undo = await this.driver.listen(notifications, payload => this.hear(payload), () => {
            isLost = true;
            this.undo = undefined;
            this.connectLater();
        });
        // It may have been lost again before its undo could be kept.
        if (isLost)
            return;
        this.undo = undo;
        this.pause = shortestPause;
        // What was committed while nobody listened can still be read.
        for (const one of this.tableListeners)
            one.hint();
    }
    connectLater() {
        if (this.stopped || this.retry)
            return;
        // A random delay, so that not all nodes connect at the same moment.
        this.retry = setTimeout(() => {
            this.retry = undefined;
            this.connect();
        }, this.pause * (0.5 + Math.random() / 2)).unref();
        this.pause = Math.min(2 * this.pause, longestPause);
    }
    hear(text) {
        const payload = parse(text);
        if (!payload)
            return;
        for (const one of [...this.tableListeners]) {
            if (one.schema === payload.schema && one.table === payload.table)
                one.hint();
        }
    }
}
/** Undefined for anything else: any program may send notifications on this channel. */
function parse(text) {
    try {
        const payload = JSON.parse(text);
        return typeof payload?.schema === 'string' && typeof payload.table === 'string' ? payload : undefined;
    }
    catch {
        return undefined;
    }
}

// A database shared by the stores of one process: opened by the first, closed by the last, and listened to over one connection.
const databases = new WeakMap();
function openDatabase(driver) {
    const database = databases.get(driver) ?? open(driver);
    databases.set(driver, database);
    database.stores += 1;
    return database;
}
function open(driver) {
    const opened = driver.open();
    const listener = new Listener(driver);
    const database = {
        listener, opened, nesting: createNesting(), stores: 0,
        async release() {
            database.stores -= 1;
            if (database.stores)
                return;
            databases.delete(driver);
            await listener.stop();
            await driver.close();
        },
    };
    return database;
}

// `sort` as SQL, in the order of filter/match.ts: missing values and null, numbers, strings by code points, objects and lists, false, true;
// ties by id. The column of the ids and the strings have the collation "C", which is that of code points.
const rank = (value) => `case jsonb_typeof(${value})
  when 'number' then 1 when 'string' then 2 when 'object' then 3 when 'array' then 3
  when 'boolean' then case when ${value} = 'true' then 5 else 4 end else 0 end`;
const number = (value) => `case when jsonb_typeof(${value}) = 'number' then (${value} #>> '{}')::numeric end`;
const text = (value) => `case when jsonb_typeof(${value}) = 'string' then ${value} #>> '{}' end collate "C"`;
function orderSql(sort, parameter) {
    const keys = sort.flatMap(key => {
        const path = key.replace(/^-/, '');
        const direction = key === path ? 'asc' : 'desc';
        if (path === 'id')
            return [`id ${direction}`];
        const value = `(attributes #> ${parameter(path.split('.'))}::text[])`;
        return [rank, number, text].map(part => `${part(value)} ${direction}`);
    });
    return [...keys, 'id'].join(', ');
}

// A filter as SQL that gives exactly the results of `matches`. Paths and values are parameters, the paths as lax jsonpath, which enters
// lists one level deep, as filters do. Comparisons in jsonpath would also enter lists within lists, so each checks the type first.
const operators = { gt: '>', gte: '>=', lt: '<', lte: '<=' };
function whereSql(condition, parameter) {
    if ('of' in condition)
        return groupSql(condition.is, condition.of.map(one => whereSql(one, parameter)));
    const [first, ...below] = condition.path;
    if (first !== 'id')
        return leafSql(condition, parameter);
    // The id is a string: there is nothing below it.
    return below.length ? String(condition.is === 'in' && condition.values.includes(null)) : idSql(condition, parameter);
}
function groupSql(is, members) {
    switch (is) {
        case 'all': return `(${members.join(' and ') || 'true'})`;
        case 'any': return `(${members.join(' or ') || 'false'})`;
        case 'none': return `not (${members.join(' or ') || 'false'})`;
    }
}
function idSql(condition, parameter) {
    if (condition.is === 'contains')
        return `strpos(id, ${parameter(condition.text)}) > 0`;
    if (condition.is === 'in')
        return `id = any(${parameter(condition.values.filter(value => typeof value === 'string'))}::text[])`;
    return typeof condition.value === 'string' ? `id ${operators[condition.is]} ${parameter(condition.value)}` : 'false';
}
function leafSql(condition, parameter) {
    const path = `$${condition.path.map(name => `.${JSON.stringify(name)}`).join('')}`;
    if (condition.is === 'contains') {
        const texts = parameter(`${path} ? (@.type() == "string")`);
        const text = parameter(condition.text);
        return `exists (select from jsonb_path_query(attributes, ${texts}::jsonpath) as one where strpos(one #>> '{}', ${text}) > 0)`;
    }
    const exists = (test, value) => `jsonb_path_exists(attributes, ${parameter(path + test)}::jsonpath, ${parameter(JSON.stringify({ value }))}::jsonb)`;
    if (condition.is === 'in') {
        const fits = exists(' ? (@.type() != "array" && @ == $value[*])', condition.values);
        return condition.values.includes(null) ? `(${fits} or not ${exists('', null)})` : fits;
    }
    const { is, value } = condition;
    return exists(` ? (@.type() == "${typeof value}" && @ ${operators[is]} $value)`, value);
}

// The documents of a table, over one connection. Each method is one statement, and foreseen failures are BackendErrors. The rest of a write
// (version, head, log, notification) is up to the triggers.
const documentJson = (row) => `json_build_object('id', ${row}.id, 'version', ${row}.version, 'channel', ${row}.channel, 'attributes', ${row}.attributes)`;
const columns = `${documentJson('documents')}::text as document`;
/** How often a create is tried, if others create and delete the same id meanwhile. */
const attempts = 5;
const documentOf = ({ document }) => JSON.parse(document);
/** `locks`: whether documents that are read cannot be changed by others until the transaction ends. */
function createDocuments({ documents }, { query }, write, locks) {
    const read = async (id, which = {}) => {
        const [values, parameter] = parameters();
        if (!isId(id) || !isPossible(which))
            return undefined;
        const sql = `select ${columns} from ${documents} documents where ${whichSql(which, parameter, id)}${locks ? ' for update' : ''}`;
        const [row] = await query(sql, values);
        return row && documentOf(row);
    };
    /** `verb` is the statement up to its `where`. */
    const change = async (verb, given, id, options = {}) => {
        if (!isId(id) || !isPossible(options))
            throw notFound();
        const { ifVersion, origin, moveTo } = options;
        for (let seen;;) {
            const [values, parameter] = parameters(given);
            const move = moveTo === undefined ? '' : `, channel = ${parameter(checkChannel(moveTo))}`;
            const version = ifVersion === undefined ? '' : ` and version = ${parameter(ifVersion)}::numeric`;
            const sql = `${verb}${verb.startsWith('delete') ? '' : move} where ${whichSql(options, parameter, id)}${version}`;
            const [row] = await write(`${sql} returning ${columns}`, values, origin);
            if (row)
                return documentOf(row);
            const current = await read(id, options);
            if (!current)
                throw notFound();
            if (ifVersion !== undefined && ifVersion !== current.version)
                throw conflict(current);
            if (current.version === seen)
                throw kept();
            // It was created or changed between the two statements.
            seen = current.version;
        }
    };
    return {
        read,
        async create(attributes, { id = newId(), channel = '', origin } = {}) {
            const values = [checkId(id), checkChannel(channel), JSON.stringify(checkAttributes(attributes))];
            const into = `insert into ${documents} as documents (id, channel, attributes) values ($1, $2, $3::jsonb)`;
            for (let attempt = 1;; attempt += 1) {
                const [row] = await write(`${into} on conflict (id) do nothing returning ${columns}`, values, origin);
                if (row)
                    return documentOf(row);
                const [{ isThere } = {}] = await query(`select exists (select from ${documents} where id = $1) as "isThere"`, [id]);
                if (isThere)
                    throw taken();
                // It may have been deleted between the two statements.
                if (attempt === attempts)
                    throw left();
            }
        },
        async list(asked = {}) {
            checkCount('limit', asked.limit);
            checkCount('offset', asked.offset);
            if (!isPossible(asked))
                return [];
            const [values, parameter] = parameters();
            const rows = await query(listSql(documents, asked, parameter), values);
            return rows.map(documentOf);
        },
        async update(id, attributes, options) {
            return change(`update ${documents} documents set attributes = $1::jsonb`, [JSON.stringify(checkAttributes(attributes))], id, options);
        },
        async patch(id, attributes, options) {
            const given = [JSON.stringify(checkAttributes(attributes))];
            return change(`update ${documents} documents set attributes = attributes || $1::jsonb`, given, id, options);
        },
        async delete(id, options) {
            return change(`delete from ${documents} documents`, [], id, options);
        },
    };
}
/** It was not there each time, and was not taken in. */
const left = () => new Error('The database does not take the document: by a trigger, or a policy of row level security, on its table.');
/** For a write that has no effect although nobody else has changed the document: the table must have rules of its own. */
const kept = () => new Error('The database keeps the document as it is: by a trigger, or a policy of row level security, on its table.');
function parameters(given = []) {
    const values = [...given];
    return [values, value => `$${values.push(value)}`];
}
/** A channel with an impossible name is empty. */
const isPossible = ({ channel }) => channel === undefined || isChannel(channel);
function whichSql({ channel, where }, parameter, id) {
    const tests = [
        id === undefined ? [] : `id = ${parameter(id)}`,
        channel === undefined ? [] : `channel = ${parameter(channel)}`,
        where ? whereSql(conditionOf(where), parameter) : [],
    ].flat();
    return tests.join(' and ') || 'true';
}
function listSql(documents, { sort = [], limit, offset, ...which }, parameter) {
    const tests = whichSql(which, parameter);
    const order = orderSql(sort.map(checkKey), parameter);
    const most = limit === undefined ? '' : ` limit ${parameter(limit)}`;
    const from = offset ? ` offset ${parameter(offset)}` : '';
    return `select ${columns} from ${documents} documents where ${tests} order by ${order}${most}${from}`;
}
function checkKey(key) {
    parsePath(key.replace(/^-/, ''));
    return key;
}

// Follows the log of a table, and tells the watchers of a store each change once, in the order of the commits. It may be woken at any time,
// by a hint, a tick, or both at once: it always continues where it was.
/** How many changes are read at once, with their documents. */
const batch = 100;
class Follower {
    log;
    report;
    entries = new Set();
    reading;
    again = false;
    failing = false;
    hasCut = false;
    stopped = false;
    constructor(log, report) {
        this.log = log;
        this.report = report;
    }
    get isWatched() {
        return this.entries.size > 0;
    }
    watch(watcher) {
        const tell = createWatchers(this.report);
        tell.watch(watcher);
        const entry = { tell };
        this.entries.add(entry);
        // A change committed before the start is known may have been read for the other watchers only.
        void this.start(entry).catch(() => { }).then(() => this.wake());
        return () => void this.entries.delete(entry);
    }
    /** Resolves when the start of every watcher is known, or reading it has failed. All watchers are told what is committed after that. */
    async started() {
        for (const { starting } of [...this.entries])
            await starting?.catch(() => { });
    }
    /** Continues to read, soon. Resolves when everything committed before the call has been told, or could not be read. */
    async wake() {
        this.again = true;
        await (this.reading ??= this.readAll());
    }
    /** Tells what was committed so far, and nothing after that. */
    async stop() {
        await this.wake();
        this.stopped = true;
        this.entries.clear();
    }
    async readAll() {
        await null;
        while (this.again && !this.stopped) {
            this.again = false;
            try {
                while (await this.readSome())
                    ;
                this.failing = false;
            }
            catch (error) {
                // The next tick continues from here.
                if (!this.failing)
                    this.report('The changes in the database cannot be read, and will be told later:', error);
                this.failing = true;
            }
        }
        // Here, not in a later `finally`: a caller of `wake` must not wait for a reading that is over.
        this.reading = undefined;
    }
    /** Resolves with whether there may be more. */
    async readSome() {
        await this.startAll();
        const positions = [...this.entries].flatMap(({ position }) => position ?? []);
        if (!positions.length)
            return false;
        const logged = await (await this.log()).after(Math.min(...positions), batch);
        // A watcher that started meanwhile may need some of these as well: it gets them from the next reading.
        for (const one of logged)
            this.tell(one);
        return logged.length === batch;
    }
    tell({ seq, change, isCut }) {
        for (const entry of [...this.entries]) {
            if (entry.position === undefined || entry.position >= seq || !this.entries.has(entry))
                continue;
            entry.position = seq;
            entry.tell.change(change);
            if (isCut)
                this.reportCut(change.id);
        }
    }
    /** Reports only the first: the program that stored one such document may store more. */
    reportCut(id) {
        const problem = `The document "${id}", which another program has stored, is nested too deeply: `;
        if (!this.hasCut)
            this.report(problem + 'changes to such documents are told without the documents.');
        this.hasCut = true;
    }
    async startAll() {
        for (const entry of [...this.entries])
            if (entry.position === undefined)
                await this.start(entry);
    }
    start(entry) {
        const find = async () => {
            entry.position = await (await this.log()).last();
        };
        // `readAll` reports a failure, and the next tick tries again.
        entry.starting ??= find().finally(() => (entry.starting = undefined));
        return entry.starting;
    }
}

// The tables and triggers, as numbered steps: a step that has been released is never changed, only followed by another.
//
// All that stores promise of a write is done by triggers, so that it also holds for the writes of other programs: versions, heads, the
// log, and the notification of listeners. Changes are logged when their transaction commits (the trigger is deferred), one committing
// transaction at a time. So heads have no gaps and are in the order of the commits; and since every transaction takes that lock last, it
// causes no deadlock.
// The newest change of a channel is never deleted: it is the channel's counter. A row that only counts would have to be
// updated for each document, and a bulk of n of them would take n² steps.
/** Names that every object inherits, as in base.ts. */
const inherited = Object.getOwnPropertyNames(Object.prototype).map(literal).join(', ');
// Both limits are part of a step: to change them in base.ts takes another step here.
const tooDeep = `strict $.**{${maximumDepth + 1}} ? (@.type() == "object" || @.type() == "array")`;
/** On whichever level. */
const forbiddenKey = `$.** ? (${forbiddenKeys.map(key => `exists(@."${key}")`).join(' || ')})`;
const isIn = (path) => `jsonb_path_exists(attributes, ${literal(path)})`;
/** The row of all deleted documents that have been forgotten: new ones count from their highest version. No document can have this id. */
const forgotten = '';
/** The advisory lock of a transaction that commits changes. */
const commitLock = 764_001;
/** The advisory lock of a transaction that changes the schema. */
const schemaLock = 764_002;
/** The steps of what all tables of a schema share. */
const sharedSteps = [
    ({ schema, log, deleted }) => `
    create sequence ${quoted(schema)}.iosync_seq;
    create table ${log} (
      "table" text collate "C" not null,
      channel text collate "C" not null,
      head bigint not null,
      seq bigint not null,
      id text collate "C" not null,
      version bigint not null,
      action text not null,
      origin text,
      former jsonb,
      at timestamptz not null,
      primary key ("table", channel, head)
    );
    create unique index iosync_log_seq on ${log} ("table", seq);
    create table ${deleted} (
      "table" text collate "C" not null,
      id text collate "C" not null,
      version bigint not null,
      at timestamptz not null,
      primary key ("table", id)
    );

    create function ${quoted(schema)}.iosync_version() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
    begin
      if tg_op = 'DELETE' or (tg_op = 'UPDATE' and new.id <> old.id) then
        insert into ${deleted} as gone ("table", id, version, at) values (tg_table_name, old.id, old.version, clock_timestamp())
          on conflict ("table", id) do update set version = greatest(gone.version, excluded.version), at = excluded.at;
      end if;
      if tg_op = 'DELETE' then
        return old;
      end if;
      if tg_op = 'INSERT' or new.id <> old.id then
        -- Waits for whoever is deleting it, so that its last version can be seen below.
        execute format('select from %I.%I where id = $1 for key share', tg_table_schema, tg_table_name) using new.id;
      end if;
      new.version := 1 + greatest(
        case tg_op when 'UPDATE' then old.version end,
        (select max(version) from ${deleted} where "table" = tg_table_name and id = any(array[
          new.id, case when tg_op = 'INSERT' or new.id <> old.id then ${literal(forgotten)} end])), 0);
      return new;
    end $body$;

    create function ${quoted(schema)}.iosync_record(name text, of_channel text, of_id text, of_version bigint, what text, before jsonb)
    returns void language plpgsql as $body$
    begin
      insert into ${log} ("table", channel, head, seq, id, version, action, origin, former, at)
      values (
        name, of_channel,
        coalesce((select head from ${log} where "table" = name and channel = of_channel order by head desc limit 1), 0) + 1,
        nextval(${literal(`${quoted(schema)}.iosync_seq`)}),
        of_id, of_version, what, nullif(current_setting('iosync.origin', true), ''), before, clock_timestamp()
      )
      -- A snapshot older than the newest head leads to a number that is given: PostgreSQL then asks to try the transaction anew (40001).
      on conflict ("table", channel, head) do nothing;
      if not found then
        raise exception 'could not number a change in channel "%", where others have committed meanwhile', of_channel
          using errcode = 'serialization_failure';
      end if;
    end $body$;

    create function ${quoted(schema)}.iosync_begin(name text) returns void language plpgsql as $body$
    begin
      perform pg_advisory_xact_lock(${commitLock}, hashtext(${literal(schema)}));
      perform pg_notify(${literal(notifications)}, json_build_object('schema', ${literal(schema)}, 'table', name)::text);
    end $body$;

    -- With the rights of whoever made it, so that a program needs none but those on its documents.
    create function ${quoted(schema)}.iosync_changed() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
    declare last bigint; is_stale boolean;
    begin
      perform ${quoted(schema)}.iosync_begin(tg_table_name);
      if tg_op = 'UPDATE' and new.id = old.id and new.channel = old.channel then
        perform ${quoted(schema)}.iosync_record(tg_table_name, new.channel, new.id, new.version, 'update', old.attributes);
        return null;
      end if;
      if tg_op <> 'INSERT' then
        perform ${quoted(schema)}.iosync_record(tg_table_name, old.channel, old.id, old.version, 'delete', old.attributes);
      end if;
      if tg_op <> 'DELETE' then
        -- Others may have created and deleted it while this one waited for the index; then its version is too low. Stores try anew.
        select version into last from ${deleted} where "table" = tg_table_name and id = new.id;
        if last >= new.version then
          execute format('select exists (select from %I.%I where id = $1 and version <= $2)', tg_table_schema, tg_table_name)
            into is_stale using new.id, last;
          if is_stale then
            raise exception 'could not count the version of "%", which others have created and deleted meanwhile', new.id
              using errcode = 'serialization_failure';
          end if;
        end if;
        perform ${quoted(schema)}.iosync_record(tg_table_name, new.channel, new.id, new.version, 'create', null);
      end if;
      return null;
    end $body$;

    create function ${quoted(schema)}.iosync_truncated() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
    declare document record;
    begin
      perform ${quoted(schema)}.iosync_begin(tg_table_name);
      for document in execute format('select * from %I.%I order by id', tg_table_schema, tg_table_name) loop
        insert into ${deleted} as gone ("table", id, version, at) values (tg_table_name, document.id, document.version, clock_timestamp())
          on conflict ("table", id) do update set version = greatest(gone.version, excluded.version), at = excluded.at;
        perform ${quoted(schema)}.iosync_record(tg_table_name, document.channel, document.id, document.version, 'delete', document.attributes);
      end loop;
      return null;
    end $body$;`,
    ({ ops }) => `
    create table ${ops} (
      "table" text collate "C" not null,
      key text collate "C" not null,
      digest text not null,
      answer text not null,
      at timestamptz not null,
      primary key ("table", key)
    );`,
];
/** The steps of one store's table. */
const tableSteps = [
    ({ schema, documents }) => `
    create table ${documents} (
      id text collate "C" primary key
        check (char_length(id) between 1 and 255 and id not in (${inherited})),
      channel text collate "C" not null default '' check (char_length(channel) <= 255),
      version bigint not null default 1,
      attributes jsonb not null default '{}'
        check (jsonb_typeof(attributes) = 'object' and not ${isIn(tooDeep)} and not ${isIn(forbiddenKey)})
    );
    create index on ${documents} (channel, id);
    create trigger iosync_version before insert or update or delete on ${documents}
      for each row execute function ${quoted(schema)}.iosync_version();
    create constraint trigger iosync_changed after insert or update or delete on ${documents}
      deferrable initially deferred for each row execute function ${quoted(schema)}.iosync_changed();
    create trigger iosync_truncated before truncate on ${documents}
      for each statement execute function ${quoted(schema)}.iosync_truncated();`,
];
/** Logs what the transaction has written so far, before it writes for another origin. */
const flush = ({ schema }) => `set constraints ${quoted(schema)}.iosync_changed immediate; set constraints ${quoted(schema)}.iosync_changed deferred`;

// Reads the log of a table: what has been committed in a channel since a head, and in the whole table since a position in the order of
// all commits (`seq`).
const rowJson = `json_build_object(
  'seq', entry.seq, 'action', entry.action, 'id', entry.id, 'version', entry.version, 'channel', entry.channel, 'head', entry.head,
  'origin', entry.origin, 'former', entry.former, 'document', case when entry.place = 1 and document.id is not null then ${documentJson('document')} end
)::text as row`;
function createLog({ table, documents, log, deleted }, { query }) {
    /** Rows of the log, with the documents as they are now. */
    const select = async (which, values) => {
        const entries = `select *, row_number() over (partition by id order by seq) as place from (select * from ${log} where ${which}) chosen`;
        const sql = `select ${rowJson} from (${entries}) entry left join ${documents} document on document.id = entry.id order by entry.seq`;
        return (await query(sql, values)).map(({ row }) => JSON.parse(row));
    };
    const head = async (channel) => {
        if (!isChannel(channel))
            return 0;
        const sql = `select head::text as head from ${log} where "table" = $1 and channel = $2 order by ${log}.head desc limit 1`;
        const [row] = await query(sql, [table, channel]);
        return Number(row?.head ?? 0);
    };
    return {
        head,
        async changes(channel, from, limit) {
            const newest = await head(channel);
            if (from >= newest || limit === 0)
                return from > newest ? undefined : [];
            const most = limit === undefined || limit === Infinity ? null : limit;
            const rows = await select('"table" = $1 and channel = $2 and head > $3::numeric order by head limit $4::bigint', [table, channel, from, most]);
            const isWhole = rows.every((row, index) => row.head === from + 1 + index);
            return isWhole ? loggedOf(rows).map(({ change }) => change) : undefined;
        },
        async last() {
            const [row] = await query(`select coalesce(max(seq), 0)::text as last from ${log} where "table" = $1`, [table]);
            return Number(row?.last);
        },
        async after(seq, limit) {
            return loggedOf(await select('"table" = $1 and seq > $2::bigint order by seq limit $3::bigint', [table, seq, limit]));
        },
        async forget(age) {
            const isNewest = `not exists (select from ${log} newer where newer."table" = old."table" and newer.channel = old.channel and newer.head > old.head)`;
            const count = await countDeleted(query, `delete from ${log} old where "table" = $1 and ${isOld} and not (${isNewest})`, [table, age / 1000]);
            // While a deleted document is in the log, a reader may know its version from there, so that it must be kept.
            const isLogged = `exists (select from ${log} entry where entry."table" = gone."table" and entry.id = gone.id)`;
            const drop = `delete from ${deleted} gone where "table" = $1 and id <> $3 and ${isOld} and not ${isLogged} returning version`;
            await query(`with gone as (${drop}) insert into ${deleted} as floor ("table", id, version, at)
          select $1, $3, max(version), clock_timestamp() from gone having count(*) > 0
          on conflict ("table", id) do update set version = greatest(floor.version, excluded.version)`, [table, age / 1000, forgotten]);
            return count;
        },
    };
}
function loggedOf(rows) {
    const documents = new Map(rows.flatMap(({ document }) => (document ? [[document.id, document]] : [])));
    return rows.map(row => {
        const found = documents.get(row.id);
        // A document that has moved to another channel is not shown to those who hear this one.
        const document = found?.channel === row.channel ? found : undefined;
        const shown = document && canBeTold(document.attributes) ? structuredClone(document) : undefined;
        const former = row.former && canBeTold(row.former) ? row.former : undefined;
        const isCut = !shown !== !document || !former !== !row.former;
        return { seq: row.seq, change: changeOf(row, former, shown), isCut };
    });
}
function changeOf({ action, id, version, channel, head, origin }, former, document) {
    return { action, id, version, channel, head, ...(origin !== null && { origin }), ...(former && { former }), ...(document && { document }) };
}
/** Whether it is nested so little that it can be copied and serialised: thousands of levels would overflow the stack. */
const canBeTold = (value, levels = maximumDepth) => typeof value !== 'object' || value === null || (levels >= 0 && Object.values(value).every(one => canBeTold(one, levels - 1)));

// Brings the schema of a table up to date, step by step, in one transaction. If several nodes start at once, one does it, and the others
// wait and find it done. A schema of a newer version of this library is refused.
/** Resolves once the table is there. */
const migrate = (driver, table) => driver.transaction(async (connection) => {
    const names = namesOf(await currentSchema(connection), table);
    await connection.query('select pg_advisory_xact_lock($1::int)', [schemaLock]);
    await makeVersions(connection, names);
    await upgrade(connection, names, '', sharedSteps);
    await upgrade(connection, names, table, tableSteps);
    const [row] = await connection.query(`select epoch::text as epoch from ${names.versions} where part = $1`, [table]);
    return { names, epoch: row?.epoch ?? '' };
});
async function currentSchema(connection) {
    const sql = `select current_schema() as schema, current_setting('server_encoding') as encoding`;
    const [{ schema, encoding } = {}] = await connection.query(sql);
    if (!schema)
        throw new Error('No schema in the search_path of the database exists.');
    if (encoding !== 'UTF8')
        throw new Error(`The encoding of the database is ${encoding}, but must be UTF8.`);
    return schema;
}
// Checks first whether it exists, so that a user who may not create tables can use those that are there.
async function makeVersions(connection, { versions }) {
    const [{ exists } = {}] = await connection.query('select to_regclass($1::text) is not null as exists', [versions]);
    if (exists)
        return;
    await connection.script(`create table ${versions} (part text primary key, version integer not null, epoch uuid not null default gen_random_uuid())`);
}
async function upgrade(connection, names, part, steps) {
    const found = await connection.query(`select version from ${names.versions} where part = $1`, [part]);
    const version = found[0]?.version ?? 0;
    if (version > steps.length) {
        throw new Error(`The database is newer than this server: ${part ? `the table "${part}"` : 'its schema'} has version ${version}, ` +
            `and ${steps.length} is the last one known here. Update the package backbone.iobind.`);
    }
    if (version === steps.length)
        return;
    for (const step of steps.slice(version))
        await connection.script(step(names)).catch((error) => explain(error, part));
    const save = `insert into ${names.versions} (part, version) values (${literal(part)}, ${steps.length})`;
    await connection.script(`${save} on conflict (part) do update set version = excluded.version`);
}
const duplicateTable = '42P07';
function explain(error, part) {
    if (codeOf(error) !== duplicateTable || !part)
        throw error;
    throw new Error(`There is already a table "${part}" that does not belong to a store: choose another name for the store's table.`, { cause: error });
}

// Messages from one node to the others. Each is logged like a change, so that it is in the order of the commits, is read even after a gap,
// and can have any length. Its JSON is in the column `origin`.
async function sayMessage({ query }, { schema, table }, message) {
    const name = literal(messagesOf(table));
    await query(`select set_config('iosync.origin', $1, true)`, [JSON.stringify(message)]);
    await query(`select ${quoted(schema)}.iosync_begin(${name})`);
    await query(`select ${quoted(schema)}.iosync_record(${name}, '', '', 0, 'message', null)`);
}

// Tries again what PostgreSQL has rolled back because of another transaction: a deadlock, or a serialization failure.
const most$3 = 10;
const serializationFailure = '40001';
const deadlock = '40P01';
const isPassing = (error) => codeOf(error) === serializationFailure || codeOf(error) === deadlock;
async function retrying(work) {
    for (let attempt = 1;; attempt += 1) {
        try {
            return await work();
        }
        catch (error) {
            if (attempt === most$3 || !isPassing(error))
                throw error;
            // A random delay, so that both do not try again at the same moment.
            await new Promise(resolve => setTimeout(resolve, Math.random() * 2 ** attempt));
        }
    }
}

// The documents within a transaction. The log takes the origin from the transaction, so that earlier writes are logged before a write for
// another origin.
async function withinTransaction(connection, names, work) {
    let ended = false;
    let last = '';
    let wrote = false;
    const turns = createTurns();
    // One after the other, even if several are started at once.
    const inTurn = step => {
        if (ended)
            return Promise.reject(new Error('The transaction has ended: await what is written in it.'));
        return turns(step);
    };
    const query = (sql, values) => inTurn(() => connection.query(sql, values));
    const write = (sql, values, origin = '') => inTurn(async () => {
        if (origin !== last) {
            if (wrote)
                await connection.script(flush(names));
            await connection.query("select set_config('iosync.origin', $1, true)", [origin]);
            last = origin;
        }
        wrote = true;
        return connection.query(sql, values);
    });
    try {
        return await work(createDocuments(names, { query }, write, true));
    }
    finally {
        ended = true;
        // Statements that the function has started without waiting for them.
        await turns.idle();
    }
}

// A store in PostgreSQL, for the drivers in pglite.ts and postgres.ts. A write is answered once it is on the disk. Changes that other
// programs make by SQL are told like the store's own (see sql/schema.ts); if a transaction writes for several origins, each change is told
// with its own. The function given to `transaction` may run again if the database has rolled it back because of a deadlock.
//
// The log is kept for `keep`. Watchers are told of everything in it, even after hours without the database. If a part has been deleted
// meanwhile, they are told of the rest: a gap in the heads shows that changes are missing.
const hour = 3_600_000;
const defaultTick = 5_000;
const createSqlStore = (driver, options = {}) => new SqlStore(driver, options);
class SqlStore {
    driver;
    options;
    reach = 'database';
    ready;
    writes = createWrites(work => this.ask(({ documents }) => work(documents)));
    create = this.writes.create;
    update = this.writes.update;
    patch = this.writes.patch;
    delete = this.writes.delete;
    database;
    /** The latest attempt to open the database. */
    opened;
    nesting;
    follower;
    messages;
    report;
    running = new Set();
    timers = [];
    /** Resolves to the undo of listening. */
    listening;
    closing;
    failures = 0;
    constructor(driver, options) {
        this.driver = driver;
        this.options = options;
        this.report = options.log ?? console.error;
        checkTable(options.table ?? 'documents');
        this.database = openDatabase(driver);
        // Shared in PGlite, where a transaction blocks every store of the database; elsewhere it does not block other tables.
        this.nesting = driver.isEmbedded ? this.database.nesting : createNesting();
        this.follower = new Follower(async () => (await this.opened).log, this.report);
        this.messages = new Follower(async () => (await this.opened).messages, this.report);
        this.begin();
        this.ready = this.opened.then(() => { });
        // Every method rejects with the reason; an unhandled rejection would end the process.
        this.ready.catch(() => { });
    }
    read(...args) {
        return this.ask(({ documents }) => documents.read(...args));
    }
    list(query) {
        return this.ask(({ documents }) => documents.list(query));
    }
    transaction(work) {
        return this.transact(work, run => run());
    }
    once(key, digest, work) {
        return this.transact(work, (run, connection, { answers }) => answers.once(connection, key, digest, run));
    }
    epoch() {
        return this.ask(async ({ epoch }) => epoch);
    }
    head(channel) {
        return this.ask(({ log }) => log.head(channel));
    }
    changes(...args) {
        return this.ask(({ log }) => log.changes(...args));
    }
    watch(watcher) {
        if (!this.closing)
            this.listening ??= this.listen();
        const undos = [];
        if (watcher.change)
            undos.push(this.follower.watch(watcher));
        if (watcher.message)
            undos.push(this.messages.watch({ change: ({ origin }) => watcher.message?.(JSON.parse(origin ?? 'null')) }));
        return () => undos.forEach(undo => undo());
    }
    async tell(message) {
        await this.ask(({ names }) => retrying(() => this.driver.transaction(connection => sayMessage(connection, names, message))));
    }
    close() {
        return (this.closing ??= this.end());
    }
    /** Tries again later if the database cannot be reached. Not for a folder: if it is in use, or its schema is newer, that stays so. */
    begin() {
        this.opened = this.open();
        // Watchers that were added before a failed attempt are not listening yet.
        if (this.listening)
            this.listening = this.listen();
        this.opened.catch((error) => {
            if (this.closing || this.driver.isEmbedded)
                return;
            this.failures += 1;
            // The first failure has been reported by `ready`.
            if (this.failures === 2)
                this.report('The database cannot be opened, and will be tried again:', error);
            this.timers.push(setTimeout(() => this.begin(), this.options.tick ?? defaultTick).unref());
        });
    }
    async open() {
        const { driver } = this;
        const { table = 'documents', keep = day, tick = defaultTick } = this.options;
        await this.database.opened;
        const { names, epoch } = await retrying(() => migrate(driver, table));
        const write = (sql, values, origin) => retrying(() => origin === undefined
            ? driver.query(sql, values)
            : driver.query(`${sql}, set_config('iosync.origin', $${values.length + 1}, true)`, [...values, origin]));
        if (!this.closing) {
            for (const follower of [this.follower, this.messages])
                this.every(tick, async () => follower.isWatched && follower.wake());
            this.every(Math.min(Math.max(keep, 1_000), hour), () => this.forget(keep));
            void this.forget(keep);
        }
        const messages = createLog({ ...names, table: messagesOf(table) }, driver);
        return {
            names, epoch, documents: createDocuments(names, driver, write, false), log: createLog(names, driver), messages, answers: createAnswers(names),
        };
    }
    /** `around` may do something before and after the work, or instead of it. */
    transact(work, around) {
        const inside = (documents) => this.nesting.run(() => work(documents));
        return this.ask(opened => retrying(() => this.driver.transaction(connection => around(() => withinTransaction(connection, opened.names, inside), connection, opened))));
    }
    every(pause, work) {
        this.timers.push(setInterval(() => void work(), pause).unref());
    }
    async forget(keep) {
        const forget = async ({ log, messages, answers, names }) => {
            const changes = (await retrying(() => log.forget(keep))) + (await retrying(() => messages.forget(keep)));
            const ops = await retrying(() => answers.forget(this.driver));
            if ((changes || ops) && this.driver.isEmbedded)
                await this.driver.script(`vacuum ${names.log}, ${names.ops}`);
        };
        await this.run(forget).catch((error) => this.closing || this.report('Old changes could not be deleted:', error));
    }
    /** Resolves when it listens, or when the first attempt has failed. */
    async listen() {
        const opened = await this.opened.catch(() => undefined);
        if (!opened)
            return () => { };
        const { schema, table } = opened.names;
        const { listener } = this.database;
        const undos = [
            listener.add({ schema, table, hint: () => void this.follower.wake() }),
            listener.add({ schema, table: messagesOf(table), hint: () => void this.messages.wake() }),
        ];
        await listener.tried();
        return () => undos.forEach(undo => undo());
    }
    /** `close` waits for all that began before it. Nothing is answered before the watchers are listening. */
    run(work) {
        if (this.closing)
            return Promise.reject(new BackendError('unavailable', 'The store is closed.'));
        const running = this.opened.then(async (opened) => {
            await this.listening;
            await this.follower.started();
            await this.messages.started();
            return work(opened);
        });
        this.running.add(running);
        const done = () => void this.running.delete(running);
        running.then(done, done);
        return running;
    }
    /** For calls from outside of the store. */
    async ask(work) {
        this.nesting.check();
        return this.run(work);
    }
    async end() {
        await Promise.allSettled(this.running);
        for (const timer of this.timers)
            clearInterval(timer);
        await this.opened.then(() => Promise.all([this.follower.stop(), this.messages.stop()]), () => { });
        (await this.listening)?.();
        await this.database.release();
    }
}

// A store in a folder: PostgreSQL inside this process (PGlite). A write is answered once it is on the disk, so that it survives a kill.
// Stores of one process may share a folder, each with a table of its own; a second process is refused. There is one connection: a
// transaction blocks everything else, and must use nothing but the documents it is given.
const createPgliteStore = (folder, options = {}) => createSqlStore(driverOf$1(folder), options);
/** The drivers of the folders that are open or being closed. */
const drivers$1 = new Map();
function driverOf$1(folder) {
    // In JavaScript the folder may be anything.
    if (typeof folder !== 'string')
        throw new TypeError('pgliteStore() takes the path of a folder.');
    const place = placeOf(folder);
    const known = drivers$1.get(place);
    if (known && !known.closing)
        return known;
    const driver = createDriver$1(place, known?.closing);
    drivers$1.set(place, driver);
    return driver;
}
/** The real path of the folder, whatever symlinks lead to it. Created first: only an existing folder has one. */
function placeOf(folder) {
    try {
        makeFolder(folder);
        return node_fs.realpathSync(folder);
    }
    catch {
        // Opening the folder will report the reason.
        return node_path.resolve(folder);
    }
}
/** PGlite makes its files writable for every user of the machine; the folder around them is only for ours. */
const makeFolder = (folder) => void node_fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
function createDriver$1(folder, before) {
    let db;
    let release;
    let lost;
    const opened = () => {
        if (lost)
            throw lost;
        if (!db)
            throw new Error(`The database in ${folder} is closed.`);
        return db;
    };
    const open = async () => {
        await before;
        // It may have been removed while it was being closed.
        makeFolder(folder);
        release = await lockFolder(folder, reason => {
            lost = new Error(`The lock on the folder ${folder} was lost; nothing more is written there.`, { cause: reason });
        });
        db = await openFiles(folder);
    };
    const close = async () => {
        // If another process has the files now, nothing may be written to them, not even to close them.
        if (!lost)
            await db?.close();
        if (!lost)
            await release?.();
        if (drivers$1.get(folder) === driver)
            drivers$1.delete(folder);
        db = undefined;
    };
    const driver = {
        isEmbedded: true,
        closing: undefined,
        open,
        close: () => (driver.closing ??= close()),
        query: async (sql, values) => connectionOf$1(opened()).query(sql, values),
        script: async (sql) => connectionOf$1(opened()).script(sql),
        transaction: async (work) => opened().transaction(transaction => work(connectionOf$1(transaction))),
        listen: async (channel, heard) => opened().listen(channel, heard),
    };
    return driver;
}
const connectionOf$1 = (db) => ({
    query: async (sql, values = []) => (await db.query(sql, [...values])).rows,
    script: async (sql) => void (await db.exec(sql)),
});
/** New files are made aside, and moved into place when they are complete: otherwise a kill -9 meanwhile would leave a broken database. */
async function openFiles(folder) {
    const { PGlite: Database } = await peer('@electric-sql/pglite', 'A store in a folder');
    const place = node_path.join(folder, 'pglite');
    const making = node_path.join(folder, 'making');
    if (!node_fs.existsSync(place)) {
        node_fs.rmSync(making, { recursive: true, force: true });
        await (await Database.create(making)).close();
        node_fs.renameSync(making, place);
    }
    return Database.create(place);
}

// A store in PostgreSQL, over a `pg` pool that the application creates and closes. It survives restarts of the database: meanwhile writes
// fail, and afterwards watchers are told the changes they missed. It listens over a connection of its own, beside the pool.
/**
 * How long PostgreSQL may take for one statement, in ms, unless the pool has a `query_timeout`: as long as a page waits for its answer.
 * Without a limit, a connection that died silently would block the query until TCP gives up, after a quarter of an hour.
 */
const statementTimeout = 10_000;
const createPostgresStore = (pool, options = {}) => createSqlStore(driverOf(pool), options);
const drivers = new WeakMap();
function driverOf(pool) {
    // Callers in JavaScript may pass anything.
    if (typeof pool?.connect !== 'function')
        throw new TypeError('postgresStore() needs a Pool of "pg".');
    const driver = drivers.get(pool) ?? createDriver(pool);
    drivers.set(pool, driver);
    return driver;
}
/** A client that loses its connection emits `error`, which without a listener would end the process. The next query fails as well. */
const ignore = () => { };
function createDriver(pool) {
    return {
        isEmbedded: false,
        ...connectionOf(pool, pool),
        async open() {
            pool.on('error', ignore);
        },
        async close() {
            pool.removeListener('error', ignore);
        },
        async transaction(work) {
            let broken;
            const lost = (reason) => void (broken = reason);
            const client = await take(pool, lost);
            try {
                return await inTransaction(client, pool, work, lost);
            }
            finally {
                client.removeListener('error', lost);
                client.release(broken);
            }
        },
        listen: (channel, heard, lost) => listen$1(pool, channel, heard, lost),
    };
}
/** With a callback, because a connection can be lost right after the pool hands it out, before a promise would have resolved. */
const take = (pool, lost) => new Promise((resolve, reject) => {
    pool.connect((error, client) => {
        client?.on('error', lost);
        if (client)
            resolve(client);
        else
            reject(error);
    });
});
/** Runs one statement, with its time limit. */
const ask = (client, { options }, text, values = []) => client.query({ text, values: [...values], query_timeout: options.query_timeout ?? statementTimeout });
const connectionOf = (client, pool) => ({
    query: async (sql, values) => (await ask(client, pool, sql, values)).rows,
    script: async (text) => void (await client.query({ text })),
});
async function inTransaction(client, pool, work, lost) {
    let result;
    let command;
    try {
        await ask(client, pool, 'begin isolation level read committed');
        result = await work(connectionOf(client, pool));
        ({ command } = await ask(client, pool, 'commit'));
    }
    catch (error) {
        // This fails if the connection is lost, or silent: then it must not go back into the pool, and PostgreSQL rolls back by itself.
        await ask(client, pool, 'rollback').catch(lost);
        throw error;
    }
    // If `work` has caught the error of a statement, PostgreSQL answers the commit by rolling back.
    if (command === 'ROLLBACK')
        throw new Error('The database rolled the transaction back, because a statement in it had failed.');
    return result;
}
async function listen$1(pool, channel, heard, lost) {
    // Not from the pool, which may be limited to one client, and when it ends waits for all of its clients.
    const client = new pool.Client(watchful(pool.options));
    let isOver = false;
    const over = (reason) => {
        if (isOver)
            return;
        isOver = true;
        client.end().catch(ignore);
        lost(reason);
    };
    client.on('error', over);
    try {
        await client.connect();
        client.on('end', over);
        client.on('notification', ({ payload = '' }) => heard(payload));
        await ask(client, pool, `listen ${channel}`);
    }
    catch (error) {
        over(error);
        throw error;
    }
    return async () => {
        isOver = true;
        await client.end();
    };
}
/** Adds a keep-alive: without it a dead connection looks like an idle one. Copies also the password, which is not enumerable. */
const watchful = (options) => Object.defineProperties({ keepAlive: true, keepAliveInitialDelayMillis: 10_000, connectionTimeoutMillis: statementTimeout }, Object.getOwnPropertyDescriptors(options));

// Runs a request through the layers of a backend, in their order, as Connect does: each answers, continues with `next()`, or fails by
// `next(error)`, a throw or a rejection, which goes to the next layer that takes errors. The first answer counts. If every layer
// continues, the request's model is the answer.
const takesErrors = (layer) => layer.length === 4;
/** A layer for `update` is for `patch` too, unless there is one for `patch` that is not for `update`. */
function layersFor(entries, method) {
    const isApart = entries.some(({ methods }) => methods?.has('patch') && !methods.has('update'));
    const isMeant = (methods) => methods.has(method) || (method === 'patch' && !isApart && methods.has('update'));
    return entries.filter(({ methods }) => !methods || isMeant(methods)).map(({ layer }) => layer);
}
/**
 * Resolves with the first answer; rejects with the first refusal. No layer begins after that, nor after the deadline: a layer that has
 * refused a request and then calls `next()` by mistake must not let it through.
 */
function run(layers, req, { warn, deadline }) {
    return new Promise((resolve, reject) => {
        let isAnswered = false;
        const answer = (settle) => {
            isAnswered = true;
            settle();
        };
        const go = (index, failure) => {
            const layer = layers[index];
            if (!layer)
                return answer(() => (failure ? reject(failure.error) : resolve({ result: req.model })));
            if (takesErrors(layer) !== !!failure)
                return go(index + 1, failure);
            let isOver = false;
            const next = error => {
                if (isOver)
                    return warn(`next() called multiple times by layer ${index + 1}`);
                isOver = true;
                if (isAnswered || deadline.isOver)
                    return warn(`layer ${index + 1} called next() after the answer: nothing below it is run`, error || undefined);
                go(index + 1, error ? { error } : undefined);
            };
            const res = {
                end: result => answer(() => resolve({ result, from: layer })),
                error: error => answer(() => reject(error)),
            };
            const fail = (error) => {
                if (isOver || isAnswered)
                    warn(`layer ${index + 1} failed after it had ${isOver ? 'called next()' : 'answered'}`, error);
                else
                    next(error instanceof Object ? error : new Error(`A layer has thrown ${JSON.stringify(error)}, which is not an error.`));
            };
            start(() => (failure ? layer(failure.error, req, res, next) : layer(req, res, next)), fail);
        };
        go(0);
    });
}
/** An async function that rejects has failed, too. What a layer returns is not an answer. */
function start(layer, fail) {
    try {
        Promise.resolve(layer()).catch(fail);
    }
    catch (error) {
        fail(error);
    }
}

// A backend: a stack of layers that answers the requests for one kind of document, and emits what has changed. It knows nothing of
// sockets: `listen` serves it to them, under a name, and several servers may serve the same one.
/** Methods of Backbone's models that may be taken for those of sync, and what to say instead. */
const misnamed = { save: 'say "create", "update"', destroy: 'say "delete"', fetch: 'say "read"' };
const announcements = { created: 'create', updated: 'update', deleted: 'delete' };
// The first overload of each method lets TypeScript infer the types of `req`, `res` and `next` in `(req, res, next) => …`. Layers for
// errors declare their parameters, or are typed as `ErrorLayer`.
class Backend {
    options;
    entries = [];
    listeners = new Set();
    constructor(options = {}) {
        this.options = options;
    }
    use(...args) {
        const flat = args.flat();
        const names = flat.filter((one) => typeof one === 'string');
        const layers = flat.filter((one) => typeof one === 'function');
        if (!layers.length || names.length + layers.length < flat.length) {
            throw new TypeError('use() takes names of methods, if any, and then functions (req, res, next).');
        }
        // A misspelt method would leave its layers unused, and they may be guards.
        const odd = names.find(name => !/^\S+$/.test(name) || Object.hasOwn(misnamed, name));
        if (odd !== undefined) {
            throw new TypeError(`use() knows no method "${odd}": ${misnamed[odd] ?? 'give each name by itself, as "create", "update"'}.`);
        }
        if (this.listeners.size && layers.some(isStore))
            throw new Error('use() takes a store only before listen(), which listens to its commits.');
        for (const layer of layers)
            this.entries.push({ layer, ...(names.length && { methods: new Set(names) }) });
        return this;
    }
    create(...layers) {
        return this.use('create', ...layers);
    }
    read(...layers) {
        return this.use('read', ...layers);
    }
    update(...layers) {
        return this.use('update', ...layers);
    }
    patch(...layers) {
        return this.use('patch', ...layers);
    }
    delete(...layers) {
        return this.use('delete', ...layers);
    }
    /**
     * Pushes a change to clients, from any code on the server: `todos.emit('updated', { id: 42, title: 'oat milk' })`. Without `channel`,
     * it is the channel that the backend derives from the document, or the default one.
     */
    emit(event, document, { channel } = {}) {
        if (!Object.hasOwn(announcements, event))
            throw new TypeError(`emit() takes ${Object.keys(announcements).join(', ')}, not "${event}".`);
        const { idAttribute = 'id', channel: channelOf } = this.options;
        const id = isObject(document) ? document[idAttribute] : undefined;
        if (id == null)
            throw invalid(`emit() takes a document with its "${idAttribute}".`);
        // A copy, as clients will get it: the caller may go on changing its own object.
        const attributes = asJson(document);
        const action = announcements[event];
        const push = { action, id: String(id), channel: checkChannel(channel ?? channelOf?.(attributes) ?? '') };
        delete attributes[idAttribute];
        // With the attributes, clients whose scope did not show the document are not told of its deletion.
        const isWhole = Object.keys(attributes).length > 0;
        const told = action === 'delete' ? { ...push, ...(isWhole && { former: attributes }) } : { ...push, attributes };
        for (const listener of this.listeners)
            listener(told);
    }
    /** Returns its undo. */
    listen(listener) {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
    }
    /** The layers for a method. Undefined if no layer is for it; but a backend without any layers accepts Backbone's five methods. */
    layers(method) {
        const layers = layersFor(this.entries, method);
        const isNamed = this.entries.some(entry => entry.methods?.has(method));
        if (!isSyncMethod(method))
            return isNamed ? layers : undefined;
        if (this.entries.length && !layers.length)
            return undefined;
        // At the bottom of the stack a request succeeds; one that the store is not used for must fail instead.
        return this.stores.length && !layers.some(isStore) ? [...layers, refuse] : layers;
    }
    get stores() {
        return [...new Set(this.entries.map(({ layer }) => layer).filter(layer => isStore(layer)))];
    }
}
const refuse = ({ method, backend }, _res, next) => next(new BackendError('unsupported', `Nothing in the backend "${backend}" answers "${method}".`));
/** A new backend; see `Backend`. */
const createBackend = (options) => new Backend(options);

// Messages between nodes, about what the others cannot know: a commit in a store of one process, an `emit` of a backend, a revocation. They
// go through the Socket.IO server's adapter if it reaches other nodes, else through a store whose database does.
/** Resolves when the message has been sent. Rejects if a store cannot send it; adapters do not report that. */
async function tellNodes(companion, message) {
    if (reachesNodes(companion))
        companion.io.serverSideEmit(nodeEvent, message);
    else {
        const store = [...companion.stores].find(({ tell }) => tell);
        await store?.tell?.({ from: companion.id, message: message });
    }
}
function hearNodes(companion) {
    const hear = (message) => {
        if ('push' in message)
            companion.pushFromElsewhere(message.name, message.push);
        else
            companion.revokeHere(message.revoke).catch((error) => companion.settings.log('A revocation failed', error));
    };
    companion.io.on(nodeEvent, hear);
    // Through a store, a message also comes back to the node that sent it.
    const fromStore = (told) => {
        const { from, message } = told;
        if (from !== companion.id)
            hear(message);
    };
    for (const store of companion.stores)
        companion.undos.push(store.watch({ message: fromStore }));
    companion.undos.push(() => companion.io.off(nodeEvent, hear));
}
/** Socket.IO's default adapter does not leave the process. Checked each time, since another may be set later. */
function reachesNodes({ io }) {
    // The default one of this server's copy of Socket.IO, of which the process may have several.
    const Io = io.constructor;
    const own = ownAdapters.get(Io) ?? new Io().adapter();
    ownAdapters.set(Io, own);
    return io.sockets.adapter.constructor !== own;
}
const ownAdapters = new WeakMap();

// What `listen` sets up for one Socket.IO server: its backends, its sessions and its settings. Hears of every change, pushes it to the
// sockets of this node, and tells the other nodes if they cannot know of it.
/** How many messages `logOnce` remembers. */
const mostSaid = 1_000;
class Companion {
    io;
    settings;
    /** Identifies this node to the others. */
    id = node_crypto.randomUUID();
    /** By the name given to `listen`. */
    endpoints = new Map();
    /** By the first part of a request's event: the name of a backend, or the url of its collection or of its models. */
    namespaces = new Map();
    /** The stores of all backends. */
    stores = new Set();
    sessions = new Set();
    /** Requests that are being answered. */
    running = new Set();
    isDraining = false;
    /** How often any user's rights have changed. */
    revocations = 0;
    isFollowing = false;
    begun;
    said = new Set();
    /** Called when the server closes. */
    undos = [];
    constructor(io, settings) {
        this.io = io;
        this.settings = settings;
    }
    get descriptions() {
        return Object.fromEntries([...this.endpoints].map(([name, { description }]) => [name, description]));
    }
    /** Serves every Socket.IO namespace, including those that are created later. */
    eachNamespace(serve) {
        // Socket.IO has no public list of the existing ones.
        for (const namespace of this.io._nsps.values())
            serve(namespace);
        this.io.on('new_namespace', serve);
    }
    /** Listens to the commits of a backend's stores, and to what the backend emits. */
    hear({ name, backend, live }) {
        for (const store of backend.stores) {
            this.stores.add(store);
            const tell = (push) => (store.reach === 'process' ? this.tell(name, push) : this.push(name, push));
            this.undos.push(store.watch({
                change: change => {
                    live?.hint(change.channel, change);
                    pushesOf(change).forEach(tell);
                },
            }));
        }
        this.undos.push(backend.listen(push => this.tell(name, push)));
    }
    /** See live/feed.ts. */
    beginTicks() {
        const lives = [...this.endpoints.values()].flatMap(({ live }) => live ?? []);
        const timer = setInterval(() => lives.forEach(live => void live.tick()), this.settings.tick).unref();
        this.undos.push(() => {
            clearInterval(timer);
            for (const live of lives)
                live.stop();
        });
    }
    /** Resolves when messages that other nodes send by a store are received from now on; rejects while a store cannot be reached. */
    async hearing() {
        if (!this.settings.authenticate)
            return;
        this.begun ??= Promise.all([...this.stores].filter(({ tell }) => tell).map(store => store.head('')));
        await this.begun.catch((error) => {
            this.begun = undefined;
            throw error;
        });
    }
    /** Pushes to the sockets of every node. */
    tell(name, push) {
        this.push(name, push);
        tellNodes(this, { name, push }).catch((error) => this.settings.log('Other nodes could not be told', error));
    }
    /** Pushes to the sockets of this node. A failure is logged, and stops nothing else. */
    push(name, push) {
        try {
            this.endpoints.get(name)?.push(push);
        }
        catch (error) {
            this.settings.log(`A change in "${name}" could not be told`, error);
        }
    }
    /** A push from another node. For subscriptions, which read the log, it is only a hint. */
    pushFromElsewhere(name, push) {
        this.push(name, push);
        this.endpoints.get(name)?.live?.hint(push.channel);
    }
    toRoom(room, origin, event, args) {
        for (const { adapter, local } of this.io._nsps.values()) {
            // Nothing need be encoded for an empty room.
            if (adapter.rooms.has(room))
                local.to(room).except(origin ?? []).emit(event, ...args);
        }
    }
    /** Takes effect on this node at once, even if the other nodes cannot be told, in which case it rejects. */
    async revoke(userId) {
        const done = this.revokeHere(userId);
        await Promise.all([tellNodes(this, { revoke: userId }), done]);
    }
    async revokeHere(userId) {
        this.revocations += 1;
        await Promise.all(this.sessionsOf(userId).map(session => session.revoke()));
    }
    /** A user's sessions, except the one of this socket. A numeric id may have become a string on its way here. */
    sessionsOf(userId, but) {
        const id = String(userId);
        const theirs = [];
        for (const session of this.sessions) {
            const { user, socket } = session;
            if (user?.id != null && String(user.id) === id && socket !== but)
                theirs.push(session);
        }
        return theirs;
    }
    /** Whether a user has as many connections as allowed, not counting this socket. */
    isFull(user, but) {
        return user?.id != null && this.sessionsOf(user.id, but).length >= this.settings.connectionsPerUser;
    }
    /** For messages that would otherwise be logged at each retry of a client. */
    logOnce(message) {
        if (this.said.size > mostSaid)
            this.said.clear();
        if (!this.said.has(message))
            this.settings.log(message);
        this.said.add(message);
    }
    /** Stops with the HTTP server, to which a Socket.IO server may be attached later. */
    follow() {
        const { httpServer } = this.io;
        if (!httpServer || this.isFollowing)
            return;
        this.isFollowing = true;
        httpServers.add(httpServer);
        httpServer.once('close', () => this.stop());
    }
    stop() {
        for (const undo of this.undos.splice(0))
            undo();
    }
}
/** One push, or none for a document that has been moved to another channel or deleted since: a later change says so. */
function pushesOf({ action, id, channel, document, origin, former }) {
    const base = { action, id, channel, ...(origin !== undefined && { origin }), ...(former && { former }) };
    if (action === 'delete')
        return [base];
    return document?.channel === channel ? [{ ...base, attributes: document.attributes }] : [];
}
const companions = new WeakMap();
/** Two Socket.IO servers on one HTTP server would both answer each connection. */
const httpServers = new WeakSet();
function checkIsNew(server) {
    const isKnown = companions.has(server) || httpServers.has(server);
    if (isKnown)
        throw new Error('listen() has been called for this server: name all backends in one call.');
}
function addCompanion(companion) {
    companions.set(companion.io, companion);
    companion.follow();
}
function companionOf(io) {
    const companion = companions.get(io);
    if (!companion)
        throw new Error('This server was not returned by listen().');
    return companion;
}

// Ends a server without losing what has begun: running requests may end, new ones are refused, and pages find the next server by
// themselves. No client can hold it up.
/** How long connections may take to close by themselves if the time is up already, in ms. */
const courtesy = 500;
/**
 * Refuses new requests with `unavailable`, waits at most `ms` for the running ones, then closes the server. Pages reconnect by
 * themselves, to another node or to this one when it is back.
 */
async function drain(io, ms = 10_000) {
    const companion = companionOf(io);
    const end = Date.now() + ms;
    companion.isDraining = true;
    await atMost(ms, Promise.allSettled(companion.running));
    companion.stop();
    const connections = [...companion.sessions].map(({ socket }) => socket.conn);
    const closed = io.close();
    await atMost(Math.max(end - Date.now(), courtesy), closed);
    // If a client does not answer the close, a WebSocket waits for 30 s, and HTTP forever.
    for (const connection of connections)
        cut(connection);
    if (io.httpServer && 'closeAllConnections' in io.httpServer)
        io.httpServer.closeAllConnections();
    await closed;
}
async function atMost(ms, work) {
    let timer;
    const limit = new Promise(resolve => (timer = setTimeout(resolve, Math.min(ms, longestTimer))));
    await Promise.race([work, limit]);
    clearTimeout(timer);
}
/** engine.io's types do not have the WebSocket. If another version lacks it, closing takes longer. */
function cut({ transport }) {
    const { socket } = transport;
    socket?.terminate?.();
}

// A conflict carries the current document. The client gets only what it may see of that, also if a layer of the server's own has called a
// store and passes the error on.
/** The error as it is for the client. Any error but a conflict is unchanged. */
function conflictFor(req, error) {
    if (!(error instanceof BackendError) || error.code !== 'conflict' || !isDocument(error.details.document))
        return error;
    const { channel, scope: { where } } = req;
    const { document, ...details } = error.details;
    const { id, attributes, channel: its } = document;
    const isOpen = its === channel && (!where || matches(where, { ...attributes, id }));
    const seen = isOpen && { document: answer(req, document) };
    return new BackendError('conflict', error.message, { ...details, ...seen });
}
/** Whether it is a document of a store. Anything else in its place was made for clients by a layer, and is passed on. */
const isDocument = (value) => isObject(value) && typeof value.id === 'string' && typeof value.channel === 'string' && isObject(value.attributes);

// The rooms of a backend on this node: one for each channel and scope that has members, so that what is pushed is decided once per room and
// not for each socket. An empty room is forgotten.
class Shapes {
    backend;
    byChannel = new Map();
    constructor(backend) {
        this.backend = backend;
    }
    in(channel) {
        return this.byChannel.get(channel)?.values() ?? [];
    }
    /** Returns the room, and its undo. */
    enter(channel, scope) {
        const room = roomOf(this.backend, channel, scope);
        const shapes = this.byChannel.get(channel) ?? new Map();
        const shape = shapes.get(room) ?? { room, scope, fits: scope.where && matcher(scope.where), members: 0 };
        shape.members += 1;
        this.byChannel.set(channel, shapes.set(room, shape));
        const leave = () => {
            shape.members -= 1;
            if (shape.members)
                return;
            shapes.delete(room);
            if (!shapes.size && this.byChannel.get(channel) === shapes)
                this.byChannel.delete(channel);
        };
        return [room, leave];
    }
}

// What changes mean to subscribers that see only a part: a document that begins to fit is put, one that no longer fits leaves, and a
// document that they have never seen is not mentioned.
/** What a subscription shows: the documents that fit `where`, and of each of them the attributes in `fields`. */
class View {
    where;
    fields;
    fits;
    constructor(where, fields) {
        this.where = where;
        this.fields = fields;
        this.fits = where && matcher(where);
    }
    shows({ id, attributes }) {
        return !this.fits || this.fits(attributes, id);
    }
    /** True if it is unknown whether subscribers had this document, because its earlier attributes were not logged. */
    isUnclear({ document, formers }) {
        return this.fits !== undefined && formers.includes(undefined) && !(document && this.shows(document));
    }
    /** The entry of a document that is shown. */
    put({ id, version, attributes }) {
        return { action: 'put', id, version, attrs: pick(attributes, this.fields) };
    }
    /** Undefined if the view does not show the document, and did not show it before. */
    entryOf({ id, version, document, formers, isNew, isLast, op }) {
        const by = op !== undefined && { op };
        const shown = formers.filter(former => !former || this.shows({ id, attributes: former }));
        const had = shown.length > 0;
        if (!document || !this.shows(document))
            return had ? { action: document ? 'leave' : 'delete', id, version, ...by } : undefined;
        const put = { ...this.put(document), ...by };
        const isSame = (former) => former !== undefined && node_util.isDeepStrictEqual(pick(former, this.fields), put.attrs);
        // Unless a page may have read a state in between: of these changes, or of later ones, which will be sent with the same version.
        if (this.fields && !isNew && isLast && shown.length === formers.length && shown.every(isSame))
            delete put.attrs;
        return put;
    }
}
/** One for each document, in the order in which they were changed last. */
function fatesOf(changes) {
    const fates = new Map();
    for (const { id, version, action, document, former, origin } of changes) {
        const before = fates.get(id);
        fates.delete(id);
        fates.set(id, {
            id,
            version: document ? document.version : version,
            document,
            formers: [...(before?.formers ?? []), ...(action === 'create' ? [] : [former])],
            isNew: before?.isNew || action === 'create',
            isLast: document?.version === version,
            op: (before?.isNew && before.op) || splitOrigin(origin)[1],
        });
    }
    return [...fates.values()];
}

// Publishes the commits of one channel: one message per shape (all subscribers that see the same). A store's hint of a commit may be lost,
// so the log is authoritative, and each tick tells every shape how far the log goes: a subscriber that has missed a message asks.
/** How long the store may take to read, in ms: a connection to a database can fail without an error. */
const readTimeout = 10_000;
/** Changes that are read from the log at once, at most. */
const most$2 = 1_000;
let count = 0;
const answered = (work) => within(readTimeout, work, () => new BackendError('unavailable', 'The store does not answer.'));
class Feed {
    options;
    shapes = new Map();
    inTurn = createTurns();
    /** The head up to which the log has been read; undefined at first. */
    head;
    /** The hints since then, without a gap. */
    pending = [];
    isBehind = false;
    timer;
    flushedAt = 0;
    /** Resolves once every later commit will be told. */
    ready;
    constructor(options) {
        this.options = options;
        this.ready = this.inTurn(async () => {
            this.head = await this.readHead();
            for (const shape of this.shapes.values())
                shape.head = this.head;
        });
        // Each subscription awaits it, and is told of the rejection.
        this.ready.catch(() => { });
    }
    get isEmpty() {
        return !this.shapes.size;
    }
    /** Adds a member. Returns its shape, and the undo. */
    enter(room, view) {
        const shape = this.shapes.get(room) ?? { id: String((count += 1)), room, view, head: this.head ?? 0, members: 0 };
        this.shapes.set(room, shape);
        shape.members += 1;
        return [shape, () => {
                shape.members -= 1;
                if (!shape.members)
                    this.shapes.delete(room);
            }];
    }
    /** Called when something was committed. Without the change itself, it is read from the log. */
    hint(change) {
        const end = this.pending.at(-1)?.head ?? this.head;
        if (change && end !== undefined && change.head <= end)
            return;
        if (change && !this.isBehind && change.head === (end ?? NaN) + 1)
            this.pending.push(change);
        else
            this.isBehind = true;
        this.schedule();
    }
    /** Sends what has not been sent yet, and tells every shape how far the log goes. */
    async tick() {
        this.isBehind = true;
        await this.flush();
        for (const shape of this.shapes.values())
            this.tellShape(shape, []);
    }
    stop() {
        clearTimeout(this.timer);
    }
    schedule() {
        if (!this.options.batch)
            return void this.flush();
        const wait = Math.max(0, this.flushedAt + this.options.batch - Date.now());
        this.timer ??= setTimeout(() => void this.flush(), wait);
    }
    flush() {
        clearTimeout(this.timer);
        this.timer = undefined;
        this.flushedAt = Date.now();
        return this.inTurn(() => this.tellAll()).catch((error) => {
            // The next tick tries again.
            this.isBehind = true;
            this.options.log('What was committed cannot be read, and will be told later', error);
        });
    }
    async tellAll() {
        // What was read from the log meanwhile has been sent.
        const pending = this.pending.filter(({ head }) => head > (this.head ?? 0));
        this.pending = [];
        if (this.isBehind || (pending[0] && pending[0].head !== (this.head ?? 0) + 1))
            await this.readOn();
        else
            this.tellChanges(pending);
    }
    async readOn() {
        const { store, channel } = this.options;
        // Before reading: a commit that is hinted at from now on may come too late to be read.
        this.isBehind = false;
        for (let count = most$2; count === most$2;) {
            const changes = await answered(() => store.changes(channel, this.head ?? 0, most$2));
            if (!changes)
                return this.lose(await this.readHead());
            this.tellChanges(changes);
            count = changes.length;
        }
    }
    readHead() {
        const { store, channel } = this.options;
        return answered(() => store.head(channel));
    }
    /** The log does not reach back: every subscriber has to ask. */
    lose(head) {
        this.head = head;
        for (const shape of this.shapes.values())
            shape.head = head;
    }
    tellChanges(changes) {
        const last = changes.at(-1);
        if (!last)
            return;
        this.head = last.head;
        const fates = fatesOf(changes);
        for (const shape of this.shapes.values()) {
            // An empty message that begins at the new head leaves a gap: each subscriber asks with what it has, and is told of nothing else.
            if (fates.some(fate => shape.view.isUnclear(fate))) {
                shape.head = last.head;
                this.tellShape(shape, []);
                continue;
            }
            const entries = fates.map(fate => shape.view.entryOf(fate)).filter(entry => entry !== undefined);
            if (entries.length)
                this.tellShape(shape, entries);
        }
    }
    tellShape(shape, entries) {
        const { id, room, head: from } = shape;
        shape.head = this.head ?? from;
        this.options.tell(room, { shape: id, from, head: shape.head, entries });
    }
}

// Answers a subscribe: the changes since the cursor or, if the log does not reach back, pages with the documents that are missing or
// outdated, and the ids to remove. The pages are in the order of the ids.
/** Documents of one page, at most. */
const size = 500;
/** Changes that are sent instead of pages, at most. */
const most$1 = 2_000;
/** Characters after which an answer ends: a client on a slow line waits 10 s for one. */
const longest$1 = 250_000;
/** The subscriber has to be in its shape's room before: what is committed after the reading is sent there. */
async function readPage(store, channel, view, asked) {
    const epoch = await store.epoch();
    const { cursor, after, isSame } = asked;
    // Versions and heads can be compared only for the same view and the same epoch.
    const isKnown = isSame && cursor?.epoch === epoch;
    if (cursor && after === undefined) {
        const changes = isKnown ? await store.changes(channel, cursor.head, most$1 + 1) : undefined;
        const fates = changes && changes.length <= most$1 ? fatesOf(changes) : undefined;
        if (changes && fates && !fates.some(fate => view.isUnclear(fate))) {
            const entries = fates.map(fate => view.entryOf(fate)).filter(entry => entry !== undefined);
            if (JSON.stringify(entries).length < longest$1)
                return { entries, position: { epoch, head: changes.at(-1)?.head ?? cursor.head } };
        }
    }
    // Read before the documents: what is committed meanwhile is sent to the room.
    const position = after ? undefined : { position: { epoch, head: await store.head(channel) } };
    if (cursor && after === undefined)
        return { entries: [], ...position, next: '' };
    return { ...(await readDocuments(store, channel, view, { ...asked, after: after ?? '', isKnown })), ...position };
}
async function readDocuments(store, channel, view, { after, held = [], more, isKnown }) {
    const ids = held.map(([id]) => id);
    const last = more ? ids.at(-1) : undefined;
    const range = { ...(after && { $gt: after }), ...(last !== undefined && { $lte: last }) };
    const where = both(view.where, Object.keys(range).length ? { id: range } : undefined);
    const documents = await store.list({ channel, limit: size, ...(where && { where }) });
    // A full page ends with its last document, and does not cover what comes after it.
    let end = documents.length === size ? documents.at(-1)?.id : last;
    let left = longest$1;
    const versions = new Map(held);
    const entries = [];
    for (const document of documents) {
        const isHeld = isKnown && versions.get(document.id) === document.version;
        versions.delete(document.id);
        if (isHeld)
            continue;
        const entry = view.put(document);
        entries.push(entry);
        left -= JSON.stringify(entry).length;
        if (left > 0)
            continue;
        end = document.id;
        break;
    }
    for (const [id, version] of versions) {
        if (end === undefined || compareTexts(id, end) <= 0)
            entries.push({ action: 'leave', id, version });
    }
    return { entries, ...(end !== undefined && { next: end }) };
}

// The subscriptions to one backend on this node, with a feed for each channel that has subscribers. A subscriber joins the room of its
// shape first and reads afterwards, so that it misses no commit in between.
/** Shapes that one user may be subscribed to at once, on this node. */
const mostShapes = 100;
class Live {
    name;
    store;
    companion;
    feeds = new Map();
    ticking;
    constructor(name, store, companion) {
        this.name = name;
        this.store = store;
        this.companion = companion;
    }
    /** Called when something was committed in this channel. */
    hint(channel, change) {
        this.feeds.get(channel)?.hint(change);
    }
    tick() {
        // One feed after the other: requests need the database as well. If a pass takes longer than a tick, the next one does not overtake it.
        this.ticking ??= (async () => {
            for (const feed of this.feeds.values())
                await feed.tick();
        })().finally(() => {
            this.ticking = undefined;
        });
        return this.ticking;
    }
    stop() {
        for (const feed of this.feeds.values())
            feed.stop();
    }
    async subscribe(session, req, asked, read) {
        const { channel } = req;
        const { view, room, token } = this.lookAt(req, asked);
        this.checkLimits(session, asked.uid, room);
        const feed = this.feedOf(channel);
        const [shape, leave] = feed.enter(room, view);
        const isMine = session.subscriptions.set(asked.uid, shape, () => {
            leave();
            if (!feed.isEmpty)
                return;
            feed.stop();
            if (this.feeds.get(channel) === feed)
                this.feeds.delete(channel);
        });
        try {
            await feed.ready;
            const isSame = asked.cursor?.view === token;
            const page = await this.readBy(read, req, store => readPage(store, channel, view, { ...asked, isSame }));
            const { position, entries, next } = page;
            const cursor = position && { ...position, view: token };
            return { shape: shape.id, entries, ...(cursor && { cursor }), ...(next !== undefined && { next }) };
        }
        catch (error) {
            if (isMine())
                session.subscriptions.end(asked.uid);
            throw error;
        }
    }
    /** The cursor is from before the reading: a page that subscribes with it is told of what was committed meanwhile. */
    async snapshot(req, asked, read) {
        const { view, token } = this.lookAt(req, asked);
        const [first, ...others] = await this.readBy(read, req, store => readAll(store, req.channel, view, asked));
        const entries = [first, ...others].flatMap(page => page.entries);
        const documents = entries.map(({ id, version, attrs }) => ({ ...attrs, [req.idAttribute]: id, [versionAttribute]: version }));
        return { documents, cursor: { ...first.position, view: token } };
    }
    /** The view that is asked for, restricted to what the user may see, and two names for it: its room, and the token that pages know. */
    lookAt(req, { where, fields }) {
        const { channel, scope } = req;
        checkAsked(req, where ? pathsOf(where) : []);
        checkOpen(req, (fields ?? []).filter(path => path !== 'id' && path !== req.idAttribute));
        const view = new View(both(where, scope.where), fields ?? scope.fields);
        const room = shapeRoomOf(this.name, channel, view);
        return { view, room, token: node_crypto.createHash('sha256').update(room).digest('base64url').slice(0, 16) };
    }
    async readBy(read, req, work) {
        let result;
        const asked = whichOf(req);
        const reading = {
            ...req,
            catchUp: async (store) => {
                if (whichOf(reading) !== asked) {
                    throw new BackendError('unsupported', `A layer of "${this.name}" changes what is read: let the backend's "scope" say it, for nothing else is subscribed to.`);
                }
                return (result = { of: await work(store) });
            },
        };
        await read(reading);
        if (!result)
            throw new BackendError('unsupported', `A layer of "${this.name}" answers reads itself: nothing can be subscribed to.`);
        return result.of;
    }
    feedOf(channel) {
        const { companion, store } = this;
        const { batch, log } = companion.settings;
        const event = eventName(this.name, changesEvent);
        const feed = this.feeds.get(channel)
            ?? new Feed({ store, channel, batch, log, tell: (room, changes) => companion.toRoom(room, undefined, event, [changes]) });
        this.feeds.set(channel, feed);
        return feed;
    }
    checkLimits({ user, subscriptions }, uid, room) {
        subscriptions.check(uid);
        if (user?.id == null)
            return;
        const rooms = new Set(this.companion.sessionsOf(user.id).flatMap(one => [...one.subscriptions.rooms]));
        if (rooms.size >= mostShapes && !rooms.has(room)) {
            throw new BackendError('rate_limited', `A user may subscribe to ${mostShapes} different things: stop some first.`);
        }
    }
}
/** Which documents a request reads, and which of their attributes: a store ignores anything else that a layer adds. */
const whichOf = ({ channel, scope, fields, model, idAttribute }) => JSON.stringify([channel, scope, fields, model.where, model.limit, model.offset, model[idAttribute]]);
async function readAll(store, channel, view, asked) {
    const first = await readPage(store, channel, view, { ...asked, after: '', isSame: false });
    const pages = [first];
    for (let after = first.next; after !== undefined; after = pages.at(-1)?.next) {
        pages.push(await readPage(store, channel, view, { ...asked, after, isSame: false }));
    }
    return pages;
}

// Checks the data of a `subscribe`.
/** Documents in `held`, at most. */
const mostHeld = 2_000;
const longestName = 100;
function parseSubscribe(data) {
    const { uid, where, fields, cursor, after, held, more } = checkAttributes(data);
    return {
        uid: parseName(uid),
        ...(where != null && { where: parseWhere(where) }),
        ...(fields != null && { fields: [...parseFields(fields)] }),
        ...(cursor != null && { cursor: parseCursor(cursor) }),
        ...(after != null && { after: parseAfter(after) }),
        ...(held != null && { held: parseHeld(held, after) }),
        ...(more != null && { more: more === true }),
    };
}
function parseName(uid) {
    if (typeof uid === 'string' && uid !== '' && uid.length <= longestName)
        return uid;
    throw invalid(`The "uid" of a subscription must be a string of 1 to ${longestName} characters.`);
}
function parseCursor(cursor) {
    const { epoch, head, view } = isObject(cursor) ? cursor : {};
    if (typeof epoch === 'string' && typeof view === 'string' && Number.isSafeInteger(head))
        return { epoch, head: head, view };
    throw invalid('"cursor" must be one from an earlier answer: { epoch, head, view }.');
}
function parseAfter(after) {
    if (after === '' || isId(after))
        return after;
    throw invalid('"after" must be an id, or an empty string for the first page.');
}
/** Requires the order of the ids, so that each page is further on than the one before. */
function parseHeld(held, after) {
    const isPair = (pair) => Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string' && Number.isSafeInteger(pair[1]);
    const isOrdered = (pairs) => pairs.every(([id], index) => compareTexts(id, pairs[index - 1]?.[0] ?? String(after ?? '')) > 0);
    if (Array.isArray(held) && held.length <= mostHeld && held.every(isPair) && isOrdered(held))
        return held;
    throw invalid(`"held" must be a list of up to ${mostHeld} pairs, [id, version], in the order of the code points, all after "after".`);
}

// A backend under its name in `listen`. Decides what a user may do, answers requests, and pushes changes to the rooms of a channel, to
// each room as much as the backend's scope shows its members.
/** How long a request may take, in ms: a second less than pages wait, so that they get the reason. */
const longest = 9_000;
class Endpoint {
    name;
    backend;
    companion;
    shapes;
    description;
    /** Set if the backend has exactly one store, whose log the subscriptions follow. */
    live;
    constructor(name, backend, companion) {
        this.name = name;
        this.backend = backend;
        this.companion = companion;
        this.shapes = new Shapes(name);
        const { collection = name, model = collection } = backend.options;
        const [store, ...others] = backend.stores;
        this.live = store && !others.length ? new Live(name, store, companion) : undefined;
        // A page may repeat any write, so every write has to reach the store.
        const isOnce = this.live && store?.once && Object.keys(actions).every(method => backend.layers(method)?.some(isStore));
        this.description = {
            collection: trim(collection), model: trim(model), event: companion.settings.event,
            ...(this.live && { live: true }), ...(isOnce && { once: true }),
        };
    }
    /** Throws unless the user may do this in this channel. Unknown and forbidden channels look alike. */
    async admit(user, channel, method, model = {}) {
        const { authorize } = this.companion.settings;
        const isAllowed = !authorize || (await authorize(user, { backend: this.name, channel, method, model })) === true;
        if (!isAllowed)
            throw new BackendError('forbidden', 'Not allowed, or it does not exist.');
    }
    async scopeOf(user, channel) {
        const scope = (await this.backend.options.scope?.(user, channel)) ?? {};
        try {
            if (scope.where)
                conditionOf(scope.where);
        }
        catch (error) {
            // Not as `invalid`: that would tell the client that its own data is wrong.
            throw new Error(`The scope of "${this.name}" has an invalid filter`, { cause: error });
        }
        return scope;
    }
    /** Resolves to what the user may see in this channel; rejects unless the user may do this there. */
    async open(user, channel, method, model) {
        await this.admit(user, channel, method, model);
        return this.scopeOf(user, channel);
    }
    knows(method) {
        return this.backend.layers(method) !== undefined;
    }
    /** Answers a request, or rejects. */
    async answer(session, asked, deadline) {
        const meta = metaFrom(asked.meta);
        const method = asked.method === 'update' && meta.fields ? 'patch' : asked.method;
        const layers = this.backend.layers(method);
        if (!layers)
            throw new BackendError('unsupported', `The backend "${this.name}" has no method "${method.slice(0, 50)}".`);
        const unchecked = this.parse(session, method, asked.data, meta);
        try {
            const req = await this.admitted(unchecked);
            // The client has got `timeout` by now.
            if (deadline.isOver)
                return { result: undefined };
            const answer = await run(layers, req, this.watchOver(method, deadline)).catch((error) => {
                throw conflictFor(req, error);
            });
            if (!this.backend.stores.length)
                this.announce(req, answer);
            return { req, result: answer.result };
        }
        catch (error) {
            // It was done by an earlier attempt. Its result is not shown, since the request would be refused now.
            if (await wasDone(this.backend.stores, unchecked, error))
                return { result: undefined };
            throw error;
        }
    }
    /** `isWanted`: whether the subscription is still wanted, and the rights it was allowed by still hold. */
    async subscribe(session, { data, meta }, deadline, isWanted) {
        const asked = parseSubscribe(data);
        const { live, req, read } = await this.openTo(session, asked, meta, deadline);
        return isWanted() ? live.subscribe(session, req, asked, read) : undefined;
    }
    /** See live/snapshot.ts. */
    async snapshot({ user, channel, where, fields }, deadline) {
        const asked = parseSubscribe({ uid: 'snapshot', ...(where && { where }), ...(fields && { fields }) });
        const { live, req, read } = await this.openTo({ user, socket: undefined }, asked, { channel }, deadline);
        return live.snapshot(req, asked, read);
    }
    /** A subscriber must be allowed both to read and to join the channel. */
    async openTo(asker, { where }, meta, deadline) {
        const { live } = this;
        const layers = this.backend.layers('read');
        if (!live || !layers) {
            throw new BackendError('unsupported', `The backend "${this.name}" cannot be subscribed to: that takes exactly one store, which answers "read".`);
        }
        const req = await this.admitted(this.parse(asker, 'read', { ...(where && { where }) }, metaFrom(meta)));
        await this.admit(asker.user, req.channel, 'join');
        return { live, req, read: async (reading) => run(layers, reading, this.watchOver(subscribeMethod, deadline)) };
    }
    watchOver(method, deadline) {
        return { deadline, warn: (words, error) => this.companion.settings.log(`In ${eventName(this.name, method)}, ${words}`, error) };
    }
    parse({ socket, user }, method, data, meta) {
        const { idAttribute = 'id', channel: channelOf } = this.backend.options;
        const model = modelFrom(data, method, idAttribute);
        if (meta.versions)
            delete model[versionAttribute];
        return {
            method, model, ...meta, backend: this.name, socket, user, idAttribute, channelOf,
            ...(meta.op !== undefined && { digest: digestOf({ method, model, ...meta }) }),
        };
    }
    async admitted(asked) {
        const { user, method, model, channel } = asked;
        const admit = (one) => this.open(user, one, method, model);
        return { ...asked, admit, scope: await admit(channel), given: Object.keys(model) };
    }
    /** Whether the answer to this request, made before rights changed, may still be given to this user. */
    async isFor(user, { channel, method, model, scope }) {
        try {
            const now = await this.open(user, channel, method, model);
            return roomOf(this.name, channel, now) === roomOf(this.name, channel, scope);
        }
        catch (error) {
            if (!meantForClient(error))
                this.companion.settings.log(`An answer of "${this.name}" was withheld: the rules failed when asked again`, error);
            return false;
        }
    }
    /** Applies the backend's time limit. A request that is never answered is the fault of a layer or of a rule, and so it is logged. */
    inTime(method, work) {
        const { deadline: limit = longest } = this.backend.options;
        return within(limit, work, ({ hasBegun }) => {
            if (!hasBegun)
                return new BackendError('timeout', 'The server was too busy to start this request; nothing was done.');
            const event = eventName(this.name, method);
            this.companion.settings.log(`In ${event}, no layer answered within ${limit} ms; each must call res.end, res.error or next.`);
            return new BackendError('timeout', 'The server took too long. What it did meanwhile may still take effect.');
        });
    }
    /**
     * For a backend without a store: a layer that answers a write has done it, so the answer is pushed; an error layer that answers has
     * not.
     */
    announce({ method, model, channel, channelOf, idAttribute, socket, versions }, { result, from }) {
        const action = actions[method];
        if (!action || (from && takesErrors(from)))
            return;
        try {
            // As JSON, as the client gets it: a document of a database library would show its internals instead of its attributes.
            const answered = isObject(result) ? asJson(result) : model;
            const { [idAttribute]: id = model[idAttribute], ...attributes } = answered;
            if (typeof id !== 'string' && typeof id !== 'number')
                return;
            if (versions)
                delete attributes[versionAttribute];
            this.companion.tell(this.name, {
                action,
                id: String(id),
                channel: channelOf ? checkChannel(channelOf({ ...model, ...answered })) : channel,
                ...(socket && { origin: socket.id }),
                ...(action !== 'delete' && { attributes }),
            });
        }
        catch (error) {
            this.companion.settings.log(`A change in "${this.name}" could not be told`, error);
        }
    }
    /** Pushes to the sockets of this node. */
    push(push) {
        const { id, channel, attributes, origin } = push;
        const { pushes = true, echo = false, idAttribute = 'id' } = this.backend.options;
        if (!pushes)
            return;
        const [socket] = splitOrigin(origin);
        const { collection, model } = this.description;
        for (const { room, scope, fits } of this.shapes.in(channel)) {
            const action = fits ? actionFor(push, fits) : push.action;
            if (!action)
                continue;
            const event = eventName(action === 'create' ? collection : documentUrl(model, id), action);
            const seen = action !== 'delete' && pick(attributes ?? {}, scope.fields);
            this.companion.toRoom(room, echo ? undefined : socket, event, pushArgs({ ...seen, [idAttribute]: id }, channel));
        }
    }
}
/** The action as clients with this filter see it: an update may bring a document into view, or out of it. Undefined if they see none. */
function actionFor({ action, id, attributes, former }, fits) {
    const has = (one) => fits({ ...one, id });
    if (attributes && has(attributes))
        return former && !has(former) ? 'create' : action;
    const had = former ? has(former) : action === 'delete';
    return had ? 'delete' : undefined;
}
const actions = Object.assign(Object.create(null), {
    create: 'create', update: 'update', patch: 'update', delete: 'delete',
});
function trim(url) {
    const spelled = url.replace(/^\/+/, '');
    if (!spelled)
        throw invalid('The "collection" and "model" of a backend are urls of the page, and must not be empty.');
    return spelled;
}

// Whether a page may connect. Browsers let any page open a WebSocket to any server, which CORS does not prevent; but they say where the
// page comes from.
/**
 * Programs other than browsers send no origin, and may connect. `null` is a page that hides its origin. JSONP (`j`) is refused: any page
 * can load a script, for which browsers send no origin either, and would get the session; no client of today uses it.
 */
function isOurOrigin({ headers, query }, origins = []) {
    const { origin, host } = headers;
    if ('j' in query)
        return false;
    if (origin === undefined || origins.includes(origin) || origins.includes('*'))
        return true;
    return URL.canParse(origin) && new URL(origin).host === host;
}

// The user of a socket: decided before it may connect, when it sends new credentials, when the user's rights have changed, and when the
// login expires. A refusal has a code and a message. Any other failure counts as temporary, and closes the transport, because only then
// do all clients reconnect by themselves.
/** How long before its login expires a page is asked to renew it, in ms; at most half of the time that is left. */
const lead = 30_000;
/** Codes of temporary refusals, after which clients should reconnect by themselves. */
const passing = new Set(['rate_limited', 'unavailable']);
/** The Socket.IO middleware that every socket must pass, in every namespace. */
const guard = (companion) => (socket, next) => {
    // The client reconnects to another server, or to this one when it is back.
    if (companion.isDraining)
        return void socket.conn.close();
    admit(companion, socket).then(() => next(), (error) => {
        const data = meantForClient(error);
        // Socket.IO's way of refusing: the client gets `connect_error`, with this as `error.data`, and does not reconnect.
        if (data && !passing.has(data.code))
            return next(Object.assign(new Error(data.message), { data }));
        if (!data)
            logUndecided(companion, error);
        socket.conn.close();
    });
};
/** How often a login is decided, if rights are revoked meanwhile. */
const tries$1 = 5;
const logUndecided = ({ settings }, error) => settings.log('A login could not be decided; the client will try again', error);
async function admit(companion, socket) {
    if (!isOurOrigin(socket.handshake, companion.settings.origins)) {
        throw new BackendError('forbidden', 'Pages of this origin may not connect: name it in the option "origins".');
    }
    // A message from another node that came before this one listened, such as a revocation, would have missed the socket.
    await companion.hearing();
    begunAt.set(socket, companion.revocations);
    // Where the server's own handlers look for it.
    const user = await authenticate(companion, socket, socket.handshake);
    if (companion.settings.authenticate)
        dataOf(socket).user = user;
}
/** The number of revocations when a socket's login began: a later one may make its outcome obsolete. */
const begunAt = new WeakMap();
const dataOf = (socket) => socket.data;
/** Rejects with a BackendError if the user is refused. */
async function authenticate(companion, socket, handshake) {
    const { authenticate: ask, loginTimeout, connectionsPerUser } = companion.settings;
    if (!ask)
        return undefined;
    const late = () => new Error(`authenticate() took more than ${loginTimeout} ms`);
    const user = (await within(loginTimeout, async () => ask(handshake), late)) ?? undefined;
    if (user !== undefined && typeof user !== 'object') {
        throw new TypeError('authenticate() must return a user (an object with an "id") or undefined.');
    }
    checkExpiry(user);
    if (companion.isFull(user, socket)) {
        companion.logOnce(`The user ${JSON.stringify(user?.id)} has ${connectionsPerUser} connections; more are refused until one of them ends`);
        throw new BackendError('rate_limited', `A user may have ${connectionsPerUser} connections: close some first.`);
    }
    return user;
}
function checkExpiry({ exp } = {}) {
    if (exp === undefined)
        return;
    if (!Number.isFinite(exp))
        throw new TypeError('The "exp" of a user must be a number of seconds since 1970.');
    if (exp * 1000 <= Date.now())
        throw expired();
}
const expired = () => new BackendError('unauthorized', 'The login has expired: log in again.', { reason: 'expired' });
class Login {
    companion;
    socket;
    timer;
    /** The `exp` of the login that the page was asked to renew. */
    askedBefore;
    /** Logins are decided one after the other, so that the one requested last is the one that counts. */
    inTurn = createTurns();
    /** The login has ended: no request of its user is executed any more. */
    isClosed = false;
    constructor(companion, socket) {
        this.companion = companion;
        this.socket = socket;
        this.watchExpiry();
    }
    get user() {
        return this.companion.settings.authenticate && dataOf(this.socket).user;
    }
    /** Whether any user's rights have changed since this login began. */
    get isOutdated() {
        return begunAt.get(this.socket) !== this.companion.revocations;
    }
    /** Resolves when no login is being decided any more; rejects if the login has ended. */
    async decided() {
        await this.inTurn.idle();
        if (this.isClosed)
            throw new BackendError('unauthorized', 'The login has ended.');
    }
    /** Logs in with new credentials. If they are refused, the old login stays; but if they are empty, which is a logout, it ends. */
    async change(auth) {
        const credentials = checkAttributes(auth ?? {});
        try {
            await this.inTurn(() => this.renew(() => ({ ...this.socket.handshake, auth: credentials })));
        }
        catch (error) {
            if (!Object.keys(credentials).length)
                this.close();
            throw error;
        }
    }
    /** Logs in again with the same credentials. Closes the transport if they are not accepted: the client reconnects, and hears why. */
    async again() {
        try {
            await this.inTurn(() => this.renew(() => this.socket.handshake));
        }
        catch (error) {
            if (!meantForClient(error))
                logUndecided(this.companion, error);
            this.close();
        }
    }
    end() {
        clearTimeout(this.timer);
    }
    async renew(handshake) {
        const { companion, socket } = this;
        const given = handshake();
        for (let left = tries$1; left; left -= 1) {
            const before = companion.revocations;
            const user = await authenticate(companion, socket, given);
            // A revocation meanwhile may be for this user, whom it could not find on this socket yet.
            if (before !== companion.revocations)
                continue;
            dataOf(socket).user = user;
            socket.handshake.auth = given.auth;
            return this.watchExpiry();
        }
        throw new BackendError('unavailable', 'Rights change too fast: try again.');
    }
    /** Asks the page for new credentials a little before the end, once, and closes the transport at the end. */
    watchExpiry() {
        clearTimeout(this.timer);
        const { exp } = this.user ?? {};
        if (exp === undefined || !this.socket.connected)
            return;
        const left = exp * 1000 - Date.now();
        const wait = this.askedBefore === exp ? left : left - Math.min(lead, left / 2);
        this.timer = setTimeout(() => (wait > longestTimer ? this.watchExpiry() : this.nearEnd(exp)), Math.min(wait, longestTimer));
    }
    /** Asks once for each `exp`: a page without newer credentials sends the same ones again. */
    nearEnd(exp) {
        if (this.askedBefore === exp)
            return this.close();
        this.askedBefore = exp;
        this.socket.emit(authEvent, { code: 'unauthorized', message: 'The login expires: send new credentials.', exp });
        this.watchExpiry();
    }
    close() {
        this.isClosed = true;
        this.socket.conn.close();
    }
}

// The channels that one socket hears; from the start these are the default channels of all backends. A join is authorised before the
// socket enters the room; whenever the user's rights change, everything that was decided is decided again.
class Channels {
    companion;
    socket;
    login;
    memberships = new Map();
    hasEnded = false;
    /** Counts the changes of the user's rights. */
    rights = 0;
    constructor(companion, socket, login) {
        this.companion = companion;
        this.socket = socket;
        this.login = login;
        for (const endpoint of companion.endpoints.values())
            this.memberships.set(keyOf(endpoint, ''), { endpoint, channel: '' });
    }
    async join(data) {
        const asked = this.membershipOf(data);
        const key = keyOf(asked.endpoint, asked.channel);
        const membership = this.memberships.get(key) ?? asked;
        if (membership.leave)
            return;
        const { channelsPerSocket } = this.companion.settings;
        if (asked.channel && this.memberships.size >= channelsPerSocket + this.companion.endpoints.size) {
            throw new BackendError('rate_limited', `One connection may be in ${channelsPerSocket} channels: leave some first.`);
        }
        // Known before it is decided, so that a revocation finds it.
        this.memberships.set(key, membership);
        membership.isAsked = true;
        await this.enter(membership).catch((error) => {
            if (membership.channel)
                this.memberships.delete(key);
            throw error;
        });
    }
    leave(data) {
        const { endpoint, channel } = this.membershipOf(data);
        const key = keyOf(endpoint, channel);
        this.memberships.get(key)?.leave?.();
        this.memberships.delete(key);
    }
    /** The socket hears nothing until each channel has been authorised again. */
    leaveAll() {
        this.rights += 1;
        for (const { leave } of this.memberships.values())
            leave?.();
    }
    /** Authorises each channel again. */
    async reenter() {
        this.rights += 1;
        await Promise.all([...this.memberships].map(([key, membership]) => membership.isAsked || this.enterAgain(key, membership)));
    }
    end() {
        this.hasEnded = true;
        this.leaveAll();
        this.memberships.clear();
    }
    /** A channel that is refused is left; the default one may be open again later. If a rule fails, the client's next connection decides. */
    async enterAgain(key, membership) {
        try {
            await this.enter(membership);
        }
        catch (error) {
            membership.leave?.();
            if (this.login.isClosed)
                return;
            const refusal = meantForClient(error);
            if (!refusal) {
                this.companion.settings.log('A channel could not be authorised; the client will try again', error);
                return this.login.close();
            }
            const { endpoint, channel } = membership;
            if (!channel)
                return;
            this.memberships.delete(key);
            this.socket.emit(leaveEvent, { ...refusal, backend: endpoint.name, channel });
        }
    }
    async enter(membership) {
        const { endpoint, channel } = membership;
        const { loginTimeout } = this.companion.settings;
        const late = () => new Error(`authorize() or scope() took more than ${loginTimeout} ms`);
        for (;;) {
            const { rights } = this;
            await this.login.decided();
            const scope = await within(loginTimeout, () => endpoint.open(this.login.user, channel, 'join'), late);
            if (rights !== this.rights)
                continue;
            membership.leave?.();
            membership.isAsked = false;
            // It may have been left meanwhile, or another join of it may have been refused.
            if (this.hasEnded || this.memberships.get(keyOf(endpoint, channel)) !== membership)
                return;
            const [room, undo] = endpoint.shapes.enter(channel, scope);
            void this.socket.join(room);
            membership.leave = () => {
                membership.leave = undefined;
                void this.socket.leave(room);
                undo();
            };
            return;
        }
    }
    membershipOf(data) {
        const { backend, ...meta } = isObject(data) ? data : {};
        const endpoint = typeof backend === 'string' ? this.companion.endpoints.get(backend) : undefined;
        if (!endpoint)
            throw invalid('To join or leave, name a backend of this server: { backend, channel }.');
        return { endpoint, channel: metaFrom(meta).channel };
    }
}
const keyOf = ({ name }, channel) => JSON.stringify([name, channel]);

// Limits the requests of one socket: 10 begin in each turn of the event loop, and 100 run at a time, so that a client that sends very many
// delays only itself.
const perTurn = 10;
const atOnce = 100;
const longestQueue$1 = 10_000;
class Gate {
    inside = 0;
    begun = 0;
    isScheduled = false;
    queue = [];
    /** Runs the work when it is its turn. */
    async pass(work) {
        if (this.queue.length >= longestQueue$1)
            throw new BackendError('rate_limited', 'Too many requests at once: wait for the answers.');
        if (this.isOpen && !this.queue.length)
            this.enter();
        else
            await new Promise(resolve => this.queue.push(resolve));
        try {
            return await work();
        }
        finally {
            this.inside -= 1;
            if (this.queue.length)
                this.schedule();
        }
    }
    get isOpen() {
        return this.inside < atOnce && this.begun < perTurn;
    }
    enter() {
        this.inside += 1;
        this.begun += 1;
        this.schedule();
    }
    schedule() {
        if (this.isScheduled)
            return;
        this.isScheduled = true;
        setImmediate(() => this.nextTurn());
    }
    nextTurn() {
        this.isScheduled = false;
        this.begun = 0;
        while (this.isOpen && this.queue.length) {
            this.enter();
            this.queue.shift()?.();
        }
    }
}

// The subscriptions of one socket, by the names that its page has given them. Each is in the room of a shape until the page ends it, or
// until the user's rights change; then the page subscribes again.
/** Subscriptions that a socket may have, at most. */
const most = 20;
class Subscriptions {
    socket;
    undos = new Map();
    counts = new Map();
    /** The latest request for each name. */
    wanted = new Map();
    constructor(socket) {
        this.socket = socket;
    }
    get rooms() {
        return this.counts.keys();
    }
    /** Notes a request to subscribe. Returns whether it is still the wanted one (not stopped, nor sent again), and a function that ends this. */
    want(name) {
        const request = {};
        this.wanted.set(name, request);
        // A request that was read together with the end of the connection is handled after it.
        const isWanted = () => this.socket.connected && this.wanted.get(name) === request;
        return [isWanted, () => void (isWanted() && this.wanted.delete(name))];
    }
    check(name) {
        if (!this.undos.has(name) && this.undos.size >= most) {
            throw new BackendError('rate_limited', `One connection may have ${most} subscriptions: stop some first.`);
        }
    }
    /** Replaces the subscription of this name, if there is one. Returns a function that tells whether this one is still in place. */
    set(name, { room }, leave) {
        const before = this.undos.get(name);
        this.counts.set(room, (this.counts.get(room) ?? 0) + 1);
        void this.socket.join(room);
        const undo = () => {
            leave();
            const count = (this.counts.get(room) ?? 1) - 1;
            this.counts.set(room, count);
            if (count)
                return;
            this.counts.delete(room);
            void this.socket.leave(room);
        };
        this.undos.set(name, undo);
        before?.();
        return () => this.undos.get(name) === undo;
    }
    end(name) {
        this.undos.get(name)?.();
        this.undos.delete(name);
    }
    /** Called when the page itself stops the subscription. */
    stop(name) {
        this.wanted.delete(name);
        this.end(name);
    }
    /** Ends all subscriptions, but not the requests under way: these begin again. */
    endAll() {
        for (const name of [...this.undos.keys()])
            this.end(name);
    }
    /** Called when the socket has gone. */
    close() {
        this.wanted.clear();
        this.endAll();
    }
}

// Disconnects a client that does not read what it is sent: its answers and pushes would pile up in this process. Socket.IO may keep such a
// client, since it may answer pings all the same.
/** Several namespaces share a connection. */
const watched = new WeakSet();
/** Closes the connection when more than `most` characters wait behind others that have not been read. */
function limitUnread(connection, most) {
    if (watched.has(connection))
        return;
    watched.add(connection);
    let waiting = 0;
    connection.on('packetCreate', ({ data }) => {
        // Checked before it is added: a single answer may have any size.
        if (waiting > most && !connection.transport.writable)
            return connection.close(true);
        waiting += sizeOf(data);
    });
    // All that waits is handed to the transport as soon as that has sent what it was given before.
    connection.on('flush', () => {
        waiting = 0;
    });
}
function sizeOf(data) {
    if (typeof data === 'string')
        return data.length;
    return ArrayBuffer.isView(data) ? data.byteLength : 0;
}

// One socket: its login, its channels, its subscriptions and its requests. Nothing that a client sends makes the server throw.
/** How many joins, leaves and logins of one socket may be queued. */
const longestQueue = 1_000;
/** How often a read or a subscribe is tried, if the user's rights change meanwhile. */
const tries = 5;
class Session {
    companion;
    socket;
    login;
    channels;
    subscriptions;
    gate = new Gate();
    isGreeted = false;
    logins = 0;
    /** Joins, leaves and logins take effect in the order in which they were sent, and before any request that was sent after them. */
    inTurn = createTurns();
    waiting = 0;
    constructor(companion, socket) {
        this.companion = companion;
        this.socket = socket;
        this.login = new Login(companion, socket);
        this.channels = new Channels(companion, socket, this.login);
        this.subscriptions = new Subscriptions(socket);
        companion.sessions.add(this);
        limitUnread(socket.conn, companion.settings.maxUnread);
        this.listen();
        this.greet();
        // Of many that connect at once, each may have passed this check in its login. The client reconnects, and is refused with the reason.
        if (companion.isFull(this.user, socket))
            this.login.close();
        if (this.login.isOutdated)
            void this.login.again();
        void this.inTurn(() => this.channels.reenter());
    }
    get user() {
        return this.login.user;
    }
    /** The user's rights have changed: the socket hears nothing until they have been checked again. */
    async revoke() {
        this.leaveAll();
        // Not queued: a client that sends many requests must not delay it.
        await this.login.again();
        await this.channels.reenter();
        this.greetAnew();
    }
    leaveAll() {
        this.channels.leaveAll();
        this.subscriptions.endAll();
    }
    /** Tells the page that its rights may have changed: channels may be open now, and subscriptions may show other documents. */
    greetAnew() {
        this.logins += 1;
        this.greet();
    }
    listen() {
        const { socket } = this;
        socket.once('disconnect', () => this.end());
        // After the middleware that the server's own `connection` handlers add: an event that it refuses is not answered here either.
        queueMicrotask(() => socket.use(([event, ...args], next) => {
            this.hear(event, args);
            next();
        }));
    }
    hear(event, args) {
        const reply = typeof args.at(-1) === 'function' ? this.replyBy(args.pop()) : undefined;
        if (typeof event !== 'string')
            return;
        const own = this.ownEvents[event];
        if (own)
            return this.settle(own(args[0]), reply ?? this.replyByEvent(event, args[0]), event);
        const colon = event.lastIndexOf(':');
        const name = event.slice(0, Math.max(colon, 0));
        const endpoint = this.companion.namespaces.get(name);
        const method = event.slice(colon + 1);
        // A request without a callback is ignored, since nobody would learn its outcome; `unsubscribe` needs no answer.
        if (!reply && method !== unsubscribeMethod)
            return;
        // An event that the server's own handlers listen to, and no layer is for, is theirs.
        if (this.socket.listenerCount(event) && !endpoint?.knows(method))
            return;
        if (endpoint)
            return this.settle(this.request(endpoint, method, args), reply ?? (() => { }), event);
        // A catch-all listener of the server's own may answer it instead.
        if (isSyncMethod(method) && !this.socket.listenersAny().length)
            reply?.(answerFor(unknownBackend(name), false));
    }
    ownEvents = Object.assign(Object.create(null), {
        [helloEvent]: () => this.asked(() => this.hello),
        [joinEvent]: (data) => this.asked(() => this.channels.join(data)),
        [leaveEvent]: (data) => this.asked(() => this.channels.leave(data)),
        [authEvent]: (auth) => this.asked(() => this.authenticate(auth)),
    });
    async request(endpoint, method, [data, meta, ...more]) {
        if (this.companion.isDraining)
            throw new BackendError('unavailable', 'The server is closing: try again on the next connection.');
        if (more.length)
            throw invalid('A request takes data and, optionally, meta before the callback.');
        if (endpoint.knows(method))
            return this.answer(endpoint, { method, data, meta });
        const name = isObject(data) ? data.uid : undefined;
        if (method === unsubscribeMethod)
            return void this.subscriptions.stop(parseName(name));
        if (method !== subscribeMethod)
            return this.answer(endpoint, { method, data, meta });
        const [isWanted, end] = this.subscriptions.want(parseName(name));
        return this.answer(endpoint, { method, data, meta }, isWanted).finally(end);
    }
    answer(endpoint, asked, isWanted) {
        return endpoint.inTime(asked.method, deadline => this.gate.pass(() => {
            if (deadline.isOver)
                return deadline.passed;
            deadline.hasBegun = true;
            // At the deadline it leaves the gate, even if it is never answered.
            return Promise.race([this.answerNow(endpoint, asked, deadline, isWanted), deadline.passed]);
        }));
    }
    /** If rights change meanwhile, a read is repeated, and the answer to a write is withheld unless the new rights allow it. */
    async answerNow(endpoint, asked, deadline, isWanted) {
        // A read after a join misses nothing: what is committed meanwhile is in its answer, or pushed.
        await this.inTurn(async () => { });
        for (let left = tries; left; left -= 1) {
            // Nobody waits for the answer any more.
            if (asked.method === 'read' && !this.socket.connected)
                return undefined;
            const { rights } = this.channels;
            await this.login.decided();
            if (isWanted) {
                const subscribed = await endpoint.subscribe(this, asked, deadline, () => isWanted() && rights === this.channels.rights);
                if (rights === this.channels.rights)
                    return subscribed;
                continue;
            }
            const { req, result } = await endpoint.answer(this, asked, deadline);
            if (rights === this.channels.rights || !req)
                return result;
            if (asked.method === 'read')
                continue;
            // A write is not repeated.
            await this.login.decided();
            return (await endpoint.isFor(this.user, req)) ? result : undefined;
        }
        throw new BackendError('unavailable', 'The login changes too fast: ask again.');
    }
    /** Replies with the outcome of the work. An unexpected error goes to the log; the client only learns that there was one. */
    settle(work, reply, event) {
        const { running, settings } = this.companion;
        const outcome = work.then(result => reply(null, result), (error) => {
            if (!meantForClient(error))
                settings.log(`${event.slice(0, 100)} failed`, error);
            reply(answerFor(error, settings.debug));
        });
        running.add(outcome);
        const end = () => void running.delete(outcome);
        outcome.then(end, end);
    }
    /** The callback throws if the result cannot be serialised. */
    replyBy(callback) {
        return (error, result) => {
            if (!this.isGreeted)
                this.greet();
            this.isGreeted = true;
            try {
                callback(error, result);
            }
            catch (mistake) {
                this.companion.settings.log('An answer could not be sent', mistake);
                callback(answerFor(mistake, false));
            }
        };
    }
    /** For requests without a callback: a hello is answered by an event, and a refused join by a `leave`. */
    replyByEvent(event, data) {
        return (error, result) => {
            if (event === helloEvent)
                this.socket.emit(helloEvent, result);
            if (event !== joinEvent || !error || !isObject(data))
                return;
            const { backend, channel } = data;
            this.socket.emit(leaveEvent, { ...error, backend, channel });
        };
    }
    get hello() {
        return { v: 1, login: this.logins, backends: this.companion.descriptions };
    }
    greet() {
        this.socket.emit(helloEvent, this.hello);
    }
    async authenticate(auth) {
        const before = this.user?.id;
        await this.login.change(auth);
        if (this.user?.id !== before)
            this.channels.leaveAll();
        // Subscribers subscribe again after the hello, and get what the new login may see.
        this.subscriptions.endAll();
        await this.channels.reenter();
        this.greetAnew();
    }
    /** Queues a hello, a join, a leave or a login. */
    async asked(work) {
        if (this.waiting >= longestQueue)
            throw new BackendError('rate_limited', 'Too many joins and logins are waiting: wait for their answers.');
        this.waiting += 1;
        try {
            return await this.inTurn(async () => work());
        }
        finally {
            this.waiting -= 1;
        }
    }
    end() {
        this.channels.end();
        this.subscriptions.close();
        this.login.end();
        this.companion.sessions.delete(this);
    }
}
const unknownBackend = (name) => new BackendError('unsupported', `This server has no backend "${name.slice(0, 50)}": look at the model's or collection's "backend", or its url.`);

// Serves backends to sockets: `listen(httpServer, { todos })`, or `listen` with an existing Socket.IO server. Everything else on that
// server goes on as before.
const defaults = {
    event: 'backend',
    loginTimeout: 10_000,
    connectionsPerUser: 100,
    channelsPerSocket: 100,
    batch: 25,
    tick: 5_000,
    maxUnread: 32_000_000,
    debug: false,
    log: (message, error) => console.error(`backbone.iobind: ${message}`, ...(error === undefined ? [] : [error])),
};
/** Returns the Socket.IO server. */
function listen(server, backends, options = {}) {
    checkArguments(server, backends, options);
    checkIsNew(server);
    const companion = new Companion(isIo(server) ? server : createIo(server, options), settingsFrom(options));
    const { io } = companion;
    // A recovered connection passes no login, and is in rooms that may be closed to it by now.
    if (io._opts.connectionStateRecovery)
        throw new Error('listen() cannot guard a server with "connectionStateRecovery": leave that option out.');
    for (const [name, backend] of Object.entries(backends))
        addEndpoint(companion, name, backend);
    addCompanion(companion);
    for (const endpoint of companion.endpoints.values())
        companion.hear(endpoint);
    hearNodes(companion);
    companion.beginTicks();
    const isAllowed = guard(companion);
    companion.eachNamespace(namespace => {
        namespace.use(isAllowed);
        namespace.on('connection', socket => {
            companion.follow();
            new Session(companion, socket);
        });
        // Those that are connected already have passed no login. Clients reconnect by themselves when the transport closes.
        for (const { conn } of namespace.sockets.values())
            conn.close();
    });
    warnAboutOpenDoors(companion);
    return io;
}
/** In JavaScript the arguments may be anything. */
function checkArguments(server, backends, { origins }) {
    if (!isObject(server) || !isObject(backends))
        throw new TypeError('listen() takes an HTTP server, or a Socket.IO server, and { name: backend }.');
    // A string has an `includes` as well, by which its parts would be taken for origins.
    if (origins && !Array.isArray(origins))
        throw new TypeError('listen() takes "origins" as a list: ["https://example.org"].');
    for (const [name, backend] of Object.entries(backends)) {
        if (isObject(backend) && typeof backend.layers === 'function')
            continue;
        throw new TypeError(`listen() was given no backend for "${name}": make one by createBackend().`);
    }
}
/** A `log` that throws must not end what it reports on. */
function settingsFrom(options) {
    const settings = { ...defaults, ...options };
    const log = (message, error) => {
        try {
            settings.log(message, error);
        }
        catch (mistake) {
            defaults.log('"log" has thrown', mistake);
        }
    };
    return { ...settings, log };
}
const isIo = (server) => 'of' in server && 'sockets' in server;
/** CORS is for polling only; origin.ts checks the page's origin for every transport. */
function createIo(server, { origins, maxHttpBufferSize = 1_000_000 }) {
    const { Server: Io } = requirePeer('socket.io', 'listen()');
    return new Io(server, {
        maxHttpBufferSize,
        ...(origins && { cors: { origin: origins.includes('*') ? true : [...origins], credentials: true } }),
    });
}
function addEndpoint(companion, name, backend) {
    const endpoint = new Endpoint(name, backend, companion);
    companion.endpoints.set(name, endpoint);
    for (const namespace of new Set([name, endpoint.description.collection, endpoint.description.model])) {
        const other = companion.namespaces.get(namespace);
        if (other) {
            throw new Error(`The backends "${other.name}" and "${name}" both answer to "${namespace}": give each a "collection" and a "model" of its own.`);
        }
        companion.namespaces.set(namespace, endpoint);
    }
}
function warnAboutOpenDoors({ settings: { authorize, log } }) {
    if (process.env.NODE_ENV === 'production' && !authorize)
        log('every channel is open to everybody: listen() has no "authorize"');
}
/**
 * Checks a user's rights again, on every node: the user's sockets hear nothing more until `authenticate` and `authorize` have been asked
 * again, and are closed if the login is refused.
 */
async function revoke(io, userId) {
    await companionOf(io).revoke(userId);
}

// What a subscriber would be shown, for a page rendered on the server: its documents are in the HTML, and its subscription continues from
// their cursor, so that there is no second load and no gap.
/**
 * Reads what the user may see, through the backend's layers for `read`; rejects as a subscription would be refused. What it
 * resolves with is JSON, but not yet HTML: in a script element, write each `<` as `\u003c`.
 *
 *     const { documents, cursor } = await snapshot(io, 'todos', { user, where: { done: false } });
 */
async function snapshot(io, backend, options = {}) {
    const endpoint = companionOf(io).endpoints.get(backend);
    if (!endpoint)
        throw new Error(`listen() was given no backend "${backend}".`);
    return endpoint.inTime('snapshot', deadline => {
        deadline.hasBegun = true;
        return endpoint.snapshot(options, deadline);
    });
}

// backbone.iobind/server: what a server uses.
/** Keeps documents in the memory of this process, until it ends; with `max`, only the newest of them. */
const memoryStore = (options) => asLayer(createMemoryStore(options));
/** Keeps documents in PostgreSQL inside this process, in this folder. No other process may have the folder open. */
const pgliteStore = (folder, options) => asLayer(createPgliteStore(folder, options));
/** Keeps documents in PostgreSQL. The pool is yours: `new Pool({ connectionString })` of the package `pg`. */
const postgresStore = (pool, options) => asLayer(createPostgresStore(pool, options));
/** Keeps documents in MongoDB, by a model whose schema has the plugin `publishChanges`. */
const mongooseStore = (model, options) => asLayer(createMongooseStore(model, options));
/** All of them under one name, as in backbone.io. */
const middleware = { memoryStore, pgliteStore, postgresStore, mongooseStore, cookies, jwt, rateLimit, validate };

exports.BackendError = BackendError;
exports.asLayer = asLayer;
exports.cookies = cookies;
exports.cookiesOf = cookiesOf;
exports.createBackend = createBackend;
exports.drain = drain;
exports.jwt = jwt;
exports.listen = listen;
exports.memoryStore = memoryStore;
exports.middleware = middleware;
exports.mongooseStore = mongooseStore;
exports.pgliteStore = pgliteStore;
exports.postgresStore = postgresStore;
exports.publishChanges = publishChanges;
exports.rateLimit = rateLimit;
exports.revoke = revoke;
exports.snapshot = snapshot;
exports.validate = validate;
