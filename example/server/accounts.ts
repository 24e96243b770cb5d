/**
 * Accounts: the first user to sign in with a name sets its password, and afterwards the name belongs to anyone who knows the password.
 * There is no e-mail, and no way to recover a lost password.
 */
import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';
import { BackendError, type User } from 'backbone.iobind/server';
import type { Database } from './database';

type Store = Database['accounts'];

const hash = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** What one guess costs: 32 MB, and some tenths of a second. */
const cost = { N: 2 ** 15, r: 8, p: 3, maxmem: 2 ** 26 };

/** Resolves if the password is that of the name. A new name gets this password. Rejects with `wrong_password`. */
export async function signIn(store: Store, name: string, password: string): Promise<void> {
  const account = (await store.read(idOf(name))) ?? (await create(store, name, password));
  const { salt, hashed } = account.attributes as { salt: string; hashed: string };
  const expected = Buffer.from(hashed, 'base64');
  const given = await hash(password, Buffer.from(salt, 'base64'), expected.length, cost);
  if (!timingSafeEqual(given, expected)) {
    throw new BackendError('wrong_password', `That is not the password of ${name}. If you are new here, choose another name.`);
  }
}

/** A login, as in its token. */
export interface Login extends User {
  readonly id: string;
  /** The id of this login. */
  readonly jti: string;
  /** When it ends by itself, in seconds since 1970. */
  readonly exp: number;
}

type Ended = Array<{ jti: string; exp: number }>;

/** Signs out: nobody can use the token any more. Logins that have expired by now are forgotten. */
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

/** The key that signs logins: made by the first process that needs it, and stored with the accounts. */
export async function readKey(store: Store): Promise<Uint8Array> {
  const { attributes } = await createOrRead(store, 'key', { key: randomBytes(32).toString('base64') });
  return Buffer.from(String(attributes.key), 'base64');
}

/** Prefixed, so that no account can take the id of the key. */
const idOf = (name: string): string => `~${name}`;

/** If several processes create at once, one succeeds, and the others return its document. */
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
