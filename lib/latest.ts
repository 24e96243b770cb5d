// The newest fetch wins. Once a fetch that replaces what the object holds has succeeded, the older ones of that
// object are stale; one that only adds (`remove: false`, say a page of a list) makes only its earlier repetitions stale.

import type { IoRequest } from './request';
import type { Entity } from './types';

/** Pending fetches, and what each asked for. */
const fetches = new WeakMap<Entity, Map<IoRequest, string | undefined>>();

/** Equal for the same event and data, whatever the order of keys. Undefined for data that JSON, and so Socket.IO, cannot encode. */
function contentOf({ event, data }: IoRequest): string | undefined {
  const keys: string[] = [];
  const note = (key: string, value: unknown): unknown => {
    keys.push(key);
    return value;
  };
  try {
    JSON.stringify(data, note);
    // JSON.stringify also puts the keys into the order of such a list.
    return event + JSON.stringify(data, keys.sort());
  } catch {
    return undefined;
  }
}

export function latestWins(entity: Entity, fetch: IoRequest, replaces: boolean): void {
  const all = fetches.get(entity) || new Map<IoRequest, string | undefined>();
  const content = contentOf(fetch);
  fetches.set(entity, all.set(fetch, content));
  fetch
    .done(() => {
      for (const [older, olderContent] of all) {
        if (older === fetch) break;
        if (replaces || olderContent === content) older._fail('superseded');
      }
    })
    .always(() => all.delete(fetch));
}
