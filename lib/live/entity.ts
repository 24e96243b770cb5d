// Changes made to a live model or collection. If a listener or a `parse` throws, everything else is applied all the same.

import type Backbone from 'backbone';
import type { Entity } from '../types';
import type { Attributes } from './writes';
import { attempt } from '../attempt';
import { isModel } from '../bound';
import { eventName } from '../wire';

export const modelsOf = (entity: Entity): Backbone.Model[] => (isModel(entity) ? [entity] : entity.models);

export function modelOf(entity: Entity, id: string): Backbone.Model | undefined {
  const isMeant = (model: Backbone.Model): boolean => String(model.id) === id;
  if (isModel(entity)) return isMeant(entity) ? entity : undefined;
  const saved = entity.models.find(({ id }) => id != null);
  // Its `modelId` is not the models' `id`.
  const isOdd = saved && entity.modelId && entity.modelId(saved.attributes) !== saved.id;
  return isOdd ? entity.find(isMeant) : entity.get(id);
}

/** An existing model knows best: a collection's `model` may be a factory function, which has no `idAttribute`. */
export function idAttributeOf(entity: Entity): string {
  const [made] = modelsOf(entity);
  const { idAttribute } = made || (entity as Backbone.Collection).model.prototype as Backbone.Model | undefined || {};
  return idAttribute || 'id';
}

/** Internals of Backbone's collections. */
interface Internals {
  readonly models: Backbone.Model[];
  readonly _byId: { [key: string]: Backbone.Model };
}

export function setRows(entity: Entity, rows: Attributes[]): void {
  let isDone = false;
  const set = (): void => {
    if (isModel(entity)) for (const row of rows) entity.set((entity.parse(row, {}) as Attributes | null) || {});
    else entity.set(rows as never, { parse: true, remove: false });
    isDone = true;
  };
  attempt(set);
  if (isDone || !rows[1]) return;
  // A `set` that throws leaves the models that it has created in `_byId`, although they were not added.
  const { models, _byId } = entity as unknown as Internals;
  for (const key of Object.keys(_byId)) if (!models.includes(_byId[key]!)) delete _byId[key];
  for (const row of rows) setRows(entity, [row]);
}

/** Attributes that have not changed since a write set them get the document's values back. */
export function putBack(model: Backbone.Model, sent: Attributes[], document: Attributes): void {
  const attributes = Object(model.parse(document, {})) as Attributes;
  const names = sent.flatMap(one => Object.keys(one).filter(name => name !== model.idAttribute && model.get(name) === one[name]));
  attempt(() => model.set(Object.assign({}, ...names.map(name => name in attributes && { [name]: attributes[name] }))));
  unset(model, names.filter(name => !(name in attributes)));
}

export function unset(model: Backbone.Model, names: readonly string[]): void {
  if (names[0]) attempt(() => model.set(Object.assign({}, ...names.map(name => ({ [name]: undefined }))), { unset: true }));
}

/** No effect if the collection has it already. */
export function addModel(entity: Entity, model: Backbone.Model): void {
  if (!isModel(entity)) attempt(() => entity.add(model));
}

/** A single live model cannot be removed: it triggers `destroy`. */
export function removeModels(entity: Entity, models: Backbone.Model[]): void {
  if (!isModel(entity)) attempt(() => entity.remove(models));
  else if (models.length) attempt(() => entity.trigger('destroy', entity, entity.collection));
}

/** Triggers `<event>:<method>`, then `<event>` with the method as its first argument, as backbone.io does. */
export function tell(entity: Entity, { event = 'io' }: { event?: string }, method: string, ...args: unknown[]): void {
  attempt(() => entity.trigger(eventName(event, method), ...args));
  attempt(() => entity.trigger(event, method, ...args));
}
