// Converts a Mongoose document to the store's Document, and back. The attributes are what its `toJSON` returns, so that fields which the
// schema hides stay hidden, without the id, the version and the channel.

import type { Attributes, Document } from '../../store';
import { checkAttributes } from '../base';
import { newId } from '../id';
import type { Locate } from './filter';
import type { AnyModel } from './journal';
import { channelField, fieldOf, nameOf, versionField } from './names';

export type MongooseDocument = InstanceType<AnyModel> & { [versionField]?: number; [channelField]?: string };

export interface Mapping {
  document(doc: MongooseDocument): Document;
  /** Sets these attributes and, if `isReplaced`, unsets all others. */
  set(doc: MongooseDocument, attributes: Attributes, isReplaced: boolean): void;
  /** The `_id` for an id; undefined if no document can have it. */
  key(id: string): unknown;
  readonly locate: Locate;
}

/** The types of paths whose values are the same in the database as in JSON. */
const plain: { [instance: string]: string[] | undefined } = {
  String: ['string'], Number: ['number'], Boolean: ['boolean'], Mixed: ['string', 'number', 'boolean'],
};

export function mappingOf(model: AnyModel): Mapping {
  const { schema } = model;
  const hasPath = (name: string): boolean => ['real', 'nested'].includes(schema.pathType(name));
  const isOwn = (name: string): boolean => !hasPath(name) && (name in model.prototype || name in schema.virtuals);
  const toField = (name: string): string => (name === 'id' && hasPath(name) ? name : fieldOf(name, isOwn));
  const versionKey = schema.options.versionKey;
  const apart = new Set(['_id', versionField, channelField, ...(typeof versionKey === 'string' ? [versionKey] : [])]);
  if (!hasPath('id')) apart.add('id');

  const hidden = Object.entries(schema.paths).filter(([, { options }]) => options.select === false).map(([path]) => path.split('.'));

  const attributesOf = (doc: MongooseDocument): Attributes => {
    const json = checkAttributes(doc.toJSON({ flattenMaps: true, flattenObjectIds: true }));
    // A hidden field that has just been set is in the document, although a read would not return it.
    for (const path of hidden) remove(json, path);
    return Object.fromEntries(Object.entries(json).filter(([field]) => !apart.has(field)).map(([field, value]) => [nameOf(field), value]));
  };

  return {
    document: doc => ({
      id: String(doc._id), version: doc[versionField] ?? 0, channel: doc[channelField] ?? '', attributes: attributesOf(doc),
    }),
    set(doc, attributes, isReplaced) {
      const names = isReplaced ? Object.keys(attributesOf(doc)) : [];
      for (const name of names) if (!Object.hasOwn(attributes, name)) doc.set(toField(name), undefined);
      for (const [name, value] of Object.entries(attributes)) doc.set(toField(name), value);
    },
    key: id => castKey(model, id),
    locate: path => locate(model, path, toField),
  };
}

function remove(json: Attributes, [name = '', ...rest]: readonly string[]): void {
  const value = json[name];
  if (!rest.length) delete json[name];
  else if (typeof value === 'object' && value !== null && !Array.isArray(value)) remove(value, rest);
}

/** The `_id` of a new document without an id: as the schema makes it, or one of ours if it is a string. */
export const makeKey = (model: AnyModel, doc = new model()): unknown =>
  doc._id ?? (model.schema.path('_id').instance === 'String' ? newId() : undefined);

/** Mongoose casts any twelve letters to an ObjectId: an id is valid only if its `_id` reads the same. */
function castKey({ schema }: AnyModel, id: string): unknown {
  try {
    const key: unknown = schema.path('_id').cast(id);
    return String(key) === id ? key : undefined;
  } catch {
    return undefined;
  }
}

function locate({ schema }: AnyModel, path: readonly string[], toField: (name: string) => string): ReturnType<Locate> {
  const [first = '', ...rest] = path;
  if (path.length === 1 && first === 'id') return undefined;
  const field = [toField(first), ...rest].join('.');
  const type = schema.path(field) as { instance: string } | undefined;
  if (type) {
    const types = plain[type.instance];
    return types && { field, types };
  }
  // A field that is not in the schema is stored as it is, or not at all.
  return schema.pathType(field) === 'adhocOrUndefined' ? { field, types: ['string', 'number', 'boolean'] } : undefined;
}
