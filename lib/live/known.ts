// The version and the attribute names of each document that a page has heard of: so it recognises outdated messages, and attributes that
// were removed. Kept when a subscription ends, because a write may still fail then.

import type Backbone from 'backbone';
import type { Entity } from '../types';
import type { Attributes } from './writes';

/** What was last heard of a document. */
interface Told {
  readonly version: number;
  readonly names: readonly string[];
}

/** A version that no document has. */
export const unknown = -1;
const unheard: Told = { version: unknown, names: [] };

const knowns = new WeakMap<Entity, Known>();

export function knownOf(entity: Entity): Known {
  const known = knowns.get(entity) || new Known();
  knowns.set(entity, known);
  return known;
}

export class Known {
  private readonly _documents = new Map<string, Told>();
  /** Documents that have to be read again, each with the attributes that failed writes have set. */
  readonly _broken = new Map<string, Attributes[]>();
  /** Models whose creation has failed, or seems to have, by the write's `op`. */
  readonly _lost = new Map<string, Backbone.Model>();
  /** Ids in the server's order, from the first that `_after` has not passed yet. */
  private _ordered: Array<[key: string, id: string]> = [];

  get _size(): number {
    return this._documents.size;
  }

  /** Whether the server has told the document's version. */
  _has(id: string): boolean {
    return this._versionOf(id) !== unknown;
  }

  /** A new object each time the document is heard of, so identity tells whether it was. */
  _get(id: string): Told {
    return this._documents.get(id) || unheard;
  }

  _set(id: string, version: number, names: readonly string[]): void {
    this._documents.set(id, { version, names: shared(names) });
  }

  /** Adds attribute names to those that are known. */
  _name(id: string, names: readonly string[]): void {
    const had = this._namesOf(id);
    this._set(id, this._versionOf(id), [...had, ...names.filter(name => !had.includes(name))]);
  }

  _versionOf(id: string): number {
    return this._get(id).version;
  }

  _namesOf(id: string): readonly string[] {
    return this._get(id).names;
  }

  _order(ids: string[]): void {
    this._ordered = ids.map((id): [string, string] => [byCodePoints(id), id]).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Up to `most` ids after `after`, with their versions. Call with ascending ids: those before are dropped. */
  _after(after: string, most: number): Array<[id: string, version: number]> {
    const last = byCodePoints(after);
    this._ordered = this._ordered.filter(([key]) => key > last);
    return this._ordered.slice(0, most).map(([, id]) => [id, this._versionOf(id)]);
  }

  /** Forgets the versions, but not the names. */
  _doubt(): void {
    for (const [id, { names }] of this._documents) this._set(id, unknown, names);
  }

  _keep(isMeant: (id: string) => unknown): void {
    for (const id of this._documents.keys()) if (!isMeant(id)) this._documents.delete(id);
  }
}

/** A sort key. JavaScript compares UTF-16 code units, of which surrogates come before U+E000; in these keys they come after U+FFFF. */
const byCodePoints = (id: string): string => id.replace(/\uFFFF/g, '$&\0').replace(/[\uD800-\uDFFF]/g, '\uFFFF$&');

/** Documents of one kind have the same attribute names: each list of names is kept once. */
const lists = new Map<string, readonly string[]>();

function shared(names: readonly string[]): readonly string[] {
  const key = JSON.stringify(names);
  const list = lists.get(key) || names;
  // The number of different lists may be unlimited.
  if (lists.size < 1_000) lists.set(key, list);
  return list;
}
