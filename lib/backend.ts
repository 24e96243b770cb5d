// Collections that listen to what other clients do in their backend, without `ioBind`. The companion says hello on each connection, and
// then they join their channel, if it has a name; if the user may not hear it, the companion sends a leave event. So they need nothing on
// the socket but the hub's one listener. Sockets without `onAny` (Socket.IO 2) hear nothing.

import type Backbone from 'backbone';
import type { Entity, IoBackbone, IoSettings, IoSubscribeOptions, IoSubscription } from './types';
import { attempt } from './attempt';
import type { IoSyncError } from './error';
import { attach, detach, hearersOf, isModel } from './bound';
import { modelOf, removeModels, tell } from './live/entity';
import { Subscription } from './live/subscription';
import type { Attributes } from './live/writes';
import { namespaceOf } from './namespace';
import { decoded, hubOf, type Binding, type Hearer, type Hub } from './hub';
import { backendOf, emit, findSocket, greet, helloOf, required, setting, socketIfAny } from './socket';
import { channelOf, eventName, helloEvent, idIn, joinEvent, leaveEvent, type BackendHello, type Hello } from './wire';

/** Objects that have begun to listen, or to be live. Once the page ends that, they listen again only after `bindBackend`. */
const begun = new WeakSet<Entity>();

/**
 * A collection begins when it is made; if there is no socket by then, with its first fetch. What the page's `backend` or `socket` throws
 * is reported as uncaught: this is called from a constructor, which must not throw.
 */
export function listen(Backbone: IoBackbone, entity: Entity): void {
  attempt(() => {
    if (!begun.has(entity) && backendOf(entity) && socketIfAny(Backbone, setting('socket', entity))) begin(Backbone, entity);
  });
}

export function bindBackend(Backbone: IoBackbone, entity: Entity): Entity {
  const hearers = hearersOf(entity);
  // A live object is told by its subscription, and only of documents that match.
  if (hearers.some(one => one instanceof Subscription)) return entity;
  const listener = hearers.find((one): one is Listener => one instanceof Listener);
  (listener || begin(Backbone, entity))._applies = true;
  return entity;
}

/** Replaces an earlier subscription or listener of the object: a live one is told by its subscription, and need not be in the channel. */
export function subscribe(Backbone: IoBackbone, entity: Entity & IoSettings, options: IoSubscribeOptions = {}): IoSubscription {
  const socket = findSocket(Backbone, setting('socket', entity));
  const own = backendOf(entity);
  const name = own ? own.name : namespaceOf(Backbone.ioSync, entity);
  const { channel = own ? own.channel : '' } = options;
  if (isModel(entity) && entity.isNew()) throw new Error('ioSubscribe needs a model with an id: save it first');
  if (!socket.onAny) throw new Error('ioSubscribe needs Socket.IO 3 or later');
  // A copy, because the page may change its own object later.
  const copy = JSON.parse(JSON.stringify(options)) as IoSubscribeOptions;
  if (options.where) copy.where = JSON.parse(JSON.stringify(options.where, checkCondition)) as Attributes;
  for (const one of hearersOf(entity)) if (one instanceof Listener || one instanceof Subscription) one._unbind();
  begun.add(entity);
  const { backend } = entity;
  entity.backend = { name, channel };
  const where = isModel(entity) ? { where: { id: String(entity.id) } } : {};
  const subscription = new Subscription(hubOf(socket), entity, name, Object.assign(copy, { channel }, where));
  // The server has no such live backend: the object's requests go where they went before.
  subscription.ready.catch(({ code }: IoSyncError) => {
    if (code === 'unsupported') entity.backend = backend;
  });
  return subscription;
}

/** JSON omits these values, or turns them into null: the filter would match more than was meant. */
function checkCondition(name: string, value: unknown): unknown {
  const isLost = value === undefined || typeof value === 'function' || value !== value;
  if (isLost) throw new Error(`ioSubscribe: where has ${String(value)} for "${name}"`);
  return value;
}

function begin(Backbone: IoBackbone, entity: Entity): Listener {
  const { name, channel } = required(backendOf(entity), 'backend: set backend');
  const socket = findSocket(Backbone, setting('socket', entity));
  begun.add(entity);
  return new Listener(hubOf(socket), entity, name, channel);
}

