'use strict';

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
const isSyncMethod = (method) => isWrite(method) || method === 'read';
/** A backend with exactly one store answers these two methods as well, and sends its subscribers `todos:changes`. */
const subscribeMethod = 'subscribe';
const unsubscribeMethod = 'unsubscribe';
const changesEvent = 'changes';
/** The id in a document's url, as it is written there; `''` for any other url. */
const idIn = (url, model) => (url.startsWith(model + '/') ? url.slice(model.length + 1) : '');
/** The channel of a push, from its arguments; `''` is the default one. */
const channelOf = ([, meta]) => (meta || {}).channel || '';
/** The companion's own events. All but `iosync:hello` are sent only by, and to, a server that has said hello. */
const helloEvent = 'iosync:hello';
const joinEvent = 'iosync:join';
const leaveEvent = 'iosync:leave';
const authEvent = 'iosync:auth';
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

// Everything that is bound to one socket, by url, served by one catch-all listener and one Map. Measured against a listener for each
// model and event, as in 0.4.9, a bound model takes less than half the memory, and almost nothing is left when it ends. A socket without
// `onAny`, of an older client or a fake, gets ordinary listeners (see bound.ts).
/** The current hubs. Once a hub is not here any more, everything bound through it has ended. */
const hubs = new WeakMap();
/** The same hubs, to iterate over; weak, so that a socket the page has dropped can be garbage-collected. */
const all = new Set();
function hubOf(socket) {
    return hubs.get(socket) || new Hub(socket);
}
/** Ends everything that is bound to this socket; without one, to any socket. */
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
        /** By decoded url, or `''` for every message. The lists are replaced, never changed, so that a message in progress keeps its own. */
        this._hearers = new Map();
        this._hasEnded = false;
        /** Urls (with raw ids) and events may have colons of their own, so each colon may be the one between them. */
        this._hear = (event, ...args) => {
            const name = withoutSlash(String(event));
            if (name === authEvent)
                renew(this._socket);
            for (let colon = name.lastIndexOf(':'); colon > 0; colon = name.lastIndexOf(':', colon - 1)) {
                const url = name.slice(0, colon);
                // What is bound while this message is dispatched does not hear it.
                const due = [...this._at(url), ...this._at('')].map(hearer => [hearer, hearer._bindings]);
                for (const [hearer, bindings] of due)
                    hearer._hear(name.slice(colon + 1), args, bindings, url);
            }
        };
        hubs.set(_socket, this);
        all.add(new WeakRef(this));
    }
    /** A model that still waits for its id is not in the map: when the id comes, it sees `_hasEnded`. */
    _end() {
        hubs.delete(this._socket);
        this._hasEnded = true;
        for (const hearers of this._hearers.values())
            for (const hearer of hearers)
                hearer._unbind();
    }
    _add(url, hearer) {
        const { onAny } = this._socket;
        const key = decoded(url);
        const others = this._hearers.get(key);
        if (onAny && !this._hearers.size)
            onAny.call(this._socket, this._hear);
        this._hearers.set(key, others ? [...others, hearer] : [hearer]);
    }
    _remove(url, hearer) {
        const { offAny } = this._socket;
        const key = decoded(url);
        const others = this._hearers.get(key).filter(other => other !== hearer);
        if (others.length)
            this._hearers.set(key, others);
        else
            this._hearers.delete(key);
        if (offAny && !this._hearers.size)
            offAny.call(this._socket, this._hear);
    }
    _at(url) {
        return this._hearers.get(url) || this._hearers.get(decoded(url)) || [];
    }
}
/** The login is about to expire: sends the page's credentials again. After the hello that follows, refused joins are tried again. */
function renew(socket) {
    const { auth } = socket;
    const send = (renewed) => {
        if (socket.connected)
            emit(socket, authEvent, renewed);
    };
    if (typeof auth === 'function')
        auth.call(socket, send);
    else if (auth)
        send(auth);
}
/** A server may write a url with a leading slash or without. */
const withoutSlash = (url) => url.replace(/^\//, '');
/** It may also write the id raw, or encoded as Backbone's `url()` does. */
function decoded(url) {
    try {
        return url.includes('%') ? decodeURIComponent(url) : url;
    }
    catch (_a) {
        return url;
    }
}

// The bindings of one object on one socket: callbacks for events, found by the object's url. They are shown every event of the object,
// so they follow the model's id, end with `destroy`, and hear local events as well.
/** The property with an object's hearers: faster to look up than a WeakMap, also where nothing is bound. */
const key = Symbol('ioBind');
const none = [];
const hearersOf = (entity) => entity[key] || none;
function attach(entity, hearer) {
    entity[key] = [...hearersOf(entity), hearer];
}
function detach(entity, hearer) {
    entity[key] = hearersOf(entity).filter(other => other !== hearer);
}
/** The event that is being triggered locally because of a message. */
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
        /** Remove the listeners from a socket without `onAny`. */
        this._undos = none;
    }
    /** Binding the same again has no effect. Throws, and changes nothing, if the object has no url. */
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
    /** Ends the bindings that `isMeant` selects, or all. */
    _unbind(isMeant = () => true) {
        this._bindings = this._bindings.filter(binding => !isMeant(binding));
        if (this._bindings.length)
            return this._move(this._url);
        this._move(undefined);
        detach(this._entity, this);
    }
    /** Called for a message of the server: runs each callback once, and triggers the event locally. */
    _hear(event, args, due) {
        const entity = this._entity;
        const { collection } = entity;
        const backend = backendOf(entity);
        // A push from a channel that was just left may still arrive.
        if (backend && backend.channel !== channelOf(args))
            return;
        if (!this._run(event, args, due) || this._isBackbones(event))
            return;
        const outer = triggering;
        triggering = { _entity: entity, _event: event, _first: args[0] };
        attempt(() => entity.trigger(event, ...args));
        // A collection hears the event even if a callback has just removed the model from it.
        if (collection && !entity.collection)
            attempt(() => collection.trigger(event, ...args));
        triggering = outer;
    }
    /** Runs each callback that is still bound when its turn comes. Returns whether there was one. */
    _run(event, args, due) {
        let isBound = false;
        for (const binding of due) {
            if (binding._event !== event || !this._bindings.includes(binding))
                continue;
            isBound = true;
            attempt(() => binding._callback.apply(binding._context, args));
        }
        return isBound;
    }
    /** Called for every event of the object: see install.ts. */
    _notice(all) {
        const entity = this._entity;
        const [event, ...args] = all;
        if (this._hub._hasEnded || (event === 'destroy' && args[0] === entity))
            return this._unbind();
        if (this._id !== idOf(entity) || !this._url)
            this._follow();
        if (triggering._entity === entity && triggering._event === event)
            return;
        // The page may trigger a list of events, and Backbone accepts names that are not strings.
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
            // The object has no url for now: the bindings wait until it has one.
        }
        this._move(url);
    }
    /** The object's url; undefined for a model with Backbone's own `url` that has no id yet. */
    _find() {
        const entity = this._entity;
        const waits = isModel(entity) && entity.isNew() && entity.url === this._Backbone.Model.prototype.url;
        return waits ? undefined : withoutSlash(findUrl(entity));
    }
    /** From now on messages find the object by this url; if it is undefined, not at all. */
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
        this._undos = [...new Set(due.map(({ _event }) => _event))].flatMap(event => urls.flatMap(spelling => [spelling, '/' + spelling]).map(spelling => on(_socket, eventName(spelling, event), (...args) => this._hear(event, args, due))));
    }
    /** Events that have another meaning in Backbone: callbacks run, but nothing is triggered. */
    _isBackbones(event) {
        return /^(request|sync|error|invalid|sort)$/.test(event) || (event === 'update' && !isModel(this._entity));
    }
}
const isModel = (entity) => 'isNew' in entity;
const idOf = (entity) => entity.id;

