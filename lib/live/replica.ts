// The page's copy of the server's documents, and how changes are applied to it: none over a newer one, and one model for each document.

import type Backbone from 'backbone';
import type { Entity, IoSubscribeOptions, LiveRequest } from '../types';
import { attempt } from '../attempt';
import { isModel } from '../bound';
import { result } from '../socket';
import { versionAttribute, type Entry } from '../wire';
import { addModel, idAttributeOf, modelOf, modelsOf, removeModels, setRows, tell, unset } from './entity';
import { covers, show } from './fields';
import { knownOf, unknown, type Known } from './known';
import { Repairs, type DocumentReader } from './repairs';
import { Writes, type Asked, type Attributes, type Write } from './writes';

export class Replica {
  private readonly _known: Known;
  private readonly _writes: Writes;
  private readonly _repairs: Repairs;
  readonly _idAttribute: string;
  readonly _fields: string[] | undefined;
  /** True from the server's first answer on: after that a fetch adds no documents. */
  _isOurs = false;
  _hasEnded = false;
  private _isEmptied = false;

  constructor(
    private readonly _entity: Entity,
    private readonly _options: IoSubscribeOptions,
    private readonly _reader: DocumentReader,
  ) {
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
  _meet(models = modelsOf(this._entity).filter(model => model.has(versionAttribute))): void {
    for (const model of models) {
      const version = model.get(versionAttribute) as number | null;
      if (version != null) model.unset(versionAttribute, { silent: true });
      if (version != null) show(model, this._fields, model.attributes);
      const defaults = Object(result(model, 'defaults')) as object;
      // The attributes that it would save are those that the server has, or had.
      const names = Object.keys(model.toJSON() as object).filter(name => !(name in defaults));
      if (!model.isNew()) this._known._set(String(model.id), version == null ? unknown : version, names);
    }
  }

  get _size(): number {
    return modelsOf(this._entity).length;
  }

  /** Up to `most` documents after the id `after`. Entries that are held back may be outdated; the pages that are asked for replace them. */
  _heldAfter(after: string, most: number): Array<[id: string, version: number]> {
    if (!after) {
      this._writes._forget();
      this._known._order(this._ids());
    }
    return this._known._after(after, most);
  }

  /** Ids whose version the server has not told: a fetch, or the page itself, may have added their models meanwhile. */
  _unknown(): string[] {
    return this._ids().filter(id => !this._known._has(id) && !this._writes._isBusy(id));
  }

  /** Of several entries for a document, the newest counts. */
  _apply(entries: readonly Entry[]): void {
    if (this._hasEnded) return;
    this._writes._adopt();
    const newest = new Map<string, Entry>();
    for (const entry of entries) {
      const before = newest.get(entry.id);
      if (before && before.version > entry.version) continue;
      newest.set(entry.id, before && before.attrs && entry.action === 'put' ? Object.assign({}, before, entry) : entry);
    }
    const puts: Entry[] = [];
    for (const entry of newest.values()) {
      const { action, id, version } = entry;
      if (this._writes._holds(entry, !!this._get(id))) continue;
      this._writes._untold.delete(id);
      if (action !== 'put') {
        if (this._known._versionOf(id) <= version) this._remove(entry);
        // The page's own write is newer; it does not tell whether the subscription still shows the document.
        else this._writes._doubt(id);
      } else if (this._known._versionOf(id) < version) puts.push(entry);
    }
    if (puts.length) this._put(puts);
    this._repairs._readAll();
  }

  /** Called when a request is about to be sent. */
  _notice([entity, request, options = {}]: [entity: Entity, request: LiveRequest, options?: Attributes]): void {
    const { meta } = request;
    if (meta && options.ifVersion) meta.ifVersion = this._known._versionOf(String((entity as Backbone.Model).id));
    this._writes._adopt();
  }

  _has(entity: Entity): boolean {
    const subscribed = this._entity;
    return entity === subscribed || entity.collection === subscribed
      || (isModel(entity) && !isModel(subscribed) && subscribed.get(entity) === entity);
  }

  _note({ entity, request: { version, meta }, sent }: Write, answer: unknown, isOld: boolean): void {
    const id = String(entity.id);
    const names = this._known._namesOf(id);
    const attrs = Object(answer) as Attributes;
    if (meta) show(entity, meta.fields);
    if (this._hasEnded || this._known._versionOf(id) > version!) return;
    const hasSameFields = (meta && meta.fields) === this._fields;
    // A write that was sent before, or for another subscription, may be answered with other attributes; and without a version, with none.
    const isTold = hasSameFields && !isOld && version != null;
    // Attributes that others have removed.
    if (isTold && this._get(id) && !this._writes._isOf(id)) this._takeAway(entity, names, attrs);
    if (version != null) this._known._set(id, isTold ? version : version - 1, isTold ? [] : names);
    if (hasSameFields) this._known._name(id, Object.keys(Object.assign({}, attrs, sent)));
  }

  /** The answer, but nothing in it that is older than what the model has, or than what the page is just writing. */
  _newsOf(write: Write, answer: unknown): unknown {
    const { entity, request, options, wasNew } = write;
    const { attributes } = entity;
    if (this._hasEnded || entity.isNew() || answer !== Object(answer)) return answer;
    if (wasNew) {
      // A model that was saved twice before it had an id becomes the second document now, and the first has no model.
      this._writes._doubt(String(entity.id));
      return answer;
    }
    if (this._known._versionOf(String(entity.id)) > request.version!) {
      options.parse = false;
      // With `wait`, Backbone sets what was sent once more.
      this._writes._doubt(String(entity.id), write.sent);
      return Object.assign({}, attributes);
    }
    const kept: Attributes = {};
    for (const name of this._writes._sentBeside(write)) if (name in (answer as Attributes)) kept[name] = attributes[name];
    // The later write may fail.
    if (Object.keys(kept)[0]) this._writes._doubt(String(entity.id), kept);
    return Object.assign({}, answer, kept);
  }

  /** Until the server's first answer a fetch sets whatever it brings; after that, only documents that are there, and nothing older. */
  _answerLate({ entity, request: { meta }, options }: Asked): void {
    const { success } = options;
    const isShown = entity === this._entity || this._get(String((entity as Backbone.Model).id)) === entity;
    if (!isShown || typeof success !== 'function') return;
    if (meta) meta.versions = true;
    options.success = (answer: unknown) => {
      const rows = ([] as unknown[]).concat(answer).map(Object) as Attributes[];
      const news = rows.filter(row => this._isNews(String(row[this._idAttribute]), row[versionAttribute] as number));
      for (const row of rows) delete row[versionAttribute];
      for (const row of this._isOurs ? news : rows) this._known._name(String(row[this._idAttribute]), Object.keys(row));
      if (this._hasEnded && !this._isEmptied) return void success(answer);
      // A model that the page is just creating would be there twice.
      const isWhole = !this._isOurs && !this._writes._isCreating;
      Object.assign(options, { remove: false, reset: false }, !isWhole && !news[0] && { parse: false });
      success(isWhole ? answer : isModel(entity) ? news[0] || {} : news);
    };
  }

  _isWriting(id: string): boolean {
    return this._writes._isOf(id);
  }

  private _isNews(id: string, version: number): boolean {
    return !!this._get(id) && !this._writes._isOf(id) && this._known._versionOf(id) <= version;
  }

  /** Called by a tick or an answer: all earlier commits have arrived, so nothing outdated can come of documents that are gone. */
  _settle(): void {
    const isLive = this._reader._isLive();
    if (isLive && this._known._size > this._size) this._known._keep(id => this._get(id) || this._writes._isBusy(id));
    if (isLive) for (const id of this._unknown()) this._writes._doubt(id);
    this._writes._doubtUntold();
    this._repairs._restart();
  }

  /** Called when the known versions are those of another view, or of another database. */
  _doubt(): void {
    this._writes._forget();
    this._known._doubt();
  }

  /** The user may not see any of the documents any more. */
  _clear(): void {
    this._isOurs = this._isEmptied = true;
    removeModels(this._entity, modelsOf(this._entity).filter(model => !model.isNew()));
  }

  _put(entries: readonly Entry[]): void {
    const heard: Array<() => void> = [];
    const rows: Attributes[] = [];
    for (const { id, version, attrs, op } of entries) {
      const lost = this._writes._lostBy(op);
      // If the document has come already, without its `op`, there would be two models of it.
      if (lost && this._get(id)) removeModels(this._entity, [lost]);
      else if (lost) {
        attempt(() => lost.set(this._idAttribute, id));
        addModel(this._entity, lost);
        this._known._name(id, Object.keys(lost.toJSON()));
      }
      const model = this._get(id);
      const names = this._known._namesOf(id);
      if (model && !this._known._has(id)) show(model, this._fields, model.attributes);
      this._known._set(id, version, attrs ? Object.keys(attrs) : names);
      // The page has removed the model itself: the document has to be read to come back.
      if (!attrs && !model) this._writes._doubt(id);
      if (!attrs) continue;
      const row: Attributes = Object.assign({}, attrs, { [this._idAttribute]: model ? model.id : id });
      // An attribute of this name, which other programs may store, is not the document's version.
      delete row[versionAttribute];
      rows.push(row);
      heard.push(() => {
        const held = model || this._get(id);
        show(held, this._fields);
        tell(this._entity, this._options, model ? 'update' : 'create', held, attrs);
      });
      if (model) this._takeAway(model, names, attrs);
    }
    setRows(this._entity, rows);
    for (const one of heard) one();
  }

  _remove({ action, id, version }: Entry): void {
    const model = this._get(id);
    // A document that has only left the subscription may come back in the same version.
    this._known._set(id, action === 'leave' ? version - 1 : version, []);
    if (!model) return;
    removeModels(this._entity, [model]);
    tell(this._entity, this._options, 'delete', model, { [this._idAttribute]: model.id });
  }

  _get(id: string): Backbone.Model | undefined {
    return modelOf(this._entity, id);
  }

  private _takeAway(model: Backbone.Model, names: readonly string[], left: Attributes): void {
    unset(model, names.filter(name => !(name in left) && name !== this._idAttribute && covers(this._fields, name)));
  }

  private _ids(): string[] {
    return modelsOf(this._entity).filter(({ id }) => id != null).map(({ id }) => String(id));
  }
}
