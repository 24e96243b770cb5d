// The newest fetch wins. Once a fetch that replaces what the object holds has succeeded, the older ones of that
// object are stale; one that only adds (`remove: false`, say a page of a list) makes stale only its own repetitions.

import type { IoRequest } from './request';
import type { Entity } from './types';

/** Those on their way, and what each asked for. */
const fetches = new WeakMap<Entity, Map<IoRequest, string>>();

export function latestWins(entity: Entity, fetch: IoRequest, replaces: boolean): void {
  const all = fetches.get(entity) || new Map<IoRequest, string>();
  const content = fetch._event + JSON.stringify(Object.entries(Object(fetch._data)).sort());
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
