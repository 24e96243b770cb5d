/*! backbone.iosync 1.0.0-alpha.0 | MIT license */
(function (factory) { if (typeof exports === 'object') module.exports = factory(require('backbone')); else if (typeof define === 'function' && define.amd) define(['backbone'], factory); else factory(Backbone); })(function (Backbone) {

    // Runs code of the page. If it throws, the page sees an uncaught error, as it would without this library in between, and the caller
    // goes on.
    function attempt(work) {
        try {
            work();
        }
        catch (error) {
            setTimeout(() => {
                throw error;
            });
        }
    }

    // The names and shapes that page and server must agree on, each defined once. Both import this file; no state, no side effects.
    /** The name of an event: of a request (`todos:create`), of a push (`todo/42:update`). */
    const eventName = (name, what) => `${name}:${what}`;
    /** The methods of Backbone's sync are these and `read`. A backend may have others besides. */
    const writes = ['create', 'update', 'patch', 'delete'];
    const isWrite = (method) => writes.includes(method);
    /** The companion's own events. All but `iosync:hello` are sent only by, and to, a server that has said hello. */
    const helloEvent = 'iosync:hello';
    /** The attribute with a document's version, in snapshots and in answers to requests that ask for it. Such requests cannot store it. */
    const versionAttribute = '_version';
    /** The version of the companion's wire. A page treats a hello with another version as no hello. */
    const protocolVersion = 1;
    /** The name of the backend that is called so, or that spells its collection or its models so. */
    const backendNamed = (backends, spelled) => [spelled, ...Object.keys(backends)].find(name => {
        const backend = Object.prototype.hasOwnProperty.call(backends, name) && backends[name];
        return backend && [name, backend.collection, backend.model].includes(spelled);
    });

    // Finds the socket, and every other setting, in the same order everywhere. Also the one way to listen on a socket, which returns its
    // own undo.
    /** A property's value; if that is a function, what it returns. */
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
    /** Without a socket, a url or a namespace a call could never succeed, so it throws at once. */
    function required(value, words) {
        if (value)
            return value;
        throw new Error('No ' + words);
    }
    /** This one, else `Backbone.socket`, else `window.socket`. (An element with the id `socket` is a `window.socket`, too, but no socket.) */
    function socketIfAny(Backbone, own) {
        const socket = (own || result(Backbone, 'socket') || result(globalThis, 'socket'));
        return socket && socket.on && socket;
    }
    const findSocket = (Backbone, own) => required(socketIfAny(Backbone, own), 'socket: set Backbone.socket');
    /** The url as Backbone resolves it. */
    const findUrl = (entity, options = {}) => required((result(options, 'url') || result(entity, 'url')), 'url: set url or urlRoot');
    /** The backend of a model, else its collection's, and the channel in it: `''` is the default one. */
    function backendOf(entity) {
        const own = setting('backend', entity);
        const { name = own, channel = '' } = (own || {});
        return typeof name === 'string' ? { name, channel } : undefined;
    }
    /** How long a server has to say that it is a companion, in ms. */
    const grace = 2000;
    /** Kept on the socket itself, because either bundle may hear it. */
    const greeting = Symbol.for('iosync');
    const greetingOf = (socket) => socket[greeting] || {};
    /** The last hello, on this connection or an earlier one. */
    const formerHelloOf = (socket) => greetingOf(socket).hello;
    /** The hello on this connection. */
    function helloOf(socket) {
        const { id, hello } = greetingOf(socket);
        return id === socket.id ? hello : undefined;
    }
    /** Notes a hello, and returns a key for the connection and the login on it; undefined for a hello of another version. */
    function greet(socket, hello) {
        if (Object(hello).v !== protocolVersion)
            return undefined;
        const { id } = socket;
        socket[greeting] = { id, hello };
        return id + ' ' + hello.login;
    }
    /** Listens until the undo is called. `removeListener`, because every Socket.IO client and every fake has it. */
    function on(socket, event, listener) {
        socket.on(event, listener);
        return () => {
            socket.removeListener(event, listener);
        };
    }
    /**
     * Emits without the page's socket options: with `retries`, Socket.IO would send again what the server answered with an error, and
     * `ackTimeout` or `timeout()` would add an argument to the answer. Returns whether it was sent: a socket whose connection has died
     * unnoticed (a laptop that slept) buffers the packet, and would send it when nobody waits for the answer any more.
     */
    function emit(socket, event, ...args) {
        const { _opts, flags, sendBuffer } = socket;
        const length = sendBuffer && sendBuffer.length;
        if (_opts)
            socket._opts = {};
        if (flags && flags.timeout != null)
            flags.timeout = undefined;
        try {
            socket.emit(event, ...args);
        }
        finally {
            if (_opts)
                socket._opts = _opts;
        }
        if (!sendBuffer || sendBuffer.length === length)
            return true;
        sendBuffer.pop();
        return false;
    }
    /** Removes the acknowledgement of a request that is not waited for any more. */
    function dropAck({ acks }, id) {
        if (acks)
            delete acks[id];
    }

    // The error of a request that fails on the page, not by an error of the server's: a code to test for, and a message to read.
    class IoSyncError extends Error {
        constructor(code, event) {
            super(event + ' failed: ' + code);
            this.name = 'IoSyncError';
            this.code = code;
        }
        /** By name, because each bundle has a class of its own. */
        static [Symbol.hasInstance](error) {
            return Object(error).name === 'IoSyncError';
        }
    }

    // How a request is named, from its url.
    /** Scheme, host, query and hash are not part of the path: of `https://h/api/x?y#z` it is `api/x`, and its segments `api` and `x`. */
    const path = /^(?:(?:[a-z][\w+.-]*:)?\/\/[^/?#]*)?([^?#]*)/i;
    const segmentsOf = (url) => path.exec(url)[1].split('/').filter(Boolean);
    /** The strategy unless told otherwise: the first segment of the path, so `posts/42/comments` is `posts`. */
    const firstSegment = (url) => segmentsOf(url)[0];
    /** By the `ioNamespace` of the options, the object or its collection, else by the strategy for all requests. */
    function namespaceOf(all, entity, options = {}) {
        const url = findUrl(entity, options);
        const own = setting('ioNamespace', entity, options, url, entity, options);
        const namespace = own || result(all || { namespace: firstSegment }, 'namespace', url, entity, options);
        return required(namespace, 'namespace: the url needs a path');
    }
    /** A ready strategy for `ioNamespace`: the path without the model's id, so `users/profiles/42` is `users/profiles`. */
    const fullPath = (url, entity) => {
        const segments = segmentsOf(url);
        const { id } = entity;
        const last = segments[segments.length - 1];
        if (id != null && 'isNew' in entity && [String(id), encodeURIComponent(String(id))].includes(last))
            segments.pop();
        return segments.join('/');
    };

    // Refuses answers that Backbone cannot hold, before they break a collection or change an object's prototype.
    /**
     * What Backbone may parse and set of an answer, in an array; undefined if it cannot hold the answer. In the answer to a write, `true`, a
     * count or the like only says that it worked, so there is nothing to set. A `parse` of the page's own gets any answer.
     */
    function holdable({ Model, Collection }, method, entity, answer) {
        const isModel = entity instanceof Model;
        const made = isModel ? entity : entity.model.prototype || {};
        const { idAttribute = 'id', parse = Model.prototype.parse } = made;
        if (answer == null || parse !== Model.prototype.parse || (!isModel && entity.parse !== Collection.prototype.parse))
            return [answer];
        if (method !== 'read' && !isObject(answer))
            return [undefined];
        // Models are looked up by id in a plain object, where the id `constructor` finds Object's.
        const isRow = (row) => isAttributes(row) && !isObject(row[idAttribute]) && !(row[idAttribute] in {});
        return (isModel ? [answer] : [].concat(answer)).every(isRow) ? [answer] : undefined;
    }
    const isObject = (value) => value === Object(value);
    const isAttributes = (value) => isObject(value) && !Array.isArray(value) && !Object.keys(value).includes('__proto__');

    // The newest fetch wins. Once a fetch that replaces what the object holds has succeeded, the older ones of that
    // object are stale; one that only adds (`remove: false`, say a page of a list) makes only its earlier repetitions stale.
    /** Pending fetches, and what each asked for. */
    const fetches = new WeakMap();
    /** Equal for the same event and data, whatever the order of keys. Undefined for data that JSON, and so Socket.IO, cannot encode. */
    function contentOf({ event, data }) {
        const keys = [];
        const note = (key, value) => {
            keys.push(key);
            return value;
        };
        try {
            JSON.stringify(data, note);
            // JSON.stringify also puts the keys into the order of such a list.
            return event + JSON.stringify(data, keys.sort());
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

    // A request that always settles, once: with the server's answer, with the server's error as it came, or with an
    // IoSyncError. It is the promise that `save` and `fetch` return; the line (line.ts) carries it.
    class IoRequest {
        constructor(event, 
        /** What is sent; a live collection leaves out attributes that it was not shown. */
        data, 
        /** When it fails with `timeout`, on the clock of `performance.now()`. */
        _deadline, _callbacks, 
        /** Returns what Backbone can take of an answer, in an array; undefined if it cannot take the answer. */
        _take) {
            this.event = event;
            this.data = data;
            this._deadline = _deadline;
            this._callbacks = _callbacks;
            this._take = _take;
            this._pending = true;
            this._listeners = [];
            /** Whether it was sent before, on a connection that has ended. */
            this._isSent = false;
            /** The server's `callback(error, result)`; a falsy error is success. After the deadline no answer counts. */
            this._answer = (error, result) => {
                if (this._isOver())
                    return;
                if (error)
                    return this._settle(true, error);
                const taken = this._take(result);
                if (taken)
                    this._settle(false, result, taken);
                else
                    this._fail('invalid');
            };
        }
        /** Whether it has settled. Fails it first if its deadline has passed. */
        _isOver() {
            if (performance.now() >= this._deadline)
                this._fail('timeout');
            return !this._pending;
        }
        _fail(code) {
            const error = new IoSyncError(code, this.event);
            // Backbone's `error` also triggers the event, which an answer that is merely stale must not.
            if (code === 'superseded')
                this._callbacks = {};
            this._settle(true, error);
        }
        /** `taken` is what Backbone's callback gets. */
        _settle(failed, value, taken = [value]) {
            if (!this._pending)
                return;
            this._pending = false;
            if (this._leave)
                this._leave(this);
            const callback = this._callbacks[failed ? 'error' : 'success'];
            if (typeof callback === 'function')
                attempt(() => callback.apply(this._callbacks.context, taken));
            this._failed = failed;
            this._value = value;
            for (const listener of this._listeners)
                listener();
        }
        /** As in jQuery: takes several callbacks, or lists of them, and ignores what is not a function. */
        _listen(failed, callbacks) {
            for (const callback of callbacks.flat()) {
                const listener = () => {
                    if (typeof callback === 'function' && this._failed === failed)
                        attempt(() => callback(this._value));
                };
                if (this._failed === undefined)
                    this._listeners.push(listener);
                else
                    listener();
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
        /** A native promise is made only here, so that a failure nobody listens to is not an unhandled rejection. */
        then(onDone, onFail) {
            return new Promise((resolve, reject) => this.done(resolve).fail(reject)).then(onDone, onFail);
        }
        catch(onFail) {
            return this.then(null, onFail);
        }
        finally(onSettle) {
            return this.then().finally(onSettle);
        }
    }

    // The pending requests of one socket: those that wait for a connection, those that wait for their answer, and one timer for all of them.
    // While there are none, the library has no listener on the socket and no timer.
    //
    // One timer, because one for each request (as Socket.IO's own `timeout()` has) doubles the time to issue 5,000 saves. A queue of our own,
    // because what Socket.IO buffers while it is disconnected is sent later, even if the caller was told long before that it had failed.
    const lines = new WeakMap();
    /** Sends a request over this socket, now or when it connects, and makes sure that it settles. */
    function send(socket, request) {
        const line = lines.get(socket) || createLine(socket);
        lines.set(socket, line);
        line(request);
    }
    function createLine(socket) {
        const waiting = new Set();
        /** Each with the number of its acknowledgement, so that none is left on the socket. */
        const inFlight = new Map();
        let undos = [];
        let timer;
        let wake = Infinity;
        /** The request for a hello, and the connection on which it was sent. */
        let asked;
        let askedOn;
        const forget = (request) => {
            dropAck(socket, inFlight.get(request));
            inFlight.delete(request);
        };
        const putBack = (request) => {
            forget(request);
            waiting.add(request);
        };
        const remove = (request) => {
            forget(request);
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
            for (const request of [...waiting, ...inFlight.keys()])
                if (!request._isOver())
                    wakeAt(request._deadline);
        };
        /** Sends what waits, in the order of the calls. The callback of a request that fails may send or abort another. */
        const flush = () => {
            for (const request of [...waiting]) {
                const { meta } = request;
                if (socket.connected === false || request._isOver() || (meta && !isAnswered(request)))
                    continue;
                const hello = helloOf(socket);
                if (meta && meta.channel && !hello)
                    request._fail('unsupported');
                else if (request._isSent && !isOnce(request, hello))
                    request._fail('disconnected');
                else if (waiting.delete(request))
                    transmit(request);
            }
        };
        /**
         * Whether it is known if the server is a companion. The first request to a backend asks, once per connection. A server that was a
         * companion before has as long to answer as the request has.
         */
        const isAnswered = ({ _deadline }) => {
            if (helloOf(socket))
                return true;
            if (!asked || askedOn !== socket.id) {
                askedOn = socket.id;
                const wasCompanion = formerHelloOf(socket);
                asked = new IoRequest(helloEvent, {}, wasCompanion ? _deadline : performance.now() + grace, {}, Array.of);
                asked
                    .done(hello => greet(socket, hello))
                    .fail(() => {
                    if (wasCompanion)
                        asked = undefined;
                })
                    .always(flush);
                line(asked);
            }
            return !asked._pending;
        };
        /** Whether the server executes the request only once, even if it is sent again. */
        const isOnce = ({ event, meta }, { backends } = { backends: {} }) => {
            const name = backendNamed(backends, event.slice(0, event.lastIndexOf(':')));
            return !!(meta && meta.op && name && backends[name].once);
        };
        /** The connection has ended, and it is unknown whether the server has executed the request. */
        const lose = (request) => {
            if (!isOnce(request, formerHelloOf(socket)))
                return request._fail('disconnected');
            putBack(request);
            request._isSent = true;
        };
        const transmit = (request) => {
            inFlight.set(request, socket.ids);
            try {
                const { event, data, meta, _answer } = request;
                if (!emit(socket, event, data, ...(meta && helloOf(socket) ? [meta] : []), _answer))
                    putBack(request);
            }
            catch (error) {
                // The data cannot be encoded, for example because it is circular.
                request._settle(true, error);
            }
        };
        const line = request => {
            if (!undos.length) {
                undos = [
                    on(socket, 'connect', flush),
                    on(socket, 'disconnect', () => [...inFlight.keys()].forEach(lose)),
                ];
            }
            request._leave = remove;
            wakeAt(request._deadline);
            // Usually nothing waits, and the request is sent at once. Otherwise the others go first, and a callback of theirs may abort this one.
            if (socket.connected !== false && !waiting.size && !request.meta)
                return transmit(request);
            waiting.add(request);
            flush();
        };
        return line;
    }

    // Which of a caller's options go to a backend: those that neither Backbone nor the library knows, as far as JSON can encode them.
    /** Options of Backbone and of the library that JSON could encode, but that are not for the backend. */
    const known = /^(add|ajaxSync|at|attrs|context|data|ifVersion|ioNamespace|merge|parse|patch|remove|reset|silent|socket|sort|timeout|unset|url|validate|wait)$/;
    const plain = [Object, Array, String, Number, Boolean];
    function optionsOf(options) {
        const own = {};
        for (const name of Object.keys(options)) {
            const value = options[name];
            if (value != null && plain.includes(value.constructor) && !known.test(name))
                own[name] = value;
        }
        return own;
    }

    // The socket sync: what Backbone calls for `fetch`, `save` and `destroy`, in the order of Backbone.sync. One request
    // `<namespace>:<method>` with `(data, callback)`, answered by `callback(error, result)`.
    /** The longest that a timer can wait, in ms: `timeout: 0`. */
    const forever = 2 ** 31 - 1;
    function createSync(Backbone) {
        const ioSync = (method, entity, options = {}, own = setting('socket', entity, options)) => {
            const socket = findSocket(Backbone, own);
            const backend = backendOf(entity);
            const event = eventName(backend ? backend.name : namespaceOf(ioSync, entity, options), method);
            // Ensure that we have the appropriate request data.
            const data = requestData(Backbone, method, entity, options);
            // Make the request, and like Backbone leave it in the options.
            const timeout = setting('timeout', entity, options);
            const limit = (timeout == null ? ioSync.timeout : timeout);
            const deadline = performance.now() + Math.min(limit || forever, forever);
            const take = (answer) => {
                if (request.meta && request.meta.op)
                    noteVersion(request, answer);
                return options.parse ? holdable(Backbone, method, entity, answer) : [answer];
            };
            const request = (options.xhr = new IoRequest(event, data, deadline, options, take));
            if (backend) {
                request.meta = { channel: backend.channel, options: optionsOf(options) };
                // Lets a companion execute the write only once, however often it is sent.
                if (isWrite(method))
                    request.meta.op = crypto.getRandomValues(new Uint32Array(4)).join('-');
            }
            // Only Backbone's own fetch sets `parse`; any other read replaces nothing.
            if (method === 'read' && 'parse' in options)
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
        const missing = [idAttribute, method === 'patch' ? 'id' : idAttribute].filter(name => data[name] == null);
        if (!missing.length)
            return data;
        // Without a prototype, a key "__proto__" is one like any other.
        const copy = Object.assign(Object.create(null), data.toJSON ? data.toJSON() : data);
        for (const name of missing)
            copy[name] = entity.get(idAttribute);
        return copy;
    }
    /** Takes the document's version out of the answer: it is not an attribute of the page's model. */
    function noteVersion(request, answer) {
        if (!isPlain(answer))
            return;
        request.version = answer[versionAttribute];
        delete answer[versionAttribute];
    }
    /** Not an array or a string, which cannot carry an id. */
    const isPlain = (data) => ({}).toString.call(data) === '[object Object]';
    function abortOn(signal, request) {
        const abort = () => request._fail('aborted');
        if (signal.aborted)
            abort();
        signal.addEventListener('abort', abort);
        request.always(() => signal.removeEventListener('abort', abort));
    }

    // What loading the library does to Backbone, which is changed nowhere else. Importing this file has no side effects, so a page can
    // install into a Backbone of its own. Installing twice is harmless.
    /** Makes `Backbone.sync` the socket sync. The sync that was there stays as `Backbone.ajaxSync`, chosen by `ajaxSync` or `socket: false`. */
    function installSync(Backbone) {
        if (Backbone.ioSync)
            return;
        const ioSync = createSync(Backbone);
        const sync = (method, entity, options) => {
            const socket = !setting('ajaxSync', entity, options) && setting('socket', entity, options);
            return socket === false ? Backbone.ajaxSync(method, entity, options) : ioSync(method, entity, options, socket);
        };
        Object.assign(Backbone, { ajaxSync: Backbone.sync, ioSync, sync });
    }

    // Loading this makes Backbone.sync the socket sync: the entry of the bundle backbone.iosync.
    installSync(Backbone);

    return Backbone;

});
//# sourceMappingURL=backbone.iosync.js.map