// Changes made to a live model or collection. If a listener or a `parse` throws, everything else is applied all the same.
const modelsOf = (entity) => (isModel(entity) ? [entity] : entity.models);
function modelOf(entity, id) {
    const isMeant = (model) => String(model.id) === id;
    if (isModel(entity))
        return isMeant(entity) ? entity : undefined;
    const saved = entity.models.find(({ id }) => id != null);
    // Its `modelId` is not the models' `id`.
    const isOdd = saved && entity.modelId && entity.modelId(saved.attributes) !== saved.id;
    return isOdd ? entity.find(isMeant) : entity.get(id);
}
/** An existing model knows best: a collection's `model` may be a factory function, which has no `idAttribute`. */
function idAttributeOf(entity) {
    const [made] = modelsOf(entity);
    const { idAttribute } = made || entity.model.prototype || {};
    return idAttribute || 'id';
}
function setRows(entity, rows) {
    let isDone = false;
    const set = () => {
        if (isModel(entity))
            for (const row of rows)
                entity.set(entity.parse(row, {}) || {});
        else
            entity.set(rows, { parse: true, remove: false });
        isDone = true;
    };
    attempt(set);
    if (isDone || !rows[1])
        return;
    // A `set` that throws leaves the models that it has created in `_byId`, although they were not added.
    const { models, _byId } = entity;
    for (const key of Object.keys(_byId))
        if (!models.includes(_byId[key]))
            delete _byId[key];
    for (const row of rows)
        setRows(entity, [row]);
}
/** Attributes that have not changed since a write set them get the document's values back. */
function putBack(model, sent, document) {
    const attributes = Object(model.parse(document, {}));
    const names = sent.flatMap(one => Object.keys(one).filter(name => name !== model.idAttribute && model.get(name) === one[name]));
    attempt(() => model.set(Object.assign({}, ...names.map(name => name in attributes && { [name]: attributes[name] }))));
    unset(model, names.filter(name => !(name in attributes)));
}
function unset(model, names) {
    if (names[0])
        attempt(() => model.set(Object.assign({}, ...names.map(name => ({ [name]: undefined }))), { unset: true }));
}
/** No effect if the collection has it already. */
function addModel(entity, model) {
    if (!isModel(entity))
        attempt(() => entity.add(model));
}
/** A single live model cannot be removed: it triggers `destroy`. */
function removeModels(entity, models) {
    if (!isModel(entity))
        attempt(() => entity.remove(models));
    else if (models.length)
        attempt(() => entity.trigger('destroy', entity, entity.collection));
}
/** Triggers `<event>:<method>`, then `<event>` with the method as its first argument, as backbone.io does. */
function tell(entity, { event = 'io' }, method, ...args) {
    attempt(() => entity.trigger(eventName(event, method), ...args));
    attempt(() => entity.trigger(event, method, ...args));
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

// A subscription with `fields` shows a part of each document. Requests of its models are for that part, even after the subscription has
// ended. What `fields` do not cover is left alone: in the model, and on the server unless the page changes it.
/** The fields that models were shown, if that was a part of their documents; undefined once they were shown the whole. */
const parts = new WeakMap();
/** The other attributes of these models, as the page last received or sent them. A model without an entry has only its `defaults`. */
const rests = new WeakMap();
const covers = (fields, name) => !fields || fields.some(path => path.split('.')[0] === name);
/** `attributes` are those that the model had before, if it existed. */
function show(model, fields, attributes) {
    if (!model)
        return;
    const part = parts.get(model);
    if (fields && attributes && !part)
        rests.set(model, Object.assign({}, attributes));
    if (parts.has(model))
        parts.set(model, merged(part, fields));
    else if (fields)
        parts.set(model, fields);
}
/** The fields of both lists, or `others` itself if it has them all; undefined, the whole document, includes any list. */
const merged = (some, others) => some && others && (some.every(one => others.includes(one)) ? others : [...new Set([...some, ...others])]);
/**
 * Limits a request to the fields that the page was shown. Called once all subscriptions have seen the request: a model may belong to
 * several, and one of them may show the whole document.
 */
function narrow({ entity, request, options, sent, shown }) {
    const part = parts.get(entity);
    const lists = part ? [part, ...shown.filter(fields => fields)] : shown;
    const fields = lists[0] && lists.reduce(merged);
    if (!fields)
        return;
    // The request of a model that has left its collection is named after the url, and has no meta.
    const { meta = (request.meta = {}) } = request;
    meta.fields = fields;
    if (options.data)
        return;
    const rest = rests.get(entity) || Object.assign({}, result(entity, 'defaults'));
    const data = (request.data = Object.assign(Object.create(null), request.data));
    rests.set(entity, rest);
    for (const name of Object.keys(sent)) {
        if (covers(fields, name) || name === entity.idAttribute)
            continue;
        if (/:update$/.test(request.event) && isSame(sent[name], rest[name])) {
            delete data[name];
            delete sent[name];
        }
        else
            rest[name] = sent[name];
    }
}
const isSame = (one, other) => one === other || JSON.stringify(one) === JSON.stringify(other);

// The version and the attribute names of each document that a page has heard of: so it recognises outdated messages, and attributes that
// were removed. Kept when a subscription ends, because a write may still fail then.
/** A version that no document has. */
const unknown = -1;
const unheard = { version: unknown, names: [] };
const knowns = new WeakMap();
function knownOf(entity) {
    const known = knowns.get(entity) || new Known();
    knowns.set(entity, known);
    return known;
}
class Known {
    constructor() {
        this._documents = new Map();
        /** Documents that have to be read again, each with the attributes that failed writes have set. */
        this._broken = new Map();
        /** Models whose creation has failed, or seems to have, by the write's `op`. */
        this._lost = new Map();
        /** Ids in the server's order, from the first that `_after` has not passed yet. */
        this._ordered = [];
    }
    get _size() {
        return this._documents.size;
    }
    /** Whether the server has told the document's version. */
    _has(id) {
        return this._versionOf(id) !== unknown;
    }
    /** A new object each time the document is heard of, so identity tells whether it was. */
    _get(id) {
        return this._documents.get(id) || unheard;
    }
    _set(id, version, names) {
        this._documents.set(id, { version, names: shared(names) });
    }
    /** Adds attribute names to those that are known. */
    _name(id, names) {
        const had = this._namesOf(id);
        this._set(id, this._versionOf(id), [...had, ...names.filter(name => !had.includes(name))]);
    }
    _versionOf(id) {
        return this._get(id).version;
    }
    _namesOf(id) {
        return this._get(id).names;
    }
    _order(ids) {
        this._ordered = ids.map((id) => [byCodePoints(id), id]).sort(([a], [b]) => (a < b ? -1 : 1));
    }
    /** Up to `most` ids after `after`, with their versions. Call with ascending ids: those before are dropped. */
    _after(after, most) {
        const last = byCodePoints(after);
        this._ordered = this._ordered.filter(([key]) => key > last);
        return this._ordered.slice(0, most).map(([, id]) => [id, this._versionOf(id)]);
    }
    /** Forgets the versions, but not the names. */
    _doubt() {
        for (const [id, { names }] of this._documents)
            this._set(id, unknown, names);
    }
    _keep(isMeant) {
        for (const id of this._documents.keys())
            if (!isMeant(id))
                this._documents.delete(id);
    }
}
/** A sort key. JavaScript compares UTF-16 code units, of which surrogates come before U+E000; in these keys they come after U+FFFF. */
const byCodePoints = (id) => id.replace(/\uFFFF/g, '$&\0').replace(/[\uD800-\uDFFF]/g, '\uFFFF$&');
/** Documents of one kind have the same attribute names: each list of names is kept once. */
const lists = new Map();
function shared(names) {
    const key = JSON.stringify(names);
    const list = lists.get(key) || names;
    // The number of different lists may be unlimited.
    if (lists.size < 1000)
        lists.set(key, list);
    return list;
}

// Re-reads documents that may differ from the server: after a failed write, and after a write that the subscription was not told about.
class Repairs {
    constructor(_host, _known, _reader) {
        this._host = _host;
        this._known = _known;
        this._reader = _reader;
        /** The repairs that wait for an answer. If it has not come by the next tick, the document is requested again. */
        this._reading = new Set();
    }
    _restart() {
        this._reading.clear();
        this._readAll();
    }
    _readAll() {
        if (!this._reader._isLive())
            return;
        for (const [id, sent] of this._known._broken)
            if (!this._host._isWriting(id))
                this._repair(id, sent);
    }
    /** Attributes that the write has set, and nobody has changed since, get the server's values back. */
    _repair(id, sent) {
        const { _host, _known, _reading } = this;
        const told = _known._get(id);
        if (_reading.has(sent))
            return;
        _reading.add(sent);
        this._reader._read(id, (error, documents) => {
            if (error || _host._hasEnded || _known._broken.get(id) !== sent)
                return;
            _reading.delete(sent);
            // The answer may be older than what was heard meanwhile.
            if (_known._get(id) !== told || _host._isWriting(id))
                return this._readAll();
            _known._broken.delete(id);
            const document = [].concat(documents)[0];
            const held = _known._versionOf(id);
            if (!document)
                return _host._remove({ action: 'leave', id, version: held });
            const version = document[versionAttribute];
            const attrs = Object.assign({}, document);
            for (const name of [versionAttribute, _host._idAttribute])
                delete attrs[name];
            const model = _host._get(id);
            if (!model || version > held)
                _host._put([{ action: 'put', id, version, attrs }]);
            if (model)
                attempt(() => putBack(model, sent, attrs));
        });
    }
}

// The page's own writes while they are under way. What the server tells of their documents is applied only when they have ended, so that
// no user's typing is overwritten, and no created model is added twice. After a write that failed, the document is read again.
/** All requests under way on the page: while they are, a collection may become live, or be subscribed again. */
const underWay = new Set();
/** Takes the arguments of a `request` event. Undefined if the request's method is not one of Backbone's. */
function note(args) {
    const [, entity, request, options = {}] = args;
    const { event = '', always } = request;
    const method = event.slice(event.lastIndexOf(':') + 1);
    if (!isSyncMethod(method))
        return undefined;
    const isWriting = isWrite(method);
    const sent = {};
    const { attributes } = entity;
    const { attrs } = options;
    const names = isWriting && method !== 'delete' ? Object.keys(attrs || entity.toJSON(options)) : [];
    for (const name of names)
        sent[name] = attributes[name];
    const asked = { entity, request, options, sent, isWrite: isWriting, wasNew: isWriting && entity.isNew(), shown: [] };
    underWay.add(asked);
    always.call(request, () => underWay.delete(asked));
    return asked;
}
/** Undefined on the plain wire, which a model without a backend uses. */
const opOf = ({ meta }) => meta && meta.op;
class Writes {
    constructor(_host, _known) {
        this._host = _host;
        this._known = _known;
        this._seen = new WeakSet();
        this._mine = new Set();
        this._later = [];
        /** Documents that the page knows only by its own writes: if the subscription does not show them, the server tells nothing of them. */
        this._untold = new Set();
    }
    /** Takes charge of the requests under way; `areOld`: they were begun before the subscription. */
    _adopt(areOld = false) {
        for (const asked of underWay) {
            if (this._seen.has(asked) || !this._host._has(asked.entity))
                continue;
            this._seen.add(asked);
            asked.shown.push(this._host._fields);
            if (asked.isWrite)
                this._begin(asked, areOld);
            else
                this._host._answerLate(asked);
        }
    }
    _begin(write, isOld) {
        const { request, options } = write;
        const { success } = options;
        if (typeof success === 'function')
            options.success = (answer) => success(this._host._newsOf(write, answer));
        this._mine.add(write);
        request
            .always(() => this._mine.delete(write))
            .done(answer => this._done(write, answer, isOld))
            .fail(error => this._fail(write, error))
            .always(() => this._host._apply(this._later.splice(0)));
    }
    /**
     * Keeps the entry for later if it has to wait. A model that is being created may be this very document, unless the entry's `op` is
     * another write's.
     */
    _holds(entry, isKnown) {
        const { id, op } = entry;
        const mayBe = ({ entity, request, wasNew }) => wasNew && (op ? op === opOf(request) : entity.isNew());
        const isHeld = this._isBusy(id) || (!isKnown && [...this._mine].some(mayBe));
        if (isHeld)
            this._later.push(entry);
        return isHeld;
    }
    /** Marks the document as one to be read again; `sent` is what a failed write has set. */
    _doubt(id, sent = {}) {
        const { _broken } = this._known;
        _broken.set(id, [...(_broken.get(id) || []), sent]);
    }
    /** Called once everything committed so far has been told. */
    _doubtUntold() {
        for (const id of this._untold)
            this._doubt(id);
        this._untold.clear();
    }
    /** Drops the entries that are held back. */
    _forget() {
        this._later = [];
    }
    /** Whether entries of this document have to wait. */
    _isBusy(id) {
        return this._isOf(id) || this._later.some(one => one.id === id);
    }
    _isOf(id) {
        return [...this._mine].some(({ entity }) => String(entity.id) === id);
    }
    get _isCreating() {
        return [...this._mine].some(({ entity }) => entity.isNew());
    }
    /** The names of the attributes that later writes of the model have sent. */
    _sentBeside(write) {
        const mine = [...this._mine];
        return mine.slice(mine.indexOf(write) + 1).filter(({ entity }) => entity === write.entity).flatMap(({ sent }) => Object.keys(sent));
    }
    /** The model that the write with this `op` has created, although the write had seemed to fail. */
    _lostBy(op) {
        const model = op ? this._known._lost.get(op) : undefined;
        return model && model.isNew() ? model : undefined;
    }
    _done(write, answer, isOld) {
        const { entity, wasNew } = write;
        // The document was created, but the user may not see it any more, so the answer is empty.
        if (entity.isNew())
            return this._lose(write);
        // The page may have removed the model meanwhile, or never added it.
        if (wasNew && !this._host._get(String(entity.id)))
            return;
        if (wasNew || !this._known._has(String(entity.id)))
            this._untold.add(String(entity.id));
        if (isOld)
            this._doubt(String(entity.id));
        this._host._note(write, answer, isOld);
    }
    _fail(write, error) {
        const { entity, sent } = write;
        if (!entity.isNew())
            this._doubt(String(entity.id), sent);
        // A write that the server refused was not executed; after one of these errors it may have been.
        else if (error.name === 'IoSyncError')
            this._lose(write);
    }
    _lose({ entity, request }) {
        const { _lost } = this._known;
        for (const [op, model] of _lost)
            if (!model.isNew() || !this._host._has(model))
                _lost.delete(op);
        _lost.set(opOf(request), entity);
    }
}

// The page's copy of the server's documents, and how changes are applied to it: none over a newer one, and one model for each document.
class Replica {
    constructor(_entity, _options, _reader) {
        this._entity = _entity;
        this._options = _options;
        this._reader = _reader;
        /** True from the server's first answer on: after that a fetch adds no documents. */
        this._isOurs = false;
        this._hasEnded = false;
        this._isEmptied = false;
        this._idAttribute = idAttributeOf(_entity);
        this._fields = _options.fields;
        this._known = knownOf(_entity);
        this._known._doubt();
        this._writes = new Writes(this, this._known);
        this._repairs = new Repairs(this, this._known, _reader);
        this._meet(modelsOf(this._entity));
        this._writes._adopt(true);
    }
    /** Takes in models that the page has from elsewhere. A collection subscribed in `initialize` may get its documents only after that. */
    _meet(models = modelsOf(this._entity).filter(model => model.has(versionAttribute))) {
        for (const model of models) {
            const version = model.get(versionAttribute);
            if (version != null)
                model.unset(versionAttribute, { silent: true });
            if (version != null)
                show(model, this._fields, model.attributes);
            const defaults = Object(result(model, 'defaults'));
            // The attributes that it would save are those that the server has, or had.
            const names = Object.keys(model.toJSON()).filter(name => !(name in defaults));
            if (!model.isNew())
                this._known._set(String(model.id), version == null ? unknown : version, names);
        }
    }
    get _size() {
        return modelsOf(this._entity).length;
    }
    /** Up to `most` documents after the id `after`. Entries that are held back may be outdated; the pages that are asked for replace them. */
    _heldAfter(after, most) {
        if (!after) {
            this._writes._forget();
            this._known._order(this._ids());
        }
        return this._known._after(after, most);
    }
    /** Ids whose version the server has not told: a fetch, or the page itself, may have added their models meanwhile. */
    _unknown() {
        return this._ids().filter(id => !this._known._has(id) && !this._writes._isBusy(id));
    }
    /** Of several entries for a document, the newest counts. */
    _apply(entries) {
        if (this._hasEnded)
            return;
        this._writes._adopt();
        const newest = new Map();
        for (const entry of entries) {
            const before = newest.get(entry.id);
            if (before && before.version > entry.version)
                continue;
            newest.set(entry.id, before && before.attrs && entry.action === 'put' ? Object.assign({}, before, entry) : entry);
        }
        const puts = [];
        for (const entry of newest.values()) {
            const { action, id, version } = entry;
            if (this._writes._holds(entry, !!this._get(id)))
                continue;
            this._writes._untold.delete(id);
            if (action !== 'put') {
                if (this._known._versionOf(id) <= version)
                    this._remove(entry);
                // The page's own write is newer; it does not tell whether the subscription still shows the document.
                else
                    this._writes._doubt(id);
            }
            else if (this._known._versionOf(id) < version)
                puts.push(entry);
        }
        if (puts.length)
            this._put(puts);
        this._repairs._readAll();
    }
    /** Called when a request is about to be sent. */
    _notice([entity, request, options = {}]) {
        const { meta } = request;
        if (meta && options.ifVersion)
            meta.ifVersion = this._known._versionOf(String(entity.id));
        this._writes._adopt();
    }
    _has(entity) {
        const subscribed = this._entity;
        return entity === subscribed || entity.collection === subscribed
            || (isModel(entity) && !isModel(subscribed) && subscribed.get(entity) === entity);
    }
    _note({ entity, request: { version, meta }, sent }, answer, isOld) {
        const id = String(entity.id);
        const names = this._known._namesOf(id);
        const attrs = Object(answer);
        if (meta)
            show(entity, meta.fields);
        if (this._hasEnded || this._known._versionOf(id) > version)
            return;
        const hasSameFields = (meta && meta.fields) === this._fields;
        // A write that was sent before, or for another subscription, may be answered with other attributes; and without a version, with none.
        const isTold = hasSameFields && !isOld && version != null;
        // Attributes that others have removed.
        if (isTold && this._get(id) && !this._writes._isOf(id))
            this._takeAway(entity, names, attrs);
        if (version != null)
            this._known._set(id, isTold ? version : version - 1, isTold ? [] : names);
        if (hasSameFields)
            this._known._name(id, Object.keys(Object.assign({}, attrs, sent)));
    }
    /** The answer, but nothing in it that is older than what the model has, or than what the page is just writing. */
    _newsOf(write, answer) {
        const { entity, request, options, wasNew } = write;
        const { attributes } = entity;
        if (this._hasEnded || entity.isNew() || answer !== Object(answer))
            return answer;
        if (wasNew) {
            // A model that was saved twice before it had an id becomes the second document now, and the first has no model.
            this._writes._doubt(String(entity.id));
            return answer;
        }
        if (this._known._versionOf(String(entity.id)) > request.version) {
            options.parse = false;
            // With `wait`, Backbone sets what was sent once more.
            this._writes._doubt(String(entity.id), write.sent);
            return Object.assign({}, attributes);
        }
        const kept = {};
        for (const name of this._writes._sentBeside(write))
            if (name in answer)
                kept[name] = attributes[name];
        // The later write may fail.
        if (Object.keys(kept)[0])
            this._writes._doubt(String(entity.id), kept);
        return Object.assign({}, answer, kept);
    }
    /** Until the server's first answer a fetch sets whatever it brings; after that, only documents that are there, and nothing older. */
    _answerLate({ entity, request: { meta }, options }) {
        const { success } = options;
        const isShown = entity === this._entity || this._get(String(entity.id)) === entity;
        if (!isShown || typeof success !== 'function')
            return;
        if (meta)
            meta.versions = true;
        options.success = (answer) => {
            const rows = [].concat(answer).map(Object);
            const news = rows.filter(row => this._isNews(String(row[this._idAttribute]), row[versionAttribute]));
            for (const row of rows)
                delete row[versionAttribute];
            for (const row of this._isOurs ? news : rows)
                this._known._name(String(row[this._idAttribute]), Object.keys(row));
            if (this._hasEnded && !this._isEmptied)
                return void success(answer);
            // A model that the page is just creating would be there twice.
            const isWhole = !this._isOurs && !this._writes._isCreating;
            Object.assign(options, { remove: false, reset: false }, !isWhole && !news[0] && { parse: false });
            success(isWhole ? answer : isModel(entity) ? news[0] || {} : news);
        };
    }
    _isWriting(id) {
        return this._writes._isOf(id);
    }
    _isNews(id, version) {
        return !!this._get(id) && !this._writes._isOf(id) && this._known._versionOf(id) <= version;
    }
    /** Called by a tick or an answer: all earlier commits have arrived, so nothing outdated can come of documents that are gone. */
    _settle() {
        const isLive = this._reader._isLive();
        if (isLive && this._known._size > this._size)
            this._known._keep(id => this._get(id) || this._writes._isBusy(id));
        if (isLive)
            for (const id of this._unknown())
                this._writes._doubt(id);
        this._writes._doubtUntold();
        this._repairs._restart();
    }
    /** Called when the known versions are those of another view, or of another database. */
    _doubt() {
        this._writes._forget();
        this._known._doubt();
    }
    /** The user may not see any of the documents any more. */
    _clear() {
        this._isOurs = this._isEmptied = true;
        removeModels(this._entity, modelsOf(this._entity).filter(model => !model.isNew()));
    }
    _put(entries) {
        const heard = [];
        const rows = [];
        for (const { id, version, attrs, op } of entries) {
            const lost = this._writes._lostBy(op);
            // If the document has come already, without its `op`, there would be two models of it.
            if (lost && this._get(id))
                removeModels(this._entity, [lost]);
            else if (lost) {
                attempt(() => lost.set(this._idAttribute, id));
                addModel(this._entity, lost);
                this._known._name(id, Object.keys(lost.toJSON()));
            }
            const model = this._get(id);
            const names = this._known._namesOf(id);
            if (model && !this._known._has(id))
                show(model, this._fields, model.attributes);
            this._known._set(id, version, attrs ? Object.keys(attrs) : names);
            // The page has removed the model itself: the document has to be read to come back.
            if (!attrs && !model)
                this._writes._doubt(id);
            if (!attrs)
                continue;
            const row = Object.assign({}, attrs, { [this._idAttribute]: model ? model.id : id });
            // An attribute of this name, which other programs may store, is not the document's version.
            delete row[versionAttribute];
            rows.push(row);
            heard.push(() => {
                const held = model || this._get(id);
                show(held, this._fields);
                tell(this._entity, this._options, model ? 'update' : 'create', held, attrs);
            });
            if (model)
                this._takeAway(model, names, attrs);
        }
        setRows(this._entity, rows);
        for (const one of heard)
            one();
    }
    _remove({ action, id, version }) {
        const model = this._get(id);
        // A document that has only left the subscription may come back in the same version.
        this._known._set(id, action === 'leave' ? version - 1 : version, []);
        if (!model)
            return;
        removeModels(this._entity, [model]);
        tell(this._entity, this._options, 'delete', model, { [this._idAttribute]: model.id });
    }
    _get(id) {
        return modelOf(this._entity, id);
    }
    _takeAway(model, names, left) {
        unset(model, names.filter(name => !(name in left) && name !== this._idAttribute && covers(this._fields, name)));
    }
    _ids() {
        return modelsOf(this._entity).filter(({ id }) => id != null).map(({ id }) => String(id));
    }
}

// Keeps a collection, or a model, equal to the server: says what the page has, and is told what is missing, changed or gone, and then what
// is committed. Each message covers the log from one head to another; if it does not begin where the last one ended, a message was lost,
// and the subscription asks for the changes. It also asks on each new connection, and when the login has changed.
/** How long a server has to answer, in ms. */
const answerTimeout = 10000;
/** Documents that one request names, at most. */
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
        /** Ids of the acknowledgements that are due, so that none is left on the socket. */
        this._acks = new Set();
        /** Messages that came before the answer, which says whether their shape is this subscription's. */
        this._early = [];
        const { cursor, where, fields } = _options;
        this._cursor = cursor && Object.assign({}, cursor);
        this._isWhole = !!cursor;
        this._replica = new Replica(_entity, _options, {
            _isLive: () => this.state === 'live',
            _read: (id, callback) => this._emit('read', { where: where ? { $and: [where, { id }] } : { id } }, callback, { versions: true, fields }),
        });
        this.ready = new Promise((resolve, reject) => (this._settle = { resolve, reject }));
        // A page need not handle the rejection.
        this.ready.catch(() => { });
        const socket = _hub._socket;
        attach(_entity, this);
        _hub._add('', this);
        this._undos = [
            on(socket, 'connect', () => this._greet()),
            on(socket, 'disconnect', () => this._lose()),
            // Only a server that refuses sends data. Socket.IO does not try again by itself then; the page can, with another `auth`.
            on(socket, 'connect_error', error => error.data && this._report(error.data)),
        ];
        if (socket.connected)
            this._greet();
    }
    stop() {
        this._close(new IoSyncError('aborted', subscribeMethod));
    }
    /** Called by ioUnbindAll, of the page or of the object. */
    _unbind(isMeant = () => true) {
        if (isMeant({}))
            this.stop();
    }
    _notice([event, ...args]) {
        if (event === 'request' && args[1])
            this._replica._notice(args);
        else if (event === 'destroy' && args[0] === this._entity)
            this._close(new IoSyncError('not_found', subscribeMethod));
    }
    _hear(event, args, _due, url) {
        const name = eventName(url, event);
        if (name === helloEvent)
            this._begin(args[0]);
        else if (name === eventName(this._backend, changesEvent))
            this._change(Object(args[0]));
    }
    /** Asks for a hello: the one sent on connecting may have been missed. Any other server sends none; a companion may be slow. */
    _greet() {
        const { _socket } = this._hub;
        const isKnown = () => !!formerHelloOf(_socket);
        emit(_socket, helloEvent);
        this._wait(isKnown() ? grace : 2.5 * grace, () => (isKnown() ? this._greet() : this._close(new IoSyncError('unsupported', subscribeMethod))));
    }
    _begin(hello) {
        const on = greet(this._hub._socket, hello);
        if (!on || this._askedOn === on)
            return;
        const name = backendNamed(hello.backends, this._backend);
        if (!name || !hello.backends[name].live)
            return this._close(new IoSyncError('unsupported', subscribeMethod));
        this._backend = name;
        this._entity.backend = { name, channel: this._options.channel };
        this._askedOn = on;
        this._shape = undefined;
        this._ask();
    }
    /** Asks for the changes since the cursor, or for everything, page by page. */
    _ask(after = this._isWhole ? undefined : '') {
        if (this.state === 'closed')
            return;
        this._forget();
        this._early = [];
        const { where, fields } = this._options;
        if (!after)
            this._replica._meet();
        const data = { uid: this._uid, where, fields, cursor: this._cursor };
        if (after != null) {
            const held = this._replica._heldAfter(after, mostHeld + 1);
            Object.assign(data, { after, held: held.slice(0, mostHeld), more: held.length > mostHeld });
        }
        const question = (this._question = data);
        this._emit(subscribeMethod, data, (error, answer) => {
            if (this._question !== question)
                return;
            clearTimeout(this._timer);
            if (error)
                this._refuse(error);
            else if (answer)
                this._take(answer);
        });
        this._wait(answerTimeout, () => this._again());
    }
    _take({ shape, cursor, entries, next }) {
        const { _chain: chain, _cursor: former, _replica: replica } = this;
        this._chain = undefined;
        this._shape = shape;
        if (cursor && !(former && cursor.view === former.view && cursor.epoch === former.epoch))
            replica._doubt();
        if (cursor)
            this._cursor = chain && chain.from <= cursor.head ? Object.assign(Object.assign({}, cursor), { head: Math.max(chain.head, cursor.head) }) : cursor;
        if (next != null)
            this._isWhole = false;
        replica._isOurs = true;
        replica._apply(entries);
        for (const message of this._early.splice(0))
            this._change(message);
        this._trigger('progress', replica._size);
        if (next != null)
            return this._ask(next);
        if (replica._unknown()[0])
            return this._ask('');
        this._isWhole = true;
        this._question = undefined;
        this._become('live');
        if (this._settle)
            this._settle.resolve();
        replica._settle();
    }
    _change(message) {
        const { shape, from, head, entries } = message;
        const { _cursor: cursor, _chain: chain } = this;
        // After a new login it asks, and the state stays `live`.
        const isLive = this.state === 'live' && !this._question;
        if (!this._shape)
            return void (this._question && this._early.push(message));
        if (shape !== this._shape)
            return;
        // A message was lost. Ask again: the answer contains the lost changes and these.
        if (isLive && from > cursor.head)
            return this._again();
        // Skip what the answer already contained. While one is pending, a `put` without attributes leaves unchanged what may not be here yet.
        if (!cursor || head > cursor.head)
            this._replica._apply(entries.filter(({ action, attrs }) => isLive || action !== 'put' || attrs));
        // A tick sends no entries: everything told so far has arrived.
        if (!entries[0])
            this._replica._settle();
        if (!cursor || head <= cursor.head)
            return;
        if (from <= cursor.head)
            cursor.head = head;
        else
            this._chain = chain && from <= chain.head ? { from: chain.from, head } : { from, head };
    }
    /** Asks for what it has missed. */
    _again() {
        this._become('behind');
        this._ask();
    }
    /** Tries again after a temporary error; any other ends the subscription. What the user may not see any more is removed. */
    _refuse(error) {
        const { code } = error;
        this._question = undefined;
        this._report(error);
        if (/^(unavailable|timeout|internal|rate_limited)$/.test(code)) {
            if (this.state === 'live')
                this._become('behind');
            return this._wait(answerTimeout, () => this._again());
        }
        if (/^(forbidden|unauthorized)$/.test(code))
            this._replica._clear();
        this._close(error);
    }
    _report(error) {
        attempt(() => this._entity.trigger('error', this._entity, error, {}));
    }
    /** The connection has ended. */
    _lose() {
        this._forget();
        this._shape = this._askedOn = this._chain = undefined;
        this._become('connecting');
    }
    _become(state) {
        if (this.state === state || this.state === 'closed')
            return;
        this.state = state;
        this._trigger('state', state);
    }
    _close(error) {
        if (this.state === 'closed')
            return;
        const { _socket } = this._hub;
        for (const undo of this._undos)
            undo();
        detach(this._entity, this);
        this._hub._remove('', this);
        this._forget();
        this._replica._hasEnded = true;
        if (_socket.connected && this._askedOn)
            emit(_socket, eventName(this._backend, unsubscribeMethod), { uid: this._uid });
        this._become('closed');
        if (this._settle)
            this._settle.reject(error);
    }
    _wait(ms, then) {
        clearTimeout(this._timer);
        if (this.state !== 'closed')
            this._timer = setTimeout(then, ms);
    }
    _emit(method, data, answer, meta) {
        const { _socket } = this._hub;
        const { ids } = _socket;
        if (!_socket.connected)
            return;
        this._acks.add(ids);
        emit(_socket, eventName(this._backend, method), data, Object.assign({ channel: this._options.channel }, meta), (error, result) => {
            this._acks.delete(ids);
            answer(error, result);
        });
    }
    /** Waits for no answer any more. */
    _forget() {
        for (const id of this._acks)
            dropAck(this._hub._socket, id);
        this._acks.clear();
        this._question = undefined;
        clearTimeout(this._timer);
    }
    _trigger(what, value) {
        attempt(() => this._entity.trigger(eventName(this._options.event || 'io', what), value, this._entity));
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

// Collections that listen to what other clients do in their backend, without `ioBind`. The companion says hello on each connection, and
// then they join their channel, if it has a name; if the user may not hear it, the companion sends a leave event. So they need nothing on
// the socket but the hub's one listener. Sockets without `onAny` (Socket.IO 2) hear nothing.
/** Objects that have begun to listen, or to be live. Once the page ends that, they listen again only after `bindBackend`. */
const begun = new WeakSet();
/**
 * A collection begins when it is made; if there is no socket by then, with its first fetch. What the page's `backend` or `socket` throws
 * is reported as uncaught: this is called from a constructor, which must not throw.
 */
function listen(Backbone, entity) {
    attempt(() => {
        if (!begun.has(entity) && backendOf(entity) && socketIfAny(Backbone, setting('socket', entity)))
            begin(Backbone, entity);
    });
}
function bindBackend(Backbone, entity) {
    const hearers = hearersOf(entity);
    // A live object is told by its subscription, and only of documents that match.
    if (hearers.some(one => one instanceof Subscription))
        return entity;
    const listener = hearers.find((one) => one instanceof Listener);
    (listener || begin(Backbone, entity))._applies = true;
    return entity;
}
/** Replaces an earlier subscription or listener of the object: a live one is told by its subscription, and need not be in the channel. */
function subscribe(Backbone, entity, options = {}) {
    const socket = findSocket(Backbone, setting('socket', entity));
    const own = backendOf(entity);
    const name = own ? own.name : namespaceOf(Backbone.ioSync, entity);
    const { channel = own ? own.channel : '' } = options;
    if (isModel(entity) && entity.isNew())
        throw new Error('ioSubscribe needs a model with an id: save it first');
    if (!socket.onAny)
        throw new Error('ioSubscribe needs Socket.IO 3 or later');
    // A copy, because the page may change its own object later.
    const copy = JSON.parse(JSON.stringify(options));
    if (options.where)
        copy.where = JSON.parse(JSON.stringify(options.where, checkCondition));
    for (const one of hearersOf(entity))
        if (one instanceof Listener || one instanceof Subscription)
            one._unbind();
    begun.add(entity);
    const { backend } = entity;
    entity.backend = { name, channel };
    const where = isModel(entity) ? { where: { id: String(entity.id) } } : {};
    const subscription = new Subscription(hubOf(socket), entity, name, Object.assign(copy, { channel }, where));
    // The server has no such live backend: the object's requests go where they went before.
    subscription.ready.catch(({ code }) => {
        if (code === 'unsupported')
            entity.backend = backend;
    });
    return subscription;
}
/** JSON omits these values, or turns them into null: the filter would match more than was meant. */
function checkCondition(name, value) {
    const isLost = value === undefined || typeof value === 'function' || value !== value;
    if (isLost)
        throw new Error(`ioSubscribe: where has ${String(value)} for "${name}"`);
    return value;
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
        /** Whether it applies the changes to its object, as `bindBackend` asks for. */
        this._applies = false;
        this._entity = new WeakRef(entity);
        this._kept = entity;
        this._spelling = { collection: _backend, model: _backend, event: 'backend' };
        attach(entity, this);
        _hub._add('', this);
        // By joining before the page's next request it misses nothing. On a later connection the hello comes unasked.
        const hello = helloOf(_hub._socket);
        if (hello)
            this._greet(hello);
        else
            this._tell(helloEvent);
    }
    _hear(event, args, _due, url) {
        const entity = this._entity.deref();
        const name = eventName(url, event);
        const [first] = args;
        this._kept = isListenedTo(entity) ? entity : undefined;
        if (!entity)
            this._unbind();
        else if (name === helloEvent)
            this._greet(first);
        else if (name === leaveEvent)
            this._putOut(entity, first);
        else if (channelOf(args) === this._channel)
            this._change(entity, url, event, first);
    }
    /** Ends when its model is destroyed. */
    _notice([event, model]) {
        if (event === 'destroy' && model === this._entity.deref())
            this._unbind();
    }
    /** The last listener in a channel leaves it. The default channel is never joined, so never left. */
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
    /** A connection may bring several hellos: joins once for each login. */
    _greet(hello) {
        const on = greet(this._hub._socket, hello);
        const spelling = on && hello.backends[this._backend];
        if (!spelling)
            return;
        this._spelling = spelling;
        if (!this._channel || this._joinedOn === on)
            return;
        this._joinedOn = on;
        this._tell(joinEvent);
    }
    /** The user may not hear the channel, or not any more. */
    _putOut(entity, why) {
        const isMeant = why.backend === this._backend && why.channel === this._channel;
        if (isMeant)
            attempt(() => entity.trigger('error', entity, why, {}));
    }
    /** A document was created, updated or deleted: in this backend, if the url is spelled as its pushes are. */
    _change(entity, url, event, attributes) {
        const { collection, model } = this._spelling;
        const id = decoded(idIn(url, model));
        if (event === 'create' ? url !== collection : !id || !/^(update|delete)$/.test(event))
            return;
        if (isModel(entity) && String(entity.id) !== id)
            return;
        if (this._applies)
            attempt(() => apply(entity, event, attributes, id));
        if (!isModel(entity))
            tell(entity, this._spelling, event, attributes);
    }
    _all() {
        return this._hub._at('');
    }
    /** Sends nothing while disconnected: the next connection begins with a hello. */
    _tell(event, data = { backend: this._backend, channel: this._channel }) {
        const { _socket } = this._hub;
        if (_socket.connected)
            emit(_socket, event, data);
    }
}
/** Looks into Backbone's `_events`, an internal that all its versions have. */
const isListenedTo = (entity) => !!entity && Object.keys(entity._events || {}).length > 0;
/** What `bindBackend` does with a change. */
function apply(entity, event, attributes, id) {
    const model = modelOf(entity, id);
    if (event === 'create')
        entity.add(attributes, { merge: true });
    else if (!model)
        return;
    else if (event === 'update')
        model.set(attributes);
    else
        removeModels(entity, [model]);
}

