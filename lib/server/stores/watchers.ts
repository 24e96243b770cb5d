// Those who watch a store, and how they are told. One that throws is reported, and keeps nobody else from being told.

import type { Change, Json, Watcher } from '../store';

/** Where mistakes go; as in the options of `listen`. */
export type Report = (message: string, error?: unknown) => void;

export interface Watchers {
  /** What a store's `watch` is. */
  watch(watcher: Watcher): () => void;
  /** Each watcher gets a copy of its own. */
  change(change: Change): void;
  message(message: Json): void;
}

export function createWatchers(report: Report = console.error): Watchers {
  const watchers = new Set<{ readonly watcher: Watcher }>();

  // Over a copy, since one who begins to watch while others are told is not told of what was before.
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
      // The same watcher may watch twice, and stop once.
      const entry = { watcher };
      watchers.add(entry);
      return () => void watchers.delete(entry);
    },
    change: change => tell(watcher => watcher.change?.(structuredClone(change))),
    message: message => tell(watcher => watcher.message?.(structuredClone(message))),
  };
}
