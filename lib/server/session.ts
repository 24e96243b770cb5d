// One socket: who is logged in on it, which channels it hears, and what it asks. Whatever it sends gets an answer or nothing;
// nothing it sends throws.

import type { Socket } from 'socket.io';
import { authEvent, helloEvent, joinEvent, leaveEvent, type Hello } from '../wire';
import type { Companion } from './companion';
import type { Endpoint } from './endpoint';
import { answerFor, BackendError, meantForClient } from './errors';
import { invalid, isObject, metaFrom } from './input';
import { Login } from './login';
import type { User } from './types';

type Reply = (error: unknown, result?: unknown) => void;

/** A channel that the socket hears, or would hear if its user might. */
interface Membership {
  readonly endpoint: Endpoint;
  readonly channel: string;
  leave?: (() => void) | undefined;
}

export class Session {
  private readonly memberships = new Map<string, Membership>();
  private readonly login: Login;
  /** Counts the changes of what the user may do, so that whatever was decided before is decided again. */
  private rights = 0;
  private isGreeted = false;
  private hasEnded = false;
  /** Joins, leaves and logins take effect in the order they were asked for, and before whatever is asked after them. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly companion: Companion,
    readonly socket: Socket,
  ) {
    this.login = new Login(companion, socket);
    companion.sessions.add(this);
    socket.onAny((...args: unknown[]) => this.hear(args));
    socket.once('disconnect', () => this.end());
    this.greet();
    for (const endpoint of companion.endpoints.values()) this.memberships.set(keyOf(endpoint, ''), { endpoint, channel: '' });
    void this.inTurn(() => this.reenter());
  }

  get user(): User | undefined {
    return this.login.user;
  }

  /** What the user may do has changed: hears nothing any more until that has been looked at. */
  async revoke(): Promise<void> {
    this.leaveAll();
    await this.inTurn(async () => {
      await this.login.again();
      await this.reenter();
    });
  }

  private hear([event, ...args]: unknown[]): void {
    const last = args.at(-1);
    const reply = typeof last === 'function' ? this.replyBy(args.pop() as Reply) : undefined;
    if (typeof event !== 'string') return;
    const own = this.ownEvents[event];
    if (own) {
      void this.settle(own(args[0]), reply ?? (() => {}), event);
      return;
    }
    const colon = event.lastIndexOf(':');
    const endpoint = this.companion.namespaces.get(event.slice(0, colon));
    // A request without a callback has nobody who hears the outcome: nothing is done.
    if (endpoint && reply) void this.settle(this.request(endpoint, event.slice(colon + 1), args), reply, event);
  }

  private readonly ownEvents: { readonly [event: string]: ((data: unknown) => Promise<unknown>) | undefined } = Object.assign(
    Object.create(null) as object,
    {
      [helloEvent]: () => this.inTurn(() => Promise.resolve(this.hello)),
      [joinEvent]: (data: unknown) => this.inTurn(() => this.join(data)),
      [leaveEvent]: (data: unknown) => this.inTurn(() => this.leave(data)),
      [authEvent]: (auth: unknown) => this.inTurn(() => this.authenticate(auth)),
    },
  );

  /** Who reads after joining misses nothing: what is committed meanwhile is in the answer, or pushed. */
  private async request(endpoint: Endpoint, method: string, args: unknown[]): Promise<unknown> {
    await this.last;
    if (this.companion.isDraining) throw new BackendError('unavailable', 'The server is closing: try again on the next connection.');
    if (args.length > 2) throw invalid('A request has data, and perhaps its meta, before the callback.');
    for (;;) {
      const { rights } = this;
      const result = await endpoint.answer(this, method, args[0], args[1]);
      if (rights === this.rights) return result;
      // Nobody gets by an answer what he may not have any more. What was done is done.
      if (method !== 'read') return endpoint.admit(this.user, '', method).then(() => result, () => undefined);
    }
  }

