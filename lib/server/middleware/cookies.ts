// The cookies of a socket's handshake, for layers and for `authenticate`: as they were when the socket connected. A cookie that is set
// later is seen on the next connection. Missing or malformed cookies are not an error.

import { requirePeer } from '../peer';
import { isForbiddenKey } from '../stores/base';
import type { Handshake, Layer } from '../types';

/** Cookies by name, and nothing inherited: `cookies.constructor` is undefined. */
export type Cookies = { readonly [name: string]: string | undefined };

const parser = (neededBy: string) => requirePeer<typeof import('cookie')>('cookie', neededBy).parseCookie;

/** A layer that sets `req.cookies`: `todos.use(cookies())`. */
export function cookies(): Layer {
  const parse = parser('cookies()');
  return (req, _res, next) => {
    // A snapshot is read without a socket.
    const { handshake = { headers: {} } } = req.socket ?? {};
    req.cookies = read(parse, handshake);
    next();
  };
}

/** The same cookies for logins: `authenticate: handshake => userOf(cookiesOf(handshake).session)`. */
export const cookiesOf = (handshake: Pick<Handshake, 'headers'>): Cookies => read(parser('cookiesOf()'), handshake);

function read(parse: ReturnType<typeof parser>, { headers }: Pick<Handshake, 'headers'>): Cookies {
  const found = Object.entries(parse(headers.cookie ?? '')).filter(([name]) => !isForbiddenKey(name));
  return Object.assign(Object.create(null) as Cookies, Object.fromEntries(found));
}
