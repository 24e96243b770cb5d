// What a page was told of each document: so it notices what is older, and attributes that are taken away.

/** A document, as it was when it was last heard of. */
interface Told {
  readonly version: number;
  readonly names: readonly string[];
}

/** A version that no document has. */
const unknown = -1;

export class Known {
  private readonly _all = new Map<string, Told>();

  get _size(): number {
    return this._all.size;
  }

  /** Another one whenever it was heard of. */
  _get(id: string): Told | undefined {
    return this._all.get(id);
  }

  _set(id: string, version: number, names: readonly string[]): void {
    this._all.set(id, { version, names: shared(names) });
  }

  _versionOf(id: string): number {
    const told = this._all.get(id);
    return told ? told.version : unknown;
  }

  _namesOf(id: string): readonly string[] {
    const told = this._all.get(id);
    return told ? told.names : [];
  }

  /** The versions say nothing any more: of these documents, or of those that were known to another. */
  _doubt({ _all } = this as Known): void {
    for (const [id, { names }] of _all) this._set(id, unknown, names);
  }

  _keep(isMeant: (id: string) => unknown): void {
    for (const id of this._all.keys()) if (!isMeant(id)) this._all.delete(id);
  }
}

/** Documents of one kind have the same names, which are kept once. */
const lists = new Map<string, readonly string[]>();

function shared(names: readonly string[]): readonly string[] {
  const key = JSON.stringify(names);
  const list = lists.get(key) || names;
  // There may be kinds without number.
  if (lists.size < 1_000) lists.set(key, list);
  return list;
}
