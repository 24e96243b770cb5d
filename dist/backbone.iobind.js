/*! backbone.iobind 1.0.0-alpha.0 | MIT license */
(function (factory) { if (typeof exports === 'object') module.exports = factory(require('backbone')); else if (typeof define === 'function' && define.amd) define(['backbone'], factory); else factory(Backbone); })(function (Backbone) {

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
        for (const holder of [options, entity, entity.collection]) {
            const value = holder && result(holder, name, ...args);
            if (value != null)
                return value;
        }
        return null;
    }
    /** Without a socket, a url or a namespace nothing could ever come of a call, so it throws. */
    function required(value, words) {
        if (value)
            return value;
        throw new Error('No ' + words);
    }
    /** This one, `Backbone.socket` or `window.socket`. (A page's element with that id is a `window.socket`, too.) */
    function findSocket(Backbone, own) {
        const socket = (own || result(Backbone, 'socket') || result(globalThis, 'socket'));
        return required(socket && socket.on && socket, 'socket: set Backbone.socket, or socket on the model or collection');
    }
    /** The url as Backbone resolves it. */
    const findUrl = (entity, options = {}) => required((result(options, 'url') || result(entity, 'url')), 'url: set url, or urlRoot on the model');
    /** Listens until the undo is called. `removeListener`, because every Socket.IO client and every fake has it. */
    function on(socket, event, listener) {
        socket.on(event, listener);
        return () => {
            socket.removeListener(event, listener);
        };
    }

    // All that is bound to one socket, by the names of its messages. One catch-all listener and one Map serve it: measured
    // against a listener for each model and event, as 0.4.9 has, a bound model takes less than half the memory, and next
    // to nothing is left behind. A socket without `onAny`, of an older client or a fake, gets ordinary listeners.
    /** The hubs of now. What is bound through one that is not here any more has ended. */
    const hubs = new WeakMap();
    /** The same, to go through them. A socket that the page has dropped is not held by us. */
    const all = new Set();
    function hubOf(socket) {
        return hubs.get(socket) || new Hub(socket);
    }
    /** Ends what is bound to this socket, or to any. */
    function ioUnbindAll(socket) {
        for (const ref of all) {
            const hub = ref.deref();
            if (hub && socket && hub._socket !== socket)
                continue;
            all.delete(ref);
            if (hub)
                hub._end();
        }
    }
    class Hub {
        constructor(_socket) {
            this._socket = _socket;
            /** By name, decoded. The lists are replaced, never changed, so that a message in progress keeps its own. */
            this._bindings = new Map();
            /** By the same names; under one name for all where the socket has `onAny`. */
            this._undos = new Map();
            this._hasEnded = false;
            /** A message; the server may write the url with a leading slash, and the id in it encoded or as it is. */
            this._hear = (event, ...args) => {
                const name = withoutSlash(String(event));
                const due = this._bindings.get(name) || this._bindings.get(decoded(name)) || [];
                for (const bound of new Set(due.map(({ _bound }) => _bound))) {
                    bound._hear(args, due.filter(({ _bound }) => _bound === bound));
                }
            };
            hubs.set(_socket, this);
            all.add(new WeakRef(this));
        }
        /** What is still waiting for its id, and so not here, sees that the hub has ended when that comes. */
        _end() {
            hubs.delete(this._socket);
            this._hasEnded = true;
            for (const bindings of this._bindings.values())
                for (const binding of bindings)
                    binding._bound._unbind(binding);
        }
        /** From now on it is heard under this name, or not at all. */
        _name(binding, name) {
            const old = binding._name;
            binding._name = name;
            if (name) {
                const key = decoded(name);
                const others = this._bindings.get(key);
                this._bindings.set(key, others ? [...others, binding] : [binding]);
                this._listen(name, key);
            }
            if (old) {
                const key = decoded(old);
                const others = this._bindings.get(key).filter((other) => other !== binding);
                if (others.length)
                    this._bindings.set(key, others);
                else
                    this._bindings.delete(key);
                this._unlisten(key);
            }
        }
        _listen(name, key) {
            const socket = this._socket;
            const { _hear, _undos } = this;
            if (socket.onAny) {
                if (_undos.size)
                    return;
                socket.onAny(_hear);
                _undos.set('', [() => socket.offAny(_hear)]);
            }
            else if (!_undos.has(key)) {
                const spellings = [...new Set([name, key, encodeURI(key)])].flatMap((spelling) => [spelling, '/' + spelling]);
                _undos.set(key, spellings.map((spelling) => on(socket, spelling, (...args) => _hear(spelling, ...args))));
            }
        }
        _unlisten(key) {
            const kept = this._socket.onAny ? '' : key;
            if (this._socket.onAny ? this._bindings.size : this._bindings.has(key))
                return;
            for (const undo of this._undos.get(kept))
                undo();
            this._undos.delete(kept);
        }
    }
    const withoutSlash = (name) => name.replace(/^\//, '');
    function decoded(name) {
        try {
            return name.includes('%') ? decodeURIComponent(name) : name;
        }
        catch (_a) {
            return name;
        }
    }

    // The words that both sides of the wire must agree on, once. Shared with the server; no state, no side effects.
    /** The event of a request: `todos:create`. */
    /** The event of a push: `todos:create`, `todo/42:update`. */
    const pushEvent = (url, event) => `${url}:${event}`;

    // What is bound of one object: callbacks for events, found by the object's url. It notices what happens to the
    // object, so the bindings follow the model's id, end with `destroy`, and hear local events as well.
    /** Where an object keeps what is bound of it: found sooner than in a WeakMap, also where nothing is bound. */
    const key = Symbol('ioBind');
    const boundOf = (entity) => entity[key];
    /** What a message is just triggering. */
    let triggering = {};
    /**
     * Whether a collection is about to repeat a model's `update` message. It must not: Backbone's own `update` says that
     * models came and went, and Marionette's CollectionView throws when it does not find them in the arguments.
     */
    const isEcho = (entity, [event, first]) => event === 'update' && triggering._event === event && triggering._first === first && !isModel(entity);
    class Bound {
        constructor(_Backbone, _entity) {
            this._Backbone = _Backbone;
            this._entity = _entity;
            this._bindings = [];
        }
        /** What is bound already stays bound once. Throws, and changes nothing, if the object has no url. */
        _bind(hub, event, callback, context) {
            for (const { _hub, _event, _callback, _context } of this._bindings) {
                if (_hub === hub && _event === event && _callback === callback && _context === context)
                    return;
            }
            // A model's url is read once for each id.
            if (!this._bindings.length || !isModel(this._entity))
                this._move(this._find());
            const binding = { _bound: this, _hub: hub, _event: event, _callback: callback, _context: context, _name: undefined };
            this._bindings = [...this._bindings, binding];
            this._entity[key] = this;
            this._name(binding);
        }
        _unbind(binding) {
            binding._hub._name(binding, undefined);
            this._bindings = this._bindings.filter((other) => other !== binding);
            if (!this._bindings.length)
                this._entity[key] = undefined;
        }
        /** A message of the server: runs each callback once, and triggers the event locally. */
        _hear(args, due) {
            const entity = this._entity;
            const event = due[0]._event;
            const { collection } = entity;
            if (!this._run(args, due) || this._isBackbones(event))
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
        _run(args, due) {
            let isBound = false;
            for (const binding of due) {
                if (!this._bindings.includes(binding))
                    continue;
                isBound = true;
                attempt(binding._callback, binding._context, args);
            }
            return isBound;
        }
        /** Something is happening to the object: see install.ts. */
        _notice(event, args) {
            const entity = this._entity;
            const isGone = event === 'destroy' && args[0] === entity;
            for (const binding of this._bindings)
                if (isGone || binding._hub._hasEnded)
                    this._unbind(binding);
            if (this._id !== idOf(entity) || !this._url)
                this._follow();
            if (triggering._entity === entity && triggering._event === event)
                return;
            // The page may trigger a list of events, and Backbone takes other things than text.
            const events = /\s/.test(event) ? String(event).split(/\s+/) : [event];
            this._run(args, this._bindings.filter(({ _event }) => events.includes(_event) && !this._isBackbones(_event)));
        }
        /** Called from within `set`, which an error would leave half done. */
        _follow() {
            let url;
            try {
                url = this._find();
            }
            catch (_a) {
                // It has none for now, and waits.
            }
            this._move(url);
        }
        /** The url; none for a model with Backbone's own `url` that has no id yet. */
        _find() {
            const entity = this._entity;
            const waits = isModel(entity) && entity.isNew() && entity.url === this._Backbone.Model.prototype.url;
            return waits ? undefined : withoutSlash(findUrl(entity));
        }
        _move(url) {
            this._id = idOf(this._entity);
            if (url === this._url)
                return;
            this._url = url;
            for (const binding of this._bindings)
                this._name(binding);
        }
        _name(binding) {
            binding._hub._name(binding, this._url && pushEvent(this._url, binding._event));
        }
        /** Names with which Backbone says something else: callbacks run, but nothing is triggered. */
        _isBackbones(event) {
            return /^(request|sync|error|invalid|sort)$/.test(event) || (event === 'update' && !isModel(this._entity));
        }
    }
    const isModel = (entity) => 'isNew' in entity;
    const idOf = (entity) => entity.id;

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
                const hub = hubOf(findSocket(Backbone, socket || setting('socket', this)));
                const bound = boundOf(this) || new Bound(Backbone, this);
                for (const [event, one] of events)
                    bound._bind(hub, event, one, context || this);
                return this;
            },
            ioUnbind(names, ...rest) {
                const [socket, callback] = inPlace(names, rest);
                return unbind(this, names, callback, undefined, socket);
            },
            ioUnbindAll(socket) {
                return unbind(this, undefined, undefined, undefined, socket);
            },
        };
    }
    /** What follows the names, as socket, callback and context: the socket may be left out, and a map has the callbacks. */
    function inPlace(names, rest) {
        const [first] = rest;
        const [socket, ...others] = !first || first.removeListener ? rest : [undefined, ...rest];
        return names && typeof names === 'object' ? [socket, undefined, ...others] : [socket, ...others];
    }
    /** Takes away what fits, and nothing else; what is not given fits any. */
    function unbind(entity, names, callback, context, socket) {
        const fits = (wanted, value) => wanted == null || wanted === value;
        const bound = boundOf(entity);
        const events = eventsOf(names, callback);
        for (const binding of bound ? bound._bindings : []) {
            const { _hub, _event, _callback, _context } = binding;
            const isMeant = events.some(([event, one]) => fits(event, _event) && fits(one, _callback));
            if (isMeant && fits(context, _context) && fits(socket, _hub._socket))
                bound._unbind(binding);
        }
        return entity;
    }
    /** Backbone's ways to name events, `'create delete'` and `{ create: callback }`, in pairs; no name at all is any event. */
    function eventsOf(names, callback) {
        if (!names)
            return [[undefined, callback]];
        if (typeof names === 'object')
            return Object.keys(names).flatMap((name) => eventsOf(name, names[name]));
        return names.trim().split(/\s+/).map((event) => [event, callback]);
    }

    var version = "1.0.0-alpha.0";

    // What loading the library does to Backbone. Here and nowhere else is Backbone changed; for those who bring a Backbone
    // of their own, the same without a side effect on import. Doing it twice is harmless.
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
                return unbind(this, names, callback, context);
            };
            // What is bound notices what happens to its object. Neither a listener nor a byte for each model is needed for
            // that, and nothing of it is left when it ends.
            const noticeAndTrigger = function (...all) {
                if (isEcho(this, all))
                    return this;
                const [event, ...args] = all;
                const bound = boundOf(this);
                if (bound)
                    bound._notice(event, args);
                return trigger.apply(this, all);
            };
            Object.assign(prototype, bind, {
                ioBindVersion: version,
                off: offAndUnbind,
                unbind: offAndUnbind,
                trigger: noticeAndTrigger,
            });
        }
        Object.assign(Backbone, { ioUnbindAll });
    }

    // Loading this gives models and collections their ioBind: the entry of the bundle backbone.iobind.
    installBind(Backbone);

    return Backbone;

});
//# sourceMappingURL=backbone.iobind.js.map
