// Who is on a socket: asked before it may connect, when it sends new credentials, when its user's rights have changed, and when a
// login expires. A refusal has a code and a sentence; any other failure is taken for a passing fault, and the transport is
// closed, because only then does every client try again.

import type { ExtendedError, Socket } from 'socket.io';
import { authEvent } from '../wire';
import type { Companion } from './companion';
import { within } from './deadline';
import { BackendError, meantForClient } from './errors';
import { isOurOrigin } from './origin';
import { checkAttributes } from './stores/base';
import type { Handshake, User } from './types';

/** How long before its end a page is asked to renew its login, in ms. */
const lead = 30_000;
const longestTimer = 2 ** 31 - 1;

/** Socket.IO's way of refusing: the client gets `connect_error`, with this as `error.data`. */
function refusal(error: unknown): ExtendedError {
  const data = meantForClient(error) ?? { code: 'internal', message: 'The server made a mistake.' };
  return Object.assign(new Error(data.message), { data });
}

/** What every socket must pass, in every namespace. */
export const guard = (companion: Companion) => (socket: Socket, next: (error?: ExtendedError) => void): void => {
  // Another server, or this one when it is back, will take the client.
  if (companion.isDraining) return void socket.conn.close();
  admit(companion, socket).then(
    () => next(),
    (error: unknown) => {
      if (meantForClient(error)) return next(refusal(error));
      companion.settings.log('A login could not be decided; the client will try again', error);
      socket.conn.close();
    },
  );
};

async function admit(companion: Companion, socket: Socket): Promise<void> {
  if (!isOurOrigin(socket.handshake, companion.settings.origins)) {
    throw new BackendError('forbidden', 'Pages of this origin may not connect: name it in the option "origins".');
  }
  // What other nodes have told before this one listened, a revocation for example, would have missed the socket.
  await companion.hearing();
  begunAt.set(socket, companion.revocations);
  // Where handlers of the server's own look for it.
  dataOf(socket).user = await authenticate(companion, socket, socket.handshake);
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
  checkExpiry(user);
  if (companion.isFull(user, socket)) {
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

  /** Logins are decided one after the other, so that the one asked for last is the one that counts. */
  private last: Promise<unknown> = Promise.resolve();
  /** Nothing is done any more for whoever was on the socket. */
  isClosed = false;

  constructor(
    private readonly companion: Companion,
    private readonly socket: Socket,
  ) {
    this.watchExpiry();
  }

  get user(): User | undefined {
    return dataOf(this.socket).user;
  }

  /** Whether somebody's rights have changed since this login began. */
  get isOutdated(): boolean {
    return begunAt.get(this.socket) !== this.companion.revocations;
  }

  /** Resolves when it is decided who is on the socket; rejects if nobody is. */
  async decided(): Promise<void> {
    for (let before; before !== this.last; ) {
      before = this.last;
      await before;
    }
    if (this.isClosed) throw new BackendError('unauthorized', 'The login has ended.');
  }

  /** New credentials on an open page. If they are refused, the old login stays; none at all is a logout. */
  async change(auth: unknown): Promise<void> {
    const credentials = checkAttributes(auth ?? {});
    try {
      await this.inLine(() => this.renew(() => ({ ...this.socket.handshake, auth: credentials })));
    } catch (error) {
      if (!Object.keys(credentials).length) this.close();
      throw error;
    }
  }

  /** With the same credentials. Closes the transport if they are not good any more: reconnecting, the client hears why. */
  async again(): Promise<void> {
    try {
      await this.inLine(() => this.renew(() => this.socket.handshake));
    } catch (error) {
      if (!meantForClient(error)) this.companion.settings.log('A login could not be decided; the client will try again', error);
      this.close();
    }
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private async renew(handshake: () => Handshake): Promise<void> {
    const { companion, socket } = this;
    const before = companion.revocations;
    const given = handshake();
    dataOf(socket).user = await authenticate(companion, socket, given);
    socket.handshake.auth = given.auth;
    // From here on whoever revokes this user finds the socket; what he has done before may have come too early for that.
    if (before !== companion.revocations) dataOf(socket).user = await authenticate(companion, socket, given);
    this.watchExpiry();
  }

  private inLine(work: () => Promise<void>): Promise<void> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => {});
    return turn;
  }

  /** Asks the page for new credentials a little before the end, and closes the transport at the end. */
  private watchExpiry(): void {
    clearTimeout(this.timer);
    const { exp } = this.user ?? {};
    if (exp === undefined || !this.socket.connected) return;
    const left = exp * 1000 - Date.now();
    const isNear = left <= lead;
    if (isNear) this.socket.emit(authEvent, { code: 'unauthorized', message: 'The login expires: send new credentials.', exp });
    const wait = isNear ? left : Math.min(left - lead, longestTimer);
    this.timer = setTimeout(() => (isNear ? this.close() : this.watchExpiry()), wait);
  }

  close(): void {
    this.isClosed = true;
    this.socket.conn.close();
  }
}
