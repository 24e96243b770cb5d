// What a page has of the server's documents, and how changes are applied to it: none over a newer one, one model for each document, and
// nothing of a document while the page's own write of it is under way. Of a write that has failed, the server's values are read again.

import type Backbone from 'backbone';
import type { Entity, IoSubscribeOptions, LiveRequest } from '../types';
import type { Entry } from '../wire';
import { attempt } from '../attempt';
import { isModel } from '../bound';
import { pushEvent } from '../wire';

type Attributes = { [name: string]: unknown };

/** A document, as it was when it was last heard of. */
interface Known {
  readonly version: number;
  /** Its attributes' names, so that those that are taken away are noticed. */
  readonly names: readonly string[];
}

/** What a write sets, of which model. */
interface Write {
  readonly model: Backbone.Model;
  readonly names: readonly string[];
}

export class Replica {
  private readonly _known = new Map<string, Known>();
  private readonly _writes = new Map<LiveRequest, Write>();
  /** Told while a write of the same document was under way. */
  private _later: Entry[] = [];
  /** Creations whose outcome is not known, by their op. */
  private readonly _lost = new Map<string, Backbone.Model>();
  /** What failed writes have set, by the id. */
  private readonly _broken = new Map<string, readonly string[]>();
  private _order: string[] = [];

  constructor(
    private readonly _entity: Entity,
    private readonly _options: IoSubscribeOptions,
    private readonly _live: { isLive(): boolean; read(id: unknown, callback: (error: unknown, document: Attributes) => void): void },
  ) {
    for (const model of this._models()) {
      const { _version, ...rest } = model.attributes as Attributes;
      if (_version == null) continue;
      model.unset('_version', { silent: true });
      this._know(String(model.id), _version as number, rest);
    }
  }

  get _size(): number {
    return this._models().length;
  }

  /** In the order in which the server has its ids: by code points. */
  _heldAfter(after: string): Array<[id: string, version: number]> {
    if (!after) {
      this._order = this._models()
        .filter(model => model.id != null && !this._isWritten(String(model.id)))
        .map(({ id }) => String(id))
        .sort((a, b) => (byCodePoints(a) < byCodePoints(b) ? -1 : 1));
    }
    const from = byCodePoints(after);
    return this._order.filter(id => byCodePoints(id) > from).map(id => [id, this._versionOf(id)]);
  }

  /** Whether there are models that the server has not been asked about: a fetch may have brought them meanwhile. */
  _hasUnknown(): boolean {
    return this._models().some(({ id }) => id != null && !this._known.has(String(id)) && !this._isWritten(String(id)));
  }

  _apply(entries: readonly Entry[]): void {
    const puts: Entry[] = [];
    for (const entry of entries) {
      const { action, id, version } = entry;
      if (this._isHeld(entry)) this._later.push(entry);
      else if (action === 'put') {
        if (!this._known.has(id) || this._versionOf(id) < version) puts.push(entry);
      } else if (this._versionOf(id) <= version) this._remove(entry);
    }
    if (puts.length) this._put(puts);
  }

  /** A request of the page's is about to be sent. */
  _hold([model, request, options]: unknown[]): void {
    const write = request as LiveRequest;
    if (this._writes.has(write)) return;
    if (!write.op) return this._answerLate(model as Entity, options as Attributes);
    const names = Object.keys(((options as Attributes).attrs as object) || (model as Backbone.Model).attributes);
    this._writes.set(write, { model: model as Backbone.Model, names });
    write
      .done(answer => this._written(model as Backbone.Model, write, answer))
      .fail(() => this._failed(model as Backbone.Model, write, names))
      .always(() => {
        this._writes.delete(write);
        this._apply(this._later.splice(0));
      });
  }

  /** Reads what failed writes have set, and sets it as the server has it. */
  _repair(): void {
    for (const [id, names] of this._broken) {
      this._live.read(id, (error, document) => {
        if (error && (error as { code?: string }).code !== 'not_found') return;
        this._broken.delete(id);
        if (error) return this._remove({ action: 'delete', id, version: this._versionOf(id) });
        const { _version, ...attributes } = document;
        delete attributes[this._idAttribute];
        const model = this._get(id);
        const set: Attributes = model ? {} : attributes;
        for (const name of model ? names : []) set[name] = attributes[name];
        this._known.delete(id);
        this._apply([{ action: 'put', id, version: _version as number, attrs: set }]);
        if (model) takeAway(model, names, attributes);
        this._know(id, _version as number, attributes);
      });
    }
  }

  /** Nothing of it may be seen any more. */
  _clear(): void {
    this._removeModels(this._models().filter(model => !model.isNew()));
    this._known.clear();
  }

