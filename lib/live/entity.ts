// What is done to a model, or a collection, that is the server's. A listener or a parse that throws keeps nothing from the others.

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
  // It has its models by something else than their ids.
  const isOdd = saved && entity.modelId && entity.modelId(saved.attributes) !== saved.id;
  return isOdd ? entity.find(isMeant) : entity.get(id);
}

/** A collection's `model` may be a function that makes them. */
export function idAttributeOf(entity: Entity): string {
  const [made] = modelsOf(entity);
  const { idAttribute } = made || (entity as Backbone.Collection).model.prototype as Backbone.Model | undefined || {};
  return idAttribute || 'id';
}

/** Of a collection of Backbone's. */
interface Internals {
  readonly models: Backbone.Model[];
  readonly _byId: { [id: string]: Backbone.Model };
  _removeReference(model: Backbone.Model, options: object): void;
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
  // Backbone has noted the models that it had made by then, though they were not added.
  const { models, _byId, _removeReference } = entity as unknown as Internals;
  for (const model of Object.values(_byId)) if (!models.includes(model)) _removeReference.call(entity, model, {});
  for (const row of rows) setRows(entity, [row]);
}

/** What was set, and not changed since, is as it is in the document. */
export function putBack(model: Backbone.Model, sent: Attributes[], document: Attributes): void {
  const attributes = Object(model.parse(document, {})) as Attributes;
  const names = sent.flatMap(one => Object.keys(one).filter(name => name !== model.idAttribute && model.get(name) === one[name]));
  attempt(() => model.set(Object.assign({}, ...names.map(name => name in attributes && { [name]: attributes[name] }))));
  unset(model, names.filter(name => !(name in attributes)));
}

export function unset(model: Backbone.Model, names: readonly string[]): void {
  if (names[0]) attempt(() => model.set(Object.assign({}, ...names.map(name => ({ [name]: undefined }))), { unset: true }));
}

/** Unless it is there. */
export function addModel(entity: Entity, model: Backbone.Model): void {
  if (!isModel(entity)) attempt(() => entity.add(model));
}

/** A model by itself is not removed, but destroyed. */
export function removeModels(entity: Entity, models: Backbone.Model[]): void {
  if (!isModel(entity)) attempt(() => entity.remove(models));
  else if (models.length) attempt(() => entity.trigger('destroy', entity, entity.collection));
}

/** Says it twice, as backbone.io does: as `<event>:<method>`, and as `<event>` with the method. */
export function tell(entity: Entity, { event = 'io' }: { event?: string }, method: string, ...args: unknown[]): void {
  attempt(() => entity.trigger(eventName(event, method), ...args));
  attempt(() => entity.trigger(event, method, ...args));
}
