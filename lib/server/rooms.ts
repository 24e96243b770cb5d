// The names of all rooms, made of checked parts as JSON: different parts never make the same name, and no string that a client sends is a
// room's name by itself.

import type { Fields, Scope, Where } from './filter';

/** The room of the sockets that hear a backend's changes in a channel, as far as this scope shows them. */
export const roomOf = (backend: string, channel: string, scope: Scope): string =>
  JSON.stringify(['iosync', backend, channel, canonical(scope.where ?? null), scope.fields ? [...scope.fields].sort() : null]);

/** The room of the subscriptions to the same: these documents of a channel, and of each these attributes. */
export const shapeRoomOf = (backend: string, channel: string, shown: { readonly where: Where | undefined; readonly fields: Fields | undefined }): string =>
  `live ${roomOf(backend, channel, { ...(shown.where && { where: shown.where }), ...(shown.fields && { fields: shown.fields }) })}`;

/** Equal filters make one room, whatever the order of their keys. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, canonical(one)]);
}
