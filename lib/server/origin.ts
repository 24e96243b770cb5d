// Whether a page may connect. Browsers let any page open a WebSocket to any server, which CORS does not prevent; but they say where the
// page comes from.

import type { Handshake } from './types';

/**
 * Programs other than browsers send no origin, and may connect. `null` is a page that hides its origin. JSONP (`j`) is refused: any page
 * can load a script, for which browsers send no origin either, and would get the session; no client of today uses it.
 */
export function isOurOrigin({ headers, query }: Handshake, origins: readonly string[] = []): boolean {
  const { origin, host } = headers;
  if ('j' in query) return false;
  if (origin === undefined || origins.includes(origin) || origins.includes('*')) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
