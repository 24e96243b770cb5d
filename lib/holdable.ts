// What Backbone cannot hold is refused in words, before it breaks a collection or changes an object's prototype.

import type Backbone from 'backbone';
import type { Entity, IoBackbone } from './types';

/**
 * What Backbone may parse and set of an answer, in an array; nothing if it cannot. Collections look models up in a
 * plain object, where the id `constructor` finds Object's. To a save, anything like `true` or a count says no more
 * than that it worked. An entity with a `parse` of its own knows what it gets.
 */
export function holdable({ Model, Collection }: IoBackbone, method: string, entity: Entity, answer: unknown): unknown[] | undefined {
  if (answer == null || ![Model.prototype.parse, Collection.prototype.parse].includes(entity.parse)) return [answer];
  if (method !== 'read' && !isObject(answer)) return [undefined];
  const { idAttribute = 'id' } = entity instanceof Model ? entity : (entity.model.prototype as Backbone.Model) || Model.prototype;
  return (Array.isArray(answer) ? answer : [answer]).every((row: unknown) => isHoldable(row, idAttribute)) ? [answer] : undefined;
}

function isHoldable(row: unknown, idAttribute: string): boolean {
  if (!isObject(row)) return false;
  const id = row[idAttribute];
  return !isObject(id) && !(String(id) in {}) && !Object.keys(row).includes('__proto__');
}

const isObject = (value: unknown): value is { [name: string]: unknown } => value === Object(value);
