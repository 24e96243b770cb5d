// How nodes tell each other what the others cannot know: what happened in a store of one process, what a backend announced, whose
// rights have changed. By the Socket.IO server's adapter if it reaches other nodes, else by a store whose database does.

import type { Server } from 'socket.io';
import { nodeEvent } from '../wire';
import type { Companion } from './companion';
import type { Push } from './backend';
import type { Json } from './store';

export type NodeMessage = { readonly name: string; readonly push: Push } | { readonly revoke: string | number };

/** Resolves when it is said. Where a store says it, it rejects when it cannot; an adapter keeps that to itself. */
export async function tellNodes(companion: Companion, message: NodeMessage): Promise<void> {
  if (reachesNodes(companion)) companion.io.serverSideEmit(nodeEvent, message);
  else {
    const store = [...companion.stores].find(({ tell }) => tell);
    await store?.tell?.({ from: companion.id, message: message as unknown as Json });
  }
}

export function hearNodes(companion: Companion): void {
  const hear = (message: NodeMessage): void => {
    if ('push' in message) companion.pushFromElsewhere(message.name, message.push);
    else companion.revokeHere(message.revoke).catch((error: unknown) => companion.settings.log('A revocation failed', error));
  };
  companion.io.on(nodeEvent, hear);
  // Told by a store, a message comes back to the node that told it.
  const fromStore = (told: Json): void => {
    const { from, message } = told as unknown as { from: string; message: NodeMessage };
    if (from !== companion.id) hear(message);
  };
  for (const store of companion.stores) companion.undos.push(store.watch({ message: fromStore }));
  companion.undos.push(() => companion.io.off(nodeEvent, hear));
}

/** Socket.IO's own adapter stays in the process. Asked each time, since another may be set later. */
function reachesNodes({ io }: Companion): boolean {
  // Of this server's own copy of Socket.IO, of which there may be several.
  const Io = io.constructor as typeof Server;
  const own = ownAdapters.get(Io) ?? new Io().adapter();
  ownAdapters.set(Io, own);
  return io.sockets.adapter.constructor !== own;
}

const ownAdapters = new WeakMap<typeof Server, unknown>();
