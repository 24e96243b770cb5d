/**
 * What a page is given with its HTML: the todos of its list, and the cursor from which its subscription goes on. So it shows them before it
 * is connected, and is told then what has changed in between, which mostly is nothing.
 */
import type { Server } from 'socket.io';
import { BackendError, snapshot } from 'backbone.iobind/server';
import type { Authenticate } from './login';
import type { ReadPart } from './pages';

export function partReader(io: Server, authenticate: Authenticate): ReadPart {
  return async (request, part) => {
    try {
      // It shows the same cookie as the page's socket will.
      const user = await authenticate(request);
      return await snapshot(io, 'todos', { user, ...part });
    } catch (error) {
      // The page will hear the reason when it subscribes. It is served all the same.
      if (!(error instanceof BackendError)) console.error(error);
      return undefined;
    }
  };
}
