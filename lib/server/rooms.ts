// The only place where rooms get their names: from checked parts, written so that no two lists of parts are one name and no
// client's text is a room by itself.

import type { Fields, Scope, Where } from './filter';

/** The room of those who hear of a backend's changes in a channel, as far as a scope lets them. */
export const roomOf = (backend: string, channel: string, scope: Scope): string =>
  JSON.stringify(['iosync', backend, channel, canonical(scope.where ?? null), scope.fields ? [...scope.fields].sort() : null]);

/** The room of those who are subscribed to the same: these documents of a channel, and of each these attributes. */
export const shapeRoomOf = (backend: string, channel: string, shown: { readonly where: Where | undefined; readonly fields: Fields | undefined }): string =>
  `live ${roomOf(backend, channel, { ...(shown.where && { where: shown.where }), ...(shown.fields && { fields: shown.fields }) })}`;

/** Equal filters are one room, in whichever order their keys were written. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, canonical(one)]);
}