  private _put(entries: Entry[]): void {
    const heard: Array<() => void> = [];
    const rows: Attributes[] = [];
    for (const { id, version, attrs, op } of entries) {
      const lost = op && this._lost.get(op);
      if (lost && lost.isNew()) lost.set(this._idAttribute, id);
      const model = this._get(id);
      const { names } = this._known.get(id) || { names: [] };
      if (attrs) {
        rows.push({ ...attrs, [this._idAttribute]: model ? model.id : id });
        heard.push(() => this._tell(model ? 'update' : 'create', this._get(id), attrs));
        if (model) takeAway(model, names, attrs);
      }
      this._know(id, version, attrs || Object.fromEntries(names.map(name => [name, 0])));
    }
    const entity = this._entity;
    if (isModel(entity)) for (const row of rows) entity.set((entity.parse(row, {}) as Attributes | null) || {});
    else entity.set(rows as never, { parse: true, ...this._options, remove: false, merge: true });
    for (const tell of heard) tell();
  }

  private _remove({ action, id, version }: Entry): void {
    const model = this._get(id);
    // What has only left may come back as it was.
    this._know(id, action === 'leave' ? version - 1 : version, {});
    if (!model) return;
    this._removeModels([model]);
    this._tell('delete', model, { [this._idAttribute]: model.id });
  }

  private _removeModels(models: Backbone.Model[]): void {
    const entity = this._entity;
    if (!isModel(entity)) entity.remove(models);
    else if (models.length) entity.trigger('destroy', entity, entity.collection);
  }

  private _written(model: Backbone.Model, { version }: LiveRequest, answer: unknown): void {
    if (model.id == null || version == null) return;
    const id = String(model.id);
    const { fields } = this._options;
    const seen = fields && fields.map(field => field.split('.')[0]);
    const names = Object.keys(Object(answer) as object).filter(name => !seen || seen.includes(name));
    const known = this._known.get(id);
    if (this._versionOf(id) <= version) this._know(id, version, Object.fromEntries([...(known ? known.names : []), ...names].map(name => [name, 0])));
  }

  private _failed(model: Backbone.Model, { op }: LiveRequest, names: readonly string[]): void {
    if (model.isNew()) return void this._lost.set(op!, model);
    const id = String(model.id);
    this._broken.set(id, [...(this._broken.get(id) || []), ...names]);
    if (this._live.isLive()) this._repair();
  }

  /** What it has is newer than what a fetch brings, if it is live; else that is only a beginning. */
  private _answerLate(entity: Entity, options: Attributes): void {
    const { success } = options;
    if (typeof success !== 'function') return;
    options.success = (answer: unknown) => {
      const isOurs = this._live.isLive() && (!isModel(entity) || this._known.has(String(entity.id)));
      Object.assign(options, { remove: false, reset: false, ...(isOurs && { parse: false }) });
      const models = isModel(entity) ? [] : entity.models.filter(model => !model.isNew());
      success(!isOurs ? answer : isModel(entity) ? entity.toJSON() : models.map(model => model.toJSON()));
    };
  }

  /** A model without an id may turn out to be what is told. */
  private _isHeld({ action, id }: Entry): boolean {
    if (this._isWritten(id)) return true;
    return action === 'put' && !this._get(id) && [...this._writes.values()].some(({ model }) => model.isNew());
  }

  private _isWritten(id: string): boolean {
    for (const { model } of this._writes.values()) if (String(model.id) === id) return true;
    return false;
  }

  private _know(id: string, version: number, attributes: Attributes): void {
    this._known.set(id, { version, names: namesOf(attributes) });
  }

  private _versionOf(id: string): number {
    const known = this._known.get(id);
    return known ? known.version : 0;
  }

  private get _idAttribute(): string {
    const entity = this._entity;
    const { idAttribute } = isModel(entity) ? entity : (entity.model.prototype as Partial<Backbone.Model>);
    return idAttribute || 'id';
  }

  private _models(): Backbone.Model[] {
    const entity = this._entity;
    return isModel(entity) ? [entity] : entity.models;
  }

  private _get(id: string): Backbone.Model | undefined {
    const entity = this._entity;
    return isModel(entity) ? (String(entity.id) === id ? entity : undefined) : entity.get(id);
  }

  private _tell(method: string, model: Backbone.Model | undefined, attributes: Attributes): void {
    const { event = 'io' } = this._options;
    const entity = this._entity;
    attempt(entity.trigger, entity, [pushEvent(event, method), model, attributes]);
    attempt(entity.trigger, entity, [event, method, model, attributes]);
  }
}

function takeAway(model: Backbone.Model, names: readonly string[], left: Attributes): void {
  for (const name of names) if (!(name in left)) model.unset(name);
}

/** Documents of one kind have the same names, and share one list of them. */
const lists = new Map<string, readonly string[]>();

function namesOf(attributes: Attributes): readonly string[] {
  const names = Object.keys(attributes);
  const key = JSON.stringify(names);
  const list = lists.get(key) || names;
  if (lists.size < 1_000) lists.set(key, list);
  return list;
}

/** JavaScript compares halves of surrogate pairs, which come before U+E000. */
const byCodePoints = (id: string): string => id.replace(/[\uD800-\uDFFF]/g, '\uFFFF$&');
