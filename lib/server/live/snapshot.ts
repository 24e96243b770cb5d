// What somebody who subscribes would be shown, for a page that is made on the server: its documents are in the HTML, and its
// subscription goes on from their cursor, so that there is no second load and no gap.

import type { Server } from 'socket.io';
import type { Cursor } from '../../wire';
import { companionOf } from '../companion';
import type { Where } from '../filter';
import type { User } from '../types';

export interface SnapshotOptions {
  /** For whom the page is made, as `authenticate` would say it; nobody, if left out. */
  user?: User | undefined;
  /** As the page subscribes to it: the default one, if left out. */
  channel?: string;
  /** As the page subscribes: other ones make the cursor worth nothing, and the page loads again. */
  where?: Where;
  fields?: readonly string[];
}

export interface Snapshot {
  /** With their ids, and their versions as `_version`: for `new Todos(documents)`, whose order is its `comparator`'s. */
  documents: Array<{ _version: number; [name: string]: unknown }>;
  /** For `ioSubscribe({ cursor })`. */
  cursor: Cursor;
}

/**
 * Reads what the user may see, through the backend's layers for `read`; rejects as a subscription would be refused. What it
 * resolves with is JSON, but not yet HTML: in a script element, write each `<` as `\u003c`.
 *
 *     const { documents, cursor } = await snapshot(io, 'todos', { user, where: { done: false } });
 */
export async function snapshot(io: Server, backend: string, options: SnapshotOptions = {}): Promise<Snapshot> {
  const endpoint = companionOf(io).endpoints.get(backend);
  if (!endpoint) throw new Error(`listen() was given no backend "${backend}".`);
  return endpoint.inTime('snapshot', deadline => {
    deadline.hasBegun = true;
    return endpoint.snapshot(options, deadline);
  });
}