class Listener implements Hearer {
  readonly _bindings: readonly Binding[] = [];
  /** Whether it applies the changes to its object, as `bindBackend` asks for. */
  _applies = false;
  /** Weak, so that a collection the page has dropped can be garbage-collected; its listener is removed at the next message. */
  private readonly _entity: WeakRef<Entity>;
  /** Holds the collection strongly until the first message, and after that only while it has listeners, as browsers do with a WebSocket. */
  _kept: Entity | undefined;
  /** This default, until the hello says otherwise. */
  private _spelling: BackendHello;
  /** The connection, and the login on it, for which it has joined its channel. */
  private _joinedOn: string | undefined;

  constructor(
    readonly _hub: Hub,
    entity: Entity,
    private readonly _backend: string,
    private readonly _channel: string,
  ) {
    this._entity = new WeakRef(entity);
    this._kept = entity;
    this._spelling = { collection: _backend, model: _backend, event: 'backend' };
    attach(entity, this);
    _hub._add('', this);
    // By joining before the page's next request it misses nothing. On a later connection the hello comes unasked.
    const hello = helloOf(_hub._socket);
    if (hello) this._greet(hello);
    else this._tell(helloEvent);
  }

  _hear(event: string, args: unknown[], _due: readonly Binding[], url: string): void {
    const entity = this._entity.deref();
    const name = eventName(url, event);
    const [first] = args;
    this._kept = isListenedTo(entity) ? entity : undefined;
    if (!entity) this._unbind();
    else if (name === helloEvent) this._greet(first as Hello);
    else if (name === leaveEvent) this._putOut(entity, first as Attributes);
    else if (channelOf(args) === this._channel) this._change(entity, url, event, first as Attributes);
  }

  /** Ends when its model is destroyed. */
  _notice([event, model]: [event: string, ...args: unknown[]]): void {
    if (event === 'destroy' && model === this._entity.deref()) this._unbind();
  }

  /** The last listener in a channel leaves it. The default channel is never joined, so never left. */
  _unbind(isMeant: (binding: Partial<Binding>) => boolean = () => true): void {
    if (!isMeant({})) return;
    const entity = this._entity.deref();
    if (entity) detach(entity, this);
    this._hub._remove('', this);
    const isLast = !this._all().some(({ _backend, _channel }) => _backend === this._backend && _channel === this._channel);
    if (isLast && this._joinedOn) this._tell(leaveEvent);
  }

  /** A connection may bring several hellos: joins once for each login. */
  private _greet(hello: Hello): void {
    const on = greet(this._hub._socket, hello);
    const spelling = on && hello.backends[this._backend];
    if (!spelling) return;
    this._spelling = spelling;
    if (!this._channel || this._joinedOn === on) return;
    this._joinedOn = on;
    this._tell(joinEvent);
  }

  /** The user may not hear the channel, or not any more. */
  private _putOut(entity: Entity, why: Attributes): void {
    const isMeant = why.backend === this._backend && why.channel === this._channel;
    if (isMeant) attempt(() => entity.trigger('error', entity, why, {}));
  }

  /** A document was created, updated or deleted: in this backend, if the url is spelled as its pushes are. */
  private _change(entity: Entity, url: string, event: string, attributes: Attributes): void {
    const { collection, model } = this._spelling;
    const id = decoded(idIn(url, model));
    if (event === 'create' ? url !== collection : !id || !/^(update|delete)$/.test(event)) return;
    if (isModel(entity) && String(entity.id) !== id) return;
    if (this._applies) attempt(() => apply(entity, event, attributes, id));
    if (!isModel(entity)) tell(entity, this._spelling, event, attributes);
  }

  private _all(): readonly Listener[] {
    return this._hub._at('') as readonly Listener[];
  }

  /** Sends nothing while disconnected: the next connection begins with a hello. */
  private _tell(event: string, data: object = { backend: this._backend, channel: this._channel }): void {
    const { _socket } = this._hub;
    if (_socket.connected) emit(_socket, event, data);
  }
}

/** Looks into Backbone's `_events`, an internal that all its versions have. */
const isListenedTo = (entity: Entity | undefined): boolean =>
  !!entity && Object.keys((entity as { _events?: object })._events || {}).length > 0;

/** What `bindBackend` does with a change. */
function apply(entity: Backbone.Model | Backbone.Collection, event: string, attributes: Attributes, id: string): void {
  const model = modelOf(entity, id);
  if (event === 'create') (entity as Backbone.Collection).add(attributes, { merge: true });
  else if (!model) return;
  else if (event === 'update') model.set(attributes);
  else removeModels(entity, [model]);
}
