// The cookies that came with a socket's handshake. They are those of the moment it connected: a page that has logged in since
// connects again, `socket.disconnect().connect()`.

import type { Handshake, Layer } from '../types';
import { requirePeer } from '../peer';

export type Cookies = { readonly [name: string]: string | undefined };

/** For `authenticate(handshake)`. None at all is an empty object; one that cannot be decoded is there as it came. */
export function cookiesOf({ headers: { cookie } }: Pick<Handshake, 'headers'>): Cookies {
  const { parse } = requirePeer<typeof import('cookie')>('cookie', 'cookies()');
  return parse(cookie ?? '');
}

/** A layer that gives the layers below it `req.cookies`. */
export function cookies(): Layer {
  return (req, _res, next) => {
    req.cookies = cookiesOf(req.socket.handshake);
    next();
  };
}
