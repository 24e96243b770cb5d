// What a page has of the server's documents, and how changes are applied to it: none over a newer one, and one model for each document.

import type Backbone from 'backbone';
import type { Entity, IoSubscribeOptions, LiveRequest } from '../types';
import type { Entry } from '../wire';
import { attempt } from '../attempt';
import { isModel } from '../bound';
import { pushEvent } from '../wire';
import { Writes, type Attributes } from './writes';

/** A document, as it was when it was last heard of. */
interface Known {
  readonly version: number;
  /** Its attributes' names, so that those that are taken away are noticed. */
  readonly names: readonly string[];
}

/** What it needs of its subscription. */
interface Line {
  _isLive(): boolean;
  /** Reads a document, with its version. */
  _read(id: string, callback: (error: { code?: string } | null, document: Attributes) => void): void;
}

export class Replica {
  private readonly _known = new Map<string, Known>();
  private readonly _writes = new Writes(this);
  private _order: string[] = [];

  constructor(
    private readonly _entity: Entity,
    private readonly _options: IoSubscribeOptions,
    private readonly _line: Line,
  ) {
    for (const model of this._models) {
      const { _version } = model.attributes as Attributes;
      if (_version == null) continue;
      model.unset('_version', { silent: true });
      this._know(String(model.id), _version as number, Object.keys(model.attributes));
    }
  }

  get _size(): number {
    return this._models.length;
  }

  /** In the order in which the server has its ids: by code points. */
  _heldAfter(after: string): Array<[id: string, version: number]> {
    if (!after) this._order = this._ids().sort((a, b) => (byCodePoints(a) < byCodePoints(b) ? -1 : 1));
    const from = byCodePoints(after);
    return this._order.filter(id => byCodePoints(id) > from).map(id => [id, this._versionOf(id)]);
  }

  /** Whether there are models that the server has not been asked about: a fetch may have brought them meanwhile. */
  _hasUnknown(): boolean {
    return this._ids().some(id => !this._known.has(id));
  }

  _apply(entries: readonly Entry[]): void {
    const puts: Entry[] = [];
    for (const entry of entries) {
      const { action, id, version } = entry;
      if (this._writes._holds(entry, action !== 'put' || !!this._get(id))) continue;
      if (action !== 'put') {
        if (this._versionOf(id) <= version) this._remove(entry);
      } else if (!this._known.has(id) || this._versionOf(id) < version) puts.push(entry);
    }
    if (puts.length) this._put(puts);
  }

  /** A request of the page's is about to be sent. */
  _notice([entity, request, options]: unknown[]): void {
    const { meta } = request as LiveRequest;
    const { attrs, ifVersion } = options as { attrs?: object; ifVersion?: boolean };
    if (!meta || !meta.op) return this._answerLate(entity as Entity, options as Attributes);
    const model = entity as Backbone.Model;
    if (this._options.fields) meta.fields = this._options.fields;
    if (ifVersion) meta.ifVersion = this._versionOf(String(model.id));
    this._writes._begin(model, request as LiveRequest, attrs);
  }

  /** What failed writes have set is as the server has it again. */
  _mendAll(): void {
    this._writes._mendAll();
  }

  _mend(id: string, names: readonly string[], done: () => void): void {
    if (!this._line._isLive()) return;
    this._line._read(id, (error, document) => {
      if (error && error.code !== 'not_found') return;
      done();
      const version = error ? this._versionOf(id) : (document._version as number);
      const model = this._get(id);
      if (error) return this._remove({ action: 'delete', id, version });
      const attrs = { ...document };
      delete attrs._version;
      delete attrs[this._idAttribute];
      // It may be newer than what is known, or have been taken out of the collection.
      if (!model) this._known.delete(id);
      this._apply([{ action: 'put', id, version, attrs }]);
      if (!model) return;
      model.set(Object.fromEntries(names.filter(name => name in attrs).map(name => [name, attrs[name]])));
      this._takeAway(model, names, attrs);
    });
  }

  _note(model: Backbone.Model, version: number | undefined, answer: unknown): void {
    const id = String(model.id);
    if (version == null || this._versionOf(id) > version) return;
    const { fields } = this._options;
    const seen = fields && fields.map(field => field.split('.')[0]);
    const names = Object.keys(Object(answer) as object).filter(name => !seen || seen.includes(name));
    this._know(id, version, [...new Set([...this._namesOf(id), ...names])]);
  }

