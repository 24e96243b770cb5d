// A schema plugin: `schema.plugin(publishChanges)`, before the model is made. It counts a version up at each write, and tells the
// model's journal after it: once per write, however many sockets, backends and stores there are. Which calls of Mongoose's
// have no hook, so that nobody hears of them, is in the README.

import type { Schema } from 'mongoose';
import { addDocumentHooks } from './document-hooks';
import { channelField, versionField } from './names';
import { addQueryHooks } from './query-hooks';

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
  addDocumentHooks(own);
  addQueryHooks(own);
}

/** Documents from before the schema had the plugin have none, and count from 0. */
function firstVersion(this: unknown): number | undefined {
  return typeof this === 'object' && this !== null && 'isNew' in this && this.isNew ? 1 : undefined;
}
