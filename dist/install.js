'use strict';

// Runs somebody's callback. If it throws, the page sees an uncaught error, as it would have without us in between,
// and whatever comes next still runs.
function attempt(callback, context, args) {
    try {
        callback.apply(context, args);
    }
    catch (error) {
        setTimeout(() => {
            throw error;
        });
    }
}

// Where the socket, and every other setting, is looked for: one order everywhere. Also the one way to listen on a
// socket, which returns its own undo.
/** A property's value; a function is called for it. */
function result(holder, name, ...args) {
    const value = holder[name];
    return typeof value === 'function' ? value.apply(holder, args) : value;
}
/** The first that is set: in the options, on the model or collection itself, on the model's collection. */
function setting(name, entity, options, ...args) {
    const { collection } = entity;
    let value = options && result(options, name, ...args);
    if (value == null)
        value = result(entity, name, ...args);
    if (value == null && collection)
        value = result(collection, name, ...args);
    return value;
}
/** Without a socket, a url or a namespace nothing could ever come of a call, so it throws. */
function required(value, words) {
    if (value)
        return value;
    throw new Error('No ' + words);
}
/** The `socket` setting, `Backbone.socket` or `window.socket`. (A page's element with that id is a `window.socket`, too.) */
function findSocket(Backbone, entity, options) {
    const socket = setting('socket', entity, options) || result(Backbone, 'socket') || result(globalThis, 'socket');
    return required((socket === null || socket === void 0 ? void 0 : socket.on) && socket, 'socket: set Backbone.socket, or socket on the model or collection');
}
/** The url as Backbone resolves it. */
const findUrl = (entity, options) => required(((options && result(options, 'url')) || result(entity, 'url')), 'url: set url, or urlRoot on the model');
/** Listens until the undo is called. `removeListener`, because every Socket.IO client and every fake has it. */
function on(socket, event, listener) {
    socket.on(event, listener);
    return () => {
        socket.removeListener(event, listener);
    };
}

// All that is bound to one socket, by url. One wrapper around the socket's `onevent` and one Map serve it: measured
// against a listener for each model and event, as 0.4.9 has, binding takes three quarters of the time and a bound model
// less than half the memory, and next to nothing is left behind (`onAny` taxes the page's other events five times as
// much). A socket without `onevent`, of another client or a fake, gets ordinary listeners (see bound.ts).
/** The hubs of now. One that is not here any more has ended, and with it all that was bound through it. */
let hubs = new WeakMap();
/** Those that have something bound. A socket that the page has dropped is not held by us. */
const busy = new Set();
function busyHubs() {
    const alive = [];
    for (const ref of busy) {
        const hub = ref.deref();
        if (hub)
            alive.push(hub);
        else
            busy.delete(ref);
    }
    return alive;
}
function hubOf(socket) {
    const hub = hubs.get(socket) || new Hub(socket);
    hubs.set(socket, hub);
    return hub;
}
/** Ends what is bound to this socket, or to any. What is still waiting for its id ends when that comes. */
function ioUnbindAll(socket) {
    if (socket)
        hubs.delete(socket);
    else
        hubs = new WeakMap();
    for (const hub of busyHubs())
        if (hub._hasEnded)
            hub._end();
}
class Hub {
    constructor(_socket) {
        this._socket = _socket;
        /** Without leading slash. The lists are replaced, never changed, so that a message in progress keeps its own. */
        this._urls = new Map();
        /** By object; what waits for its id is not here. */
        this._found = new Map();
        this._ref = new WeakRef(this);
        /** What arrived before the connection was complete: like Socket.IO's own, it is held back until then. */
        this._early = [];
    }
    get _hasEnded() {
        return hubs.get(this._socket) !== this;
    }
    _end() {
        for (const bounds of this._urls.values())
            for (const bound of bounds)
                bound._end();
    }
    _add(url, bound) {
        const others = this._urls.get(url);
        this._urls.set(url, others ? [...others, bound] : [bound]);
        busy.add(this._ref);
        if (this._socket.onevent && !this._unwrap)
            this._wrap(this._socket.onevent);
    }
    _remove(url, bound) {
        const others = this._urls.get(url).filter((other) => other !== bound);
        if (others.length)
            this._urls.set(url, others);
        else
            this._urls.delete(url);
        if (this._urls.size)
            return;
        busy.delete(this._ref);
        if (this._unwrap)
            this._unwrap();
    }
    _wrap(onevent) {
        const socket = this._socket;
        const wrapper = (packet) => {
            try {
                onevent.call(socket, packet);
            }
            finally {
                this._receive(packet.data);
                // One that had to stay, see below, goes when it can.
                if (!this._urls.size && this._unwrap)
                    this._unwrap();
            }
        };
        socket.onevent = wrapper;
        const undo = on(socket, 'connect', () => {
            for (const args of this._early.splice(0))
                this._hear(args);
        });
        this._unwrap = () => {
            // Unless somebody has wrapped it since: then it stays, and serves what is bound next.
            if (socket.onevent !== wrapper)
                return;
            undo();
            this._early.length = 0;
            delete socket.onevent;
            if (socket.onevent !== onevent)
                socket.onevent = onevent;
            this._unwrap = undefined;
        };
    }
    /** By now the arguments include the acknowledgement function. */
    _receive(args = []) {
        if (this._socket.connected === false)
            this._early.push(args);
        else
            this._hear(args);
    }
    /** Urls (with raw ids) and events may have colons of their own, so each colon may be the one between them. */
    _hear(args) {
        const name = String(args[0]);
        const start = name[0] === '/' ? 1 : 0;
        for (let colon = name.lastIndexOf(':'); colon > start; colon = name.lastIndexOf(':', colon - 1)) {
            // What is bound while this message is dispatched does not hear it.
            const due = (this._urls.get(name.slice(start, colon)) || []).map((bound) => [bound, bound._bindings]);
            for (const [bound, bindings] of due)
                bound._hear(name.slice(colon + 1), args.slice(1), bindings);
        }
    }
}

