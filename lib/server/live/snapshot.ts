// What a subscriber would be shown, for a page rendered on the server: its documents are in the HTML, and its subscription continues from
// their cursor, so that there is no second load and no gap.

import type { Server } from 'socket.io';
import type { Cursor } from '../../wire';
import { companionOf } from '../companion';
import type { Where } from '../filter';
import type { User } from '../types';

export interface SnapshotOptions {
  /** The user for whom the page is rendered, as `authenticate` would return it; anonymous if left out. */
  user?: User | undefined;
  /** The channel that the page subscribes to; the default one if left out. */
  channel?: string;
  /** The filter, and the fields, that the page subscribes with. If they differ, the cursor is of no use, and the page loads again. */
  where?: Where;
  fields?: readonly string[];
}

export interface Snapshot {
  /** With their ids, and their versions as `_version`, for `new Todos(documents)`. A `comparator` gives them their order. */
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
