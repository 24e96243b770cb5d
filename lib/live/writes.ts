// The page's own writes while they are under way: nothing that is told of these documents is applied before they have ended, so that
// nobody's typing is overwritten and what a page creates is not added twice. What a write that failed has set is read again.

import type Backbone from 'backbone';
import type { LiveRequest } from '../types';
import type { Entry } from '../wire';

export type Attributes = { [name: string]: unknown };

/** Who has the documents. */
interface Owner {
  /** Applies what was held back. */
  _apply(entries: Entry[]): void;
  /** A write has made this version of its model's document. */
  _note(model: Backbone.Model, version: number | undefined, answer: unknown): void;
  /** A write has failed that set these attributes. */
  _mend(id: string, names: readonly string[], done: () => void): void;
}

export class Writes {
  private readonly _models = new Map<LiveRequest, Backbone.Model>();
  private _later: Entry[] = [];
  /** Those whose creation has failed, or seems to have, by its op. */
  private readonly _lost = new Map<string, Backbone.Model>();
  /** What failed writes have set, by the id. */
  private readonly _broken = new Map<string, readonly string[]>();

  constructor(private readonly _owner: Owner) {}

  /** Whether it is one, and what it is of. */
  _begin(model: Backbone.Model, request: LiveRequest, attrs: object | undefined): void {
    const names = Object.keys(attrs || model.attributes);
    if (this._models.has(request)) return;
    this._models.set(request, model);
    request
      .done(answer => this._owner._note(model, request.version, answer))
      .fail(() => this._fail(model, request.meta!.op!, names))
      .always(() => {
        this._models.delete(request);
        this._owner._apply(this._later.splice(0));
      });
  }

  /** Whether it has to wait. A model without an id may turn out to be what is told. */
  _holds(entry: Entry, isKnown: boolean): boolean {
    const isHeld = this._isOf(entry.id) || (!isKnown && [...this._models.values()].some(model => model.isNew()));
    if (isHeld) this._later.push(entry);
    return isHeld;
  }

  _isOf(id: string): boolean {
    for (const model of this._models.values()) if (String(model.id) === id) return true;
    return false;
  }

  /** The model whose creation this is, though it had seemed to fail. */
  _lostBy(op: string | undefined): Backbone.Model | undefined {
    const model = op ? this._lost.get(op) : undefined;
    return model && model.isNew() ? model : undefined;
  }

  _mendAll(): void {
    for (const [id, names] of this._broken) this._owner._mend(id, names, () => this._broken.delete(id));
  }

  private _fail(model: Backbone.Model, op: string, names: readonly string[]): void {
    if (model.isNew()) return void this._lost.set(op, model);
    const id = String(model.id);
    this._broken.set(id, [...(this._broken.get(id) || []), ...names]);
    this._mendAll();
  }
}
