/*! backbone.iobind 1.0.0-alpha.0 | MIT license */
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
        const url = result(entity, 'url');
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
    /**
     * The urls that a push for this entity may carry, without leading slash: the url as it is and its path alone, with
     * the id encoded (as Backbone's `url()` writes it) and raw (as servers do). Which one a server sends is its own choice.
     */
    function spellings(entity) {
        const url = findUrl(entity).replace(/^\//, '');
        const id = idOf(entity);
        const encoded = encodeURIComponent(id);
        const all = new Set([url, segments(url).join('/')]);
        for (const [from, to] of [[encoded, id], [id, encoded]]) {
            for (const one of [...all])
                if (one.endsWith(from))
                    all.add(one.slice(0, -from.length) + to);
        }
        return [...all];
    }

    // The words that both sides of the wire must agree on, once. Shared with the server; no state, no side effects.
    /** The event of a request: `todos:create`. */
    /** The event of a push: `todos:create`, `todo/42:update`. */
    const pushEvent = (url, event) => `${url}:${event}`;

    // What is bound of one object: callbacks for events, found by the object's url. It listens to its object: so it
    // follows the model's id, ends with `destroy`, and hears local events as well.
    const bounds = new WeakMap();
    /** What a message is just triggering. */
    let triggering;
    /**
     * Whether a collection is about to repeat a model's `update` message. It must not: Backbone's own `update` says that
     * models came and went, and Marionette's CollectionView throws when it does not find them in the arguments.
     */
    const isEcho = (event, first) => !!triggering && event === 'update' && triggering._event === event && triggering._first === first;
    const boundOf = (Backbone, entity) => bounds.get(entity) || new Bound(Backbone, entity);
    /** Takes away what fits, and nothing else. */
    function unbind(entity, { _socket, _events, _context }) {
        const fits = (wanted, value) => wanted == null || wanted === value;
        const bound = bounds.get(entity);
        if (!bound)
            return;
        bound._remove((binding) => fits(_socket, binding._hub._socket) &&
            fits(_context, binding._context) &&
            _events.some(([event, callback]) => fits(event, binding._event) && fits(callback, binding._callback)));
    }
    /** A message of the server: runs each callback once, and triggers the event locally, once for each object. */
    function deliver(bindings, args) {
        for (const binding of bindings)
            run(binding, args);
        for (const [bound, event] of new Map(bindings.map(({ _bound, _event }) => [_bound, _event])))
            bound._trigger(event, args);
    }
    /** Unless it has been unbound before its turn came. */
    function run(binding, args) {
        if (binding._bound._has(binding))
            attempt(binding._callback, binding._context, args);
    }
    class Bound {
        constructor(_Backbone, _entity) {
            this._Backbone = _Backbone;
            this._entity = _entity;
            this._bindings = [];
            this._urls = [];
        }
        _has(binding) {
            return this._bindings.includes(binding) && !binding._hub._ended;
        }
        /** What is bound already stays bound once. Throws, and changes nothing, if the object has no url. */
        _add(bindings) {
            this._place();
            if (!this._bindings.length) {
                this._entity.on('all', this._notice, this);
                bounds.set(this._entity, this);
            }
            const fresh = bindings.filter((binding) => !this._bindings.some((other) => isSame(binding, other)));
            this._bindings = [...this._bindings, ...fresh];
            this._each(fresh, enter);
        }
        _remove(fits) {
            this._each(this._bindings.filter(fits), leave);
            this._bindings = this._bindings.filter((binding) => !fits(binding));
            if (this._bindings.length)
                return;
            bounds.delete(this._entity);
            this._entity.off('all', this._notice, this);
        }
        _trigger(event, args) {
            if (this._isBackbones(event))
                return;
            const outer = triggering;
            triggering = { _bound: this, _event: event, _first: args[0] };
            attempt(this._entity.trigger, this._entity, [event, ...args]);
            triggering = outer;
        }
        /** Hears all that happens to the object. */
        _notice(event, ...args) {
            if (event === 'destroy' && args[0] === this._entity)
                return this._remove(() => true);
            if (this._id !== this._currentId())
                this._place();
            const isMessage = triggering && triggering._bound === this && triggering._event === event;
            if (isMessage || this._isBackbones(event))
                return;
            for (const binding of this._bindings)
                if (binding._event === event)
                    run(binding, args);
        }
        /** Is found by what the url is now. A model with Backbone's own url and no id is not found until it has one. */
        _place() {
            const id = this._currentId();
            const waits = id === undefined && this._entity.url === this._Backbone.Model.prototype.url;
            const urls = waits ? [] : spellings(this._entity);
            this._id = id;
            if (urls.join() === this._urls.join())
                return;
            this._each(this._bindings, leave);
            this._urls = urls;
            this._each(this._bindings.filter((binding) => !binding._hub._ended), enter);
        }
        _each(bindings, change) {
            for (const binding of bindings) {
                for (const url of this._urls)
                    change(pushEvent(url, binding._event), binding);
            }
        }
        _currentId() {
            const entity = this._entity;
            return entity instanceof this._Backbone.Model && !entity.isNew() ? entity.id : undefined;
        }
        /** Names with which Backbone says something else: callbacks run, but nothing is triggered. */
        _isBackbones(event) {
            return /^(request|sync|error|invalid|sort)$/.test(event) || (event === 'update' && this._entity instanceof this._Backbone.Collection);
        }
    }
    const isSame = (one, other) => one._hub === other._hub && one._event === other._event && one._callback === other._callback && one._context === other._context;
    const enter = (name, binding) => binding._hub._add(name, binding);
    const leave = (name, binding) => binding._hub._remove(name, binding);

    // Everything bound to one socket, by the names of messages. One wrapper around the socket's `onevent` and one Map serve
    // all of it: measured against a listener for each model and event, binding takes half the time and a bound model half
    // the memory, and nothing is left behind (`onAny` taxes the page's other events five times as much). A socket without
    // `onevent`, of another client or a fake, gets an ordinary listener for each name.
    /** The hubs of now. One that is not here any more has ended, and with it all that was bound through it. */
    let hubs = new WeakMap();
    const busy = new Set();
    function hubOf(socket) {
        const hub = hubs.get(socket) || new Hub(socket);
        hubs.set(socket, hub);
        return hub;
    }
    /** Ends what is bound to this socket, or to any. What is still waiting for its id finds that out when it comes. */
    function endAll(socket) {
        if (socket)
            hubs.delete(socket);
        else
            hubs = new WeakMap();
        for (const hub of busy)
            if (hub._ended)
                hub._end();
    }
    class Hub {
        constructor(_socket) {
            this._socket = _socket;
            /** Without leading slash. The lists are replaced, never changed, so that a message in progress keeps its own. */
            this._names = new Map();
            /** By name; the wrapper's has none. */
            this._undos = new Map();
        }
        get _ended() {
            return hubs.get(this._socket) !== this;
        }
        _end() {
            for (const bindings of this._names.values()) {
                for (const { _bound } of bindings)
                    _bound._remove(({ _hub }) => _hub === this);
            }
        }
        _add(name, binding) {
            const others = this._names.get(name);
            this._names.set(name, others ? [...others, binding] : [binding]);
            busy.add(this);
            const key = this._socket.onevent ? '' : name;
            if (!this._undos.has(key))
                this._undos.set(key, key ? this._listen(name) : this._wrap());
        }
        _remove(name, binding) {
            const others = (this._names.get(name) || []).filter((other) => other !== binding);
            if (others.length)
                this._names.set(name, others);
            else
                this._names.delete(name);
            if (!this._names.size)
                busy.delete(this);
            for (const key of [others.length ? undefined : name, this._names.size ? undefined : '']) {
                const undo = this._undos.get(key);
                if (undo)
                    undo();
            }
        }
        _wrap() {
            const socket = this._socket;
            const onevent = socket.onevent;
            const isOwn = Object.keys(socket).includes('onevent');
            const wrapper = (packet) => {
                try {
                    onevent.call(socket, packet);
                }
                finally {
                    // By now the arguments include the acknowledgement function.
                    this._receive(packet.data);
                }
            };
            socket.onevent = wrapper;
            return () => {
                // Unless somebody has wrapped it since: then it stays, and serves what is bound next.
                if (socket.onevent !== wrapper)
                    return;
                delete socket.onevent;
                if (isOwn)
                    socket.onevent = onevent;
                this._undos.delete('');
            };
        }
        _listen(name) {
            const hear = (...args) => this._hear([name, ...args]);
            const undos = [on(this._socket, name, hear), on(this._socket, '/' + name, hear)];
            return () => {
                for (const undo of undos)
                    undo();
                this._undos.delete(name);
            };
        }
        _receive(args = []) {
            const socket = this._socket;
            if (socket.connected !== false)
                return this._hear(args);
            // Like Socket.IO, hold back what arrives before the connection is complete.
            const undo = on(socket, 'connect', () => {
                undo();
                this._hear(args);
            });
        }
        _hear([name, ...args]) {
            const bindings = this._names.get(String(name).replace(/^\//, ''));
            if (bindings)
                deliver(bindings, args);
        }
    }

    // What models and collections get: ioBind, ioUnbind and ioUnbindAll, one implementation for both.
    /** Names that are Backbone's alone: a message must not look as if a model had been added, changed or destroyed. */
    const refused = /^(add|remove|reset|change(:.*)?|changeId|destroy|all)$/;
    function createBind(Backbone) {
        return {
            ioBind(names, ...rest) {
                const isMap = Object(names) === names;
                // The socket may be left out: then the callback, or beside a map the context, stands in its place.
                if (isMap ? !isSocket(rest[0]) && rest.length < 2 : typeof rest[0] === 'function')
                    rest.unshift(undefined);
                if (isMap)
                    rest.splice(1, 0, undefined);
                const [socket, callback, context = this] = rest;
                const events = eventsOf(names, callback);
                for (const [event, callback] of events)
                    check(event, callback);
                const hub = hubOf((socket || findSocket(Backbone, this)));
                const bound = boundOf(Backbone, this);
                bound._add(events.map(([event, callback]) => ({
                    _bound: bound,
                    _hub: hub,
                    _event: event,
                    _callback: callback,
                    _context: context,
                })));
                return this;
            },
            ioUnbind(names, socket, callback) {
                if (typeof socket === 'function')
                    [socket, callback] = [undefined, socket];
                unbind(this, { _events: eventsOf(names, callback), _socket: socket });
                return this;
            },
            ioUnbindAll(socket) {
                unbind(this, { _events: eventsOf(), _socket: socket });
                return this;
            },
        };
    }
    /** Backbone's ways to name events, `'create delete'` and `{ create: callback }`, in pairs; no name at all is any event. */
    function eventsOf(names, callback) {
        if (!names)
            return [[undefined, callback]];
        if (typeof names === 'object')
            return Object.keys(names).flatMap((name) => eventsOf(name, names[name]));
        return names.trim().split(/\s+/).map((event) => [event, callback]);
    }
    function check(event, callback) {
        if (!event || typeof callback !== 'function')
            throw new Error('ioBind needs an event and a function');
        if (refused.test(event))
            throw new Error(`ioBind: "${event}" is Backbone's own event, use create, update or delete`);
    }
    const isSocket = (value) => !!value && !!value.removeListener;

    var version = "1.0.0-alpha.0";

    // What loading the library does to Backbone. Here and nowhere else is Backbone changed; for those who bring a Backbone
    // of their own, the same without a side effect on import. Doing it twice is harmless.
    /** Gives models and collections `ioBind`, `ioUnbind` and `ioUnbindAll`. */
    function installBind(Backbone) {
        if (Backbone.ioUnbindAll)
            return;
        const bind = createBind(Backbone);
        for (const { prototype } of [Backbone.Model, Backbone.Collection]) {
            const { off } = prototype;
            // Backbone's `off` of a bound callback ends the binding too.
            const offAndUnbind = function (names, callback, context) {
                off.apply(this, [names, callback, context]);
                unbind(this, { _events: eventsOf(names === 'all' ? undefined : names, callback), _context: context });
                return this;
            };
            Object.assign(prototype, bind, { ioBindVersion: version, off: offAndUnbind, unbind: offAndUnbind });
        }
        const collection = Backbone.Collection.prototype;
        const { trigger } = collection;
        collection.trigger = function (event, ...args) {
            return isEcho(event, args[0]) ? this : trigger.apply(this, [event, ...args]);
        };
        Object.assign(Backbone, { ioUnbindAll: endAll });
    }

    // Loading this gives models and collections their ioBind: the entry of the bundle backbone.iobind.
    installBind(Backbone);
    const { ioUnbindAll } = Backbone;

    return Backbone;

}));
//# sourceMappingURL=backbone.iobind.js.map
