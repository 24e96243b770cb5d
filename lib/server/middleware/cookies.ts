// The cookies that a socket's handshake carries: as a layer, or within `authenticate`. They are those of the moment the socket
// connected; a cookie that is set later is seen on its next connection. None, or malformed ones, are never an error.

import { requirePeer } from '../peer';
import { isForbiddenKey } from '../stores/base';
import type { Handshake, Layer } from '../types';

/** By their names. It has no others: `cookies.constructor` is a cookie or undefined. */
export type Cookies = { readonly [name: string]: string | undefined };

const parser = (neededBy: string) => requirePeer<typeof import('cookie')>('cookie', neededBy).parseCookie;

/** A layer that sets `req.cookies`: `todos.use(cookies())`. */
export function cookies(): Layer {
  const parse = parser('cookies()');
  return (req, _res, next) => {
    // No socket has asked for a snapshot.
    const { handshake = { headers: {} } } = req.socket ?? {};
    req.cookies = read(parse, handshake);
    next();
  };
}

/** The same for logins: `authenticate: handshake => userOf(cookiesOf(handshake).session)`. */
export const cookiesOf = (handshake: Pick<Handshake, 'headers'>): Cookies => read(parser('cookiesOf()'), handshake);

function read(parse: ReturnType<typeof parser>, { headers }: Pick<Handshake, 'headers'>): Cookies {
  const found = Object.entries(parse(headers.cookie ?? '')).filter(([name]) => !isForbiddenKey(name));
  return Object.assign(Object.create(null) as Cookies, Object.fromEntries(found));
}
