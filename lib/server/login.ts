// Who is on a socket: asked before it may connect, when it sends new credentials, when its user's rights have changed, and when a
// login expires. A refusal has a code and a sentence; any other failure is taken for a passing fault, and the transport is
// closed, because only then does every client try again.

import type { ExtendedError, Socket } from 'socket.io';
import { authEvent } from '../wire';
import type { Companion } from './companion';
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
  // Another server, or this one when it is back, will take the client.
  if (companion.isDraining) throw new Error('the server is closing');
  const user = await authenticate(companion, socket.handshake);
  const { connectionsPerUser } = companion.settings;
  const others = user?.id === undefined ? [] : [...companion.sessions].filter((session) => session.user?.id === user.id);
  if (others.length >= connectionsPerUser) {
    throw new BackendError('rate_limited', `A user may have ${connectionsPerUser} connections: close some first.`);
  }
  // Where handlers of the server's own look for it.
  (socket.data as { user: User | undefined }).user = user;
}

/** Rejects with a BackendError if the user is refused. */
async function authenticate({ settings }: Companion, handshake: Handshake): Promise<User | undefined> {
  const { authenticate: ask, loginTimeout } = settings;
  if (!ask) return undefined;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`authenticate() took more than ${loginTimeout} ms`)), loginTimeout);
  });
  try {
    const user = (await Promise.race([ask(handshake), late])) ?? undefined;
    if (user?.exp !== undefined && user.exp * 1000 <= Date.now()) throw expired();
    return user;
  } finally {
    clearTimeout(timer);
  }
}

const expired = (): BackendError => new BackendError('unauthorized', 'The login has expired: log in again.', { reason: 'expired' });

export class Login {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly companion: Companion,
    private readonly socket: Socket,
  ) {
    this.watchExpiry();
  }

  get user(): User | undefined {
    return (this.socket.data as { user?: User }).user;
  }

  /** New credentials on an open page. If they are refused, the old login stays; none at all is a logout. */
  async change(auth: unknown): Promise<void> {
    const credentials = checkAttributes(auth ?? {});
    try {
      await this.renew({ ...this.socket.handshake, auth: credentials });
    } catch (error) {
      if (!meantForClient(error)) this.companion.settings.log('A login could not be decided', error);
      if (!Object.keys(credentials).length) this.close();
      throw error;
    }
  }

  /** With the same credentials. Closes the transport if they are not good any more: reconnecting, the client hears why. */
  async again(): Promise<void> {
    await this.renew(this.socket.handshake).catch((error: unknown) => {
      if (!meantForClient(error)) this.companion.settings.log('A login could not be decided; the client will try again', error);
      this.close();
    });
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private async renew(handshake: Handshake): Promise<void> {
    const user = await authenticate(this.companion, handshake);
    this.socket.handshake.auth = handshake.auth;
    (this.socket.data as { user: User | undefined }).user = user;
    this.watchExpiry();
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

  private close(): void {
    this.socket.conn.close();
  }
}
