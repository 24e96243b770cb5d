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

    // All that is bound to one socket, by url. One catch-all listener and one Map serve it: measured against a listener for
    // each model and event, as 0.4.9 has, a bound model takes less than half the memory, and next to nothing is left behind.
    // A socket without `onAny`, of an older client or a fake, gets ordinary listeners (see bound.ts).
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
            /** By url, decoded; what hears all is under none. The lists are replaced, never changed, so that a message in progress keeps its own. */
            this._bounds = new Map();
            this._hasEnded = false;
            /** Urls (with raw ids) and events may have colons of their own, so each colon may be the one between them. */
            this._hear = (event, ...args) => {
                const name = withoutSlash(String(event));
                for (let colon = name.lastIndexOf(':'); colon > 0; colon = name.lastIndexOf(':', colon - 1)) {
                    const url = name.slice(0, colon);
                    // What is bound while this message is dispatched does not hear it.
                    const due = [...this._at(url), ...this._at('')].map(bound => [bound, bound._bindings]);
                    for (const [bound, bindings] of due)
                        bound._hear(name.slice(colon + 1), args, bindings, url);
                }
            };
            hubs.set(_socket, this);
            all.add(new WeakRef(this));
        }
        /** What is still waiting for its id, and so not here, sees that the hub has ended when that comes. */
        _end() {
            hubs.delete(this._socket);
            this._hasEnded = true;
            for (const bounds of this._bounds.values())
                for (const bound of bounds)
                    bound._unbind();
        }
        _add(url, bound) {
            const { onAny } = this._socket;
            const key = decoded(url);
            const others = this._bounds.get(key);
            if (onAny && !this._bounds.size)
                onAny.call(this._socket, this._hear);
            this._bounds.set(key, others ? [...others, bound] : [bound]);
        }
        _remove(url, bound) {
            const { offAny } = this._socket;
            const key = decoded(url);
            const others = this._bounds.get(key).filter(other => other !== bound);
            if (others.length)
                this._bounds.set(key, others);
            else
                this._bounds.delete(key);
            if (offAny && !this._bounds.size)
                offAny.call(this._socket, this._hear);
        }
        _at(url) {
            return this._bounds.get(url) || this._bounds.get(decoded(url)) || [];
        }
    }
    /** A server may write a url with a leading slash or without. */
    const withoutSlash = (url) => url.replace(/^\//, '');
    /** It may also write the id in it as it is, or encoded as Backbone's `url()` does. */
    function decoded(url) {
        try {
            return url.includes('%') ? decodeURIComponent(url) : url;
        }
        catch (_a) {
            return url;
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
        let value = options;
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
    /** This one, `Backbone.socket` or `window.socket`. (A page's element with that id is a `window.socket`, too.) */
    function findSocket(Backbone, own) {
        const socket = (own || result(Backbone, 'socket') || result(globalThis, 'socket'));
        return required(socket && socket.on && socket, 'socket: set Backbone.socket');
    }
    /** The url as Backbone resolves it. */
    const findUrl = (entity, options = {}) => required((result(options, 'url') || result(entity, 'url')), 'url: set url or urlRoot');
    /** The backend of a model, else its collection's, and the channel in it: `''` is the default one. */
    function backendOf(entity) {
        const own = setting('backend', entity);
        const { name = own, channel = '' } = (own || {});
        return typeof name === 'string' ? { name, channel } : undefined;
    }
    /** Listens until the undo is called. `removeListener`, because every Socket.IO client and every fake has it. */
    function on(socket, event, listener) {
        socket.on(event, listener);
        return () => {
            socket.removeListener(event, listener);
        };
    }
    /** The page's `retries` would send an error that the server answered again, and its `ackTimeout` adds an argument. */
    function emit(socket, event, ...args) {
        const { _opts } = socket;
        if (_opts)
            socket._opts = {};
        try {
            socket.emit(event, ...args);
        }
        finally {
            if (_opts)
                socket._opts = _opts;
        }
    }

    // The words that both sides of the wire must agree on, once. Shared with the server; no state, no side effects.
    /** The event of a request: `todos:create`. */
    const requestEvent = (namespace, method) => `${namespace}:${method}`;
    /** The event of a push: `todos:create`, `todo/42:update`. */
    const pushEvent = (url, event) => `${url}:${event}`;
    /** The channel of a push, from its arguments: a named one is said in the second. */
    const channelOf = ([, meta]) => (meta || {}).channel || '';
    /** The companion's own events. Only a server that has said hello gets, and sends, any of the others. */
    const helloEvent = 'iosync:hello';
    const joinEvent = 'iosync:join';
    const leaveEvent = 'iosync:leave';
    const authEvent = 'iosync:auth';

    // What is bound of one object on one socket: callbacks for events, found by the object's url. It notices what happens
    // to the object, so the bindings follow the model's id, end with `destroy`, and hear local events as well.
    /** Where an object keeps what is bound of it: found sooner than in a WeakMap, also where nothing is bound. */
    const key = Symbol('ioBind');
    const none = [];
    const boundsOf = (entity) => entity[key] || none;
    function attach(entity, hearer) {
        entity[key] = [...boundsOf(entity), hearer];
    }
    function detach(entity, hearer) {
        entity[key] = boundsOf(entity).filter(other => other !== hearer);
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
            /** For a socket without `onAny`. */
            this._undos = none;
        }
        /** What is bound already stays bound once. Throws, and changes nothing, if the object has no url. */
        _bind(event, callback, context) {
            const entity = this._entity;
            const old = this._bindings;
            for (const one of old)
                if (one._event === event && one._callback === callback && one._context === context)
                    return;
            // A model's url is read once for each id.
            const url = old.length && isModel(entity) ? this._url : this._find();
            if (!old.length)
                attach(entity, this);
            this._bindings = [...old, { _event: event, _callback: callback, _context: context }];
            this._move(url);
        }
        /** Ends those that are meant, or all. */
        _unbind(isMeant = () => true) {
            this._bindings = this._bindings.filter(binding => !isMeant(binding));
            if (this._bindings.length)
                return this._move(this._url);
            this._move(undefined);
            detach(this._entity, this);
        }
        /** A message of the server: runs each callback once, and triggers the event locally. */
        _hear(event, args, due) {
            const entity = this._entity;
            const { collection } = entity;
            const backend = backendOf(entity);
            // One push may still be under way in a channel that has just been left.
            if (backend && backend.channel !== channelOf(args))
                return;
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
        /** Something is happening to the object: see install.ts. */
        _notice(all) {
            const entity = this._entity;
            const [event, ...args] = all;
            if (this._hub._hasEnded || (event === 'destroy' && args[0] === entity))
                return this._unbind();
            if (this._id !== idOf(entity) || !this._url)
                this._follow();
            if (triggering._entity === entity && triggering._event === event)
                return;
            // The page may trigger a list of events, and Backbone takes other things than text.
            for (const name of String(event).split(/\s+/))
                if (!this._isBackbones(name))
                    this._run(name, args, this._bindings);
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
        /** From now on it is found by this url, or not at all. */
        _move(url) {
            const old = this._url;
            const { _socket } = this._hub;
            this._id = idOf(this._entity);
            this._url = url;
            if (url !== old) {
                if (url)
                    this._hub._add(url, this);
                if (old)
                    this._hub._remove(old, this);
            }
            if (_socket.onAny)
                return;
            for (const undo of this._undos)
                undo();
            const due = this._bindings;
            const urls = url ? [...new Set([url, decoded(url), encodeURI(decoded(url))])] : none;
            this._undos = [...new Set(due.map(({ _event }) => _event))].flatMap(event => urls.flatMap(spelling => [spelling, '/' + spelling]).map(spelling => on(_socket, pushEvent(spelling, event), (...args) => this._hear(event, args, due))));
        }
        /** Names with which Backbone says something else: callbacks run, but nothing is triggered. */
        _isBackbones(event) {
            return /^(request|sync|error|invalid|sort)$/.test(event) || (event === 'update' && !isModel(this._entity));
        }
    }
    const isModel = (entity) => 'isNew' in entity;
    const idOf = (entity) => entity.id;

    // What a request fails with when the reason is not the server's: a code to test for, and a sentence to read.
    class IoSyncError extends Error {
        constructor(code, event) {
            super(event + ' failed: ' + code);
            this.name = 'IoSyncError';
            this.code = code;
        }
    }

    // The page's own writes while they are under way: nothing that is told of these documents is applied before they have ended, so that
    // nobody's typing is overwritten and what a page creates is not added twice. What a write that failed has set is read again.
    class Writes {
        constructor(_owner) {
            this._owner = _owner;
            this._models = new Map();
            this._later = [];
            /** Those whose creation has failed, or seems to have, by its op. */
            this._lost = new Map();
            /** What failed writes have set, by the id. */
            this._broken = new Map();
        }
        /** Whether it is one, and what it is of. */
        _begin(model, request, attrs) {
            const names = Object.keys(attrs || model.attributes);
            if (this._models.has(request))
                return;
            this._models.set(request, model);
            request
                .done(answer => this._owner._note(model, request.version, answer))
                .fail(() => this._fail(model, request.meta.op, names))
                .always(() => {
                this._models.delete(request);
                this._owner._apply(this._later.splice(0));
            });
        }
        /** Whether it has to wait. A model without an id may turn out to be what is told. */
        _holds(entry, isKnown) {
            const isHeld = this._isOf(entry.id) || (!isKnown && [...this._models.values()].some(model => model.isNew()));
            if (isHeld)
                this._later.push(entry);
            return isHeld;
        }
        _isOf(id) {
            for (const model of this._models.values())
                if (String(model.id) === id)
                    return true;
            return false;
        }
        /** The model whose creation this is, though it had seemed to fail. */
        _lostBy(op) {
            const model = op ? this._lost.get(op) : undefined;
            return model && model.isNew() ? model : undefined;
        }
        _mendAll() {
            for (const [id, names] of this._broken)
                this._owner._mend(id, names, () => this._broken.delete(id));
        }
        _fail(model, op, names) {
            if (model.isNew())
                return void this._lost.set(op, model);
            const id = String(model.id);
            this._broken.set(id, [...(this._broken.get(id) || []), ...names]);
            this._mendAll();
        }
    }

    // What a page has of the server's documents, and how changes are applied to it: none over a newer one, and one model for each document.
    class Replica {
        constructor(_entity, _options, _line) {
            this._entity = _entity;
            this._options = _options;
            this._line = _line;
            this._known = new Map();
            this._writes = new Writes(this);
            this._order = [];
            for (const model of this._models) {
                const { _version } = model.attributes;
                if (_version == null)
                    continue;
                model.unset('_version', { silent: true });
                this._know(String(model.id), _version, Object.keys(model.attributes));
            }
        }
        get _size() {
            return this._models.length;
        }
        /** In the order in which the server has its ids: by code points. */
        _heldAfter(after) {
            if (!after)
                this._order = this._ids().sort((a, b) => (byCodePoints(a) < byCodePoints(b) ? -1 : 1));
            const from = byCodePoints(after);
            return this._order.filter(id => byCodePoints(id) > from).map(id => [id, this._versionOf(id)]);
        }
        /** Whether there are models that the server has not been asked about: a fetch may have brought them meanwhile. */
        _hasUnknown() {
            return this._ids().some(id => !this._known.has(id));
        }
        _apply(entries) {
            const puts = [];
            for (const entry of entries) {
                const { action, id, version } = entry;
                if (this._writes._holds(entry, action !== 'put' || !!this._get(id)))
                    continue;
                if (action !== 'put') {
                    if (this._versionOf(id) <= version)
                        this._remove(entry);
                }
                else if (!this._known.has(id) || this._versionOf(id) < version)
                    puts.push(entry);
            }
            if (puts.length)
                this._put(puts);
        }
        /** A request of the page's is about to be sent. */
        _notice([entity, request, options]) {
            const { meta } = request;
            const { attrs, ifVersion } = options;
            if (!meta || !meta.op)
                return this._answerLate(entity, options);
            const model = entity;
            if (this._options.fields)
                meta.fields = this._options.fields;
            if (ifVersion)
                meta.ifVersion = this._versionOf(String(model.id));
            this._writes._begin(model, request, attrs);
        }
        /** What failed writes have set is as the server has it again. */
        _mendAll() {
            this._writes._mendAll();
        }
        _mend(id, names, done) {
            if (!this._line._isLive())
                return;
            this._line._read(id, (error, document) => {
                if (error && error.code !== 'not_found')
                    return;
                done();
                const version = error ? this._versionOf(id) : document._version;
                const model = this._get(id);
                if (error)
                    return this._remove({ action: 'delete', id, version });
                const attrs = Object.assign({}, document);
                delete attrs._version;
                delete attrs[this._idAttribute];
                // It may be newer than what is known, or have been taken out of the collection.
                if (!model)
                    this._known.delete(id);
                this._apply([{ action: 'put', id, version, attrs }]);
                if (!model)
                    return;
                model.set(Object.fromEntries(names.filter(name => name in attrs).map(name => [name, attrs[name]])));
                this._takeAway(model, names, attrs);
            });
        }
        _note(model, version, answer) {
            const id = String(model.id);
            if (version == null || this._versionOf(id) > version)
                return;
            const { fields } = this._options;
            const seen = fields && fields.map(field => field.split('.')[0]);
            const names = Object.keys(Object(answer)).filter(name => !seen || seen.includes(name));
            this._know(id, version, [...new Set([...this._namesOf(id), ...names])]);
        }
        /** The versions are of documents as another subscription showed them, or of another database. */
        _doubt() {
            for (const [id, { names }] of this._known)
                this._know(id, 0, names);
        }
        /** Nothing of it may be seen any more. */
        _clear() {
            this._removeModels(this._models.filter(model => !model.isNew()));
            this._known.clear();
        }
        _put(entries) {
            const heard = [];
            const rows = [];
            for (const { id, version, attrs, op } of entries) {
                const lost = this._writes._lostBy(op);
                if (lost)
                    lost.set(this._idAttribute, id);
                const model = this._get(id);
                if (attrs) {
                    rows.push(Object.assign(Object.assign({}, attrs), { [this._idAttribute]: model ? model.id : id }));
                    heard.push(() => this._tell(model ? 'update' : 'create', this._get(id), attrs));
                    if (model)
                        this._takeAway(model, this._namesOf(id), attrs);
                }
                this._know(id, version, attrs ? Object.keys(attrs) : this._namesOf(id));
            }
            const entity = this._entity;
            if (isModel(entity))
                for (const row of rows)
                    entity.set(entity.parse(row, {}) || {});
            else
                entity.set(rows, { parse: true, remove: false });
            for (const tell of heard)
                tell();
        }
        _remove({ action, id, version }) {
            const model = this._get(id);
            // What has only left may come back as it was.
            this._know(id, action === 'leave' ? version - 1 : version, []);
            if (!model)
                return;
            this._removeModels([model]);
            this._tell('delete', model, { [this._idAttribute]: model.id });
        }
        _removeModels(models) {
            const entity = this._entity;
            if (!isModel(entity))
                entity.remove(models);
            else if (models.length)
                entity.trigger('destroy', entity, entity.collection);
        }
        _takeAway(model, names, left) {
            for (const name of names)
                if (!(name in left) && name !== this._idAttribute)
                    model.unset(name);
        }
        /** What it has is newer than what a fetch brings, if it is live; else that is only a beginning. */
        _answerLate(entity, options) {
            const { success } = options;
            if (typeof success !== 'function')
                return;
            options.success = (answer) => {
                const isOurs = this._line._isLive() && (!isModel(entity) || this._known.has(String(entity.id)));
                Object.assign(options, Object.assign({ remove: false, reset: false }, (isOurs && { parse: false })));
                const models = isModel(entity) ? [] : entity.models.filter(model => !model.isNew());
                success(!isOurs ? answer : isModel(entity) ? entity.toJSON() : models.map(model => model.toJSON()));
            };
        }
        /** Names are shared by documents of one kind. */
        _know(id, version, names) {
            this._known.set(id, { version, names: shared(names) });
        }
        _versionOf(id) {
            const known = this._known.get(id);
            return known ? known.version : 0;
        }
        _namesOf(id) {
            const known = this._known.get(id);
            return known ? known.names : [];
        }
        get _idAttribute() {
            const { idAttribute } = (isModel(this._entity) ? this._entity : this._entity.model.prototype);
            return idAttribute || 'id';
        }
        get _models() {
            return isModel(this._entity) ? [this._entity] : this._entity.models;
        }
        /** Of those that the server has, and of which no write is under way. */
        _ids() {
            return this._models.filter(({ id }) => id != null && !this._writes._isOf(String(id))).map(({ id }) => String(id));
        }
        _get(id) {
            const entity = this._entity;
            return isModel(entity) ? (String(entity.id) === id ? entity : undefined) : entity.get(id);
        }
        _tell(method, model, attributes) {
            const { event = 'io' } = this._options;
            const entity = this._entity;
            attempt(entity.trigger, entity, [pushEvent(event, method), model, attributes]);
            attempt(entity.trigger, entity, [event, method, model, attributes]);
        }
    }
    const lists = new Map();
    function shared(names) {
        const key = names.join('\n');
        const list = lists.get(key) || names;
        // There may be kinds without number.
        if (lists.size < 1000)
            lists.set(key, list);
        return list;
    }
    /** JavaScript compares halves of surrogate pairs, which come before U+E000. */
    const byCodePoints = (id) => id.replace(/[\uD800-\uDFFF]/g, '\uFFFF$&');

    // A collection, or a model, that is the server's: it says what it has, is told what is missing, changed or gone, and from then on
    // what is committed. What it was told counts from head to head; when a message does not begin where the last one ended, something
    // was lost, and it asks. It asks anew on each connection, and when the login has changed.
    /** How long a server has to say hello, and to answer, in ms. */
    const grace = 2000;
    const patience = 10000;
    /** Documents that are named in one request. */
    const mostHeld = 1000;
    let count = 0;
    class Subscription {
        constructor(_hub, _entity, _backend, _options) {
            this._hub = _hub;
            this._entity = _entity;
            this._backend = _backend;
            this._options = _options;
            this._bindings = [];
            this.state = 'connecting';
            this._uid = String((count += 1));
            /** What was told before it was known of which shape. */
            this._early = [];
            this._cursor = _options.cursor;
            this._replica = new Replica(_entity, _options, {
                _isLive: () => this.state === 'live',
                _read: (id, callback) => this._emit('read', { [idAttributeOf(_entity)]: id }, callback, { versions: true, fields: _options.fields }),
            });
            this.ready = new Promise((resolve, reject) => (this._settle = { resolve, reject }));
            // Nobody need listen.
            this.ready.catch(() => { });
            const socket = _hub._socket;
            attach(_entity, this);
            _hub._add('', this);
            this._undos = [
                on(socket, 'connect', () => this._greet()),
                on(socket, 'disconnect', () => this._become('connecting')),
            ];
            if (socket.connected)
                this._greet();
        }
        stop() {
            this._close(new IoSyncError('aborted', 'subscribe'));
        }
        /** From ioUnbindAll, of the page or of the object. */
        _unbind(isMeant = () => true) {
            if (isMeant({}))
                this.stop();
        }
        _notice([event, ...args]) {
            if (event === 'request')
                this._replica._notice(args);
            else if (event === 'destroy' && args[0] === this._entity)
                this.stop();
        }
        _hear(event, args, _due, url) {
            const name = pushEvent(url, event);
            if (name === helloEvent)
                this._begin(args[0]);
            else if (name === requestEvent(this._backend, 'changes'))
                this._change(args[0]);
        }
        /** Asks for a hello: the one that was said on connecting may have been missed. */
        _greet() {
            emit(this._hub._socket, helloEvent);
            this._wait(grace, () => this._close(new IoSyncError('unsupported', 'subscribe')));
        }
        _begin({ login, backends }) {
            const on = this._hub._socket.id + ' ' + login;
            if (this._askedOn === on)
                return;
            const spelled = this._backend;
            const name = Object.keys(backends).find(one => one === spelled || backends[one].collection === spelled);
            if (!name || !backends[name].live)
                return this._close(new IoSyncError('unsupported', 'subscribe'));
            this._backend = name;
            this._askedOn = on;
            this._shape = undefined;
            this._ask();
        }
        /** What has changed since the cursor, else all of it, page by page. */
        _ask(after) {
            const { where, fields } = this._options;
            const data = Object.assign(Object.assign({ uid: this._uid }, (where && { where })), (fields && { fields }));
            if (this._cursor)
                data.cursor = this._cursor;
            if (after != null || !this._cursor) {
                const held = this._replica._heldAfter(after || '');
                Object.assign(data, { after: after || '', held: held.slice(0, mostHeld), more: held.length > mostHeld });
            }
            const question = (this._question = data);
            this._emit('subscribe', data, (error, answer) => {
                if (this._question !== question)
                    return;
                clearTimeout(this._timer);
                if (error)
                    this._refuse(error);
                else if (answer)
                    this._take(answer);
            });
            this._wait(patience, () => this._again());
        }
        _take({ shape, cursor, entries, next }) {
            const { _chain: chain, _cursor: former } = this;
            this._chain = undefined;
            this._shape = shape;
            if (cursor && former && (cursor.view !== former.view || cursor.epoch !== former.epoch))
                this._replica._doubt();
            if (cursor)
                this._cursor = chain && chain.from <= cursor.head ? Object.assign(Object.assign({}, cursor), { head: Math.max(chain.head, cursor.head) }) : cursor;
            this._replica._apply(entries);
            for (const message of this._early.splice(0))
                this._change(message);
            this._trigger('progress', this._replica._size);
            if (next != null)
                return this._ask(next);
            if (this._replica._hasUnknown())
                return this._ask('');
            this._question = undefined;
            this._become('live');
            if (this._settle)
                this._settle.resolve();
            this._replica._mendAll();
        }
        _change(message) {
            const { shape, from, head, entries } = message;
            const cursor = this._cursor;
            const chain = this._chain;
            if (!this._shape)
                return void this._early.push(message);
            if (shape !== this._shape)
                return;
            this._replica._apply(entries);
            if (!cursor || head <= cursor.head)
                return;
            if (from <= cursor.head)
                cursor.head = head;
            else if (!this._question)
                this._again();
            else
                this._chain = chain && from <= chain.head ? { from: chain.from, head } : { from, head };
        }
        /** It is behind. */
        _again() {
            this._become('behind');
            this._ask();
        }
        /** Refused for now, or for as long as the login is what it is; then nothing of it may be seen any more. */
        _refuse(error) {
            const { code } = error;
            attempt(this._entity.trigger, this._entity, ['error', this._entity, error, {}]);
            if (/^(unavailable|timeout|internal|rate_limited)$/.test(code))
                return this._wait(patience, () => this._again());
            if (/^(forbidden|unauthorized)$/.test(code))
                this._replica._clear();
            this._close(error);
        }
        _become(state) {
            if (this.state === state || this.state === 'closed')
                return;
            this.state = state;
            if (state === 'connecting') {
                this._question = this._shape = this._askedOn = undefined;
                this._early = [];
            }
            this._trigger('state', state);
        }
        _close(error) {
            if (this.state === 'closed')
                return;
            clearTimeout(this._timer);
            for (const undo of this._undos)
                undo();
            detach(this._entity, this);
            this._hub._remove('', this);
            if (this._hub._socket.connected && this._askedOn)
                this._emit('unsubscribe', { uid: this._uid }, () => { });
            this._question = undefined;
            this._become('closed');
            if (this._settle)
                this._settle.reject(error);
        }
        _wait(ms, then) {
            clearTimeout(this._timer);
            this._timer = setTimeout(then, ms);
        }
        _emit(method, data, answer, meta) {
            const { channel = '' } = this._options;
            emit(this._hub._socket, requestEvent(this._backend, method), data, Object.assign({ channel }, meta), answer);
        }
        _trigger(what, value) {
            const { event = 'io' } = this._options;
            attempt(this._entity.trigger, this._entity, [pushEvent(event, what), value]);
        }
    }
    function idAttributeOf(entity) {
        return (isModel(entity) ? entity.idAttribute : entity.model.prototype.idAttribute) || 'id';
    }

    // How a request is named, from its url.
    /** Scheme, host, query and hash are no part of a path: of `https://h/api/x?y#z` it is `api/x`, and its segments `api` and `x`. */
    const path = /^(?:(?:[a-z][\w+.-]*:)?\/\/[^/?#]*)?([^?#]*)/i;
    const segmentsOf = (url) => path.exec(url)[1].split('/').filter(Boolean);
    /** The strategy unless told otherwise: the first segment of the path, so `posts/42/comments` is `posts`. */
    const firstSegment = (url) => segmentsOf(url)[0];

    // Collections that hear by themselves what the other clients do in their backend. The companion says hello on each
    // connection, and that is when a named channel is joined; whom it does not let in, it tells to leave. So there is nothing
    // of ours on the socket but the hub's one listener. Sockets without `onAny` (Socket.IO 2) hear nothing.
    /** What has begun to hear. Once the page has ended that, it begins again by `bindBackend` only. */
    const begun = new WeakSet();
    /** What each socket's server has said of itself, and on which connection. */
    const greeted = new WeakMap();
    /** A collection begins when it is made; if there is no socket by then, with its first fetch. */
    function listen(Backbone, entity) {
        try {
            if (!begun.has(entity) && backendOf(entity))
                begin(Backbone, entity);
        }
        catch (_a) {
            // A constructor that threw would be of no use.
        }
    }
    function bindBackend(Backbone, entity) {
        const listener = boundsOf(entity).find((one) => one instanceof Listener);
        (listener || begin(Backbone, entity))._applies = true;
        return entity;
    }
    /** A live collection hears by its subscription, and need not be in the channel as well. */
    function subscribe(Backbone, entity, options = {}) {
        const socket = findSocket(Backbone, setting('socket', entity));
        const own = backendOf(entity);
        const name = own ? own.name : required(firstSegment(findUrl(entity)), 'backend: set backend');
        const { channel = own ? own.channel : '' } = options;
        if (!socket.onAny)
            throw new Error('ioSubscribe needs Socket.IO 3 or later');
        for (const one of boundsOf(entity))
            if (one instanceof Listener || one instanceof Subscription)
                one._unbind();
        begun.add(entity);
        entity.backend = { name, channel };
        return new Subscription(hubOf(socket), entity, name, isModel(entity) ? Object.assign(Object.assign({}, options), { channel, where: { id: String(entity.id) } }) : Object.assign(Object.assign({}, options), { channel }));
    }
    function begin(Backbone, entity) {
        const { name, channel } = required(backendOf(entity), 'backend: set backend');
        const socket = findSocket(Backbone, setting('socket', entity));
        begun.add(entity);
        return new Listener(hubOf(socket), entity, name, channel);
    }
    class Listener {
        constructor(_hub, entity, _backend, _channel) {
            this._hub = _hub;
            this._backend = _backend;
            this._channel = _channel;
            this._bindings = [];
            /** Whether it does with its object what it hears. */
            this._applies = false;
            this._entity = new WeakRef(entity);
            this._kept = entity;
            this._spelling = { collection: _backend, model: _backend, event: 'backend' };
            attach(entity, this);
            _hub._add('', this);
            // Who joins before anything else is asked misses nothing. What connects later is greeted without asking.
            const { id, hello } = greeted.get(_hub._socket) || {};
            if (hello && id === _hub._socket.id)
                this._greet(hello);
            else
                this._tell(helloEvent);
        }
        _hear(event, args, _due, url) {
            const entity = this._entity.deref();
            const name = pushEvent(url, event);
            const [first] = args;
            this._kept = isListenedTo(entity) ? entity : undefined;
            if (!entity)
                this._unbind();
            else if (name === helloEvent)
                this._greet(first);
            else if (name === authEvent)
                this._renew();
            else if (name === leaveEvent)
                this._putOut(entity, first);
            else if (channelOf(args) === this._channel)
                this._change(entity, url, event, first);
        }
        /** Its model is gone. */
        _notice([event, model]) {
            if (event === 'destroy' && model === this._entity.deref())
                this._unbind();
        }
        /** The last one in a channel leaves it; the default one is nobody's to leave. */
        _unbind(isMeant = () => true) {
            if (!isMeant({}))
                return;
            const entity = this._entity.deref();
            if (entity)
                detach(entity, this);
            this._hub._remove('', this);
            const isLast = !this._all().some(({ _backend, _channel }) => _backend === this._backend && _channel === this._channel);
            if (isLast && this._joinedOn)
                this._tell(leaveEvent);
        }
        /** A hello comes more than once on a connection. */
        _greet(hello) {
            const { id } = this._hub._socket;
            const spelling = hello.backends[this._backend];
            const on = id + ' ' + hello.login;
            greeted.set(this._hub._socket, { id, hello });
            if (!spelling)
                return;
            this._spelling = spelling;
            if (!this._channel || this._joinedOn === on)
                return;
            this._joinedOn = on;
            this._tell(joinEvent);
        }
        /** Refused, or not allowed any more. */
        _putOut(entity, why) {
            const isMeant = why.backend === this._backend && why.channel === this._channel;
            if (isMeant)
                attempt(entity.trigger, entity, ['error', entity, Object.assign({ code: 'forbidden' }, why), {}]);
        }
        /** The login expires. One of all sees to that; whom the old login kept out, the hello that follows lets try again. */
        _renew() {
            const { _socket } = this._hub;
            const { auth } = _socket;
            const send = (renewed) => this._tell(authEvent, renewed);
            if (this._all()[0] !== this)
                return;
            if (typeof auth === 'function')
                auth.call(_socket, send);
            else if (auth)
                send(auth);
        }
        /** Something was created, updated or deleted: in this backend, if it is spelled so. */
        _change(entity, url, event, attributes) {
            const { collection, model, event: prefix } = this._spelling;
            const id = url.startsWith(model + '/') ? decoded(url.slice(model.length + 1)) : '';
            if (event === 'create' ? url !== collection : !id || !/^(update|delete)$/.test(event))
                return;
            if (isModel(entity) && String(entity.id) !== id)
                return;
            if (this._applies)
                attempt(apply, undefined, [entity, event, attributes, id]);
            if (isModel(entity))
                return;
            attempt(entity.trigger, entity, [pushEvent(prefix, event), attributes]);
            attempt(entity.trigger, entity, [prefix, event, attributes]);
        }
        _all() {
            return this._hub._at('');
        }
        /** Nothing is kept for later: the next connection begins with a hello. */
        _tell(event, data = { backend: this._backend, channel: this._channel }) {
            const { _socket } = this._hub;
            if (_socket.connected)
                emit(_socket, event, data);
        }
    }
    /** By Backbone's own list, which each of its versions has. */
    const isListenedTo = (entity) => !!entity && Object.keys(entity._events || {}).length > 0;
    /** What `bindBackend` does with what is heard. */
    function apply(entity, event, attributes, id) {
        const model = isModel(entity) ? entity : entity.get(id);
        if (event === 'create')
            entity.add(attributes, { merge: true });
        else if (!model)
            return;
        else if (event === 'update')
            model.set(attributes);
        else if (isModel(entity))
            entity.trigger('destroy', entity, entity.collection);
        else
            entity.remove(model);
    }

    // What models and collections get: ioBind, ioUnbind and ioUnbindAll, one implementation for both.
    /** Names that are Backbone's alone: a message must not look as if a model had been added, changed or destroyed. */
    const refused = /^(add|remove|reset|change(Id|:.*)?|destroy|all)$/;
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
                const bound = boundsOf(this).find((one) => one instanceof Bound && one._hub === hub) || new Bound(Backbone, this, hub);
                for (const [event, one] of events)
                    bound._bind(event, one, context || this);
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
        if (first && !first.removeListener)
            rest.unshift(undefined);
        if (names && typeof names === 'object')
            rest.splice(1, 0, undefined);
        return rest;
    }
    /** Takes away what fits, and nothing else; what is not given fits any. */
    function unbind(entity, names, callback, context, socket) {
        const fits = (wanted, value) => wanted == null || wanted === value;
        const events = eventsOf(names, callback);
        for (const bound of boundsOf(entity)) {
            if (!fits(socket, bound._hub._socket))
                continue;
            bound._unbind(({ _event, _callback, _context }) => fits(context, _context) && events.some(([event, one]) => fits(event, _event) && fits(one, _callback)));
        }
        return entity;
    }
    /** Backbone's ways to name events, `'create delete'` and `{ create: callback }`, in pairs; no name at all is any event. */
    function eventsOf(names, callback) {
        if (!names)
            return [[undefined, callback]];
        if (typeof names === 'object')
            return Object.keys(names).flatMap(name => eventsOf(name, names[name]));
        return names.trim().split(/\s+/).map(event => [event, callback]);
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
                for (const bound of boundsOf(this))
                    bound._notice(all);
                // Also of a model that waits to be added until it is saved.
                if (all[0] === 'request' && this.collection)
                    for (const bound of boundsOf(this.collection))
                        bound._notice(all);
                return trigger.apply(this, all);
            };
            // Backbone 1.4 and later call it before anything else, with all that the constructor was given.
            const { preinitialize } = prototype;
            Object.assign(prototype, bind, {
                bindBackend() {
                    return bindBackend(Backbone, this);
                },
                ioSubscribe(options) {
                    return subscribe(Backbone, this, options);
                },
                preinitialize(...args) {
                    const [, options] = args;
                    if (options && options.backend)
                        this.backend = options.backend;
                    if (preinitialize)
                        preinitialize.apply(this, args);
                },
                ioBindVersion: version,
                off: offAndUnbind,
                unbind: offAndUnbind,
                trigger: noticeAndTrigger,
            });
        }
        // Every Backbone's constructor of a collection calls `_reset`, before `initialize`.
        const { prototype } = Backbone.Collection;
        for (const name of ['_reset', 'fetch']) {
            const method = prototype[name];
            prototype[name] = function (...args) {
                listen(Backbone, this);
                return method.apply(this, args);
            };
        }
        // As the page's `io`; the socket is that of all.
        const connect = (...args) => (Backbone.socket = required(globalThis.io, 'io: load a Socket.IO client')(...args));
        Object.assign(Backbone, { ioUnbindAll, io: { connect } });
    }

    // Loading this gives models and collections their ioBind: the entry of the bundle backbone.iobind.
    installBind(Backbone);

    return Backbone;

});
//# sourceMappingURL=backbone.iobind.js.map
