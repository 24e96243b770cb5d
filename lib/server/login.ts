// Who is on a socket: asked before it may connect, when it sends new credentials, when its user's rights have changed, and when a
// login expires. A refusal has a code and a sentence; any other failure is taken for a passing fault, and the transport is
// closed, because only then does every client try again.

import type { ExtendedError, Socket } from 'socket.io';
import { authEvent, type BackendCode } from '../wire';
import type { Companion } from './companion';
import { longestTimer, within } from './deadline';
import { BackendError, meantForClient } from './errors';
import { isOurOrigin } from './origin';
import { checkAttributes } from './stores/base';
import { createTurns } from './turns';
import type { Handshake, User } from './types';

/** How long before its end a page is asked to renew its login, in ms; a short one, when half of it is over. */
const lead = 30_000;

/** Refusals that pass, and after which a client is to try again by itself. */
const passing: ReadonlySet<string> = new Set<BackendCode>(['rate_limited', 'unavailable']);

/** What every socket must pass, in every namespace. */
export const guard = (companion: Companion) => (socket: Socket, next: (error?: ExtendedError) => void): void => {
  // Another server, or this one when it is back, will take the client.
  if (companion.isDraining) return void socket.conn.close();
  admit(companion, socket).then(
    () => next(),
    (error: unknown) => {
      const data = meantForClient(error);
      // Socket.IO's way of refusing: the client gets `connect_error`, with this as `error.data`, and stays away.
      if (data && !passing.has(data.code)) return next(Object.assign(new Error(data.message), { data }));
      if (!data) logUndecided(companion, error);
      socket.conn.close();
    },
  );
};

/** How often a login is decided anew because somebody's rights have changed meanwhile. */
const tries = 5;

const logUndecided = ({ settings }: Companion, error: unknown): void =>
  settings.log('A login could not be decided; the client will try again', error);

async function admit(companion: Companion, socket: Socket): Promise<void> {
  if (!isOurOrigin(socket.handshake, companion.settings.origins)) {
    throw new BackendError('forbidden', 'Pages of this origin may not connect: name it in the option "origins".');
  }
  // What other nodes have told before this one listened, a revocation for example, would have missed the socket.
  await companion.hearing();
  begunAt.set(socket, companion.revocations);
  // Where handlers of the server's own look for it.
  const user = await authenticate(companion, socket, socket.handshake);
  if (companion.settings.authenticate) dataOf(socket).user = user;
}

/** How many revocations there had been when a socket's login began: it may have been decided by what has changed since. */
const begunAt = new WeakMap<Socket, number>();

const dataOf = (socket: Socket) => socket.data as { user: User | undefined };

/** Rejects with a BackendError if the user is refused. */
async function authenticate(companion: Companion, socket: Socket, handshake: Handshake): Promise<User | undefined> {
  const { authenticate: ask, loginTimeout, connectionsPerUser } = companion.settings;
  if (!ask) return undefined;
  const late = (): Error => new Error(`authenticate() took more than ${loginTimeout} ms`);
  const user = (await within(loginTimeout, async () => ask(handshake), late)) ?? undefined;
  if (user !== undefined && typeof user !== 'object') throw new TypeError('authenticate() returns a user, an object with its "id", or nothing.');
  checkExpiry(user);
  if (companion.isFull(user, socket)) {
    companion.logOnce(`The user ${JSON.stringify(user?.id)} has ${connectionsPerUser} connections; others wait until one has gone`);
    throw new BackendError('rate_limited', `A user may have ${connectionsPerUser} connections: close some first.`);
  }
  return user;
}

function checkExpiry({ exp }: User = {}): void {
  if (exp === undefined) return;
  if (!Number.isFinite(exp)) throw new TypeError('The "exp" of a user is a number, of seconds since 1970.');
  if (exp * 1000 <= Date.now()) throw expired();
}

const expired = (): BackendError => new BackendError('unauthorized', 'The login has expired: log in again.', { reason: 'expired' });

export class Login {
  private timer: NodeJS.Timeout | undefined;
  /** The end of a login for which the page was asked to renew it. */
  private askedBefore: number | undefined;

  /** Logins are decided one after the other, so that the one asked for last is the one that counts. */
  private readonly inTurn = createTurns();
  /** Nothing is done any more for whoever was on the socket. */
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

  /** Whether somebody's rights have changed since this login began. */
  get isOutdated(): boolean {
    return begunAt.get(this.socket) !== this.companion.revocations;
  }

  /** Resolves when it is decided who is on the socket; rejects if nobody is. */
  async decided(): Promise<void> {
    await this.inTurn.idle();
    if (this.isClosed) throw new BackendError('unauthorized', 'The login has ended.');
  }

  /** New credentials on an open page. If they are refused, the old login stays; none at all is a logout. */
  async change(auth: unknown): Promise<void> {
    const credentials = checkAttributes(auth ?? {});
    try {
      await this.inTurn(() => this.renew(() => ({ ...this.socket.handshake, auth: credentials })));
    } catch (error) {
      if (!Object.keys(credentials).length) this.close();
      throw error;
    }
  }

  /** With the same credentials. Closes the transport if they are not good any more: reconnecting, the client hears why. */
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
      // Whoever has revoked somebody meanwhile could not find him on this socket.
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

  /** A page that has nothing better sends the same credentials again, and need not be asked again. */
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
