// What is bound of one object: callbacks for events, found by the object's url. It listens to its object: so it
// follows the model's id, ends with `destroy`, and hears local events as well.

import type { Entity, IoBackbone, IoCallback, Socket } from './types';
import { attempt } from './attempt';
import type { Hub } from './hub';
import { spellings } from './url';
import { pushEvent } from './wire';

/** One callback for one event. */
export interface Binding {
  readonly _bound: Bound;
  readonly _hub: Hub;
  readonly _event: string;
  readonly _callback: IoCallback;
  readonly _context: unknown;
}

/** Which bindings an undo is for; what is not given fits any. */
export interface Which {
  _socket?: Socket | null | undefined;
  _events: ReadonlyArray<readonly [event: string | undefined, callback: unknown]>;
  _context?: unknown;
}

const bounds = new WeakMap<Entity, Bound>();

/** What a message is just triggering. */
let triggering: { _bound: Bound; _event: string; _first: unknown } | undefined;

/**
 * Whether a collection is about to repeat a model's `update` message. It must not: Backbone's own `update` says that
 * models came and went, and Marionette's CollectionView throws when it does not find them in the arguments.
 */
export const isEcho = (event: string, first: unknown): boolean =>
  !!triggering && event === 'update' && triggering._event === event && triggering._first === first;

export const boundOf = (Backbone: IoBackbone, entity: Entity): Bound => bounds.get(entity) || new Bound(Backbone, entity);

/** Takes away what fits, and nothing else. */
export function unbind(entity: Entity, { _socket, _events, _context }: Which): void {
  const fits = (wanted: unknown, value: unknown): boolean => wanted == null || wanted === value;
  const bound = bounds.get(entity);
  if (!bound) return;
  bound._remove(
    (binding) =>
      fits(_socket, binding._hub._socket) &&
      fits(_context, binding._context) &&
      _events.some(([event, callback]) => fits(event, binding._event) && fits(callback, binding._callback)),
  );
}

/** A message of the server: runs each callback once, and triggers the event locally, once for each object. */
export function deliver(bindings: readonly Binding[], args: unknown[]): void {
  for (const binding of bindings) run(binding, args);
  for (const [bound, event] of new Map(bindings.map(({ _bound, _event }) => [_bound, _event]))) bound._trigger(event, args);
}

/** Unless it has been unbound before its turn came. */
function run(binding: Binding, args: unknown[]): void {
  if (binding._bound._has(binding)) attempt(binding._callback, binding._context, args);
}

export class Bound {
  private _bindings: readonly Binding[] = [];
  private _urls: readonly string[] = [];
  private _id: unknown;

  constructor(
    private readonly _Backbone: IoBackbone,
    private readonly _entity: Entity,
  ) {}

  _has(binding: Binding): boolean {
    return this._bindings.includes(binding) && !binding._hub._ended;
  }

  /** What is bound already stays bound once. Throws, and changes nothing, if the object has no url. */
  _add(bindings: readonly Binding[]): void {
    this._place();
    if (!this._bindings.length) {
      this._entity.on('all', this._notice, this);
      bounds.set(this._entity, this);
    }
    const fresh = bindings.filter((binding) => !this._bindings.some((other) => isSame(binding, other)));
    this._bindings = [...this._bindings, ...fresh];
    this._each(fresh, enter);
  }

  _remove(fits: (binding: Binding) => boolean): void {
    this._each(this._bindings.filter(fits), leave);
    this._bindings = this._bindings.filter((binding) => !fits(binding));
    if (this._bindings.length) return;
    bounds.delete(this._entity);
    this._entity.off('all', this._notice, this);
  }

  _trigger(event: string, args: unknown[]): void {
    if (this._isBackbones(event)) return;
    const outer = triggering;
    triggering = { _bound: this, _event: event, _first: args[0] };
    attempt(this._entity.trigger, this._entity, [event, ...args]);
    triggering = outer;
  }

  /** Hears all that happens to the object. */
  private _notice(event: string, ...args: unknown[]): void {
    if (event === 'destroy' && args[0] === this._entity) return this._remove(() => true);
    if (this._id !== this._currentId()) this._place();
    const isMessage = triggering && triggering._bound === this && triggering._event === event;
    if (isMessage || this._isBackbones(event)) return;
    for (const binding of this._bindings) if (binding._event === event) run(binding, args);
  }

  /** Is found by what the url is now. A model with Backbone's own url and no id is not found until it has one. */
  private _place(): void {
    const id = this._currentId();
    const waits = id === undefined && this._entity.url === this._Backbone.Model.prototype.url;
    const urls = waits ? [] : spellings(this._entity);
    this._id = id;
    if (urls.join() === this._urls.join()) return;
    this._each(this._bindings, leave);
    this._urls = urls;
    this._each(this._bindings.filter((binding) => !binding._hub._ended), enter);
  }

  private _each(bindings: readonly Binding[], change: (name: string, binding: Binding) => void): void {
    for (const binding of bindings) {
      for (const url of this._urls) change(pushEvent(url, binding._event), binding);
    }
  }

  private _currentId(): unknown {
    const entity = this._entity;
    return entity instanceof this._Backbone.Model && !entity.isNew() ? entity.id : undefined;
  }

  /** Names with which Backbone says something else: callbacks run, but nothing is triggered. */
  private _isBackbones(event: string): boolean {
    return /^(request|sync|error|invalid|sort)$/.test(event) || (event === 'update' && this._entity instanceof this._Backbone.Collection);
  }
}

const isSame = (one: Binding, other: Binding): boolean =>
  one._hub === other._hub && one._event === other._event && one._callback === other._callback && one._context === other._context;

const enter = (name: string, binding: Binding): void => binding._hub._add(name, binding);
const leave = (name: string, binding: Binding): void => binding._hub._remove(name, binding);
