// What Backbone cannot hold is refused in words, before it breaks a collection or changes an object's prototype.

import type { Entity, IoBackbone } from './types';

/**
 * What Backbone may parse and set of an answer, in an array; nothing if it cannot. Collections look models up in a
 * plain object, where the id `constructor` finds Object's. To a save, anything like `true` or a count says no more
 * than that it worked. An entity with a `parse` of its own knows what it gets.
 */
export function holdable({ Model, Collection }: IoBackbone, method: string, entity: Entity, answer: any): unknown[] | undefined {
  if (answer == null || ![Model.prototype.parse, Collection.prototype.parse].includes(entity.parse)) return [answer];
  if (method !== 'read' && answer !== Object(answer)) return [undefined];
  const { idAttribute = 'id' } = entity instanceof Model ? entity : entity.model.prototype || Model.prototype;
  const isHoldable = (row: any): boolean =>
    row === Object(row) &&
    row[idAttribute] !== Object(row[idAttribute]) &&
    !(row[idAttribute] in {}) &&
    !Object.keys(row).includes('__proto__');
  return [].concat(answer).every(isHoldable) ? [answer] : undefined;
}
