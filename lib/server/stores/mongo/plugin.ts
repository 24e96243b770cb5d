// A schema plugin: `schema.plugin(publishChanges)`, before the model is made. It counts a version up at each write, and tells the
// model's journal after it: once per write, however many sockets, backends and stores there are. Which calls of Mongoose's
// have no hook, so that nobody hears of them, is in the README.

import type { ClientSession, Document as AnyDocument, Query, Schema } from 'mongoose';
import type { Attributes } from '../../store';
import { journalOf, type AnyModel, type Entry } from './journal';
import { channelField, versionField } from './names';

type Doc = AnyDocument & { [versionField]?: number; [channelField]?: string };

/** What is remembered of a document between its hooks; and who writes, for the store. */
export interface Locals {
  channelBefore?: string;
  isCreated?: boolean;
  isWritten?: boolean;
  /** Also a save that changes nothing is one. */
  counts?: boolean;
  origin?: string | undefined;
  /** The version that an earlier document with this id had. */
  last?: number | undefined;
  /** The attributes as they were, where somebody has read them. */
  former?: Attributes;
}

const locals = (doc: Doc): Locals => doc.$locals;
const modelOf = (doc: Doc): AnyModel => doc.constructor as unknown as AnyModel;
const channelOf = (doc: Doc): string => doc[channelField] ?? '';

/** Whether a schema has it; told by the schema itself, since models have copies of theirs. */
export function isPublished(schema: object): boolean {
  const own = schema as Schema;
  return own.path(versionField) !== undefined && own.path(channelField) !== undefined;
}

/** Takes a Mongoose schema, of whichever copy of Mongoose. It may be given twice, or to all schemas by `mongoose.plugin`. */
export function publishChanges(schema: object): void {
  if (isPublished(schema)) return;
  const own = schema as Schema;
  own.add({ [versionField]: { type: Number, default: firstVersion }, [channelField]: { type: String, default: '' } });
  addSaveHooks(own);
  addDeleteHooks(own);
  addQueryHooks(own);
}

/** Documents from before the schema had the plugin have none, and count from 0. */
function firstVersion(this: unknown): number | undefined {
  return typeof this === 'object' && this !== null && 'isNew' in this && this.isNew ? 1 : undefined;
}

function addSaveHooks(schema: Schema): void {
  schema.post('init', function (this: Doc) {
    locals(this).channelBefore = channelOf(this);
  });
  schema.pre('save', async function (this: Doc) {
    const own = locals(this);
    own.isCreated = this.isNew;
    own.isWritten = this.isNew || this.isModified() || own.counts === true;
    // Counted by the database, whoever else counts meanwhile.
    if (this.isNew) this.set(versionField, 1 + (own.last ?? (await journalOf(modelOf(this)).version(String(this._id), this.$session()))));
    else if (own.isWritten) this.$inc(versionField, 1);
  });
  schema.post('save', async function (this: Doc) {
    if (locals(this).isWritten) await saved(this);
  });
  schema.post('insertMany', async function (docs: unknown) {
    for (const doc of [docs].flat()) await inserted(doc);
  });
}

async function saved(doc: Doc): Promise<void> {
  const { isCreated, channelBefore, origin, former } = locals(doc);
  const version = doc[versionField] ?? 0;
  const channel = channelOf(doc);
  const change = { id: String(doc._id), version, channel, origin };
  const before = former && { former };
  const isMoved = !isCreated && channelBefore !== undefined && channelBefore !== channel;
  if (isMoved) await tell(doc, { ...change, action: 'delete', channel: channelBefore, version: version - 1, ...before });
  await tell(doc, isCreated || isMoved ? { ...change, action: 'create' } : { ...change, action: 'update', ...before });
  locals(doc).channelBefore = channel;
}

/** With `lean` or `rawResult` there are no documents, and nothing can be told. */
async function inserted(doc: unknown): Promise<void> {
  if (typeof doc !== 'object' || doc === null || !('$locals' in doc)) return;
  locals(doc as Doc).isCreated = true;
  await saved(doc as Doc);
}

function addDeleteHooks(schema: Schema): void {
  schema.post('deleteOne', { document: true, query: false }, async function (this: unknown) {
    const doc = this as Doc;
    if (doc.$isDeleted()) await deleted(doc, doc.$session());
  });
}

function deleted(doc: Doc, session: ClientSession | null): Promise<void> {
  const { origin, former } = locals(doc);
  const change = { id: String(doc._id), version: doc[versionField] ?? 0, channel: channelOf(doc), origin, ...(former && { former }) };
  return tell(doc, { ...change, action: 'delete' }, session);
}

function addQueryHooks(schema: Schema): void {
  schema.pre('findOneAndUpdate', function (this: Query<unknown, unknown>) {
    const update = this.getUpdate();
    if (Array.isArray(update)) update.push({ $set: { [versionField]: { $add: [{ $ifNull: [`$${versionField}`, 0] }, 1] } } });
    else this.setUpdate({ ...update, $inc: { ...(update?.$inc as object | undefined), [versionField]: 1 } });
  });
  // What it was given may be the document as it was, or a part of it; so it is read again.
  schema.post('findOneAndUpdate', async function (this: Query<unknown, unknown>, found: unknown) {
    const before = idIn(found);
    const session = (this.getOptions().session as ClientSession | undefined) ?? null;
    const model = this.model as unknown as AnyModel;
    const query = before === undefined ? this.model.findOne(this.getFilter()) : this.model.findById(before);
    const doc = (await query.session(session)) as Doc | null;
    if (!doc) return;
    const version = doc[versionField] ?? 0;
    const action = this.getOptions().upsert && version === 1 ? 'create' : 'update';
    await journalOf(model).record({ action, id: String(doc._id), version, channel: channelOf(doc) }, session);
  });
  schema.post('findOneAndDelete', async function (this: Query<unknown, unknown>, found: unknown) {
    const id = idIn(found);
    if (id === undefined) return;
    const { [versionField]: version = 0, [channelField]: channel = '' } = found as Doc;
    const session = (this.getOptions().session as ClientSession | undefined) ?? null;
    await journalOf(this.model).record({ action: 'delete', id: String(id), version, channel }, session);
  });
}

const idIn = (found: unknown): unknown => (typeof found === 'object' && found !== null && '_id' in found ? found._id : undefined);

const tell = (doc: Doc, entry: Entry, session = doc.$session()): Promise<void> => journalOf(modelOf(doc)).record(entry, session);