// What models and collections get: ioBind, ioUnbind and ioUnbindAll, one implementation for both.
/** Reserved for Backbone: a message must not look as if a model had been added, changed or destroyed. */
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
            const bound = hearersOf(this).find((one) => one instanceof Bound && one._hub === hub) || new Bound(Backbone, this, hub);
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
/** The arguments after the names as [socket, callback, context]: the socket is optional, and a map contains the callbacks. */
function inPlace(names, rest) {
    const [first] = rest;
    if (first && !first.removeListener)
        rest.unshift(undefined);
    if (names && typeof names === 'object')
        rest.splice(1, 0, undefined);
    return rest;
}
/** Removes the bindings that match everything given; what is not given matches any. */
function unbind(entity, names, callback, context, socket) {
    const fits = (wanted, value) => wanted == null || wanted === value;
    const events = eventsOf(names, callback);
    for (const hearer of hearersOf(entity)) {
        if (!fits(socket, hearer._hub._socket))
            continue;
        hearer._unbind(({ _event, _callback, _context }) => fits(context, _context) && events.some(([event, one]) => fits(event, _event) && fits(one, _callback)));
    }
    return entity;
}
/** Backbone's ways to name events, `'create delete'` and `{ create: callback }`, as pairs. Without names the event is undefined: any. */
function eventsOf(names, callback) {
    if (!names)
        return [[undefined, callback]];
    if (typeof names === 'object')
        return Object.keys(names).flatMap(name => eventsOf(name, names[name]));
    return names.trim().split(/\s+/).map(event => [event, callback]);
}

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

