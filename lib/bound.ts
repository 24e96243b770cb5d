// What is bound of one object on one socket: callbacks for events, found by the object's url. It notices what happens
// to the object, so the bindings follow the model's id, end with `destroy`, and hear local events as well.

import type { Entity, IoBackbone, IoCallback } from './types';
import { attempt } from './attempt';
import { busyHubs, type Hub } from './hub';
import { findUrl, on, result, type Undo } from './socket';
import { pushEvent } from './wire';

/** One callback for one event. */
interface Binding {
  readonly _event: string;
  readonly _callback: IoCallback;
  readonly _context: unknown;
}

/** What is found by its url is held by the hub, and so by the socket; what waits for its id is held by nobody. */
const waiting = new WeakMap<Entity, readonly Bound[]>();

const none: readonly never[] = [];

export function boundsOf(entity: Entity): readonly Bound[] {
  let bounds = waiting.get(entity) || none;
  for (const hub of busyHubs()) {
    const bound = hub._found.get(entity);
    if (bound) bounds = [...bounds, bound];
  }
  return bounds;
}

/** What a message is just triggering. */
let triggering: { _entity?: Entity; _event?: string; _first?: unknown } = {};

/**
 * Whether a collection is about to repeat a model's `update` message. It must not: Backbone's own `update` says that
 * models came and went, and Marionette's CollectionView throws when it does not find them in the arguments.
 */
export const isEcho = (entity: Entity, [event, first]: unknown[]): boolean =>
  event === 'update' && triggering._event === event && triggering._first === first && !isModel(entity);

export class Bound {
  _bindings: readonly Binding[] = none;
  _urls: readonly string[] = none;
  private _id: unknown;
  /** For a socket without `onevent`. */
  private _undos: Undo[] | undefined;

  constructor(
    private readonly _Backbone: IoBackbone,
    private readonly _entity: Entity,
    readonly _hub: Hub,
  ) {}

  /** What is bound already stays bound once. Throws, and changes nothing, if the object has no url. */
  _bind(event: string, callback: IoCallback, context: unknown): void {
    const old = this._bindings;
    for (const one of old) if (one._event === event && one._callback === callback && one._context === context) return;
    // A model's url is read once for each id.
    if (!old.length || !isModel(this._entity)) this._place();
    this._bindings = [...old, { _event: event, _callback: callback, _context: context }];
    this._move(this._urls);
  }

  _unbind(isMeant: (binding: Binding) => boolean): void {
    this._bindings = this._bindings.filter((binding) => !isMeant(binding));
    if (!this._bindings.length) this._end();
    else this._move(this._urls);
  }

  _end(): void {
    this._bindings = none;
    this._move(none);
    this._keep(false);
    this._hub._found.delete(this._entity);
  }

  /** A message of the server: runs each callback once, and triggers the event locally. */
  _hear(event: string, args: unknown[], due: readonly Binding[]): void {
    const entity = this._entity;
    const { collection } = entity;
    if (!this._run(event, args, due) || this._isBackbones(event)) return;
    const outer = triggering;
    triggering = { _entity: entity, _event: event, _first: args[0] };
    attempt(entity.trigger, entity, [event, ...args]);
    // A callback may have taken the model out of its collection, which hears of it all the same.
    if (collection && !entity.collection) attempt(collection.trigger, collection, [event, ...args]);
    triggering = outer;
  }

  /** Each of those that is still bound when its turn comes. */
  private _run(event: string, args: unknown[], due: readonly Binding[]): boolean {
    let isBound = false;
    for (const binding of due) {
      if (binding._event !== event || !this._bindings.includes(binding)) continue;
      isBound = true;
      attempt(binding._callback, binding._context, args);
    }
    return isBound;
  }

  /** Something has happened to the object: see install.ts. */
  _notice(all: [event: string, ...args: unknown[]]): void {
    const entity = this._entity;
    const event = all[0];
    if (this._hub._hasEnded || (event === 'destroy' && all[1] === entity)) return this._end();
    // Called from within `set`, which an error would leave half done.
    if (this._id !== idOf(entity) || !this._urls.length) attempt(this._place, this, []);
    if (triggering._entity === entity && triggering._event === event) return;
    for (const name of namesOf(event)) {
      const isBound = this._bindings.some(({ _event }) => _event === name);
      if (isBound && !this._isBackbones(name)) this._run(name, all.slice(1), this._bindings);
    }
  }

  /** Is found by what the url is now. A model with Backbone's own url is not found until it has an id, and a url. */
  private _place(): void {
    const entity = this._entity;
    const id = idOf(entity);
    const isStandard = isModel(entity) && entity.url === this._Backbone.Model.prototype.url;
    const isHomeless = !(entity as { urlRoot?: unknown }).urlRoot && !(entity.collection && entity.collection.url);
    const isLater = this._bindings.length > 0;
    const waits = isStandard ? entity.isNew() || (isLater && isHomeless) : isLater && !result(entity, 'url');
    const urls = waits ? none : spellings(findUrl(entity).replace(/^\//, ''), String(id));
    this._id = id;
    this._move(urls);
    this._keep(waits);
  }

  private _keep(waits: boolean): void {
    const entity = this._entity;
    const others = (waiting.get(entity) || none).filter((bound) => bound !== this);
    if (waits) this._hub._found.delete(entity);
    else this._hub._found.set(entity, this);
    if (waits || others.length) waiting.set(entity, waits ? [...others, this] : others);
    else waiting.delete(entity);
  }

  /** From now on it is found by these urls, and no other. */
  private _move(urls: readonly string[]): void {
    const socket = this._hub._socket;
    if (urls !== this._urls) {
      for (const url of this._urls) this._hub._remove(url, this);
      for (const url of urls) this._hub._add(url, this);
      this._urls = urls;
    }
    if (socket.onevent) return;
    for (const undo of this._undos || []) undo();
    this._undos = [];
    const due = this._bindings;
    for (const event of new Set(due.map(({ _event }) => _event))) {
      for (const name of urls.map((url) => pushEvent(url, event))) {
        const hear = (...args: unknown[]): void => this._hear(event, args, due);
        this._undos.push(on(socket, name, hear), on(socket, '/' + name, hear));
      }
    }
  }

  /** Names with which Backbone says something else: callbacks run, but nothing is triggered. */
  private _isBackbones(event: string): boolean {
    return /^(request|sync|error|invalid|sort)$/.test(event) || (event === 'update' && !isModel(this._entity));
  }
}

/** The page may trigger a list of events, and Backbone takes other things than text. */
const namesOf = (event: string): string[] => (/\s/.test(event) ? String(event).split(/\s+/) : [event]);

const isModel = (entity: Entity): entity is Extract<Entity, { isNew(): boolean }> => 'isNew' in entity;

const idOf = (entity: Entity): unknown => (entity as { id?: unknown }).id;

/** The url with the id encoded, as Backbone's `url()` writes it, and raw; a server sends one of them. */
function spellings(url: string, id: string): string[] {
  const encoded = encodeURIComponent(id);
  const tail = encoded === id ? undefined : [encoded, id].find((one) => url.endsWith(one));
  return tail ? [encoded, id].map((one) => url.slice(0, -tail.length) + one) : [url];
}
