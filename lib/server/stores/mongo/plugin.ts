// A schema plugin: `schema.plugin(publishChanges)`, before the model is made. It increments the version at each write, and then tells the
// model's journal, once per write, however many sockets, backends and stores there are. The README lists the calls of Mongoose that have
// no hook, so that nobody hears of them.

import type { Schema } from 'mongoose';
import { addDocumentHooks } from './document-hooks';
import { channelField, versionField } from './names';
import { addQueryHooks } from './query-hooks';

/** Whether a schema has the plugin. Found out by its paths, since each model has a copy of its schema. */
export function isPublished(schema: object): boolean {
  const own = schema as Schema;
  return own.path(versionField) !== undefined && own.path(channelField) !== undefined;
}

/** Takes a schema of any copy of Mongoose. May be applied twice, or to all schemas by `mongoose.plugin`. */
export function publishChanges(schema: object): void {
  if (isPublished(schema)) return;
  const own = schema as Schema;
  own.add({ [versionField]: { type: Number, default: firstVersion }, [channelField]: { type: String, default: '' } });
  addDocumentHooks(own);
  addQueryHooks(own);
}

/** Documents from before the schema had the plugin have no version, which counts as 0. */
function firstVersion(this: unknown): number | undefined {
  return typeof this === 'object' && this !== null && 'isNew' in this && this.isNew ? 1 : undefined;
}
