/*! backbone.iosync 1.0.0-alpha.0 | MIT license */
(function (global, factory) {
    typeof exports === 'object' && typeof module !== 'undefined' ? module.exports = factory(require('backbone')) :
    typeof define === 'function' && define.amd ? define(['backbone'], factory) :
    (global = typeof globalThis !== 'undefined' ? globalThis : global || self, global.Backbone = factory(global.Backbone));
})(this, (function (Backbone) { 'use strict';

    // Runs somebody's callback. If it throws, the page sees that as an uncaught error, as it would have without us in
    // between, and the other callbacks still run.
    /** Returns what was thrown, in a box of its own since anything can be thrown; nothing if all went well. */
    function attempt(callback, context, args) {
        try {
            callback.apply(context, args);
        }
        catch (error) {
            setTimeout(() => {
                throw error;
            });
            return [error];
        }
        return undefined;
    }

    // Where the socket, and every other setting, is looked for: one order everywhere. Also the one way to listen on a
    // socket, which returns its own undo.
    /** A property's value; a method is called for it. */
    function result(holder, name) {
        const value = holder[name];
        return typeof value === 'function' ? value.call(holder) : value;
    }
    /** The first that is set: in the options, on the model or collection itself, on the model's collection. */
    function setting(name, entity, options) {
        for (const holder of [options, entity, entity.collection]) {
            const value = holder && result(holder, name);
            if (value != null)
                return value;
        }
        return undefined;
    }
    /** The `socket` setting, else `Backbone.socket`, else `window.socket`. Throws without one. */
    function findSocket(Backbone, entity, options) {
        const socket = setting('socket', entity, options) || result(Backbone, 'socket') || result(globalThis, 'socket');
        // A page's element with the id "socket" is a `window.socket`, too.
        if (!socket || !socket.on)
            throw new Error('No socket: set Backbone.socket, or a socket on the model or its collection');
        return socket;
    }
    /** The url as Backbone resolves it. Throws without one. */
    function findUrl(entity, options) {
        const url = (options && result(options, 'url')) || result(entity, 'url');
        if (!url)
            throw new Error('No url: set url, or urlRoot on the model');
        return String(url);
    }
    /** Listens until the undo is called. `removeListener`, because every Socket.IO client and every fake has it. */
    function on(socket, event, listener) {
        socket.on(event, listener);
        return () => {
            socket.removeListener(event, listener);
        };
    }

    // From a url to the words of the wire: the namespace of requests, and the spellings of pushes.
    /** Scheme, host, query and hash are no part of a path: `https://h/api/x?y#z` has the segments `api` and `x`. */
    const segments = (url) => url.replace(/^([a-z][\w+.-]*:)?\/\/[^/?#]*|[?#].*/gi, '').split('/').filter(Boolean);
    const idOf = (entity) => String(entity.id);
    /** The strategy unless told otherwise: the first segment of the path, so `posts/42/comments` is `posts`. */
    const firstSegment = (url) => segments(url)[0];
    /** A ready strategy for `ioNamespace`: the path without the model's id, so `users/profiles/42` is `users/profiles`. */
    function fullPath(url, entity) {
        const all = segments(url);
        if (all[all.length - 1] === encodeURIComponent(idOf(entity)))
            all.pop();
        return all.join('/');
    }
    /** The namespace of a request, by the first strategy that is set: the options', the entity's, its collection's, everybody's. */
    function namespaceOf(url, entity, options, standard) {
        const { collection } = entity;
        const strategy = options.ioNamespace || entity.ioNamespace || (collection && collection.ioNamespace) || standard;
        const name = typeof strategy === 'string' ? strategy : strategy(url, entity, options);
        if (!name)
            throw new Error(`No namespace in the url "${url}": it needs a path`);
        return name;
    }

    // The words that both sides of the wire must agree on, once. Shared with the server; no state, no side effects.
    /** The event of a request: `todos:create`. */
    const requestEvent = (namespace, method) => `${namespace}:${method}`;

    // What Backbone cannot hold is refused in words, before it breaks a collection or changes an object's prototype.
    /**
     * Whether an answer, which Backbone is about to parse and set, is made of attributes. Collections look models up in a
     * plain object, where the id `constructor` finds Object's. An entity with a `parse` of its own knows what it gets.
     */
    function isHoldable(Backbone, entity, answer) {
        const { Model, Collection } = Backbone;
        if (answer == null || (entity.parse !== Model.prototype.parse && entity.parse !== Collection.prototype.parse))
            return true;
        const { idAttribute } = entity instanceof Model ? entity : entity.model.prototype || Model.prototype;
        return []
            .concat(answer)
            .every((row) => row === Object(row) && !(row[idAttribute] in {}) && !Object.keys(row).includes('__proto__'));
    }

    // The newest fetch wins. Once a fetch that replaces what the object holds has succeeded, the older ones of that
    // object are stale; one that only adds (`remove: false`, say a page of a list) makes stale only its own repetitions.
    const fetches = new WeakMap();
    const content = (request) => JSON.stringify([request._event, request._data]);
    function latestWins(entity, fetch, replaces) {
        const all = fetches.get(entity) || new Set();
        fetches.set(entity, all.add(fetch));
        fetch.done(() => {
            for (const older of all) {
                if (older === fetch)
                    break;
                if (replaces || content(older) === content(fetch))
                    older._fail('superseded');
            }
        });
        fetch.always(() => all.delete(fetch));
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
        const line = lines.get(socket) || new Line(socket);
        lines.set(socket, line);
        line._add(request);
    }
    class Line {
        constructor(_socket) {
            this._socket = _socket;
            this._waiting = new Set();
            /** With the number of its acknowledgement, so that none is left on the socket. */
            this._inFlight = new Map();
            this._undos = [];
            this._wake = Infinity;
            this._remove = (request) => {
                const { _socket: socket, _waiting: waiting, _inFlight: inFlight } = this;
                if (socket.acks)
                    delete socket.acks[inFlight.get(request)];
                inFlight.delete(request);
                waiting.delete(request);
                if (waiting.size + inFlight.size)
                    return;
                for (const undo of this._undos)
                    undo();
                this._undos = [];
                clearTimeout(this._timer);
                this._wake = Infinity;
            };
            this._sweep = () => {
                this._wake = Infinity;
                for (const request of [...this._waiting, ...this._inFlight.keys()]) {
                    if (request._deadline <= performance.now())
                        request._fail('timeout');
                    else
                        this._wakeAt(request._deadline);
                }
            };
        }
        _add(request) {
            if (!this._undos.length) {
                this._undos = [
                    on(this._socket, 'connect', () => this._flush()),
                    on(this._socket, 'disconnect', () => {
                        for (const request of [...this._inFlight.keys()])
                            request._fail('disconnected');
                    }),
                ];
            }
            request._leave = this._remove;
            this._waiting.add(request);
            this._wakeAt(request._deadline);
            // Those that have waited longer go first, also when a `connect` listener of the page's comes before ours.
            if (this._socket.connected !== false)
                this._flush();
        }
        _flush() {
            for (const request of [...this._waiting]) {
                const { sendBuffer = [], acks, ids } = this._socket;
                const { length } = sendBuffer;
                this._waiting.delete(request);
                this._inFlight.set(request, ids);
                this._emit(request);
                // A socket whose connection has died unnoticed (a laptop that slept) puts the packet into its buffer, from
                // where it would be sent later, failed or not.
                if (sendBuffer.length > length) {
                    sendBuffer.pop();
                    delete acks[ids];
                    this._inFlight.delete(request);
                    this._waiting.add(request);
                }
            }
        }
        /** The user's `retries` would send an error that the server answered again, and `ackTimeout` adds an argument. */
        _emit(request) {
            const socket = this._socket;
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
                request._settle(true, error);
            }
        }
        _wakeAt(deadline) {
            if (deadline >= this._wake)
                return;
            clearTimeout(this._timer);
            this._wake = deadline;
            this._timer = setTimeout(this._sweep, deadline - performance.now());
        }
    }

    // What a request fails with when the reason is not the server's: a code to test for, and a sentence to read.
    const sentences = {
        timeout: 'no answer in time. Is the server up, and does it call the callback?',
        disconnected: 'the connection ended before the answer. Fetch to see what the server has done.',
        aborted: 'aborted.',
        superseded: 'a newer fetch has answered.',
        invalid: 'Backbone cannot hold the answer. It needs attributes, with an id that is no name of Object.prototype.',
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
        _deadline, 
        /** Backbone's `success`, `error` and `context`. */
        _options, _accepts) {
            this._event = _event;
            this._data = _data;
            this._deadline = _deadline;
            this._options = _options;
            this._accepts = _accepts;
            this._pending = true;
            this._listeners = [];
            /** The server's `callback(error, result)`; a falsy error is success. After the deadline no answer counts. */
            this._answer = (error, result) => {
                if (performance.now() >= this._deadline)
                    this._fail('timeout');
                else if (error)
                    this._settle(true, error);
                else if (this._accepts(result))
                    this._settle(false, result);
                else
                    this._fail('invalid');
            };
        }
        _fail(code) {
            this._settle(true, new IoSyncError(code, this._event));
        }
        _settle(failed, value) {
            if (!this._pending)
                return;
            this._pending = false;
            if (this._leave)
                this._leave(this);
            const { success, error, context } = this._options;
            // Backbone's `error` also triggers the event, which an answer that is merely stale must not.
            const stale = value instanceof IoSyncError && value.code === 'superseded';
            const callback = failed ? !stale && error : success;
            const thrown = callback && attempt(callback, context, [value]);
            // An answer that could not be taken is no success.
            this._failed = failed || !!thrown;
            this._value = thrown && !failed ? thrown[0] : value;
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
            // Without a socket, a url or a namespace the call throws: nothing could ever come of it.
            const socket = findSocket(Backbone, entity, options);
            const namespace = namespaceOf(findUrl(entity, options), entity, options, ioSync.namespace);
            // Ensure that we have the appropriate request data.
            const data = requestData(Backbone, method, entity, options);
            // Make the request, and like Backbone leave it in the options.
            const timeout = [options.timeout, entity.timeout, ioSync.timeout].find((ms) => ms != null);
            const deadline = performance.now() + Math.min(timeout || forever, forever);
            const accepts = (answer) => !options.parse || isHoldable(Backbone, entity, answer);
            const request = (options.xhr = new IoRequest(requestEvent(namespace, method), data, deadline, options, accepts));
            if (method === 'read')
                latestWins(entity, request, options.reset || options.remove !== false);
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
        const isPlain = Object.prototype.toString.call(data) === '[object Object]';
        if (!isModel || !isPlain || entity.isNew() || !/^(read|update|patch|delete)$/.test(method))
            return data;
        const id = entity.get(entity.idAttribute);
        const names = method === 'patch' ? [entity.idAttribute, 'id'] : [entity.idAttribute];
        return names.reduce((all, name) => (all[name] == null ? Object.assign({}, all, { [name]: id }) : all), data);
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
            const byAjax = setting('ajaxSync', entity, options) || setting('socket', entity, options) === false;
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
