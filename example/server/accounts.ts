/**
 * Accounts: a name belongs to whoever was the first to sign in with it, and to those who know the password. There is no e-mail,
 * and no way to get a lost password back.
 */
import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import { BackendError, type User } from 'backbone.iobind/server';
import type { Database } from './database';

type Store = Database['accounts'];

const hash = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** What one guess costs: 32 MB, and some tenths of a second. */
const cost = { N: 2 ** 15, r: 8, p: 3, maxmem: 2 ** 26 };

/** Resolves when the name and the password belong together, or do from now on; rejects with `wrong_password`. */
export async function signIn(store: Store, name: string, password: string): Promise<void> {
  const account = (await store.read(idOf(name))) ?? (await create(store, name, password));
  const { salt, hashed } = account.attributes as { salt: string; hashed: string };
  const expected = Buffer.from(hashed, 'base64');
  const given = await hash(password, Buffer.from(salt, 'base64'), expected.length, cost);
  if (!timingSafeEqual(given, expected)) {
    throw new BackendError('wrong_password', `That is not the password of ${name}. If you are new here, choose another name.`);
  }
}

/** A login, as its token tells of it. */
export interface Login extends User {
  readonly id: string;
  /** Its own number. */
  readonly jti: string;
  /** When it ends by itself, in seconds since 1970. */
  readonly exp: number;
}

type Ended = Array<{ jti: string; exp: number }>;

/** Signing out: the token is good no longer, whoever has it. What would have ended by now need not be remembered. */
export async function end(store: Store, { id, jti, exp }: Login): Promise<void> {
  await store.transaction(async accounts => {
    const account = await accounts.read(idOf(id));
    const ended = ((account?.attributes.ended ?? []) as Ended).filter(one => one.exp * 1000 > Date.now());
    if (account) await accounts.patch(idOf(id), { ended: [...ended, { jti, exp }] });
  });
}

export async function hasEnded(store: Store, { id, jti }: Login): Promise<boolean> {
  const account = await store.read(idOf(id));
  return !account || ((account.attributes.ended ?? []) as Ended).some(one => one.jti === jti);
}

async function create(store: Store, name: string, password: string) {
  const salt = randomBytes(16);
  const hashed = await hash(password, salt, 32, cost);
  return createOrRead(store, idOf(name), { salt: salt.toString('base64'), hashed: hashed.toString('base64') });
}

/** The key that signs logins: made by the first process that needs one, and kept where the accounts are. */
export async function readKey(store: Store): Promise<Uint8Array> {
  const { attributes } = await createOrRead(store, 'key', { key: randomBytes(32).toString('base64') });
  return Buffer.from(String(attributes.key), 'base64');
}

/** No name of an account is an id by itself: the key's cannot be taken. */
const idOf = (name: string): string => `~${name}`;

/** Of several that create at once, one succeeds, and the others have what that one has made. */
async function createOrRead(store: Store, id: string, attributes: { [name: string]: string }) {
  const found = await store.read(id);
  if (found) return found;
  try {
    return await store.create(attributes, { id });
  } catch (error) {
    const taken = await store.read(id);
    if (taken) return taken;
    throw error;
  }
}
