// Socket.IO with recovery, as recovery.mjs, when the gap was longer than it keeps what a page has missed: all is read anew.
import { serve as serveFor, watch } from './recovery.mjs';

export { watch };

export const serve = (http, documents, options) => serveFor(http, documents, options, 1);
