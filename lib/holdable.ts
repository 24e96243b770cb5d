// Refuses answers that Backbone cannot hold, before they break a collection or change an object's prototype.

import type Backbone from 'backbone';
import type { Entity, IoBackbone } from './types';

/**
 * What Backbone may parse and set of an answer, in an array; undefined if it cannot hold the answer. In the answer to a write, `true`, a
 * count or the like only says that it worked, so there is nothing to set. A `parse` of the page's own gets any answer.
 */
export function holdable({ Model, Collection }: IoBackbone, method: string, entity: Entity, answer: unknown): unknown[] | undefined {
  const isModel = entity instanceof Model;
  const made: Partial<Backbone.Model> = isModel ? entity : (entity.model.prototype as Backbone.Model | undefined) || {};
  const { idAttribute = 'id', parse = Model.prototype.parse } = made;
  if (answer == null || parse !== Model.prototype.parse || (!isModel && entity.parse !== Collection.prototype.parse)) return [answer];
  if (method !== 'read' && !isObject(answer)) return [undefined];

  // Models are looked up by id in a plain object, where the id `constructor` finds Object's.
  const isRow = (row: unknown): boolean => isAttributes(row) && !isObject(row[idAttribute]) && !((row[idAttribute] as string) in {});
  return (isModel ? [answer] : ([] as unknown[]).concat(answer)).every(isRow) ? [answer] : undefined;
}

const isObject = (value: unknown): value is { [name: string]: unknown } => value === Object(value);

const isAttributes = (value: unknown): value is { [name: string]: unknown } =>
  isObject(value) && !Array.isArray(value) && !Object.keys(value).includes('__proto__');
