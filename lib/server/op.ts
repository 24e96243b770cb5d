// The op of a write: the name that its page has given to it. By that a store does it once, however often the page sends it; and by
// that those who are told of the change know which write it was.

import { createHash } from 'node:crypto';
import { roomOf } from './rooms';
import type { Scope } from './filter';
import type { Attributes, Documents, Store } from './store';
import type { Request } from './types';

/** What a store keeps of who wrote: the socket's id, and the op if there is one. */
export function originOf({ socket, op }: Request): string {
  const id = socket?.id ?? '';
  return op === undefined ? id : `${id} ${op}`;
}

export const splitOrigin = (origin: string | undefined): string[] => origin?.split(/ (.*)/s, 2) ?? [];

/** What is asked for: a write that is repeated is the same. Of what the page has sent, which layers may change, to stamp it with the time. */
export const digestOf = ({ method, channel, model, ifVersion }: Pick<Request, 'method' | 'channel' | 'model' | 'ifVersion'>): string =>
  createHash('sha256').update(JSON.stringify([method, channel, model, ifVersion])).digest('base64url');

type WithOp = Pick<Request, 'user' | 'backend' | 'op' | 'digest'>;

/** Nobody knows the writes of another user. One who is anonymous is known by the op alone, which is hard to guess. */
const keyOf = ({ user, backend, op }: WithOp): string => JSON.stringify([user?.id == null ? null : String(user.id), backend, op]);

/** Whether a write that fails now has been done before: who sends it again is to hear how it ended. */
export async function wasDone([store]: readonly Store[], asked: WithOp, error: unknown): Promise<boolean> {
  const { digest } = asked;
  if (!store?.once || digest === undefined) return false;
  return store.once(keyOf(asked), digest, () => Promise.reject(error)).then(() => true, () => false);
}

/** How many channels a write may ask about. */
const tries = 20;

type Write = (documents: Documents, req: Request) => Promise<Attributes>;

/** Does a write, once if it has an op and the store can do that. */
export async function writeOnce(store: Store, req: Request, write: Write): Promise<Attributes | undefined> {
  const { digest } = req;
  if (!store.once || digest === undefined) return write(store, req);
  const room = roomOf(req.backend, req.channel, req.scope);
  const scopes = new Map<string, Scope>();
  for (let left = tries; ; left -= 1) {
    const missing: string[] = [];
    // A rule that were asked within the transaction might read the same store. It is asked outside, before the next try.
    const admit = async (channel: string): Promise<Scope> => {
      const scope = scopes.get(channel);
      if (scope) return scope;
      missing.push(channel);
      throw new Error(`Whether this may be in the channel "${channel}" has to be asked.`);
    };
    try {
      const kept = await store.once(keyOf(req), digest, async documents => ({ room, answer: await write(documents, { ...req, admit }) }));
      // What was answered to somebody with other rights is not for him.
      return kept.room === room ? kept.answer : undefined;
    } catch (error) {
      const [channel] = missing;
      if (channel === undefined || !left) throw error;
      scopes.set(channel, await req.admit(channel));
    }
  }
}
