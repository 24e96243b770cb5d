// Collections that hear by themselves what the other clients do in their backend. The companion says hello on each
// connection, and that is when a named channel is joined; whom it does not let in, it tells to leave. So there is nothing
// of theirs on the socket but the hub's one listener. Sockets without `onAny` (Socket.IO 2) hear nothing.

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

/** What has begun to hear. Once the page has ended that, it begins again by `bindBackend` only. */
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
  // What is live hears already, and only of what fits.
  if (hearers.some(one => one instanceof Subscription)) return entity;
  const listener = hearers.find((one): one is Listener => one instanceof Listener);
  (listener || begin(Backbone, entity))._applies = true;
  return entity;
}

/** A live collection hears by its subscription, and need not be in the channel as well. */
export function subscribe(Backbone: IoBackbone, entity: Entity & IoSettings, options: IoSubscribeOptions = {}): IoSubscription {
  const socket = findSocket(Backbone, setting('socket', entity));
  const own = backendOf(entity);
  const name = own ? own.name : namespaceOf(Backbone.ioSync, entity);
  const { channel = own ? own.channel : '' } = options;
  if (isModel(entity) && entity.isNew()) throw new Error('ioSubscribe needs a model with an id: save it first');
  if (!socket.onAny) throw new Error('ioSubscribe needs Socket.IO 3 or later');
  // The page may go on with its own: what is asked for stays the same.
  const copy = JSON.parse(JSON.stringify(options)) as IoSubscribeOptions;
  if (options.where) copy.where = JSON.parse(JSON.stringify(options.where, checkCondition)) as Attributes;
  for (const one of hearersOf(entity)) if (one instanceof Listener || one instanceof Subscription) one._unbind();
  begun.add(entity);
  const { backend } = entity;
  entity.backend = { name, channel };
  const where = isModel(entity) ? { where: { id: String(entity.id) } } : {};
  const subscription = new Subscription(hubOf(socket), entity, name, Object.assign(copy, { channel }, where));
  // On another server its requests go where they went before.
  subscription.ready.catch(({ code }: IoSyncError) => {
    if (code === 'unsupported') entity.backend = backend;
  });
  return subscription;
}

/** JSON leaves these out, or makes them null: more would be subscribed to than is meant. */
function checkCondition(name: string, value: unknown): unknown {
  if (value === undefined || typeof value === 'function' || value !== value) throw new Error(`ioSubscribe: where has ${String(value)} for "${name}"`);
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
  /** Whether it does with its object what it hears. */
  _applies = false;
  /** What the page has dropped is not held by us, and ends with the next message. */
  private readonly _entity: WeakRef<Entity>;
  /** But as a browser keeps a WebSocket, it is kept while somebody listens to it, or may be about to: until the first message. */
  _kept: Entity | undefined;
  /** Until the hello says otherwise. */
  private _spelling: BackendHello;
  /** The connection, and the login on it, by which it is in its channel. */
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
    // Who joins before anything else is asked misses nothing. What connects later is greeted without asking.
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

  /** Its model is gone. */
  _notice([event, model]: [event: string, ...args: unknown[]]): void {
    if (event === 'destroy' && model === this._entity.deref()) this._unbind();
  }

  /** The last one in a channel leaves it; the default one is nobody's to leave. */
  _unbind(isMeant: (binding: Partial<Binding>) => boolean = () => true): void {
    if (!isMeant({})) return;
    const entity = this._entity.deref();
    if (entity) detach(entity, this);
    this._hub._remove('', this);
    const isLast = !this._all().some(({ _backend, _channel }) => _backend === this._backend && _channel === this._channel);
    if (isLast && this._joinedOn) this._tell(leaveEvent);
  }

  /** A hello comes more than once on a connection. */
  private _greet(hello: Hello): void {
    const on = greet(this._hub._socket, hello);
    const spelling = on && hello.backends[this._backend];
    if (!spelling) return;
    this._spelling = spelling;
    if (!this._channel || this._joinedOn === on) return;
    this._joinedOn = on;
    this._tell(joinEvent);
  }

  /** Refused, or not allowed any more. */
  private _putOut(entity: Entity, why: Attributes): void {
    const isMeant = why.backend === this._backend && why.channel === this._channel;
    if (isMeant) attempt(() => entity.trigger('error', entity, { code: 'forbidden', ...why }, {}));
  }

  /** Something was created, updated or deleted: in this backend, if it is spelled so. */
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

  /** Nothing is kept for later: the next connection begins with a hello. */
  private _tell(event: string, data: object = { backend: this._backend, channel: this._channel }): void {
    const { _socket } = this._hub;
    if (_socket.connected) emit(_socket, event, data);
  }
}

/** By Backbone's own list, which each of its versions has. */
const isListenedTo = (entity: Entity | undefined): boolean =>
  !!entity && Object.keys((entity as { _events?: object })._events || {}).length > 0;

/** What `bindBackend` does with what is heard. */
function apply(entity: Backbone.Model | Backbone.Collection, event: string, attributes: Attributes, id: string): void {
  const model = modelOf(entity, id);
  if (event === 'create') (entity as Backbone.Collection).add(attributes, { merge: true });
  else if (!model) return;
  else if (event === 'update') model.set(attributes);
  else removeModels(entity, [model]);
}
