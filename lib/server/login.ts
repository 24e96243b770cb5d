// The user of a socket: decided before it may connect, when it sends new credentials, when the user's rights have changed, and when the
// login expires. A refusal has a code and a message. Any other failure counts as temporary, and closes the transport, because only then
// do all clients reconnect by themselves.

import type { ExtendedError, Socket } from 'socket.io';
import { authEvent, type BackendCode } from '../wire';
import type { Companion } from './companion';
import { longestTimer, within } from './deadline';
import { BackendError, meantForClient } from './errors';
import { isOurOrigin } from './origin';
import { checkAttributes } from './stores/base';
import { createTurns } from './turns';
import type { Handshake, User } from './types';

/** How long before its login expires a page is asked to renew it, in ms; at most half of the time that is left. */
const lead = 30_000;

/** Codes of temporary refusals, after which clients should reconnect by themselves. */
const passing: ReadonlySet<string> = new Set<BackendCode>(['rate_limited', 'unavailable']);

/** The Socket.IO middleware that every socket must pass, in every namespace. */
export const guard = (companion: Companion) => (socket: Socket, next: (error?: ExtendedError) => void): void => {
  // The client reconnects to another server, or to this one when it is back.
  if (companion.isDraining) return void socket.conn.close();
  admit(companion, socket).then(
    () => next(),
    (error: unknown) => {
      const data = meantForClient(error);
      // Socket.IO's way of refusing: the client gets `connect_error`, with this as `error.data`, and does not reconnect.
      if (data && !passing.has(data.code)) return next(Object.assign(new Error(data.message), { data }));
      if (!data) logUndecided(companion, error);
      socket.conn.close();
    },
  );
};

/** How often a login is decided, if rights are revoked meanwhile. */
const tries = 5;

const logUndecided = ({ settings }: Companion, error: unknown): void =>
  settings.log('A login could not be decided; the client will try again', error);

async function admit(companion: Companion, socket: Socket): Promise<void> {
  if (!isOurOrigin(socket.handshake, companion.settings.origins)) {
    throw new BackendError('forbidden', 'Pages of this origin may not connect: name it in the option "origins".');
  }
  // A message from another node that came before this one listened, such as a revocation, would have missed the socket.
  await companion.hearing();
  begunAt.set(socket, companion.revocations);
  // Where the server's own handlers look for it.
  const user = await authenticate(companion, socket, socket.handshake);
  if (companion.settings.authenticate) dataOf(socket).user = user;
}

/** The number of revocations when a socket's login began: a later one may make its outcome obsolete. */
const begunAt = new WeakMap<Socket, number>();

const dataOf = (socket: Socket) => socket.data as { user: User | undefined };

/** Rejects with a BackendError if the user is refused. */
async function authenticate(companion: Companion, socket: Socket, handshake: Handshake): Promise<User | undefined> {
  const { authenticate: ask, loginTimeout, connectionsPerUser } = companion.settings;
  if (!ask) return undefined;
  const late = (): Error => new Error(`authenticate() took more than ${loginTimeout} ms`);
  const user = (await within(loginTimeout, async () => ask(handshake), late)) ?? undefined;
  if (user !== undefined && typeof user !== 'object') {
    throw new TypeError('authenticate() must return a user (an object with an "id") or undefined.');
  }
  checkExpiry(user);
  if (companion.isFull(user, socket)) {
    companion.logOnce(`The user ${JSON.stringify(user?.id)} has ${connectionsPerUser} connections; more are refused until one of them ends`);
    throw new BackendError('rate_limited', `A user may have ${connectionsPerUser} connections: close some first.`);
  }
  return user;
}

function checkExpiry({ exp }: User = {}): void {
  if (exp === undefined) return;
  if (!Number.isFinite(exp)) throw new TypeError('The "exp" of a user must be a number of seconds since 1970.');
  if (exp * 1000 <= Date.now()) throw expired();
}

const expired = (): BackendError => new BackendError('unauthorized', 'The login has expired: log in again.', { reason: 'expired' });

export class Login {
  private timer: NodeJS.Timeout | undefined;
  /** The `exp` of the login that the page was asked to renew. */
  private askedBefore: number | undefined;

  /** Logins are decided one after the other, so that the one requested last is the one that counts. */
  private readonly inTurn = createTurns();
  /** The login has ended: no request of its user is executed any more. */
  isClosed = false;

  constructor(
    private readonly companion: Companion,
    private readonly socket: Socket,
  ) {
    this.watchExpiry();
  }

  get user(): User | undefined {
    return this.companion.settings.authenticate && dataOf(this.socket).user;
  }

  /** Whether any user's rights have changed since this login began. */
  get isOutdated(): boolean {
    return begunAt.get(this.socket) !== this.companion.revocations;
  }

  /** Resolves when no login is being decided any more; rejects if the login has ended. */
  async decided(): Promise<void> {
    await this.inTurn.idle();
    if (this.isClosed) throw new BackendError('unauthorized', 'The login has ended.');
  }

  /** Logs in with new credentials. If they are refused, the old login stays; but if they are empty, which is a logout, it ends. */
  async change(auth: unknown): Promise<void> {
    const credentials = checkAttributes(auth ?? {});
    try {
      await this.inTurn(() => this.renew(() => ({ ...this.socket.handshake, auth: credentials })));
    } catch (error) {
      if (!Object.keys(credentials).length) this.close();
      throw error;
    }
  }

  /** Logs in again with the same credentials. Closes the transport if they are not accepted: the client reconnects, and hears why. */
  async again(): Promise<void> {
    try {
      await this.inTurn(() => this.renew(() => this.socket.handshake));
    } catch (error) {
      if (!meantForClient(error)) logUndecided(this.companion, error);
      this.close();
    }
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private async renew(handshake: () => Handshake): Promise<void> {
    const { companion, socket } = this;
    const given = handshake();
    for (let left = tries; left; left -= 1) {
      const before = companion.revocations;
      const user = await authenticate(companion, socket, given);
      // A revocation meanwhile may be for this user, whom it could not find on this socket yet.
      if (before !== companion.revocations) continue;
      dataOf(socket).user = user;
      socket.handshake.auth = given.auth;
      return this.watchExpiry();
    }
    throw new BackendError('unavailable', 'Rights change too fast: try again.');
  }

  /** Asks the page for new credentials a little before the end, once, and closes the transport at the end. */
  private watchExpiry(): void {
    clearTimeout(this.timer);
    const { exp } = this.user ?? {};
    if (exp === undefined || !this.socket.connected) return;
    const left = exp * 1000 - Date.now();
    const wait = this.askedBefore === exp ? left : left - Math.min(lead, left / 2);
    this.timer = setTimeout(() => (wait > longestTimer ? this.watchExpiry() : this.nearEnd(exp)), Math.min(wait, longestTimer));
  }

  /** Asks once for each `exp`: a page without newer credentials sends the same ones again. */
  private nearEnd(exp: number): void {
    if (this.askedBefore === exp) return this.close();
    this.askedBefore = exp;
    this.socket.emit(authEvent, { code: 'unauthorized', message: 'The login expires: send new credentials.', exp });
    this.watchExpiry();
  }

  close(): void {
    this.isClosed = true;
    this.socket.conn.close();
  }
}
