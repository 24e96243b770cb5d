// Whether a page may connect. Browsers say where a page comes from and let any page open a WebSocket anywhere; CORS does not
// guard that.

import type { Handshake } from './types';

/** Programs that are no browsers say nothing. `null` is a page that hides where it comes from. */
export function isOurOrigin({ headers }: Handshake, origins: readonly string[] = []): boolean {
  const { origin, host } = headers;
  if (origin === undefined || origins.includes(origin) || origins.includes('*')) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
