// What tokens are checked with, and by which algorithms; all that can be wrong with it is said when the server starts. A token never
// chooses between kinds of keys: what is made with a public key as if it were a secret, or with none, is not accepted.

import { createPublicKey, createSecretKey, KeyObject, type JsonWebKey, type webcrypto } from 'node:crypto';

export interface JsonWebKeys {
  keys: JsonWebKey[];
}

/** One of the three. */
export interface KeyOptions {
  /** Shared with whoever makes the tokens: at least 32 bytes, 48 for HS384, 64 for HS512. */
  secret?: string | Uint8Array;
  /** The public key of whoever makes them: PEM, JWK, KeyObject or CryptoKey. */
  key?: string | JsonWebKey | KeyObject | WebKey;
  /** Several public keys, or where they are published: `https://login.example/.well-known/jwks.json`. */
  jwks?: string | URL | JsonWebKeys;
  /** Which to accept; all that fit the key, if left out. */
  algorithms?: string[];
}

const bytesOf: { [algorithm: string]: number } = { HS256: 32, HS384: 48, HS512: 64 };
const rsa = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const curves: { [curve: string]: string } = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };
const edwards = ['EdDSA', 'Ed25519'];
const asymmetric = [...rsa, ...Object.values(curves), ...edwards];

const mistake = (sentence: string): TypeError => new TypeError(['jwt()', sentence].join(': '));

type WebKey = webcrypto.CryptoKey;
type Jose = typeof import('jose');
type Key = KeyObject | ReturnType<Jose['createRemoteJWKSet']> | ReturnType<Jose['createLocalJWKSet']>;

export interface Verification {
  readonly algorithms: string[];
  readonly keyFor: (jose: Jose) => Key;
}

/** Throws for keys and algorithms that would not do. */
export function verificationOf({ secret, key, jwks, algorithms }: KeyOptions): Verification {
  if ([secret, key, jwks].filter(one => one !== undefined).length !== 1) throw mistake('give one of secret, key and jwks.');
  if (secret !== undefined) return bySecret(secret, algorithms);
  if (key !== undefined) return byKey(key, algorithms);
  return { algorithms: among(asymmetric, algorithms), keyFor: keysFrom(jwks as NonNullable<typeof jwks>) };
}

function bySecret(secret: string | Uint8Array, algorithms: string[] | undefined): Verification {
  const bytes = Buffer.from(secret as string);
  const fitting = Object.keys(bytesOf).filter(one => one === 'HS256' || bytes.length >= (bytesOf[one] ?? 0));
  const wanted = among(Object.keys(bytesOf), algorithms ?? fitting);
  const needed = Math.max(...wanted.map(one => bytesOf[one] ?? 0));
  if (bytes.length < needed) {
    throw mistake(`the secret has ${bytes.length}, and needs ${needed} bytes: a shorter one can be guessed from a token.`);
  }
  const key = createSecretKey(bytes);
  return { algorithms: wanted, keyFor: () => key };
}

function byKey(given: NonNullable<KeyOptions['key']>, algorithms: string[] | undefined): Verification {
  const key = publicKeyFrom(given);
  return { algorithms: among(algorithmsOf(key), algorithms), keyFor: () => key };
}

function publicKeyFrom(given: NonNullable<KeyOptions['key']>): KeyObject {
  try {
    const key = isWebKey(given) ? KeyObject.from(given) : given;
    if (key instanceof KeyObject) return key.type === 'public' ? key : createPublicKey(key);
    return createPublicKey(typeof key === 'string' ? key : { key, format: 'jwk' });
  } catch {
    // Without what was given, which may be a secret in the wrong place.
    throw mistake('its key is no public one that there are algorithms for (PEM, JWK, KeyObject, CryptoKey). A shared secret is given as "secret".');
  }
}

/** Node 20 has its class only as a global, and its types do not. */
const isWebKey = (key: object | string): key is WebKey => Object.prototype.toString.call(key) === '[object CryptoKey]';

function algorithmsOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string[] {
  if (type === 'rsa' && (details?.modulusLength ?? 0) < 2048) throw mistake('an RSA key has at least 2048 bits.');
  if (type === 'rsa') return rsa;
  const curve = type === 'ec' && curves[details?.namedCurve ?? ''];
  if (curve) return [curve];
  if (type === 'ed25519') return edwards;
  throw mistake(`there is no algorithm for keys of the type "${type}".`);
}

function among(possible: string[], wanted: string[] = possible): string[] {
  const other = wanted.find(one => !possible.includes(one));
  if (other !== undefined) throw mistake(`the algorithm "${other}" is none of those for this key: ${possible.join(', ')}.`);
  if (!wanted.length) throw mistake('"algorithms" is empty: no token would do.');
  return wanted;
}

function keysFrom(jwks: string | URL | JsonWebKeys): Verification['keyFor'] {
  if (typeof jwks === 'object' && !(jwks instanceof URL)) return ({ createLocalJWKSet }) => createLocalJWKSet(jwks);
  const url = new URL(jwks);
  return ({ createRemoteJWKSet }) => createRemoteJWKSet(url);
}
