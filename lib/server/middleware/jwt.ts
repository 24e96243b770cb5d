// Logins by JSON Web Tokens (RFC 7519), verified by jose: an `authenticate` for `listen`. The token's claims are the user, `sub`
// is its id, and `exp` ends the login.

import type { CryptoKey, JWTVerifyGetKey, JWTVerifyOptions, KeyObject } from 'jose';
import { BackendError } from '../errors';
import { peer } from '../peer';
import type { Handshake, User } from '../types';
import { cookiesOf } from './cookies';

export interface JwtOptions {
  /** At least 32 bytes, for tokens signed with HS256, HS384 or HS512. One of `secret`, `key` and `jwks` must be given. */
  secret?: string | Uint8Array;
  /** A public key, as jose or Node make them; name the `algorithms` as well. */
  key?: CryptoKey | KeyObject;
  /** The address of a JSON Web Key Set. */
  jwks?: string | URL;
  algorithms?: string[];
  issuer?: string | string[];
  audience?: string | string[];
  /** The cookie that has the token, for pages that have none in Socket.IO's `auth: { token }`. */
  cookie?: string;
  /** Refuses whoever has no token; without it they are anonymous. */
  required?: boolean;
}

const shortest = 32;
const ofSecrets = ['HS256', 'HS384', 'HS512'];

/** A token is looked for in `handshake.auth.token`, in the header `Authorization: Bearer …`, and in the cookie. */
export function jwt(options: JwtOptions): (handshake: Handshake) => Promise<User | undefined> {
  check(options);
  const { issuer, audience, secret, algorithms = secret === undefined ? undefined : ofSecrets, cookie, required } = options;
  const verifying: JWTVerifyOptions = { ...(issuer && { issuer }), ...(audience && { audience }), ...(algorithms && { algorithms }) };
  let found: ReturnType<typeof keyOf> | undefined;
  return async (handshake) => {
    const token = tokenOf(handshake, cookie);
    if (token === undefined && required) throw unauthorized('Log in first.', 'missing');
    if (token === undefined) return undefined;
    const { jwtVerify } = await peer<typeof import('jose')>('jose', 'jwt()');
    try {
      const { payload } = await jwtVerify(token, await (found ??= keyOf(options)), verifying);
      return { ...payload, ...(payload.sub !== undefined && { id: payload.sub }) };
    } catch (error) {
      throw refusalOf(error);
    }
  };
}

/** Mistakes are found when the server starts, not when somebody logs in. */
function check({ secret, key, jwks, algorithms }: JwtOptions): void {
  if ([secret, key, jwks].filter((one) => one !== undefined).length !== 1) throw new TypeError('jwt() takes one of secret, key and jwks.');
  if (secret !== undefined && bytesOf(secret).length < shortest) throw new TypeError(`The secret of jwt() has at least ${shortest} bytes.`);
  if (key !== undefined && !algorithms) throw new TypeError('jwt() with a key takes the algorithms that the key is for.');
}

const bytesOf = (secret: string | Uint8Array): Uint8Array => (typeof secret === 'string' ? new TextEncoder().encode(secret) : secret);

/** One way for all three: jose asks a function for the key of each token. */
async function keyOf({ secret, key, jwks }: JwtOptions): Promise<JWTVerifyGetKey> {
  if (jwks !== undefined) {
    const { createRemoteJWKSet } = await peer<typeof import('jose')>('jose', 'jwt()');
    return createRemoteJWKSet(new URL(jwks));
  }
  const given = secret === undefined ? key : bytesOf(secret);
  return () => Promise.resolve(given as CryptoKey | KeyObject | Uint8Array);
}

function tokenOf(handshake: Handshake, cookie: string | undefined): string | undefined {
  const { token } = handshake.auth as { token?: unknown };
  if (typeof token === 'string') return token;
  const [, bearer] = /^Bearer (\S+)$/i.exec(handshake.headers.authorization ?? '') ?? [];
  return bearer ?? (cookie === undefined ? undefined : cookiesOf(handshake)[cookie]);
}

/** What is wrong with the token is the client's affair; that its key could not be fetched is a passing fault. */
function refusalOf(error: unknown): unknown {
  const { code } = error as { code?: unknown };
  if (code === 'ERR_JWT_EXPIRED') return unauthorized('The login has expired: log in again.', 'expired');
  const isTokens = typeof code === 'string' && /^ERR_(JWT|JWS|JOSE_ALG|JOSE_NOT_SUPPORTED|JWKS_NO_MATCHING_KEY)/.test(code);
  return isTokens ? unauthorized('The login is not valid: log in again.', 'invalid') : error;
}

const unauthorized = (message: string, reason: string): BackendError => new BackendError('unauthorized', message, { reason });
