/*! backbone.iosync 1.0.0-alpha.0 | MIT license */
(function (global, factory) {
    typeof exports === 'object' && typeof module !== 'undefined' ? module.exports = factory(require('backbone')) :
    typeof define === 'function' && define.amd ? define(['backbone'], factory) :
    (global = typeof globalThis !== 'undefined' ? globalThis : global || self, global.Backbone = factory(global.Backbone));
})(this, (function (Backbone) { 'use strict';

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
    /** Who may have a setting of their own: the options, the model or collection itself, a model's collection. */
    const holders = (entity, options) => [options, entity, entity.collection];
    /** The first that is set, by the first that has it; a function is called for it. */
    function setting(name, from, ...args) {
        for (const holder of from) {
            const value = holder && holder[name];
            const result = typeof value === 'function' ? value.apply(holder, args) : value;
            if (result != null)
                return result;
        }
        return undefined;
    }
    /** Without a socket, a url or a namespace nothing could ever come of a call, so it throws. */
    function required(value, words) {
        if (value)
            return value;
        throw new Error('No ' + words);
    }
    /** The `socket` setting, `Backbone.socket` or `window.socket`. (A page's element with that id is a `window.socket`, too.) */
    function findSocket(Backbone, entity, options) {
        const socket = setting('socket', [...holders(entity, options), Backbone, globalThis]);
        return required(socket && socket.on && socket, 'socket: set Backbone.socket, or socket on the model or collection');
    }
    /** The url as Backbone resolves it. */
    const findUrl = (entity, options) => required(setting('url', [options, entity]), 'url: set url, or urlRoot on the model');
    /** Listens until the undo is called. `removeListener`, because every Socket.IO client and every fake has it. */
    function on(socket, event, listener) {
        socket.on(event, listener);
        return () => {
            socket.removeListener(event, listener);
        };
    }

    // The words that both sides of the wire must agree on, once. Shared with the server; no state, no side effects.
    /** The event of a request: `todos:create`. */
    const requestEvent = (namespace, method) => `${namespace}:${method}`;

    // What Backbone cannot hold is refused in words, before it breaks a collection or changes an object's prototype.
    /**
     * What Backbone may parse and set of an answer, in an array; nothing if it cannot. Collections look models up in a
     * plain object, where the id `constructor` finds Object's. To a save, anything like `true` or a count says no more
     * than that it worked. An entity with a `parse` of its own knows what it gets.
     */
    function holdable({ Model, Collection }, method, entity, answer) {
        if (answer == null || ![Model.prototype.parse, Collection.prototype.parse].includes(entity.parse))
            return [answer];
        if (method !== 'read' && !isObject(answer))
            return [undefined];
        const { idAttribute = 'id' } = entity instanceof Model ? entity : entity.model.prototype || Model.prototype;
        return (Array.isArray(answer) ? answer : [answer]).every((row) => isHoldable(row, idAttribute)) ? [answer] : undefined;
    }
    function isHoldable(row, idAttribute) {
        if (!isObject(row))
            return false;
        const id = row[idAttribute];
        return !isObject(id) && !(String(id) in {}) && !Object.keys(row).includes('__proto__');
    }
    const isObject = (value) => value === Object(value);

    // The newest fetch wins. Once a fetch that replaces what the object holds has succeeded, the older ones of that
    // object are stale; one that only adds (`remove: false`, say a page of a list) makes stale only its own repetitions.
    /** Those on their way, and what each asked for. */
    const fetches = new WeakMap();
    function latestWins(entity, fetch, replaces) {
        const all = fetches.get(entity) || new Map();
        const content = fetch._event + JSON.stringify(Object.entries(Object(fetch._data)).sort());
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
                else
                    wakeAt(request._deadline);
            }
        };
        const flush = () => {
            for (const request of [...waiting]) {
                // A callback of one that has just failed may have sent or aborted it.
                if (!waiting.has(request))
                    continue;
                if (request._deadline <= performance.now()) {
                    request._fail('timeout');
                    continue;
                }
                const { sendBuffer = [], acks, ids } = socket;
                const { length } = sendBuffer;
                waiting.delete(request);
                inFlight.set(request, ids);
                emit(socket, request);
                // A socket whose connection has died unnoticed (a laptop that slept) puts the packet into its buffer, from
                // where it would be sent later, failed or not.
                if (sendBuffer.length > length) {
                    sendBuffer.pop();
                    delete acks[ids];
                    inFlight.delete(request);
                    waiting.add(request);
                }
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
            waiting.add(request);
            wakeAt(request._deadline);
            // Those that have waited longer go first, also when a `connect` listener of the page's comes before ours.
            if (socket.connected !== false)
                flush();
        };
    }
    /** The user's `retries` would send an error that the server answered again, and `ackTimeout` adds an argument. */
    function emit(socket, request) {
        const { _event: event, _data: data, _answer: answer } = request;
        try {
            if (socket.flags)
                socket.flags.fromQueue = true;
            if (socket._opts && socket._opts.ackTimeout) {
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
    /** Scheme, host, query and hash are no part of a path: `https://h/api/x?y#z` has the segments `api` and `x`. */
    const segments = (url) => url.replace(/^([a-z][\w+.-]*:)?\/\/[^/?#]*|[?#].*/gi, '').split('/').filter(Boolean);
    /** The strategy unless told otherwise: the first segment of the path, so `posts/42/comments` is `posts`. */
    const firstSegment = (url) => segments(url)[0];
    /** A ready strategy for `ioNamespace`: the path without the model's id, so `users/profiles/42` is `users/profiles`. */
    const fullPath = (url, entity) => {
        const id = encodeURIComponent(entity.id);
        return segments(url).filter((segment, i, all) => segment !== id || i < all.length - 1).join('/');
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
            for (const listener of this._listeners)
                listener();
        }
        _listen(failed, callback) {
            const run = () => {
                if (this._failed === failed)
                    attempt(callback, undefined, [this._value]);
            };
            if (this._failed === undefined)
                this._listeners.push(run);
            else
                run();
            return this;
        }
        done(callback) {
            return this._listen(false, callback);
        }
        fail(callback) {
            return this._listen(true, callback);
        }
        always(callback) {
            return this.done(callback).fail(callback);
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
            const socket = findSocket(Backbone, entity, options);
            const url = findUrl(entity, options);
            const from = holders(entity, options);
            const namespace = setting('ioNamespace', from, url, entity, options) || setting('namespace', [ioSync], url, entity, options);
            const event = requestEvent(required(namespace, 'namespace: the url needs a path'), method);
            // Ensure that we have the appropriate request data.
            const data = requestData(Backbone, method, entity, options);
            // Make the request, and like Backbone leave it in the options.
            const timeout = setting('timeout', [...from, ioSync]);
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
        // No array or string, which cannot carry an id.
        const isPlain = {}.toString.call(data) === '[object Object]';
        if (!isModel || entity.isNew() || !isPlain)
            return data;
        const id = entity.get(entity.idAttribute);
        // Without a prototype, a key "__proto__" is one like any other.
        return Object.assign(Object.create(null), method === 'patch' && { id }, { [entity.idAttribute]: id }, data);
    }
    function abortOn(signal, request) {
        const abort = () => void request.abort();
        if (signal.aborted)
            abort();
        signal.addEventListener('abort', abort);
        request.always(() => signal.removeEventListener('abort', abort));
    }

    // What loading the library does to Backbone. Here and nowhere else is Backbone changed; for those who bring a Backbone
    // of their own, the same without a side effect on import. Doing it twice is harmless.
    /** Makes `Backbone.sync` the socket sync. The sync that was there stays as `Backbone.ajaxSync`, chosen by `ajaxSync` or `socket: false`. */
    function installSync(Backbone) {
        if (Backbone.ioSync)
            return;
        const ioSync = createSync(Backbone);
        const sync = (method, entity, options) => {
            const from = holders(entity, options);
            const byAjax = setting('ajaxSync', from) || setting('socket', from) === false;
            return (byAjax ? Backbone.ajaxSync : ioSync)(method, entity, options);
        };
        Object.assign(Backbone, { ajaxSync: Backbone.sync, ioSync, sync });
    }

    // Loading this makes Backbone.sync the socket sync: the entry of the bundle backbone.iosync.
    installSync(Backbone);
    const { ioSync } = Backbone;

    return Backbone;

}));
//# sourceMappingURL=backbone.iosync.js.map