  /** The versions are of documents as another subscription showed them, or of another database. */
  _doubt(): void {
    for (const [id, { names }] of this._known) this._know(id, 0, names);
  }

  /** Nothing of it may be seen any more. */
  _clear(): void {
    this._removeModels(this._models.filter(model => !model.isNew()));
    this._known.clear();
  }

  private _put(entries: readonly Entry[]): void {
    const heard: Array<() => void> = [];
    const rows: Attributes[] = [];
    for (const { id, version, attrs, op } of entries) {
      const lost = this._writes._lostBy(op);
      if (lost) lost.set(this._idAttribute, id);
      const model = this._get(id);
      if (attrs) {
        rows.push({ ...attrs, [this._idAttribute]: model ? model.id : id });
        heard.push(() => this._tell(model ? 'update' : 'create', this._get(id), attrs));
        if (model) this._takeAway(model, this._namesOf(id), attrs);
      }
      this._know(id, version, attrs ? Object.keys(attrs) : this._namesOf(id));
    }
    const entity = this._entity;
    if (isModel(entity)) for (const row of rows) entity.set((entity.parse(row, {}) as Attributes | null) || {});
    else entity.set(rows as never, { parse: true, remove: false });
    for (const tell of heard) tell();
  }

  private _remove({ action, id, version }: Entry): void {
    const model = this._get(id);
    // What has only left may come back as it was.
    this._know(id, action === 'leave' ? version - 1 : version, []);
    if (!model) return;
    this._removeModels([model]);
    this._tell('delete', model, { [this._idAttribute]: model.id });
  }

  private _removeModels(models: Backbone.Model[]): void {
    const entity = this._entity;
    if (!isModel(entity)) entity.remove(models);
    else if (models.length) entity.trigger('destroy', entity, entity.collection);
  }

  private _takeAway(model: Backbone.Model, names: readonly string[], left: Attributes): void {
    for (const name of names) if (!(name in left) && name !== this._idAttribute) model.unset(name);
  }

  /** What it has is newer than what a fetch brings, if it is live; else that is only a beginning. */
  private _answerLate(entity: Entity, options: Attributes): void {
    const { success } = options;
    if (typeof success !== 'function') return;
    options.success = (answer: unknown) => {
      const isOurs = this._line._isLive() && (!isModel(entity) || this._known.has(String(entity.id)));
      Object.assign(options, { remove: false, reset: false, ...(isOurs && { parse: false }) });
      const models = isModel(entity) ? [] : entity.models.filter(model => !model.isNew());
      success(!isOurs ? answer : isModel(entity) ? entity.toJSON() : models.map(model => model.toJSON()));
    };
  }

  /** Names are shared by documents of one kind. */
  private _know(id: string, version: number, names: readonly string[]): void {
    this._known.set(id, { version, names: shared(names) });
  }

  private _versionOf(id: string): number {
    const known = this._known.get(id);
    return known ? known.version : 0;
  }

  private _namesOf(id: string): readonly string[] {
    const known = this._known.get(id);
    return known ? known.names : [];
  }

  private get _idAttribute(): string {
    const { idAttribute } = (isModel(this._entity) ? this._entity : this._entity.model.prototype) as Partial<Backbone.Model>;
    return idAttribute || 'id';
  }

  private get _models(): Backbone.Model[] {
    return isModel(this._entity) ? [this._entity] : this._entity.models;
  }

  /** Of those that the server has, and of which no write is under way. */
  private _ids(): string[] {
    return this._models.filter(({ id }) => id != null && !this._writes._isOf(String(id))).map(({ id }) => String(id));
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

const lists = new Map<string, readonly string[]>();

function shared(names: readonly string[]): readonly string[] {
  const key = names.join('\n');
  const list = lists.get(key) || names;
  // There may be kinds without number.
  if (lists.size < 1_000) lists.set(key, list);
  return list;
}

/** JavaScript compares halves of surrogate pairs, which come before U+E000. */
const byCodePoints = (id: string): string => id.replace(/[\uD800-\uDFFF]/g, '\uFFFF$&');
