// What a page was told of each document: so it notices what is older, and attributes that are taken away. It outlives a subscription, for
// the sake of writes that fail.

import type Backbone from 'backbone';
import type { Entity } from '../types';
import type { Attributes } from './writes';

/** A document, as it was when it was last heard of. */
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
  /** Documents that have to be read again, and what failed writes have set in them. */
  readonly _broken = new Map<string, Attributes[]>();
  /** Models whose creation has failed, or seems to have, by its op. */
  readonly _lost = new Map<string, Backbone.Model>();
  /** Ids in the server's order, from the first that `_after` has not passed yet. */
  private _ordered: Array<[key: string, id: string]> = [];

  get _size(): number {
    return this._documents.size;
  }

  /** Whether the server has said which version it is. */
  _has(id: string): boolean {
    return this._versionOf(id) !== unknown;
  }

  /** Another one whenever it was heard of. */
  _get(id: string): Told {
    return this._documents.get(id) || unheard;
  }

  _set(id: string, version: number, names: readonly string[]): void {
    this._documents.set(id, { version, names: shared(names) });
  }

  /** It has these as well. */
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

  /** So many of the ordered that come after this id, which is after the one of the last time. */
  _after(after: string, most: number): Array<[id: string, version: number]> {
    const last = byCodePoints(after);
    this._ordered = this._ordered.filter(([key]) => key > last);
    return this._ordered.slice(0, most).map(([, id]) => [id, this._versionOf(id)]);
  }

  /** The versions say nothing any more. */
  _doubt(): void {
    for (const [id, { names }] of this._documents) this._set(id, unknown, names);
  }

  _keep(isMeant: (id: string) => unknown): void {
    for (const id of this._documents.keys()) if (!isMeant(id)) this._documents.delete(id);
  }
}

/** JavaScript compares halves of surrogate pairs, which come before U+E000; here they come after U+FFFF. */
const byCodePoints = (id: string): string => id.replace(/\uFFFF/g, '$&\0').replace(/[\uD800-\uDFFF]/g, '\uFFFF$&');

/** Documents of one kind have the same names, which are kept once. */
const lists = new Map<string, readonly string[]>();

function shared(names: readonly string[]): readonly string[] {
  const key = JSON.stringify(names);
  const list = lists.get(key) || names;
  // There may be kinds without number.
  if (lists.size < 1_000) lists.set(key, list);
  return list;
}