// The words that both sides of the wire must agree on, once. Shared with the server; no state, no side effects.
/** The event of a request: `todos:create`. */
const requestEvent = (namespace, method) => `${namespace}:${method}`;
/** The event of a push: `todos:create`, `todo/42:update`. */
const pushEvent = (url, event) => `${url}:${event}`;

// What is bound of one object on one socket: callbacks for events, found by the object's url. It notices what happens
// to the object, so the bindings follow the model's id, end with `destroy`, and hear local events as well.
/** What is found by its url is held by the hub, and so by the socket; what waits for its id is held by nobody. */
const waiting = new WeakMap();
const none = [];
function boundsOf(entity) {
    let bounds = waiting.get(entity) || none;
    for (const hub of busyHubs()) {
        const bound = hub._found.get(entity);
        if (bound)
            bounds = [...bounds, bound];
    }
    return bounds;
}
/** What a message is just triggering. */
let triggering = {};
/**
 * Whether a collection is about to repeat a model's `update` message. It must not: Backbone's own `update` says that
 * models came and went, and Marionette's CollectionView throws when it does not find them in the arguments.
 */
const isEcho = (entity, [event, first]) => event === 'update' && triggering._event === event && triggering._first === first && !isModel(entity);
class Bound {
    constructor(_Backbone, _entity, _hub) {
        this._Backbone = _Backbone;
        this._entity = _entity;
        this._hub = _hub;
        this._bindings = none;
        this._urls = none;
    }
    /** What is bound already stays bound once. Throws, and changes nothing, if the object has no url. */
    _bind(event, callback, context) {
        const old = this._bindings;
        for (const one of old)
            if (one._event === event && one._callback === callback && one._context === context)
                return;
        // A model's url is read once for each id.
        if (!old.length || !isModel(this._entity))
            this._place();
        this._bindings = [...old, { _event: event, _callback: callback, _context: context }];
        this._move(this._urls);
    }
    _unbind(isMeant) {
        this._bindings = this._bindings.filter((binding) => !isMeant(binding));
        if (!this._bindings.length)
            this._end();
        else
            this._move(this._urls);
    }
    _end() {
        this._bindings = none;
        this._move(none);
        this._keep(false);
        this._hub._found.delete(this._entity);
    }
    /** A message of the server: runs each callback once, and triggers the event locally. */
    _hear(event, args, due) {
        const entity = this._entity;
        const { collection } = entity;
        if (!this._run(event, args, due) || this._isBackbones(event))
            return;
        const outer = triggering;
        triggering = { _entity: entity, _event: event, _first: args[0] };
        attempt(entity.trigger, entity, [event, ...args]);
        // A callback may have taken the model out of its collection, which hears of it all the same.
        if (collection && !entity.collection)
            attempt(collection.trigger, collection, [event, ...args]);
        triggering = outer;
    }
    /** Each of those that is still bound when its turn comes. */
    _run(event, args, due) {
        let isBound = false;
        for (const binding of due) {
            if (binding._event !== event || !this._bindings.includes(binding))
                continue;
            isBound = true;
            attempt(binding._callback, binding._context, args);
        }
        return isBound;
    }
    /** Something has happened to the object: see install.ts. */
    _notice(all) {
        const entity = this._entity;
        const event = all[0];
        if (this._hub._hasEnded || (event === 'destroy' && all[1] === entity))
            return this._end();
        // Called from within `set`, which an error would leave half done.
        if (this._id !== idOf(entity) || !this._urls.length)
            attempt(this._place, this, []);
        if (triggering._entity === entity && triggering._event === event)
            return;
        for (const name of namesOf(event)) {
            const isBound = this._bindings.some(({ _event }) => _event === name);
            if (isBound && !this._isBackbones(name))
                this._run(name, all.slice(1), this._bindings);
        }
    }
    /** Is found by what the url is now. A model with Backbone's own url is not found until it has an id, and a url. */
    _place() {
        const entity = this._entity;
        const id = idOf(entity);
        const isStandard = isModel(entity) && entity.url === this._Backbone.Model.prototype.url;
        const isHomeless = !entity.urlRoot && !(entity.collection && entity.collection.url);
        const isLater = this._bindings.length > 0;
        const waits = isStandard ? entity.isNew() || (isLater && isHomeless) : isLater && !result(entity, 'url');
        const urls = waits ? none : spellings(findUrl(entity).replace(/^\//, ''), String(id));
        this._id = id;
        this._move(urls);
        this._keep(waits);
    }
    _keep(waits) {
        const entity = this._entity;
        const others = (waiting.get(entity) || none).filter((bound) => bound !== this);
        if (waits)
            this._hub._found.delete(entity);
        else
            this._hub._found.set(entity, this);
        if (waits || others.length)
            waiting.set(entity, waits ? [...others, this] : others);
        else
            waiting.delete(entity);
    }
    /** From now on it is found by these urls, and no other. */
    _move(urls) {
        const socket = this._hub._socket;
        if (urls !== this._urls) {
            for (const url of this._urls)
                this._hub._remove(url, this);
            for (const url of urls)
                this._hub._add(url, this);
            this._urls = urls;
        }
        if (socket.onevent)
            return;
        for (const undo of this._undos || [])
            undo();
        this._undos = [];
        const due = this._bindings;
        for (const event of new Set(due.map(({ _event }) => _event))) {
            for (const name of urls.map((url) => pushEvent(url, event))) {
                const hear = (...args) => this._hear(event, args, due);
                this._undos.push(on(socket, name, hear), on(socket, '/' + name, hear));
            }
        }
    }
    /** Names with which Backbone says something else: callbacks run, but nothing is triggered. */
    _isBackbones(event) {
        return /^(request|sync|error|invalid|sort)$/.test(event) || (event === 'update' && !isModel(this._entity));
    }
}
/** The page may trigger a list of events, and Backbone takes other things than text. */
const namesOf = (event) => (/\s/.test(event) ? String(event).split(/\s+/) : [event]);
const isModel = (entity) => 'isNew' in entity;
const idOf = (entity) => entity.id;
/** The url with the id encoded, as Backbone's `url()` writes it, and raw; a server sends one of them. */
function spellings(url, id) {
    const encoded = encodeURIComponent(id);
    const tail = encoded === id ? undefined : [encoded, id].find((one) => url.endsWith(one));
    return tail ? [encoded, id].map((one) => url.slice(0, -tail.length) + one) : [url];
}

// What models and collections get: ioBind, ioUnbind and ioUnbindAll, one implementation for both.
/** Names that are Backbone's alone: a message must not look as if a model had been added, changed or destroyed. */
const refused = /^(add|remove|reset|change(:.*)?|changeId|destroy|all)$/;
function createBind(Backbone) {
    return {
        ioBind(names, ...rest) {
            const [socket, callback, context] = inPlace(names, rest);
            const events = eventsOf(names, callback);
            for (const [event, one] of events) {
                if (!event || typeof one !== 'function')
                    throw new Error('ioBind needs an event and a function');
                if (refused.test(event))
                    throw new Error(`ioBind: "${event}" is Backbone's own, use create, update or delete`);
            }
            const hub = hubOf(socket || findSocket(Backbone, this));
            const bound = boundsOf(this).find(({ _hub }) => _hub === hub) || new Bound(Backbone, this, hub);
            for (const [event, one] of events)
                bound._bind(event, one, context || this);
            return this;
        },
        ioUnbind(names, ...rest) {
            const [socket, callback] = inPlace(names, rest);
            unbind(this, names, callback, undefined, socket);
            return this;
        },
        ioUnbindAll(socket) {
            unbind(this, undefined, undefined, undefined, socket);
            return this;
        },
    };
}
/** What follows the names, as socket, callback and context: the socket may be left out, and a map has the callbacks. */
function inPlace(names, rest) {
    const [first, second] = rest;
    if (typeof names !== 'object')
        return typeof first === 'function' ? [undefined, ...rest] : rest;
    return second || isSocket(first) ? [first, undefined, second] : [undefined, undefined, first];
}
const isSocket = (value) => !!value && !!value.removeListener;
/** Takes away what fits, and nothing else; what is not given fits any. */
function unbind(entity, names, callback, context, socket) {
    const fits = (wanted, value) => wanted == null || wanted === value;
    const events = eventsOf(names, callback);
    for (const bound of boundsOf(entity)) {
        if (!fits(socket, bound._hub._socket))
            continue;
        bound._unbind(({ _event, _callback, _context }) => fits(context, _context) && events.some(([event, one]) => fits(event, _event) && fits(one, _callback)));
    }
}
/** Backbone's ways to name events, `'create delete'` and `{ create: callback }`, in pairs; no name at all is any event. */
function eventsOf(names, callback) {
    if (!names)
        return [[undefined, callback]];
    if (typeof names === 'object')
        return Object.keys(names).flatMap((name) => eventsOf(name, names[name]));
    return /\s/.test(names) ? names.trim().split(/\s+/).map((event) => [event, callback]) : [[names, callback]];
}

// What Backbone cannot hold is refused in words, before it breaks a collection or changes an object's prototype.
/**
 * What Backbone may parse and set of an answer, in an array; nothing if it cannot. To a save, anything like `true` or a
 * count says no more than that it worked. An entity with a `parse` of its own knows what it gets.
 */
function holdable({ Model, Collection }, method, entity, answer) {
    const isModel = entity instanceof Model;
    if (answer == null || entity.parse !== (isModel ? Model : Collection).prototype.parse)
        return [answer];
    if (method !== 'read' && !isObject(answer))
        return [undefined];
    // Models are looked up by id in a plain object, where the id `constructor` finds Object's.
    const { idAttribute = 'id' } = isModel ? entity : entity.model.prototype || {};
    const isRow = (row) => isAttributes(row) && !isObject(row[idAttribute]) && !(row[idAttribute] in {});
    return (isModel ? [answer] : [].concat(answer)).every(isRow) ? [answer] : undefined;
}
const isObject = (value) => value === Object(value);
const isAttributes = (value) => isObject(value) && !Array.isArray(value) && !Object.prototype.hasOwnProperty.call(value, '__proto__');

// The newest fetch wins. Once a fetch that replaces what the object holds has succeeded, the older ones of that
// object are stale; one that only adds (`remove: false`, say a page of a list) makes stale only its own repetitions.
/** Those on their way, and what each asked for. */
const fetches = new WeakMap();
/** The same for the same event and equal data, whatever the order of their keys. What has no JSON cannot be sent either. */
function contentOf({ _event, _data }) {
    const sorted = (_key, value) => value === Object(value) && !Array.isArray(value) ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : value;
    try {
        return JSON.stringify([_event, _data], sorted);
    }
    catch (_a) {
        return undefined;
    }
}
function latestWins(entity, fetch, replaces) {
    const all = fetches.get(entity) || new Map();
    const content = contentOf(fetch);
    fetches.set(entity, all.set(fetch, content));
    fetch
        .done(() => {
        for (const [older, olderContent] of all) {
            if (older === fetch)
                break;
            if (replaces || olderContent === content)
                older._fail('superseded');
        }
    })
        .always(() => all.delete(fetch));
}

// What is on its way over one socket: requests that wait for a connection, requests that wait for their answer,
// and one clock for all of them. While nothing is on its way, the socket has no listener and the page no timer of
// ours.
//
// One clock, because a timer for each request (Socket.IO's own `timeout()` has one) doubles the time to issue 5,000
// saves. A waiting room of our own, because what Socket.IO buffers while it is disconnected is sent later, also when
// the caller was told long ago that it had failed.
const lines = new WeakMap();
/** Sends a request over this socket, now or when it connects, and sees that it settles. */
function send(socket, request) {
    const line = lines.get(socket) || createLine(socket);
    lines.set(socket, line);
    line(request);
}
function createLine(socket) {
    const waiting = new Set();
    /** With the number of its acknowledgement, so that none is left on the socket. */
    const inFlight = new Map();
    let undos = [];
    let timer;
    let wake = Infinity;
    const remove = (request) => {
        if (socket.acks)
            delete socket.acks[inFlight.get(request)];
        inFlight.delete(request);
        waiting.delete(request);
        if (waiting.size + inFlight.size)
            return;
        for (const undo of undos.splice(0))
            undo();
        clearTimeout(timer);
        wake = Infinity;
    };
    const wakeAt = (deadline) => {
        if (deadline >= wake)
            return;
        clearTimeout(timer);
        wake = deadline;
        timer = setTimeout(sweep, deadline - performance.now());
    };
    const sweep = () => {
        wake = Infinity;
        for (const request of [...waiting, ...inFlight.keys()]) {
            if (request._deadline <= performance.now())
                request._fail('timeout');
            else if (request._pending)
                wakeAt(request._deadline);
        }
    };
    const flush = () => {
        // A callback of one that has just failed may have sent or aborted another.
        for (const request of [...waiting])
            if (waiting.delete(request))
                transmit(request);
    };
    const transmit = (request) => {
        const { sendBuffer, acks, ids } = socket;
        const length = sendBuffer && sendBuffer.length;
        inFlight.set(request, ids);
        if (request._deadline <= performance.now())
            return request._fail('timeout');
        emit(socket, request);
        // A socket whose connection has died unnoticed (a laptop that slept) puts the packet into its buffer, from
        // where it would be sent later, failed or not.
        if (sendBuffer && sendBuffer.length > length) {
            sendBuffer.pop();
            delete acks[ids];
            inFlight.delete(request);
            waiting.add(request);
        }
    };
    return (request) => {
        if (!undos.length) {
            undos = [
                on(socket, 'connect', flush),
                on(socket, 'disconnect', () => [...inFlight.keys()].forEach((lost) => lost._fail('disconnected'))),
            ];
        }
        request._leave = remove;
        wakeAt(request._deadline);
        if (socket.connected === false)
            return void waiting.add(request);
        // Those that have waited longer go first, also when a `connect` listener of the page's comes before ours.
        if (waiting.size)
            flush();
        // A callback of theirs may have aborted this one.
        if (request._pending)
            transmit(request);
    };
}
/** The user's `retries` would send an error that the server answered again, and `ackTimeout` adds an argument. */
function emit(socket, request) {
    const { _event: event, _data: data, _answer: answer } = request;
    try {
        if (socket.flags)
            socket.flags.fromQueue = true;
        if (socket._opts && socket._opts.ackTimeout !== undefined) {
            const left = request._deadline - performance.now();
            socket.timeout(left).emit(event, data, (late, ...args) => late || answer(...args));
        }
        else
            socket.emit(event, data, answer);
    }
    catch (error) {
        // What cannot be encoded, a circular structure for one.
        socket.flags = {};
        request._settle(true, error, [error]);
    }
}

// How a request is named, from its url.
/** Scheme, host, query and hash are no part of a path: of `https://h/api/x?y#z` it is `api/x`, and its first segment `api`. */
const path = /^(?:(?:[a-z][\w+.-]*:)?\/\/[^/?#]*)?\/*(([^/?#]*)[^?#]*)/i;
/** The strategy unless told otherwise: the first segment of the path, so `posts/42/comments` is `posts`. */
const firstSegment = (url) => path.exec(url)[2];
/** A ready strategy for `ioNamespace`: the path without the model's id, so `users/profiles/42` is `users/profiles`. */
const fullPath = (url, entity) => {
    const segments = path.exec(url)[1].split('/').filter(Boolean);
    const { id } = entity;
    if (id != null && [String(id), encodeURIComponent(String(id))].includes(segments[segments.length - 1]))
        segments.pop();
    return segments.join('/');
};

// What a request fails with when the reason is not the server's: a code to test for, and a sentence to read.
const sentences = {
    timeout: 'no answer in time: is the server up, does it call back?',
    disconnected: 'connection lost before the answer: fetch to see what was done',
    aborted: 'aborted',
    superseded: 'a newer fetch has answered',
    invalid: 'Backbone cannot hold the answer: it needs attributes, and ids other than Object has',
};
class IoSyncError extends Error {
    constructor(code, event) {
        super(event + ': ' + sentences[code]);
        this.name = 'IoSyncError';
        this.code = code;
    }
}

// A request that always settles, once: with the server's answer, with the server's error as it came, or with an
// IoSyncError. It is the promise that `save` and `fetch` return; the line (line.ts) carries it.
class IoRequest {
    constructor(_event, _data, 
    /** When it fails with `timeout`, on the clock of `performance.now()`. */
    _deadline, _callbacks, 
    /** What of an answer Backbone can take, in an array; nothing if it cannot. */
    _take) {
        this._event = _event;
        this._data = _data;
        this._deadline = _deadline;
        this._callbacks = _callbacks;
        this._take = _take;
        this._pending = true;
        this._listeners = [];
        /** The server's `callback(error, result)`; a falsy error is success. After the deadline no answer counts. */
        this._answer = (error, result) => {
            if (performance.now() >= this._deadline)
                return this._fail('timeout');
            if (error)
                return this._settle(true, error, [error]);
            const taken = this._take(result);
            if (taken)
                this._settle(false, result, taken);
            else
                this._fail('invalid');
        };
    }
    _fail(code) {
        const error = new IoSyncError(code, this._event);
        // Backbone's `error` also triggers the event, which an answer that is merely stale must not.
        this._settle(true, error, code === 'superseded' ? undefined : [error]);
    }
    /** `taken` is what the callback gets; without it, none is called. */
    _settle(failed, value, taken) {
        if (!this._pending)
            return;
        this._pending = false;
        if (this._leave)
            this._leave(this);
        const callback = this._callbacks[failed ? 'error' : 'success'];
        if (typeof callback === 'function' && taken)
            attempt(callback, this._callbacks.context, taken);
        this._failed = failed;
        this._value = value;
        for (const [when, listener] of this._listeners)
            this._listen(when, [listener]);
    }
    /** As with jQuery: several, or lists of them, and what is no function is passed over. */
    _listen(failed, callbacks) {
        for (const callback of callbacks.flat()) {
            if (typeof callback !== 'function')
                continue;
            if (this._failed === undefined)
                this._listeners.push([failed, callback]);
            else if (this._failed === failed)
                attempt(callback, undefined, [this._value]);
        }
        return this;
    }
    done(...callbacks) {
        return this._listen(false, callbacks);
    }
    fail(...callbacks) {
        return this._listen(true, callbacks);
    }
    always(...callbacks) {
        return this.done(...callbacks).fail(...callbacks);
    }
    progress() {
        return this;
    }
    promise() {
        return this;
    }
    abort() {
        this._fail('aborted');
        return this;
    }
    /** The native promise is made only here, so that a failure nobody listens to is no unhandled rejection. */
    then(onDone, onFail) {
        if (!this._native)
            this._native = new Promise((resolve, reject) => this.done(resolve).fail(reject));
        return this._native.then(onDone, onFail);
    }
    catch(onFail) {
        return this.then(null, onFail);
    }
    finally(onSettle) {
        return this.then().finally(onSettle);
    }
}

// The socket sync: what Backbone calls for `fetch`, `save` and `destroy`, in the order of Backbone.sync. One request
// `<namespace>:<method>` with `(data, callback)`, answered by `callback(error, result)`.
/** The longest that a timer can wait, in ms: `timeout: 0`. */
const forever = 2 ** 31 - 1;
function createSync(Backbone) {
    const ioSync = (method, entity, options = {}) => {
        var _a;
        const socket = findSocket(Backbone, entity, options);
        const url = findUrl(entity, options);
        const namespace = setting('ioNamespace', entity, options, url, entity, options) || result(ioSync, 'namespace', url, entity, options);
        const event = requestEvent(required(namespace, 'namespace: the url needs a path'), method);
        // Ensure that we have the appropriate request data.
        const data = requestData(Backbone, method, entity, options);
        // Make the request, and like Backbone leave it in the options.
        const timeout = ((_a = setting('timeout', entity, options)) !== null && _a !== void 0 ? _a : ioSync.timeout);
        const deadline = performance.now() + Math.min(timeout || forever, forever);
        const take = (answer) => options.parse ? holdable(Backbone, method, entity, answer) : [answer];
        const request = (options.xhr = new IoRequest(event, data, deadline, options, take));
        if (method === 'read')
            latestWins(entity, request, !!options.reset || options.remove !== false);
        // Tell the page before the answer can come. A listener may abort, and nothing is sent then.
        entity.trigger('request', entity, request, options);
        if (options.signal)
            abortOn(options.signal, request);
        if (request._pending)
            send(socket, request);
        return request;
    };
    ioSync.timeout = 10000;
    ioSync.namespace = firstSegment;
    ioSync.fullPath = fullPath;
    return ioSync;
}
/** `options.data`, else `options.attrs`, else `toJSON`; never changed, and always with the id of a saved model. */
function requestData(Backbone, method, entity, options) {
    // The fetch of a collection sends no models. In 0.4.9 it did, and a server accepts no more than about 5,000.
    const isModel = entity instanceof Backbone.Model;
    if (!isModel && method === 'read')
        return options.data || {};
    const data = options.data || options.attrs || entity.toJSON(options);
    if (!isModel || entity.isNew() || !isPlain(data))
        return data;
    const { idAttribute } = entity;
    const missing = [idAttribute, method === 'patch' ? 'id' : idAttribute].filter((name) => data[name] == null);
    if (!missing.length)
        return data;
    // Without a prototype, a key "__proto__" is one like any other.
    const copy = Object.assign(Object.create(null), typeof data.toJSON === 'function' ? data.toJSON() : data);
    for (const name of missing)
        copy[name] = entity.get(idAttribute);
    return copy;
}
/** No array or text, which cannot carry an id. */
const isPlain = (data) => ({}).toString.call(data) === '[object Object]';
function abortOn(signal, request) {
    const abort = () => void request.abort();
    if (signal.aborted)
        abort();
    signal.addEventListener('abort', abort);
    request.always(() => signal.removeEventListener('abort', abort));
}

var version = "1.0.0-alpha.0";

// What loading the library does to Backbone. Here and nowhere else is Backbone changed; for those who bring a Backbone
// of their own, the same without a side effect on import. Doing it twice is harmless.
/** Makes `Backbone.sync` the socket sync. The sync that was there stays as `Backbone.ajaxSync`, chosen by `ajaxSync` or `socket: false`. */
function installSync(Backbone) {
    if (Backbone.ioSync)
        return;
    const ioSync = createSync(Backbone);
    const sync = (method, entity, options) => {
        const byAjax = setting('ajaxSync', entity, options) || setting('socket', entity, options) === false;
        return (byAjax ? Backbone.ajaxSync : ioSync)(method, entity, options);
    };
    Object.assign(Backbone, { ajaxSync: Backbone.sync, ioSync, sync });
}
/** Gives models and collections `ioBind`, `ioUnbind` and `ioUnbindAll`. */
function installBind(Backbone) {
    if (Backbone.ioUnbindAll)
        return;
    const bind = createBind(Backbone);
    for (const { prototype } of [Backbone.Model, Backbone.Collection]) {
        const { off, trigger } = prototype;
        // Backbone's `off` of a bound callback ends the binding too.
        const offAndUnbind = function (names, callback, context) {
            off.apply(this, [names, callback, context]);
            unbind(this, names, callback, context);
            return this;
        };
        // What is bound notices what happens to its object. Neither a listener nor a byte for each model is needed for
        // that, and nothing of it is left when it ends.
        const triggerAndNotice = function (...all) {
            if (isEcho(this, all))
                return this;
            try {
                trigger.apply(this, all);
            }
            finally {
                for (const bound of boundsOf(this))
                    bound._notice(all);
            }
            return this;
        };
        Object.assign(prototype, bind, {
            ioBindVersion: version,
            off: offAndUnbind,
            unbind: offAndUnbind,
            trigger: triggerAndNotice,
        });
    }
    Object.assign(Backbone, { ioUnbindAll });
}
/** Both. */
function install(Backbone) {
    installSync(Backbone);
    installBind(Backbone);
}

exports.IoSyncError = IoSyncError;
exports.fullPath = fullPath;
exports.install = install;
exports.installBind = installBind;
exports.installSync = installSync;
