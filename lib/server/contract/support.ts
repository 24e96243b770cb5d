// What the parts of the contract share: their type, and how a test waits for changes. No test waits for an amount of time.

import assert from 'node:assert/strict';
import type { Change, Document, Store } from '../store';

/** Tests by the promise that each checks; each gets an empty store. */
export interface Promises {
  [promise: string]: (store: Store) => Promise<void>;
}

/** The error of a refusal. Checks its code, not its class, since a store may come from another copy of this library. */
export async function refusal(code: string, refused: Promise<unknown>): Promise<{ details: { [name: string]: unknown } }> {
  const error: unknown = await refused.then(
    () => assert.fail(`This was not refused, but must be refused as "${code}".`),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error);
  assert.deepEqual({ code: 'code' in error && error.code, isSaid: error.message !== '' }, { code, isSaid: true }, error.message);
  return error as unknown as { details: { [name: string]: unknown } };
}

export interface Follower {
  readonly changes: Change[];
  readonly stop: () => void;
  /** Writes once more to a channel, and waits until that is told: everything before it must have been told by then. */
  settled(channel?: string): Promise<Change[]>;
}

const marker = 'the last one in ';

/** Watches a store. A store may tell a change after answering the write, but must tell all in order. */
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

/** Fills a store in one transaction; the documents are given by id. */
export const fill = (store: Store, attributes: { [id: string]: Document['attributes'] }, channel = ''): Promise<void> =>
  store.transaction(async inside => {
    for (const [id, each] of Object.entries(attributes)) await inside.create(each, { id, channel });
  });
