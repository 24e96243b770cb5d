// The page's own writes while they are under way. What the server tells of their documents is applied only when they have ended, so that
// no user's typing is overwritten, and no created model is added twice. After a write that failed, the document is read again.

import type Backbone from 'backbone';
import type { Entity, LiveRequest } from '../types';
import { isSyncMethod, isWrite, type Entry } from '../wire';
import type { Known } from './known';

export type Attributes = { [name: string]: unknown };

/** A request of a model or collection to its backend. */
export interface Asked {
  readonly entity: Entity;
  readonly request: LiveRequest;
  /** Backbone's options, with its `success`. */
  readonly options: Attributes;
  /** The attributes that a write sends, as they were at that time. */
  readonly sent: Attributes;
  readonly isWrite: boolean;
  readonly wasNew: boolean;
  /** The `fields` of each subscription that has the document. */
  readonly shown: Array<string[] | undefined>;
}

export interface Write extends Asked {
  readonly entity: Backbone.Model;
}

/** All requests under way on the page: while they are, a collection may become live, or be subscribed again. */
const underWay = new Set<Asked>();

/** Takes the arguments of a `request` event. Undefined if the request's method is not one of Backbone's. */
export function note(args: unknown[]): Asked | undefined {
  const [, entity, request, options = {}] = args as [event: string, entity: Entity, request: LiveRequest, options?: Attributes];
  const { event = '', always } = request;
  const method = event.slice(event.lastIndexOf(':') + 1);
  if (!isSyncMethod(method)) return undefined;
  const isWriting = isWrite(method);
  const sent: Attributes = {};
  const { attributes } = entity as Backbone.Model;
  const { attrs } = options;
  const names = isWriting && method !== 'delete' ? Object.keys(attrs || entity.toJSON(options)) : [];
  for (const name of names) sent[name] = attributes[name];
  const asked = { entity, request, options, sent, isWrite: isWriting, wasNew: isWriting && (entity as Backbone.Model).isNew(), shown: [] };
  underWay.add(asked);
  always.call(request, () => underWay.delete(asked));
  return asked;
}

/** Undefined on the plain wire, which a model without a backend uses. */
const opOf = ({ meta }: LiveRequest): string | undefined => meta && meta.op;

/** What writes need of the replica. */
interface WritesHost {
  readonly _fields: string[] | undefined;
  _has(entity: Entity): boolean;
  _get(id: string): Backbone.Model | undefined;
  /** Applies entries that were held back. */
  _apply(entries: Entry[]): void;
  /** A write has succeeded: its request has the version that it has made. */
  _note(write: Write, answer: unknown, isOld: boolean): void;
  /** What of a write's answer is new to the model. */
  _newsOf(write: Write, answer: unknown): unknown;
  /** Takes charge of the answer to a fetch. */
  _answerLate(asked: Asked): void;
}

export class Writes {
  private readonly _seen = new WeakSet<Asked>();
  private readonly _mine = new Set<Write>();
  private _later: Entry[] = [];
  /** Documents that the page knows only by its own writes: if the subscription does not show them, the server tells nothing of them. */
  readonly _untold = new Set<string>();

  constructor(
    private readonly _host: WritesHost,
    private readonly _known: Known,
  ) {}

  /** Takes charge of the requests under way; `areOld`: they were begun before the subscription. */
  _adopt(areOld = false): void {
    for (const asked of underWay) {
      if (this._seen.has(asked) || !this._host._has(asked.entity)) continue;
      this._seen.add(asked);
      asked.shown.push(this._host._fields);
      if (asked.isWrite) this._begin(asked as Write, areOld);
      else this._host._answerLate(asked);
    }
  }

  private _begin(write: Write, isOld: boolean): void {
    const { request, options } = write;
    const { success } = options;
    if (typeof success === 'function') options.success = (answer: unknown) => success(this._host._newsOf(write, answer));
    this._mine.add(write);
    request
      .always(() => this._mine.delete(write))
      .done(answer => this._done(write, answer, isOld))
      .fail(error => this._fail(write, error))
      .always(() => this._host._apply(this._later.splice(0)));
  }

  /**
   * Keeps the entry for later if it has to wait. A model that is being created may be this very document, unless the entry's `op` is
   * another write's.
   */
  _holds(entry: Entry, isKnown: boolean): boolean {
    const { id, op } = entry;
    const mayBe = ({ entity, request, wasNew }: Write): boolean => wasNew && (op ? op === opOf(request) : entity.isNew());
    const isHeld = this._isBusy(id) || (!isKnown && [...this._mine].some(mayBe));
    if (isHeld) this._later.push(entry);
    return isHeld;
  }

  /** Marks the document as one to be read again; `sent` is what a failed write has set. */
  _doubt(id: string, sent: Attributes = {}): void {
    const { _broken } = this._known;
    _broken.set(id, [...(_broken.get(id) || []), sent]);
  }

  /** Called once everything committed so far has been told. */
  _doubtUntold(): void {
    for (const id of this._untold) this._doubt(id);
    this._untold.clear();
  }

  /** Drops the entries that are held back. */
  _forget(): void {
    this._later = [];
  }

  /** Whether entries of this document have to wait. */
  _isBusy(id: string): boolean {
    return this._isOf(id) || this._later.some(one => one.id === id);
  }

  _isOf(id: string): boolean {
    return [...this._mine].some(({ entity }) => String(entity.id) === id);
  }

  get _isCreating(): boolean {
    return [...this._mine].some(({ entity }) => entity.isNew());
  }

  /** The names of the attributes that later writes of the model have sent. */
  _sentBeside(write: Write): string[] {
    const mine = [...this._mine];
    return mine.slice(mine.indexOf(write) + 1).filter(({ entity }) => entity === write.entity).flatMap(({ sent }) => Object.keys(sent));
  }

  /** The model that the write with this `op` has created, although the write had seemed to fail. */
  _lostBy(op: string | undefined): Backbone.Model | undefined {
    const model = op ? this._known._lost.get(op) : undefined;
    return model && model.isNew() ? model : undefined;
  }

  private _done(write: Write, answer: unknown, isOld: boolean): void {
    const { entity, wasNew } = write;
    // The document was created, but the user may not see it any more, so the answer is empty.
    if (entity.isNew()) return this._lose(write);
    // The page may have removed the model meanwhile, or never added it.
    if (wasNew && !this._host._get(String(entity.id))) return;
    if (wasNew || !this._known._has(String(entity.id))) this._untold.add(String(entity.id));
    if (isOld) this._doubt(String(entity.id));
    this._host._note(write, answer, isOld);
  }

  private _fail(write: Write, error: unknown): void {
    const { entity, sent } = write;
    if (!entity.isNew()) this._doubt(String(entity.id), sent);
    // A write that the server refused was not executed; after one of these errors it may have been.
    else if ((error as Partial<Error>).name === 'IoSyncError') this._lose(write);
  }

  private _lose({ entity, request }: Write): void {
    const { _lost } = this._known;
    for (const [op, model] of _lost) if (!model.isNew() || !this._host._has(model)) _lost.delete(op);
    _lost.set(opOf(request)!, entity);
  }
}
