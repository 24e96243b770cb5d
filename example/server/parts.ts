/**
 * The data in a page's HTML: the todos of its list, and the cursor from which its subscription continues. The page shows the todos before
 * it is connected; afterwards it receives only the changes since then, usually none.
 */
import type { Server } from 'socket.io';
import { BackendError, snapshot } from 'backbone.iobind/server';
import type { Authenticate } from './login';
import type { ReadPart } from './pages';

export function partReader(io: Server, authenticate: Authenticate): ReadPart {
  return async (request, part) => {
    try {
      // The request has the same cookie as the page's socket will have.
      const user = await authenticate(request);
      return await snapshot(io, 'todos', { user, ...part });
    } catch (error) {
      // The page is served without todos, and gets the reason when it subscribes.
      if (!(error instanceof BackendError)) console.error(error);
      return undefined;
    }
  };
}