  /** Sends the outcome, once it is there. A mistake is told to the log, and to the client only that there was one. */
  private async settle(work: Promise<unknown>, reply: Reply, event: string): Promise<void> {
    const { running, settings } = this.companion;
    const outcome = work.then(
      (result) => reply(null, result),
      (error: unknown) => {
        if (!meantForClient(error)) settings.log(`${event} failed`, error);
        reply(answerFor(error, settings.debug));
      },
    );
    running.add(outcome);
    await outcome.finally(() => running.delete(outcome));
  }

  /** A result that JSON cannot say makes the callback throw. */
  private replyBy(callback: Reply): Reply {
    return (error, result) => {
      if (!this.isGreeted) this.greet();
      this.isGreeted = true;
      try {
        callback(error, result);
      } catch (mistake) {
        this.companion.settings.log('An answer could not be sent', mistake);
        callback(answerFor(mistake, false));
      }
    };
  }

  private get hello(): Hello {
    return { v: 1, backends: this.companion.hello };
  }

  private greet(): void {
    this.socket.emit(helloEvent, this.hello);
  }

  private async join(data: unknown): Promise<void> {
    const membership = this.membershipOf(data);
    const key = keyOf(membership.endpoint, membership.channel);
    if (this.memberships.get(key)?.leave) return;
    const { channelsPerSocket } = this.companion.settings;
    if (this.memberships.size >= channelsPerSocket + this.companion.endpoints.size) {
      throw new BackendError('rate_limited', `One connection may be in ${channelsPerSocket} channels: leave some first.`);
    }
    await this.enter(membership);
    this.memberships.set(key, membership);
  }

  private leave(data: unknown): Promise<void> {
    const { endpoint, channel } = this.membershipOf(data);
    const key = keyOf(endpoint, channel);
    this.memberships.get(key)?.leave?.();
    if (channel) this.memberships.delete(key);
    return Promise.resolve();
  }

  private async authenticate(auth: unknown): Promise<void> {
    const before = this.user?.id;
    await this.login.change(auth);
    if (this.user?.id !== before) this.leaveAll();
    await this.reenter();
  }

  private membershipOf(data: unknown): Membership {
    const { backend, ...meta } = isObject(data) ? data : ({} as { [name: string]: unknown });
    const endpoint = typeof backend === 'string' ? this.companion.endpoints.get(backend) : undefined;
    if (!endpoint) throw invalid('To join or leave, name a backend of this server: { backend, channel }.');
    return { endpoint, channel: metaFrom(meta).channel };
  }

  /** Authorised first, then in the room; and authorised again if the rights have changed meanwhile. */
  private async enter(membership: Membership): Promise<void> {
    const { endpoint, channel } = membership;
    for (;;) {
      const { rights } = this;
      await endpoint.admit(this.user, channel, 'join');
      const scope = await endpoint.scopeOf(this.user, channel);
      if (rights !== this.rights) continue;
      membership.leave?.();
      membership.leave = undefined;
      if (this.hasEnded) return;
      const [room, undo] = endpoint.enter(channel, scope);
      void this.socket.join(room);
      membership.leave = () => {
        membership.leave = undefined;
        void this.socket.leave(room);
        undo();
      };
      return;
    }
  }

  /** Looks again at each channel, and leaves those that are not open any more; the default one may be open again later. */
  private async reenter(): Promise<void> {
    this.rights += 1;
    for (const [key, membership] of this.memberships) {
      try {
        await this.enter(membership);
      } catch (error) {
        membership.leave?.();
        if (!meantForClient(error)) this.companion.settings.log('A channel could not be authorised', error);
        const { endpoint, channel } = membership;
        if (!channel) continue;
        this.memberships.delete(key);
        this.socket.emit(leaveEvent, { backend: endpoint.name, channel });
      }
    }
  }

  private leaveAll(): void {
    this.rights += 1;
    for (const { leave } of this.memberships.values()) leave?.();
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => {});
    return turn;
  }

  private end(): void {
    this.hasEnded = true;
    this.leaveAll();
    this.memberships.clear();
    this.login.end();
    this.companion.sessions.delete(this);
  }
}

const keyOf = ({ name }: Endpoint, channel: string): string => JSON.stringify([name, channel]);
