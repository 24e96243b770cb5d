// The keys and algorithms that tokens are checked with; whatever is wrong with them is reported when the server starts. A token never
// chooses the kind of key: one that was signed with a public key as if it were a secret, or not signed at all, is not accepted.

import { createPublicKey, createSecretKey, KeyObject, type JsonWebKey, type webcrypto } from 'node:crypto';

export interface JsonWebKeys {
  keys: JsonWebKey[];
}

/** Exactly one of `secret`, `key` and `jwks`. */
export interface KeyOptions {
  /** The secret shared with the issuer of the tokens: at least 32 bytes, 48 for HS384, 64 for HS512. */
  secret?: string | Uint8Array;
  /** The issuer's public key: PEM, JWK, KeyObject or CryptoKey. */
  key?: string | JsonWebKey | KeyObject | WebKey;
  /** Several public keys, or the URL where they are published: `https://login.example/.well-known/jwks.json`. */
  jwks?: string | URL | JsonWebKeys;
  /** The algorithms to accept; all that fit the key if left out. */
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

/** Throws for keys and algorithms that are unsafe, or do not fit each other. */
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
    throw mistake(`the secret has ${bytes.length} bytes, but needs ${needed} bytes: a shorter one can be guessed from a token.`);
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
    // The message does not show what was given, which may be a secret in the wrong option.
    throw mistake('the key is not a supported public key (PEM, JWK, KeyObject, CryptoKey). A shared secret is given as "secret".');
  }
}

/** In Node 20 the class CryptoKey is only a global, which its types lack. */
const isWebKey = (key: object | string): key is WebKey => Object.prototype.toString.call(key) === '[object CryptoKey]';

function algorithmsOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string[] {
  if (type === 'rsa' && (details?.modulusLength ?? 0) < 2048) throw mistake('an RSA key must have at least 2048 bits.');
  if (type === 'rsa') return rsa;
  const curve = type === 'ec' && curves[details?.namedCurve ?? ''];
  if (curve) return [curve];
  if (type === 'ed25519') return edwards;
  throw mistake(`there is no algorithm for keys of the type "${type}".`);
}

function among(possible: string[], wanted: string[] = possible): string[] {
  const other = wanted.find(one => !possible.includes(one));
  if (other !== undefined) throw mistake(`the algorithm "${other}" does not fit this key, whose algorithms are ${possible.join(', ')}.`);
  if (!wanted.length) throw mistake('"algorithms" is empty: no token would be accepted.');
  return wanted;
}

function keysFrom(jwks: string | URL | JsonWebKeys): Verification['keyFor'] {
  if (typeof jwks === 'object' && !(jwks instanceof URL)) return ({ createLocalJWKSet }) => createLocalJWKSet(jwks);
  const url = new URL(jwks);
  return ({ createRemoteJWKSet }) => createRemoteJWKSet(url);
}
