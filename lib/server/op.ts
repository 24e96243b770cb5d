// The op of a write: the name that its page has given to it. It lets a store do the write once, however often the page sends it, and lets
// subscribers know which write caused a change.

import { createHash } from 'node:crypto';
import { roomOf } from './rooms';
import type { Scope } from './filter';
import type { Attributes, Documents, Store } from './store';
import type { Request } from './types';

/** What a store keeps of the writer: the socket's id, and the op if there is one. */
export function originOf({ socket, op }: Request): string {
  const id = socket?.id ?? '';
  return op === undefined ? id : `${id} ${op}`;
}

export const splitOrigin = (origin: string | undefined): string[] => origin?.split(/ (.*)/s, 2) ?? [];

/** A hash of what is asked for, equal if a write is repeated. Made of what the page sent: layers may add the time, for example. */
export const digestOf = ({ method, channel, model, ifVersion }: Pick<Request, 'method' | 'channel' | 'model' | 'ifVersion'>): string =>
  createHash('sha256').update(JSON.stringify([method, channel, model, ifVersion])).digest('base64url');

type WithOp = Pick<Request, 'user' | 'backend' | 'op' | 'digest'>;

/** With the user, so that no user gets at the writes of another. For anonymous users only the op differs, which is hard to guess. */
const keyOf = ({ user, backend, op }: WithOp): string => JSON.stringify([user?.id == null ? null : String(user.id), backend, op]);

/** Whether a write that fails now was done before: a page that sends it again must learn that it was done. */
export async function wasDone([store]: readonly Store[], asked: WithOp, error: unknown): Promise<boolean> {
  const { digest } = asked;
  if (!store?.once || digest === undefined) return false;
  return store.once(keyOf(asked), digest, () => Promise.reject(error)).then(() => true, () => false);
}

/** How many other channels a write may be moved to, each of which takes another try. */
const tries = 20;

type Write = (documents: Documents, req: Request) => Promise<Attributes>;

/** Does a write, and only once if it has an op and the store has `once`. */
export async function writeOnce(store: Store, req: Request, write: Write): Promise<Attributes | undefined> {
  const { digest } = req;
  if (!store.once || digest === undefined) return write(store, req);
  const room = roomOf(req.backend, req.channel, req.scope);
  const scopes = new Map<string, Scope>();
  for (let left = tries; ; left -= 1) {
    const missing: string[] = [];
    // A rule called inside the transaction might read the same store, which refuses that. So it is asked outside, before the next try.
    const admit = async (channel: string): Promise<Scope> => {
      const scope = scopes.get(channel);
      if (scope) return scope;
      missing.push(channel);
      throw new Error(`Whether this may be in the channel "${channel}" has to be asked.`);
    };
    try {
      const kept = await store.once(keyOf(req), digest, async documents => ({ room, answer: await write(documents, { ...req, admit }) }));
      // An answer that was made for other rights is not shown.
      return kept.room === room ? kept.answer : undefined;
    } catch (error) {
      const [channel] = missing;
      if (channel === undefined || !left) throw error;
      scopes.set(channel, await req.admit(channel));
    }
  }
}