var version = "1.0.0-alpha.0";

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
/** Gives models and collections `ioBind`, `ioUnbind`, `ioUnbindAll`, `bindBackend` and `ioSubscribe`. */
function installBind(Backbone) {
    if (Backbone.ioUnbindAll)
        return;
    for (const { prototype } of [Backbone.Model, Backbone.Collection])
        extend(prototype, Backbone);
    listenEarly(Backbone);
    Object.assign(Backbone, { ioUnbindAll, io: { connect: connectBy(Backbone) } });
}
function extend(prototype, Backbone) {
    // Backbone 1.4 and later call `preinitialize` before anything else, with the constructor's arguments.
    const { off, trigger, preinitialize } = prototype;
    // Backbone's `off` of a bound callback ends the binding too.
    const offAndUnbind = function (names, callback, context) {
        off.apply(this, [names, callback, context]);
        return unbind(this, names, callback, context);
    };
    Object.assign(prototype, createBind(Backbone), {
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
        trigger(...args) {
            if (isEcho(this, args))
                return this;
            const asked = notice(this, args);
            const triggered = trigger.apply(this, args);
            if (asked)
                narrow(asked);
            return triggered;
        },
    });
}
/**
 * Passes an object's event to its hearers, before the page's listeners get it. So they need neither a listener nor a byte on each model,
 * and leave nothing behind. Returns what is known of a request, so that `narrow` can complete it once all have seen it.
 */
