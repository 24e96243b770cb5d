// What is bound of one object: callbacks for events, found by the object's url. It notices what happens to the
// object, so the bindings follow the model's id, end with `destroy`, and hear local events as well.

import type { Entity, IoBackbone, IoCallback } from './types';
import { attempt } from './attempt';
import { withoutSlash, type Binding, type Hub } from './hub';
import { findUrl } from './socket';
import { pushEvent } from './wire';

/** Where an object keeps what is bound of it: found sooner than in a WeakMap, also where nothing is bound. */
const key = Symbol('ioBind');

export const boundOf = (entity: Entity & { [key]?: Bound | undefined }): Bound | undefined => entity[key];

/** What a message is just triggering. */
let triggering: { _entity?: Entity; _event?: string; _first?: unknown } = {};

/**
 * Whether a collection is about to repeat a model's `update` message. It must not: Backbone's own `update` says that
 * models came and went, and Marionette's CollectionView throws when it does not find them in the arguments.
 */
export const isEcho = (entity: Entity, [event, first]: unknown[]): boolean =>
  event === 'update' && triggering._event === event && triggering._first === first && !isModel(entity);

export class Bound {
  _bindings: readonly Binding[] = [];
  private _url: string | undefined;
  private _id: unknown;

  constructor(
    private readonly _Backbone: IoBackbone,
    private readonly _entity: Entity & { [key]?: Bound | undefined },
  ) {}

  /** What is bound already stays bound once. Throws, and changes nothing, if the object has no url. */
  _bind(hub: Hub, event: string, callback: IoCallback, context: unknown): void {
    for (const { _hub, _event, _callback, _context } of this._bindings) {
      if (_hub === hub && _event === event && _callback === callback && _context === context) return;
    }
    // A model's url is read once for each id.
    if (!this._bindings.length || !isModel(this._entity)) this._move(this._find());
    const binding: Binding = { _bound: this, _hub: hub, _event: event, _callback: callback, _context: context, _name: undefined };
    this._bindings = [...this._bindings, binding];
    this._entity[key] = this;
    this._name(binding);
  }

  _unbind(binding: Binding): void {
    binding._hub._name(binding, undefined);
    this._bindings = this._bindings.filter((other) => other !== binding);
    if (!this._bindings.length) this._entity[key] = undefined;
  }

  /** A message of the server: runs each callback once, and triggers the event locally. */
  _hear(args: unknown[], due: readonly Binding[]): void {
    const entity = this._entity;
    const event = due[0]!._event;
    const { collection } = entity;
    if (!this._run(args, due) || this._isBackbones(event)) return;
    const outer = triggering;
    triggering = { _entity: entity, _event: event, _first: args[0] };
    attempt(entity.trigger, entity, [event, ...args]);
    // A callback may have taken the model out of its collection, which hears of it all the same.
    if (collection && !entity.collection) attempt(collection.trigger, collection, [event, ...args]);
    triggering = outer;
  }

  /** Each of those that is still bound when its turn comes. */
  private _run(args: unknown[], due: readonly Binding[]): boolean {
    let isBound = false;
    for (const binding of due) {
      if (!this._bindings.includes(binding)) continue;
      isBound = true;
      attempt(binding._callback, binding._context, args);
    }
    return isBound;
  }

  /** Something is happening to the object: see install.ts. */
  _notice(event: string, args: unknown[]): void {
    const entity = this._entity;
    const isGone = event === 'destroy' && args[0] === entity;
    for (const binding of this._bindings) if (isGone || binding._hub._hasEnded) this._unbind(binding);
    if (this._id !== idOf(entity) || !this._url) this._follow();
    if (triggering._entity === entity && triggering._event === event) return;
    // The page may trigger a list of events, and Backbone takes other things than text.
    const events = /\s/.test(event) ? String(event).split(/\s+/) : [event];
    this._run(args, this._bindings.filter(({ _event }) => events.includes(_event) && !this._isBackbones(_event)));
  }

  /** Called from within `set`, which an error would leave half done. */
  private _follow(): void {
    let url: string | undefined;
    try {
      url = this._find();
    } catch {
      // It has none for now, and waits.
    }
    this._move(url);
  }

  /** The url; none for a model with Backbone's own `url` that has no id yet. */
  private _find(): string | undefined {
    const entity = this._entity;
    const waits = isModel(entity) && entity.isNew() && entity.url === this._Backbone.Model.prototype.url;
    return waits ? undefined : withoutSlash(findUrl(entity));
  }

  private _move(url: string | undefined): void {
    this._id = idOf(this._entity);
    if (url === this._url) return;
    this._url = url;
    for (const binding of this._bindings) this._name(binding);
  }

  private _name(binding: Binding): void {
    binding._hub._name(binding, this._url && pushEvent(this._url, binding._event));
  }

  /** Names with which Backbone says something else: callbacks run, but nothing is triggered. */
  private _isBackbones(event: string): boolean {
    return /^(request|sync|error|invalid|sort)$/.test(event) || (event === 'update' && !isModel(this._entity));
  }
}

const isModel = (entity: Entity): entity is Extract<Entity, { isNew(): boolean }> => 'isNew' in entity;

const idOf = (entity: Entity): unknown => (entity as { id?: unknown }).id;
