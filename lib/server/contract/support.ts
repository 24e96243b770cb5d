// What the parts of the contract share: their shape, and how a test waits for what a store tells. It never waits for time.

import assert from 'node:assert/strict';
import type { Change, Document, Store } from '../store';

/** Tests by the promise that each of them checks, for a store that is empty. */
export interface Promises {
  [promise: string]: (store: Store) => Promise<void>;
}

/** The error that it is refused with. By its code, not its class, since a store may come from another copy of this library. */
export async function refusal(code: string, refused: Promise<unknown>): Promise<{ details: { [name: string]: unknown } }> {
  const error: unknown = await refused.then(
    () => assert.fail(`It was not refused, as it must be, as "${code}".`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error);
  assert.deepEqual({ code: 'code' in error && error.code, isSaid: error.message !== '' }, { code, isSaid: true }, error.message);
  return error as unknown as { details: { [name: string]: unknown } };
}

export interface Follower {
  readonly changes: Change[];
  readonly stop: () => void;
  /** Writes once more to a channel, and waits until that is told: what should have been told before has been by then. */
  settled(channel?: string): Promise<Change[]>;
}

const marker = 'the last one in ';

/** Listens to a store; `settled` gives what it was told. A store may tell later than it answers, but not in another order. */
export function follow(store: Store): Follower {
  const changes: Change[] = [];
  let told = (): void => {};
  const stop = store.watch({
    change(change) {
      changes.push(change);
      told();
    },
  });
  return {
    changes,
    stop,
    async settled(channel = '') {
      const last = marker + channel;
      await store.create({}, { id: last, channel });
      while (!changes.some(({ id }) => id === last)) await new Promise<void>(resolve => (told = resolve));
      await store.delete(last);
      return changes.filter(({ id }) => !id.startsWith(marker));
    },
  };
}

export const idsOf = (documents: readonly Document[]): string[] => documents.map(({ id }) => id);

/** Fills a store, in one go; the documents by their ids. */
export const fill = (store: Store, attributes: { [id: string]: Document['attributes'] }, channel = ''): Promise<void> =>
  store.transaction(async inside => {
    for (const [id, each] of Object.entries(attributes)) await inside.create(each, { id, channel });
  });
