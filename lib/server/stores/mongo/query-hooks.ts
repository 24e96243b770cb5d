// The hooks of `findOneAndUpdate` and `findOneAndDelete`, also by id. These may return a part of the document, the document before the
// update, or nothing: so what the query is about to find is read before it. If another write comes first, the query may find another one.

import type { ClientSession, Query, Schema } from 'mongoose';
import { makeKey } from './attributes';
import { journalOf, sessionAround, type AnyModel } from './journal';
import { versionField } from './names';
import { heldBy, heldIn, tellDelete, tellWrite, type Held } from './writes';

type AnyQuery = Query<unknown, unknown>;
type Found = { readonly _id?: unknown };

/** What is remembered of a query between its hooks. */
interface Seen {
  readonly held: Held | undefined;
  /** The `_id` of what an upsert makes. */
  readonly made?: unknown;
  /** What the version is counted up by. */
  readonly step?: number;
}

const seen = new WeakMap<AnyQuery, Seen>();

export function addQueryHooks(schema: Schema): void {
  schema.pre('findOneAndUpdate', function (this: AnyQuery) {
    return beforeUpdate(this);
  });
  schema.post('findOneAndUpdate', function (this: AnyQuery, result: unknown) {
    return afterUpdate(this, foundIn(this, result));
  });
  schema.pre('findOneAndDelete', async function (this: AnyQuery) {
    // Without a projection the result has all that is needed.
    if (this.projection()) seen.set(this, { held: await target(this) });
  });
  schema.post('findOneAndDelete', function (this: AnyQuery, result: unknown) {
    return afterDelete(this, foundIn(this, result));
  });
}

const modelOf = (query: AnyQuery): AnyModel => query.model;
const sessionOf = (query: AnyQuery): ClientSession | null =>
  (query.getOptions().session as ClientSession | undefined) ?? sessionAround(modelOf(query));

function target(query: AnyQuery): Promise<Held | undefined> {
  const { sort, collation } = query.getOptions();
  return heldIn(modelOf(query), query.getFilter(), sessionOf(query), { ...(sort && { sort }), ...(collation && { collation }) });
}

/** The document in a result, before or after the update, or a part of it; if it was upserted, perhaps only its id. */
function foundIn(query: AnyQuery, result: unknown): Found | undefined {
  if (!query.getOptions().includeResultMetadata) return (result ?? undefined);
  const { value, lastErrorObject } = (result ?? {}) as { value?: Found | null; lastErrorObject?: { upserted?: unknown } };
  return value ?? (lastErrorObject?.upserted === undefined ? undefined : { _id: lastErrorObject.upserted });
}

async function beforeUpdate(query: AnyQuery): Promise<void> {
  const held = await target(query);
  const made = query.getOptions().upsert && !held ? upsertedId(query) : undefined;
  const last = made === undefined ? undefined : await journalOf(modelOf(query)).last(String(made), sessionOf(query));
  const step = 1 + (last?.version ?? 0);
  count(query, step);
  seen.set(query, { held, made, step });
}

function count(query: AnyQuery, step: number): void {
  const update = query.getUpdate();
  if (Array.isArray(update)) update.push({ $set: { [versionField]: { $add: [{ $ifNull: [`$${versionField}`, 0] }, step] } } });
  else query.setUpdate({ ...update, $inc: { ...(update?.$inc as object | undefined), [versionField]: step } });
}

/** The `_id` in the filter or in the update; otherwise one is made here, since the result need not have one that the database makes. */
function upsertedId(query: AnyQuery): unknown {
  const { _id: wanted, ...rest } = query.getFilter();
  if (wanted !== undefined) return isTest(wanted) ? undefined : wanted;
  const update = query.getUpdate();
  if (Array.isArray(update) || namesId(rest)) return undefined;
  const { $set, $setOnInsert } = { ...update } as { $set?: Found; $setOnInsert?: Found };
  const given = (update as Found | null)?._id ?? $set?._id ?? $setOnInsert?._id;
  if (given !== undefined) return given;
  const made = makeKey(modelOf(query));
  if (made !== undefined) query.setUpdate({ ...update, $setOnInsert: { ...$setOnInsert, _id: made } });
  return made;
}

const isTest = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).some(name => name.startsWith('$'));

/** Whether the filter has an `_id`, also within `$and` and the like, from where an upsert may take it. */
const namesId = (filter: object): boolean => Object.entries(filter).some(([name, value]) =>
  name.split('.')[0] === '_id' || (Array.isArray(value) && value.some(one => typeof one === 'object' && one !== null && namesId(one))));

async function afterUpdate(query: AnyQuery, found: Found | undefined): Promise<void> {
  const { held, made, step } = seen.get(query) ?? { held: undefined };
  const { upsert = false } = query.getOptions();
  if (!found && !upsert) return;
  const id = found?._id ?? made ?? (found && held?.id);
  // The filter may find what an upsert has created. A document that existed before may no longer match, and the filter find another one.
  if (found && id === undefined) return;
  const now = await heldIn(modelOf(query), id === undefined ? query.getFilter() : { _id: id }, sessionOf(query));
  if (!now) return;
  const isCreated = upsert && !held && now.version === step;
  await tellWrite(modelOf(query), now, { isCreated, movedFrom: isSame(held, now.id) ? held.channel : undefined }, sessionOf(query));
}

async function afterDelete(query: AnyQuery, found: Found | undefined): Promise<void> {
  const before = seen.get(query);
  const gone = found && (before ? await partlyFound(query, found, before.held) : heldBy(found));
  if (gone) await tellDelete(modelOf(query), gone, {}, sessionOf(query));
}

/** A deleted document that is not the one that was read before can only be looked up in the log, and without an id not even there. */
async function partlyFound(query: AnyQuery, { _id: id }: Found, held: Held | undefined): Promise<Held | undefined> {
  const [model, session] = [modelOf(query), sessionOf(query)];
  if (id === undefined) return held && (await heldIn(model, { _id: held.id }, session)) ? undefined : held;
  if (isSame(held, id)) return held;
  const last = await journalOf(model).last(String(id), session);
  return last && { id, ...last };
}

const isSame = (held: Held | undefined, id: unknown): held is Held => held !== undefined && String(held.id) === String(id);
