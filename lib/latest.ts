// The newest fetch wins. Once a fetch that replaces what the object holds has succeeded, the older ones of that
// object are stale; one that only adds (`remove: false`, say a page of a list) makes stale only its own repetitions.

import type { IoRequest } from './request';
import type { Entity } from './types';

const fetches = new WeakMap<Entity, Set<IoRequest>>();

const content = (request: IoRequest): string => JSON.stringify([request._event, request._data]);

export function latestWins(entity: Entity, fetch: IoRequest, replaces: boolean): void {
  const all = fetches.get(entity) || new Set<IoRequest>();
  fetches.set(entity, all.add(fetch));
  fetch.done(() => {
    for (const older of all) {
      if (older === fetch) break;
      if (replaces || content(older) === content(fetch)) older._fail('superseded');
    }
  });
  fetch.always(() => all.delete(fetch));
}
