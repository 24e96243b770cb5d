// What changes mean to those who see only a part: a document that begins to fit comes, one that does not fit any more goes, and of
// one that they have never seen they hear nothing.

import { isDeepStrictEqual } from 'node:util';
import type { Entry } from '../../wire';
import { matcher, pick, type Fields, type Where } from '../filter';
import { splitOrigin } from '../op';
import type { Attributes, Change, Document } from '../store';

/** What is shown: these documents, and of each of them these attributes. */
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

  /** Whether some may have had it, or not: nobody has kept what it was. */
  isUnclear({ document, formers }: Fate): boolean {
    return this.fits !== undefined && formers.includes(undefined) && !(document && this.shows(document));
  }

  /** A document that is to be seen. */
  put({ id, version, attributes }: Document): Entry {
    return { action: 'put', id, version, attrs: pick(attributes, this.fields) };
  }

  /** Nothing, if those who see this have nothing to do with it. */
  entryOf({ id, version, document, formers, isNew, isLast, op }: Fate): Entry | undefined {
    const by = op !== undefined && { op };
    const shown = formers.filter(former => !former || this.shows({ id, attributes: former }));
    const had = shown.length > 0;
    if (!document || !this.shows(document)) return had ? { action: document ? 'leave' : 'delete', id, version, ...by } : undefined;
    const put = { ...this.put(document), ...by };
    const isSame = (former: Attributes | undefined): boolean => former !== undefined && isDeepStrictEqual(pick(former, this.fields), put.attrs);
    // Unless a page may have read a state in between: of these changes, or of later ones, which will be told with the same version.
    if (this.fields && !isNew && isLast && shown.length === formers.length && shown.every(isSame)) delete put.attrs;
    return put;
  }
}

/** What has become of one document by several changes, and what it was meanwhile. */
export interface Fate {
  readonly id: string;
  readonly version: number;
  readonly document: Document | undefined;
  /** What it was before each of them: all that somebody may have. Unknown, where nobody has kept that. */
  readonly formers: ReadonlyArray<Attributes | undefined>;
  readonly isNew: boolean;
  /** Whether the document is as the last of them left it: it may have been changed again since. */
  readonly isLast: boolean;
  /** Of the write that has made it, else of the last. */
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
