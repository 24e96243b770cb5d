// The hooks of documents: `save` (also by `create` and `bulkSave`), `insertMany` and `doc.deleteOne()`. Other code may have read only a
// part of a document, or long ago, so that its version and its channel are read from the database; the store knows them.

import type { ClientSession, Document as AnyDocument, SaveOptions, Schema } from 'mongoose';
import type { Attributes } from '../../store';
import { journalOf, sessionAround, type AnyModel } from './journal';
import { channelField, versionField } from './names';
import { heldBy, heldIn, tellDelete, tellWrite, type Held } from './writes';

type Doc = AnyDocument & { [versionField]?: number; [channelField]?: string };

/** What is remembered of a document between its hooks, and what the store says of its write. */
export interface Locals {
  /** The store writes the document, if its version is still the one that was read. Then a save without changes is a write, too. */
  byStore?: boolean;
  isCreated?: boolean;
  isWritten?: boolean;
  movedFrom?: string | undefined;
  /** The document before it is deleted. */
  held?: Held | undefined;
  origin?: string | undefined;
  /** The version of an earlier document with this id. */
  last?: number | undefined;
  /** The attributes before the write, if the store has read them. */
  former?: Attributes;
}

const locals = (doc: Doc): Locals => doc.$locals;
const modelOf = (doc: Doc): AnyModel => doc.constructor as unknown as AnyModel;
const sessionOf = (doc: Doc): ClientSession | null => doc.$session() ?? sessionAround(modelOf(doc));
const held = (doc: Doc): Promise<Held | undefined> => heldIn(modelOf(doc), { _id: doc._id }, sessionOf(doc));

export function addDocumentHooks(schema: Schema): void {
  schema.pre('save', async function (this: Doc, options?: SaveOptions) {
    await beforeSave(this);
    if (options?.pathsToSave) options.pathsToSave = [...options.pathsToSave, versionField];
  });
  schema.post('save', async function (this: Doc) {
    if (locals(this).isWritten) await saved(this);
  });
  schema.post('insertMany', async function (docs: unknown) {
    for (const doc of [docs].flat()) await inserted(doc);
  });
  schema.pre('deleteOne', { document: true, query: false }, async function (this: unknown) {
    const doc = this as Doc;
    locals(doc).held = locals(doc).byStore ? heldBy(doc) : await held(doc);
  });
  schema.post('deleteOne', { document: true, query: false }, async function (this: unknown) {
    const doc = this as Doc;
    const before = locals(doc).held;
    if (doc.$isDeleted() && before) await tellDelete(modelOf(doc), before, locals(doc), sessionOf(doc));
  });
}

async function beforeSave(doc: Doc): Promise<void> {
  const own = locals(doc);
  own.isCreated = doc.isNew;
  own.isWritten = doc.isNew || doc.isModified() || own.byStore === true;
  if (doc.isNew) return void doc.set(versionField, 1 + (own.last ?? (await lastVersion(doc))));
  if (!own.isWritten) return;
  own.movedFrom = doc.isModified(channelField) ? (await held(doc))?.channel : undefined;
  // Incremented by the database, since others may increment it meanwhile.
  doc.$inc(versionField, 1);
}

const lastVersion = async (doc: Doc): Promise<number> =>
  (await journalOf(modelOf(doc)).last(String(doc._id), sessionOf(doc)))?.version ?? 0;

/** If the document has been deleted meanwhile, only the deletion is told. */
async function saved(doc: Doc): Promise<void> {
  const { isCreated = false, byStore, movedFrom, origin, former } = locals(doc);
  const now = isCreated || byStore ? heldBy(doc) : await held(doc);
  if (now) await tellWrite(modelOf(doc), now, { isCreated, movedFrom, origin, former }, sessionOf(doc));
}

/** With `lean` or `rawResult` there are no documents, so that nothing can be told. */
async function inserted(doc: unknown): Promise<void> {
  if (typeof doc !== 'object' || doc === null || !('$locals' in doc)) return;
  locals(doc as Doc).isCreated = true;
  await saved(doc as Doc);
}
