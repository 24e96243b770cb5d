// Messages between nodes, about what the others cannot know: a commit in a store of one process, an `emit` of a backend, a revocation. They
// go through the Socket.IO server's adapter if it reaches other nodes, else through a store whose database does.

import type { Server } from 'socket.io';
import { nodeEvent } from '../wire';
import type { Companion } from './companion';
import type { Push } from './backend';
import type { Json } from './store';

export type NodeMessage = { readonly name: string; readonly push: Push } | { readonly revoke: string | number };

/** Resolves when the message has been sent. Rejects if a store cannot send it; adapters do not report that. */
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
  // Through a store, a message also comes back to the node that sent it.
  const fromStore = (told: Json): void => {
    const { from, message } = told as unknown as { from: string; message: NodeMessage };
    if (from !== companion.id) hear(message);
  };
  for (const store of companion.stores) companion.undos.push(store.watch({ message: fromStore }));
  companion.undos.push(() => companion.io.off(nodeEvent, hear));
}

/** Socket.IO's default adapter does not leave the process. Checked each time, since another may be set later. */
function reachesNodes({ io }: Companion): boolean {
  // The default one of this server's copy of Socket.IO, of which the process may have several.
  const Io = io.constructor as typeof Server;
  const own = ownAdapters.get(Io) ?? new Io().adapter();
  ownAdapters.set(Io, own);
  return io.sockets.adapter.constructor !== own;
}

const ownAdapters = new WeakMap<typeof Server, unknown>();
