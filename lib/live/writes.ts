// The page's own writes while they are under way: nothing that is told of these documents is applied before they have ended, so that
// nobody's typing is overwritten and what a page creates is not added twice. What a write that failed has set is read again.

import type Backbone from 'backbone';
import type { Entity, LiveRequest } from '../types';
import { isSyncMethod, isWrite, type Entry } from '../wire';
import type { Known } from './known';

export type Attributes = { [name: string]: unknown };

/** A request of a model or collection to its backend. */
export interface Asked {
  readonly entity: Entity;
  readonly request: LiveRequest;
  /** Backbone's, with its `success`. */
  readonly options: Attributes;
  /** Attributes that a write has sent, as they were then. */
  readonly sent: Attributes;
  readonly isWrite: boolean;
  readonly wasNew: boolean;
  /** The `fields` of each subscription that has the document. */
  readonly shown: Array<string[] | undefined>;
}

export interface Write extends Asked {
  readonly entity: Backbone.Model;
}

/** Those under way on the page: a collection may become live, or be subscribed anew, meanwhile. */
const underWay = new Set<Asked>();

/** Of a `request` event; nothing, if it is for something else than a document. */
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

/** None on the plain wire: a model that has no backend yet. */
const opOf = ({ meta }: LiveRequest): string | undefined => meta && meta.op;

/** What writes need of the replica. */
interface WritesHost {
  readonly _fields: string[] | undefined;
  _has(entity: Entity): boolean;
  _get(id: string): Backbone.Model | undefined;
  /** Applies what was held back. */
  _apply(entries: Entry[]): void;
  /** A write has made this version of its model's document. */
  _note(write: Write, answer: unknown, isOld: boolean): void;
  /** What of a write's answer is news. */
  _newsOf(write: Write, answer: unknown): unknown;
  /** A fetch is under way. */
  _answerLate(asked: Asked): void;
}

export class Writes {
  private readonly _seen = new WeakSet<Asked>();
  private readonly _mine = new Set<Write>();
  private _later: Entry[] = [];
  /** Documents of which the page knows by its own writes only: they need not fit what is subscribed to, and then nothing is told of them. */
  readonly _untold = new Set<string>();

  constructor(
    private readonly _host: WritesHost,
    private readonly _known: Known,
  ) {}

  /** Takes charge of what is under way; `areOld`: it was begun before. */
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

  /** Whether it has to wait. A model without an id may turn out to be what is told, unless that is known to be by another's write. */
  _holds(entry: Entry, isKnown: boolean): boolean {
    const { id, op } = entry;
    const mayBe = ({ entity, request, wasNew }: Write): boolean => wasNew && (op ? op === opOf(request) : entity.isNew());
    const isHeld = this._isBusy(id) || (!isKnown && [...this._mine].some(mayBe));
    if (isHeld) this._later.push(entry);
    return isHeld;
  }

  /** Has it read again. */
  _doubt(id: string, sent: Attributes = {}): void {
    const { _broken } = this._known;
    _broken.set(id, [...(_broken.get(id) || []), sent]);
  }

  /** All that was committed so far has been told. */
  _doubtUntold(): void {
    for (const id of this._untold) this._doubt(id);
    this._untold.clear();
  }

  /** What is held back counts no more. */
  _forget(): void {
    this._later = [];
  }

  /** Whether what is told of it has to wait. */
  _isBusy(id: string): boolean {
    return this._isOf(id) || this._later.some(one => one.id === id);
  }

  _isOf(id: string): boolean {
    return [...this._mine].some(({ entity }) => String(entity.id) === id);
  }

  get _isCreating(): boolean {
    return [...this._mine].some(({ entity }) => entity.isNew());
  }

  /** Attributes that the model's later writes have sent. */
  _sentBeside(write: Write): string[] {
    const mine = [...this._mine];
    return mine.slice(mine.indexOf(write) + 1).filter(({ entity }) => entity === write.entity).flatMap(({ sent }) => Object.keys(sent));
  }

  /** The model whose creation this is, though it had seemed to fail. */
  _lostBy(op: string | undefined): Backbone.Model | undefined {
    const model = op ? this._known._lost.get(op) : undefined;
    return model && model.isNew() ? model : undefined;
  }

  private _done(write: Write, answer: unknown, isOld: boolean): void {
    const { entity, wasNew } = write;
    // Done, but what may not be seen any more is not answered.
    if (entity.isNew()) return this._lose(write);
    // The page may have taken it away meanwhile, or not have added it.
    if (wasNew && !this._host._get(String(entity.id))) return;
    if (wasNew || !this._known._has(String(entity.id))) this._untold.add(String(entity.id));
    if (isOld) this._doubt(String(entity.id));
    this._host._note(write, answer, isOld);
  }

  private _fail(write: Write, error: unknown): void {
    const { entity, sent } = write;
    if (!entity.isNew()) this._doubt(String(entity.id), sent);
    // What the server has refused is not done.
    else if ((error as Partial<Error>).name === 'IoSyncError') this._lose(write);
  }

  private _lose({ entity, request }: Write): void {
    const { _lost } = this._known;
    for (const [op, model] of _lost) if (!model.isNew() || !this._host._has(model)) _lost.delete(op);
    _lost.set(opOf(request)!, entity);
  }
}
