// How nodes tell each other what the others cannot know: what happened in a store of one process, what a backend announced, whose
// rights have changed. By the Socket.IO server's adapter if it reaches other nodes, else by a store whose database does.

import { nodeEvent } from '../wire';
import type { Companion } from './companion';
import type { Push } from './endpoint';
import { requirePeer } from './peer';
import type { Json } from './store';

export type NodeMessage = { readonly name: string; readonly push: Push } | { readonly revoke: string | number };

export function tellNodes(companion: Companion, message: NodeMessage): void {
  if (reachesNodes(companion)) companion.io.serverSideEmit(nodeEvent, message);
  else {
    companion.stores
      .find(({ tell }) => tell)
      ?.tell?.({ from: companion.id, message: message as unknown as Json })
      .catch((error: unknown) => companion.settings.log('Other nodes could not be told', error));
  }
}

export function hearNodes(companion: Companion): void {
  const hear = (message: NodeMessage): void => {
    if ('push' in message) companion.push(message.name, message.push);
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
const reachesNodes = ({ io }: Companion): boolean => io.sockets.adapter.constructor !== ownAdapter();

let known: unknown;

function ownAdapter(): unknown {
  if (known) return known;
  const { Server: Io } = requirePeer<typeof import('socket.io')>('socket.io', 'listen()');
  return (known = new Io().adapter());
}
