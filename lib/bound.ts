// The bindings of one object on one socket: callbacks for events, found by the object's url. They are shown every event of the object,
// so they follow the model's id, end with `destroy`, and hear local events as well.

import type { Entity, IoBackbone, IoCallback } from './types';
import { attempt } from './attempt';
import { decoded, withoutSlash, type Binding, type Hearer, type Hub } from './hub';
import { backendOf, findUrl, on, type Undo } from './socket';
import { channelOf, eventName } from './wire';

/** The property with an object's hearers: faster to look up than a WeakMap, also where nothing is bound. */
const key = Symbol('ioBind');

type Bindable = Entity & { [key]?: readonly Hearer[] };

const none: readonly never[] = [];

export const hearersOf = (entity: Bindable): readonly Hearer[] => entity[key] || none;

export function attach(entity: Bindable, hearer: Hearer): void {
  entity[key] = [...hearersOf(entity), hearer];
}

export function detach(entity: Bindable, hearer: Hearer): void {
  entity[key] = hearersOf(entity).filter(other => other !== hearer);
}

/** The event that is being triggered locally because of a message. */
let triggering: { _entity?: Entity; _event?: string; _first?: unknown } = {};

/**
 * Whether a collection is about to repeat a model's `update` message. It must not: Backbone's own `update` says that
 * models came and went, and Marionette's CollectionView throws when it does not find them in the arguments.
 */
export const isEcho = (entity: Entity, [event, first]: unknown[]): boolean =>
  event === 'update' && triggering._event === event && triggering._first === first && !isModel(entity);

export class Bound implements Hearer {
  _bindings: readonly Binding[] = none;
  private _url: string | undefined;
  private _id: unknown;
  /** Remove the listeners from a socket without `onAny`. */
  private _undos: readonly Undo[] = none;

  constructor(
    private readonly _Backbone: IoBackbone,
    private readonly _entity: Entity,
    readonly _hub: Hub,
  ) {}

  /** Binding the same again has no effect. Throws, and changes nothing, if the object has no url. */
  _bind(event: string, callback: IoCallback, context: unknown): void {
    const entity = this._entity;
    const old = this._bindings;
    for (const one of old) if (one._event === event && one._callback === callback && one._context === context) return;
    // A model's url is read once for each id.
    const url = old.length && isModel(entity) ? this._url : this._find();
    if (!old.length) attach(entity, this);
    this._bindings = [...old, { _event: event, _callback: callback, _context: context }];
    this._move(url);
  }

  /** Ends the bindings that `isMeant` selects, or all. */
  _unbind(isMeant: (binding: Binding) => boolean = () => true): void {
    this._bindings = this._bindings.filter(binding => !isMeant(binding));
    if (this._bindings.length) return this._move(this._url);
    this._move(undefined);
    detach(this._entity, this);
  }

  /** Called for a message of the server: runs each callback once, and triggers the event locally. */
  _hear(event: string, args: unknown[], due: readonly Binding[]): void {
    const entity = this._entity;
    const { collection } = entity;
    const backend = backendOf(entity);
    // A push from a channel that was just left may still arrive.
    if (backend && backend.channel !== channelOf(args)) return;
    if (!this._run(event, args, due) || this._isBackbones(event)) return;
    const outer = triggering;
    triggering = { _entity: entity, _event: event, _first: args[0] };
    attempt(() => entity.trigger(event, ...args));
    // A collection hears the event even if a callback has just removed the model from it.
    if (collection && !entity.collection) attempt(() => collection.trigger(event, ...args));
    triggering = outer;
  }

  /** Runs each callback that is still bound when its turn comes. Returns whether there was one. */
  private _run(event: string, args: unknown[], due: readonly Binding[]): boolean {
    let isBound = false;
    for (const binding of due) {
      if (binding._event !== event || !this._bindings.includes(binding)) continue;
      isBound = true;
      attempt(() => binding._callback.apply(binding._context as never, args as never));
    }
    return isBound;
  }

  /** Called for every event of the object: see install.ts. */
  _notice(all: [event: string, ...args: unknown[]]): void {
    const entity = this._entity;
    const [event, ...args] = all;
    if (this._hub._hasEnded || (event === 'destroy' && args[0] === entity)) return this._unbind();
    if (this._id !== idOf(entity) || !this._url) this._follow();
    if (triggering._entity === entity && triggering._event === event) return;
    // The page may trigger a list of events, and Backbone accepts names that are not strings.
    for (const name of String(event).split(/\s+/)) if (!this._isBackbones(name)) this._run(name, args, this._bindings);
  }

  /** Called from within `set`, which an error would leave half done. */
  private _follow(): void {
    let url: string | undefined;
    try {
      url = this._find();
    } catch {
      // The object has no url for now: the bindings wait until it has one.
    }
    this._move(url);
  }

  /** The object's url; undefined for a model with Backbone's own `url` that has no id yet. */
  private _find(): string | undefined {
    const entity = this._entity;
    const waits = isModel(entity) && entity.isNew() && entity.url === this._Backbone.Model.prototype.url;
    return waits ? undefined : withoutSlash(findUrl(entity));
  }

  /** From now on messages find the object by this url; if it is undefined, not at all. */
  private _move(url: string | undefined): void {
    const old = this._url;
    const { _socket } = this._hub;
    this._id = idOf(this._entity);
    this._url = url;
    if (url !== old) {
      if (url) this._hub._add(url, this);
      if (old) this._hub._remove(old, this);
    }
    if (_socket.onAny) return;
    for (const undo of this._undos) undo();
    const due = this._bindings;
    const urls = url ? [...new Set([url, decoded(url), encodeURI(decoded(url))])] : none;
    this._undos = [...new Set(due.map(({ _event }) => _event))].flatMap(event =>
      urls.flatMap(spelling => [spelling, '/' + spelling]).map(spelling =>
        on(_socket, eventName(spelling, event), (...args) => this._hear(event, args, due)),
      ),
    );
  }

  /** Events that have another meaning in Backbone: callbacks run, but nothing is triggered. */
  private _isBackbones(event: string): boolean {
    return /^(request|sync|error|invalid|sort)$/.test(event) || (event === 'update' && !isModel(this._entity));
  }
}

export const isModel = (entity: Entity): entity is Extract<Entity, { isNew(): boolean }> => 'isNew' in entity;

const idOf = (entity: Entity): unknown => (entity as { id?: unknown }).id;
