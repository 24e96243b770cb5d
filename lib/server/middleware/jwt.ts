// Logins by JSON Web Token, checked by jose: `listen(server, backends, { authenticate: jwt({ secret }) })`. An invalid token is refused;
// a fault of the server, such as keys that cannot be fetched, is thrown as it is, so that the client tries again.

import { BackendError } from '../errors';
import { peer } from '../peer';
import type { Handshake, User } from '../types';
import { cookiesOf } from './cookies';
import { verificationOf, type KeyOptions } from './jwt-keys';

type Jose = typeof import('jose');

export interface JwtOptions extends KeyOptions {
  /** The cookie that may carry the token. */
  cookie?: string;
  /** The required issuer of the token, its `iss`. */
  issuer?: string | string[];
  /** The required audience of the token, its `aud`. */
  audience?: string | string[];
  /** Seconds by which clocks may differ: 0. */
  clockTolerance?: number;
  /** Refuses clients without a token. When this is off they are anonymous, and `authorize` says what they may do. */
  required?: boolean;
}

/** jose's codes of errors that are the token's fault. */
const faultsOfTokens: ReadonlySet<unknown> = new Set([
  'ERR_JWT_EXPIRED', 'ERR_JWT_CLAIM_VALIDATION_FAILED', 'ERR_JWT_INVALID', 'ERR_JWS_INVALID', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
  'ERR_JOSE_ALG_NOT_ALLOWED', 'ERR_JOSE_NOT_SUPPORTED', 'ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWKS_MULTIPLE_MATCHING_KEYS',
]);

/**
 * An `authenticate` for `listen`. The token is `auth.token` of the handshake, else that of an `Authorization: Bearer` header, else the
 * cookie's. With `auth: { token: null }` the client is anonymous, whatever the others say. The user has the token's claims, and its `sub`
 * as `id`.
 */
export function jwt(options: JwtOptions): (handshake: Handshake) => Promise<User | undefined> {
  const { algorithms, keyFor } = verificationOf(options);
  const { cookie, issuer, audience, clockTolerance = 0, required = false } = options;
  const claims = { algorithms, clockTolerance, ...(issuer && { issuer }), ...(audience && { audience }) };
  // A missing package is named at the first login; keys that are fetched are kept from then on.
  let loading: Promise<{ jose: Jose; key: ReturnType<typeof keyFor> }> | undefined;
  const load = async () => {
    const jose = await peer<Jose>('jose', 'jwt()');
    return { jose, key: keyFor(jose) };
  };

  return async handshake => {
    const token = tokenOf(handshake, cookie);
    if (token === undefined) {
      if (required) throw refused('Log in first: this server asks for a token.', 'missing');
      return undefined;
    }
    const { jose, key } = await (loading ??= load());
    try {
      // One of two overloads, which TypeScript cannot choose for a union.
      const { payload } = await (typeof key === 'function' ? jose.jwtVerify(token, key, claims) : jose.jwtVerify(token, key, claims));
      return userFrom(payload.exp === undefined ? payload : { ...payload, exp: payload.exp + clockTolerance });
    } catch (error) {
      throw explained(error);
    }
  };
}

function tokenOf({ auth, headers }: Handshake, cookie: string | undefined): string | undefined {
  const { token } = auth as { token?: unknown };
  if (typeof token === 'string') return token;
  if (token === null) return undefined;
  if (token !== undefined) throw refused('The token of a login must be a string.', 'invalid');
  const [, bearer] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
  return bearer ?? (cookie === undefined ? undefined : cookiesOf({ headers })[cookie]);
}

/** Tokens that do not follow the standard may have the user's id under `id` instead of `sub`. */
function userFrom(claims: { readonly [claim: string]: unknown }): User {
  const id = claims.sub ?? claims.id;
  const user = { ...claims };
  delete user.id;
  return typeof id === 'string' || typeof id === 'number' ? { ...user, id } : user;
}

function explained(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (!faultsOfTokens.has(code)) return error;
  if (code === 'ERR_JWT_EXPIRED') return refused('The login has expired: log in again.', 'expired');
  return refused('The token of the login is not valid here.', 'invalid');
}

const refused = (message: string, reason: 'missing' | 'invalid' | 'expired'): BackendError =>
  new BackendError('unauthorized', message, { reason });
