// What the hooks of documents and of queries share: reading a document's version and channel from the database, whatever part of it the
// caller has read, and how long ago; and telling the journal of a write.

import type { ClientSession, QueryOptions } from 'mongoose';
import type { Attributes } from '../../store';
import { journalOf, type AnyModel } from './journal';
import { channelField, versionField } from './names';

export interface Held {
  /** Its `_id`. */
  readonly id: unknown;
  readonly version: number;
  readonly channel: string;
}

interface By {
  readonly origin?: string | undefined;
  readonly former?: Attributes | undefined;
}

interface Written extends By {
  readonly isCreated: boolean;
  /** The channel that it was moved out of. */
  readonly movedFrom?: string | undefined;
}

/** What a document itself has. One from before the schema had the plugin has no version and no channel. */
export const heldBy = (doc: { _id?: unknown; [versionField]?: unknown; [channelField]?: unknown }): Held =>
  ({ id: doc._id, version: Number(doc[versionField] ?? 0), channel: String(doc[channelField] ?? '') });

/** What the database has. Read without the schema's hooks, which may hide documents. */
export async function heldIn(model: AnyModel, filter: object, session: ClientSession | null, options: QueryOptions = {}): Promise<Held | undefined> {
  const found = await model.findOne(filter, { [versionField]: 1, [channelField]: 1 }, { ...options, session, middleware: false, lean: true });
  return found ? heldBy(found) : undefined;
}

/** `held` is the document as it is now. */
export async function tellWrite(model: AnyModel, held: Held, written: Written, session: ClientSession | null): Promise<void> {
  const { isCreated, movedFrom, origin, former } = written;
  const { record } = journalOf(model);
  const change = { id: String(held.id), version: held.version, channel: held.channel, origin };
  const before = former && { former };
  const isMoved = !isCreated && movedFrom !== undefined && movedFrom !== held.channel;
  if (isMoved) await record({ ...change, action: 'delete', channel: movedFrom, version: held.version - 1, ...before }, session);
  await record(isCreated || isMoved ? { ...change, action: 'create' } : { ...change, action: 'update', ...before }, session);
}

/** `held` is the document as it was. */
export async function tellDelete(model: AnyModel, held: Held, { origin, former }: By, session: ClientSession | null): Promise<void> {
  const { id, version, channel } = held;
  await journalOf(model).record({ action: 'delete', id: String(id), version, channel, origin, ...(former && { former }) }, session);
}
