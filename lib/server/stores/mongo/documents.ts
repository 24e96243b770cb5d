// Reads and writes documents by a Mongoose model, perhaps within a session. A write first reads the document, and takes effect only if that
// still has the version that was read; otherwise it is tried again, unless the caller has named a version.

import type { ClientSession } from 'mongoose';
import { BackendError } from '../../errors';
import { matcher, sorter } from '../../filter';
import type { Attributes, Document, Documents, Query, Which, WriteOptions } from '../../store';
import { checkAttributes, checkChannel, checkCount, checkId, conflict, isChannel, isId, notFound, taken } from '../base';
import { makeKey, type Mapping, type MongooseDocument } from './attributes';
import type { Locals } from './document-hooks';
import { mongoFilter, type MongoFilter } from './filter';
import type { AnyModel } from './journal';
import { channelField, versionField } from './names';

/** How often a write is tried, if others change the document meanwhile. */
const tries = 50;

type Fits = (document: Document) => boolean;

export function documentsOf(model: AnyModel, mapping: Mapping, session: ClientSession | undefined): Documents {
  const options = { ...(session && { session }) };
  /** The versions of documents that were deleted here: a deletion is logged only when the session commits. */
  const gone = new Map<string, number>();

  const find = async (id: string, { channel, where }: Which = {}): Promise<MongooseDocument | undefined> => {
    const key = isId(id) ? mapping.key(id) : undefined;
    if (key === undefined || (channel !== undefined && !isChannel(channel))) return undefined;
    const fits = fitsOf(where);
    const doc: MongooseDocument | null = await model.findOne({ _id: key } as object, null, options);
    if (!doc || (channel !== undefined && (doc[channelField] ?? '') !== channel)) return undefined;
    return fits(mapping.document(doc)) ? doc : undefined;
  };

  /** `act` returns whether the document was still as it had been read. */
  const write = async (id: string, wanted: WriteOptions = {}, act: (doc: MongooseDocument) => Promise<boolean>): Promise<MongooseDocument> => {
    for (let left = tries; left; left -= 1) {
      const doc = await find(id, wanted);
      if (!doc) throw notFound();
      const document = mapping.document(doc);
      const { version, attributes: former } = document;
      if (wanted.ifVersion !== undefined && wanted.ifVersion !== version) throw conflict(document);
      doc.$where = { [versionField]: version || { $in: [null, 0] } };
      Object.assign(doc.$locals, { origin: wanted.origin, byStore: true, former } satisfies Locals);
      if (await act(doc)) return doc;
    }
    throw new BackendError('conflict', 'Too many others are changing the document.');
  };

  const change = async (id: string, attributes: Attributes, wanted: WriteOptions | undefined, isReplaced: boolean): Promise<Document> => {
    const copy = checkAttributes(attributes);
    if (wanted?.moveTo !== undefined) checkChannel(wanted.moveTo);
    const doc = await write(id, wanted, async found => {
      mapping.set(found, copy, isReplaced);
      if (wanted?.moveTo !== undefined) found.set(channelField, wanted.moveTo);
      return found.save(options).then(() => true, overtaken);
    });
    return mapping.document(doc);
  };

  return {
    async create(attributes, { id, channel = '', origin } = {}) {
      const copy = checkAttributes(attributes);
      const doc = new model({ [channelField]: checkChannel(channel) }) as MongooseDocument;
      doc.set('_id', id === undefined ? makeKey(model, doc) : keyFor(mapping, id));
      mapping.set(doc, copy, false);
      Object.assign(doc.$locals, { origin, last: gone.get(String(doc._id)) } satisfies Locals);
      // Checked first, since an error of the database would abort the transaction.
      if (id !== undefined && (await model.exists({ _id: doc._id } as object).session(session ?? null))) throw taken();
      await doc.save(options).catch(refused);
      return mapping.document(doc);
    },
    async read(id, which) {
      const doc = await find(id, which);
      return doc && mapping.document(doc);
    },
    list: query => list(model, mapping, query, options),
    update: (id, attributes, wanted) => change(id, attributes, wanted, true),
    patch: (id, attributes, wanted) => change(id, attributes, wanted, false),
    async delete(id, wanted) {
      const doc = await write(id, wanted, async found => (await found.deleteOne(options)).deletedCount > 0);
      const document = mapping.document(doc);
      gone.set(document.id, document.version);
      return document;
    },
  };
}

const fitsOf = (where: Which['where']): Fits => {
  const fits = where && matcher(where);
  return ({ id, attributes }) => !fits || fits(attributes, id);
};

/** The database sorts by id only; any other `sort` is done here, since the database orders lists differently. */
async function list(model: AnyModel, mapping: Mapping, query: Query = {}, options: { session?: ClientSession }): Promise<Document[]> {
  const { channel, where, sort, limit = Infinity, offset = 0 } = query;
  checkCount('limit', query.limit);
  checkCount('offset', query.offset);
  const fits = fitsOf(where);
  if (channel !== undefined && !isChannel(channel)) return [];
  const ofChannel = channel === undefined ? {} : { [channelField]: channel === '' ? { $in: ['', null] } : channel };
  const filter: MongoFilter = { $and: [ofChannel, where ? mongoFilter(where, mapping.locate) : {}] };
  const order = sort?.length ? sorter(sort) : undefined;
  const found: Document[] = [];
  const cursor = model.find(filter as object, null, { ...options, strictQuery: false }).sort({ _id: 1 }).cursor();
  for await (const doc of cursor) {
    if (!order && found.length >= offset + limit) break;
    const document = mapping.document(doc);
    if (fits(document)) found.push(document);
  }
  return (order ? found.sort(order) : found).slice(offset, offset + limit);
}

function keyFor(mapping: Mapping, id: string): unknown {
  const key = mapping.key(checkId(id));
  if (key === undefined) throw new BackendError('invalid', 'No document of this model can have this id.');
  return key;
}

/** Returns false if the document has been changed or deleted since it was read; throws any other error. */
function overtaken(error: unknown): false {
  const name = error instanceof Error ? error.name : '';
  if (name === 'DocumentNotFoundError' || name === 'VersionError') return false;
  return refused(error);
}

/** Throws what the schema refuses as a BackendError with the schema's messages, and any other error as it is. */
function refused(error: unknown): never {
  const { name, code, keyPattern, errors } = error as {
    keyPattern?: object; name?: unknown; code?: unknown; errors?: { [path: string]: { message: string } } };
  if (code === 11000 && '_id' in (keyPattern ?? { _id: 1 })) throw taken();
  if (code === 11000) {
    const fields = Object.keys(keyPattern ?? {});
    throw new BackendError('taken', 'There is already a document with the same values of unique fields.', { fields });
  }
  if (name !== 'ValidationError' || !errors) throw error;
  const issues = Object.entries(errors).map(([path, { message }]) => ({ path: path.split('.'), message }));
  throw new BackendError('invalid', issues[0]?.message ?? 'The document is invalid.', { issues });
}
