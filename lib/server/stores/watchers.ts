// The watchers of a store, and how they are called. If one throws, that is reported, and the others are called all the same.

import type { Change, Json, Watcher } from '../store';

/** Reports faults; as `log` in the options of `listen`. */
export type Report = (message: string, error?: unknown) => void;

export interface Watchers {
  /** The `watch` of a store. */
  watch(watcher: Watcher): () => void;
  /** Each watcher gets a copy of its own. */
  change(change: Change): void;
  message(message: Json): void;
}

export function createWatchers(report: Report = console.error): Watchers {
  const watchers = new Set<{ readonly watcher: Watcher }>();

  // Over a copy, since a watcher that is added meanwhile must not be told of an earlier change.
  const tell = (how: (watcher: Watcher) => void): void => {
    for (const entry of [...watchers]) {
      try {
        if (watchers.has(entry)) how(entry.watcher);
      } catch (error) {
        report('A watcher of a store has thrown:', error);
      }
    }
  };

  return {
    watch(watcher) {
      // An entry for each call: the same watcher may be added twice, and each undo ends one of the two.
      const entry = { watcher };
      watchers.add(entry);
      return () => void watchers.delete(entry);
    },
    change: change => tell(watcher => watcher.change?.(structuredClone(change))),
    message: message => tell(watcher => watcher.message?.(structuredClone(message))),
  };
}
