// Whether a page may connect. Browsers say where a page comes from and let any page open a WebSocket anywhere; CORS does not
// guard that.

import type { Handshake } from './types';

/**
 * Programs that are no browsers say nothing. `null` is a page that hides where it comes from. A script, which is how JSONP asks (`j`),
 * comes from any page without saying so, and would hand it the session; no client of today asks that way.
 */
export function isOurOrigin({ headers, query }: Handshake, origins: readonly string[] = []): boolean {
  const { origin, host } = headers;
  if ('j' in query) return false;
  if (origin === undefined || origins.includes(origin) || origins.includes('*')) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