function notice(entity, args) {
    // A page may trigger `request` itself, and its own ajax may return nothing.
    const isRequest = args[0] === 'request' && args[2];
    const asked = isRequest && args[1] === entity ? note(args) : undefined;
    for (const hearer of hearersOf(entity))
        hearer._notice(args);
    // A model that is added only once it is saved does not bubble its events to its collection yet.
    if (isRequest && entity.collection)
        for (const hearer of hearersOf(entity.collection))
            hearer._notice(args);
    return asked;
}
/** Every version of Backbone calls `_reset` in the constructor of a collection, before `initialize`. */
function listenEarly(Backbone) {
    const { prototype } = Backbone.Collection;
    for (const name of ['_reset', 'fetch']) {
        const method = prototype[name];
        prototype[name] = function (...args) {
            listen(Backbone, this);
            return method.apply(this, args);
        };
    }
}
/** Calls the page's `io`, and makes the new socket `Backbone.socket`. */
const connectBy = (Backbone) => (...args) => (Backbone.socket = required(globalThis.io, 'io: load a Socket.IO client')(...args));
/** Installs the sync and the bindings. */
function install(Backbone) {
    installSync(Backbone);
    installBind(Backbone);
}

exports.IoSyncError = IoSyncError;
exports.fullPath = fullPath;
exports.install = install;
exports.installBind = installBind;
exports.installSync = installSync;
