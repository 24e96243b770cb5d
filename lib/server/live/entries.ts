// What changes mean to subscribers that see only a part: a document that begins to fit is put, one that no longer fits leaves, and a
// document that they have never seen is not mentioned.

import { isDeepStrictEqual } from 'node:util';
import type { Entry } from '../../wire';
import { matcher, pick, type Fields, type Where } from '../filter';
import { splitOrigin } from '../op';
import type { Attributes, Change, Document } from '../store';

/** What a subscription shows: the documents that fit `where`, and of each of them the attributes in `fields`. */
export class View {
  private readonly fits: ((attributes: Attributes, id: string) => boolean) | undefined;

  constructor(
    readonly where: Where | undefined,
    readonly fields: Fields | undefined,
  ) {
    this.fits = where && matcher(where);
  }

  shows({ id, attributes }: Pick<Document, 'id' | 'attributes'>): boolean {
    return !this.fits || this.fits(attributes, id);
  }

  /** True if it is unknown whether subscribers had this document, because its earlier attributes were not logged. */
  isUnclear({ document, formers }: Fate): boolean {
    return this.fits !== undefined && formers.includes(undefined) && !(document && this.shows(document));
  }

  /** The entry of a document that is shown. */
  put({ id, version, attributes }: Document): Entry {
    return { action: 'put', id, version, attrs: pick(attributes, this.fields) };
  }

  /** Undefined if the view does not show the document, and did not show it before. */
  entryOf({ id, version, document, formers, isNew, isLast, op }: Fate): Entry | undefined {
    const by = op !== undefined && { op };
    const shown = formers.filter(former => !former || this.shows({ id, attributes: former }));
    const had = shown.length > 0;
    if (!document || !this.shows(document)) return had ? { action: document ? 'leave' : 'delete', id, version, ...by } : undefined;
    const put = { ...this.put(document), ...by };
    const isSame = (former: Attributes | undefined): boolean => former !== undefined && isDeepStrictEqual(pick(former, this.fields), put.attrs);
    // Unless a page may have read a state in between: of these changes, or of later ones, which will be sent with the same version.
    if (this.fields && !isNew && isLast && shown.length === formers.length && shown.every(isSame)) delete put.attrs;
    return put;
  }
}

/** What several changes have made of one document, and what it was before and between them. */
export interface Fate {
  readonly id: string;
  readonly version: number;
  readonly document: Document | undefined;
  /** Its attributes before each change, any of which a subscriber may have; undefined where the log has not kept them. */
  readonly formers: ReadonlyArray<Attributes | undefined>;
  readonly isNew: boolean;
  /** Whether the document is as the last of them left it: it may have been changed again since. */
  readonly isLast: boolean;
  /** The `op` of the write that created it, or else of the last write. */
  readonly op: string | undefined;
}

/** One for each document, in the order in which they were changed last. */
export function fatesOf(changes: readonly Change[]): Fate[] {
  const fates = new Map<string, Fate>();
  for (const { id, version, action, document, former, origin } of changes) {
    const before = fates.get(id);
    fates.delete(id);
    fates.set(id, {
      id,
      version: document ? document.version : version,
      document,
      formers: [...(before?.formers ?? []), ...(action === 'create' ? [] : [former])],
      isNew: before?.isNew || action === 'create',
      isLast: document?.version === version,
      op: (before?.isNew && before.op) || splitOrigin(origin)[1],
    });
  }
  return [...fates.values()];
}
