// The channels that one socket hears; from the start these are the default channels of all backends. A join is authorised before the
// socket enters the room; whenever the user's rights change, everything that was decided is decided again.

import type { Socket } from 'socket.io';
import { leaveEvent } from '../wire';
import type { Companion } from './companion';
import { within } from './deadline';
import type { Endpoint } from './endpoint';
import { BackendError, meantForClient } from './errors';
import { metaFrom } from './input';
import type { Login } from './login';
import { invalid, isObject } from './stores/base';

/** A channel that the socket hears or, while there is no `leave`, would hear if its user were allowed to. */
interface Membership {
  readonly endpoint: Endpoint;
  readonly channel: string;
  leave?: (() => void) | undefined;
  /** A join of it is not decided yet. If rights change, that join decides again by itself. */
  isAsked?: boolean;
}

export class Channels {
  private readonly memberships = new Map<string, Membership>();
  private hasEnded = false;
  /** Counts the changes of the user's rights. */
  rights = 0;

  constructor(
    private readonly companion: Companion,
    private readonly socket: Socket,
    private readonly login: Login,
  ) {
    for (const endpoint of companion.endpoints.values()) this.memberships.set(keyOf(endpoint, ''), { endpoint, channel: '' });
  }

  async join(data: unknown): Promise<void> {
    const asked = this.membershipOf(data);
    const key = keyOf(asked.endpoint, asked.channel);
    const membership = this.memberships.get(key) ?? asked;
    if (membership.leave) return;
    const { channelsPerSocket } = this.companion.settings;
    if (asked.channel && this.memberships.size >= channelsPerSocket + this.companion.endpoints.size) {
      throw new BackendError('rate_limited', `One connection may be in ${channelsPerSocket} channels: leave some first.`);
    }
    // Known before it is decided, so that a revocation finds it.
    this.memberships.set(key, membership);
    membership.isAsked = true;
    await this.enter(membership).catch((error: unknown) => {
      if (membership.channel) this.memberships.delete(key);
      throw error;
    });
  }

  leave(data: unknown): void {
    const { endpoint, channel } = this.membershipOf(data);
    const key = keyOf(endpoint, channel);
    this.memberships.get(key)?.leave?.();
    this.memberships.delete(key);
  }

  /** The socket hears nothing until each channel has been authorised again. */
  leaveAll(): void {
    this.rights += 1;
    for (const { leave } of this.memberships.values()) leave?.();
  }

  /** Authorises each channel again. */
  async reenter(): Promise<void> {
    this.rights += 1;
    await Promise.all([...this.memberships].map(([key, membership]) => membership.isAsked || this.enterAgain(key, membership)));
  }

  end(): void {
    this.hasEnded = true;
    this.leaveAll();
    this.memberships.clear();
  }

  /** A channel that is refused is left; the default one may be open again later. If a rule fails, the client's next connection decides. */
  private async enterAgain(key: string, membership: Membership): Promise<void> {
    try {
      await this.enter(membership);
    } catch (error) {
      membership.leave?.();
      if (this.login.isClosed) return;
      const refusal = meantForClient(error);
      if (!refusal) {
        this.companion.settings.log('A channel could not be authorised; the client will try again', error);
        return this.login.close();
      }
      const { endpoint, channel } = membership;
      if (!channel) return;
      this.memberships.delete(key);
      this.socket.emit(leaveEvent, { ...refusal, backend: endpoint.name, channel });
    }
  }

  private async enter(membership: Membership): Promise<void> {
    const { endpoint, channel } = membership;
    const { loginTimeout } = this.companion.settings;
    const late = (): Error => new Error(`authorize() or scope() took more than ${loginTimeout} ms`);
    for (;;) {
      const { rights } = this;
      await this.login.decided();
      const scope = await within(loginTimeout, () => endpoint.open(this.login.user, channel, 'join'), late);
      if (rights !== this.rights) continue;
      membership.leave?.();
      membership.isAsked = false;
      // It may have been left meanwhile, or another join of it may have been refused.
      if (this.hasEnded || this.memberships.get(keyOf(endpoint, channel)) !== membership) return;
      const [room, undo] = endpoint.shapes.enter(channel, scope);
      void this.socket.join(room);
      membership.leave = () => {
        membership.leave = undefined;
        void this.socket.leave(room);
        undo();
      };
      return;
    }
  }

  private membershipOf(data: unknown): Membership {
    const { backend, ...meta } = isObject(data) ? data : ({} as { [name: string]: unknown });
    const endpoint = typeof backend === 'string' ? this.companion.endpoints.get(backend) : undefined;
    if (!endpoint) throw invalid('To join or leave, name a backend of this server: { backend, channel }.');
    return { endpoint, channel: metaFrom(meta).channel };
  }
}

const keyOf = ({ name }: Endpoint, channel: string): string => JSON.stringify([name, channel]);
