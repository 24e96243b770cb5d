// What Backbone cannot hold is refused in words, before it breaks a collection or changes an object's prototype.

import type { Entity, IoBackbone } from './types';

/**
 * Whether an answer, which Backbone is about to parse and set, is made of attributes. Collections look models up in a
 * plain object, where the id `constructor` finds Object's. An entity with a `parse` of its own knows what it gets.
 */
export function isHoldable(Backbone: IoBackbone, entity: Entity, answer: unknown): boolean {
  const { Model, Collection } = Backbone;
  if (answer == null || (entity.parse !== Model.prototype.parse && entity.parse !== Collection.prototype.parse)) return true;
  const { idAttribute } = entity instanceof Model ? entity : entity.model.prototype || Model.prototype;
  return ([] as any[])
    .concat(answer)
    .every((row) => row === Object(row) && !(row[idAttribute] in {}) && !Object.keys(row).includes('__proto__'));
}
