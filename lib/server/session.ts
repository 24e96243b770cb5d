// One socket: its login, its channels, its subscriptions and its requests. Nothing that a client sends makes the server throw.

import type { Socket } from 'socket.io';
import { authEvent, helloEvent, isSyncMethod, joinEvent, leaveEvent, subscribeMethod, unsubscribeMethod, type Hello } from '../wire';
import { Channels } from './channels';
import type { Companion } from './companion';
import type { Deadline } from './deadline';
import type { Asked, Endpoint } from './endpoint';
import { answerFor, BackendError, meantForClient } from './errors';
import { Gate } from './gate';
import { Login } from './login';
import { invalid, isObject } from './stores/base';
import { createTurns } from './turns';
import type { User } from './types';
import { parseName } from './live/subscribe';
import { Subscriptions } from './live/subscriptions';
import { limitUnread } from './unread';

type Reply = (error: unknown, result?: unknown) => void;

/** How many joins, leaves and logins of one socket may be queued. */
const longestQueue = 1_000;
/** How often a read or a subscribe is tried, if the user's rights change meanwhile. */
const tries = 5;

export class Session {
  private readonly login: Login;
  private readonly channels: Channels;
  readonly subscriptions: Subscriptions;
  private readonly gate = new Gate();
  private isGreeted = false;
  private logins = 0;
  /** Joins, leaves and logins take effect in the order in which they were sent, and before any request that was sent after them. */
  private readonly inTurn = createTurns();
  private waiting = 0;

  constructor(
    private readonly companion: Companion,
    readonly socket: Socket,
  ) {
    this.login = new Login(companion, socket);
    this.channels = new Channels(companion, socket, this.login);
    this.subscriptions = new Subscriptions(socket);
    companion.sessions.add(this);
    limitUnread(socket.conn, companion.settings.maxUnread);
    this.listen();
    this.greet();
    // Of many that connect at once, each may have passed this check in its login. The client reconnects, and is refused with the reason.
    if (companion.isFull(this.user, socket)) this.login.close();
    if (this.login.isOutdated) void this.login.again();
    void this.inTurn(() => this.channels.reenter());
  }

  get user(): User | undefined {
    return this.login.user;
  }

  /** The user's rights have changed: the socket hears nothing until they have been checked again. */
  async revoke(): Promise<void> {
    this.leaveAll();
    // Not queued: a client that sends many requests must not delay it.
    await this.login.again();
    await this.channels.reenter();
    this.greetAnew();
  }

  private leaveAll(): void {
    this.channels.leaveAll();
    this.subscriptions.endAll();
  }

  /** Tells the page that its rights may have changed: channels may be open now, and subscriptions may show other documents. */
  private greetAnew(): void {
    this.logins += 1;
    this.greet();
  }

  private listen(): void {
    const { socket } = this;
    socket.once('disconnect', () => this.end());
    // After the middleware that the server's own `connection` handlers add: an event that it refuses is not answered here either.
    queueMicrotask(() => socket.use(([event, ...args]: unknown[], next) => {
      this.hear(event, args);
      next();
    }));
  }

  private hear(event: unknown, args: unknown[]): void {
    const reply = typeof args.at(-1) === 'function' ? this.replyBy(args.pop() as Reply) : undefined;
    if (typeof event !== 'string') return;
    const own = this.ownEvents[event];
    if (own) return this.settle(own(args[0]), reply ?? this.replyByEvent(event, args[0]), event);
    const colon = event.lastIndexOf(':');
    const name = event.slice(0, Math.max(colon, 0));
    const endpoint = this.companion.namespaces.get(name);
    const method = event.slice(colon + 1);
    // A request without a callback is ignored, since nobody would learn its outcome; `unsubscribe` needs no answer.
    if (!reply && method !== unsubscribeMethod) return;
    // An event that the server's own handlers listen to, and no layer is for, is theirs.
    if (this.socket.listenerCount(event) && !endpoint?.knows(method)) return;
    if (endpoint) return this.settle(this.request(endpoint, method, args), reply ?? (() => {}), event);
    // A catch-all listener of the server's own may answer it instead.
    if (isSyncMethod(method) && !this.socket.listenersAny().length) reply?.(answerFor(unknownBackend(name), false));
  }

  private readonly ownEvents: { readonly [event: string]: ((data: unknown) => Promise<unknown>) | undefined } = Object.assign(
    Object.create(null) as object,
    {
      [helloEvent]: () => this.asked(() => this.hello),
      [joinEvent]: (data: unknown) => this.asked(() => this.channels.join(data)),
      [leaveEvent]: (data: unknown) => this.asked(() => this.channels.leave(data)),
      [authEvent]: (auth: unknown) => this.asked(() => this.authenticate(auth)),
    },
  );

  private async request(endpoint: Endpoint, method: string, [data, meta, ...more]: unknown[]): Promise<unknown> {
    if (this.companion.isDraining) throw new BackendError('unavailable', 'The server is closing: try again on the next connection.');
    if (more.length) throw invalid('A request takes data and, optionally, meta before the callback.');
    if (endpoint.knows(method)) return this.answer(endpoint, { method, data, meta });
    const name = isObject(data) ? data.uid : undefined;
    if (method === unsubscribeMethod) return void this.subscriptions.stop(parseName(name));
    if (method !== subscribeMethod) return this.answer(endpoint, { method, data, meta });
    const [isWanted, end] = this.subscriptions.want(parseName(name));
    return this.answer(endpoint, { method, data, meta }, isWanted).finally(end);
  }

  private answer(endpoint: Endpoint, asked: Asked, isWanted?: () => boolean): Promise<unknown> {
    return endpoint.inTime(asked.method, deadline => this.gate.pass(() => {
      if (deadline.isOver) return deadline.passed;
      deadline.hasBegun = true;
      // At the deadline it leaves the gate, even if it is never answered.
      return Promise.race([this.answerNow(endpoint, asked, deadline, isWanted), deadline.passed]);
    }));
  }

  /** If rights change meanwhile, a read is repeated, and the answer to a write is withheld unless the new rights allow it. */
  private async answerNow(endpoint: Endpoint, asked: Asked, deadline: Deadline, isWanted?: () => boolean): Promise<unknown> {
    // A read after a join misses nothing: what is committed meanwhile is in its answer, or pushed.
    await this.inTurn(async () => {});
    for (let left = tries; left; left -= 1) {
      // Nobody waits for the answer any more.
      if (asked.method === 'read' && !this.socket.connected) return undefined;
      const { rights } = this.channels;
      await this.login.decided();
      if (isWanted) {
        const subscribed = await endpoint.subscribe(this, asked, deadline, () => isWanted() && rights === this.channels.rights);
        if (rights === this.channels.rights) return subscribed;
        continue;
      }
      const { req, result } = await endpoint.answer(this, asked, deadline);
      if (rights === this.channels.rights || !req) return result;
      if (asked.method === 'read') continue;
      // A write is not repeated.
      await this.login.decided();
      return (await endpoint.isFor(this.user, req)) ? result : undefined;
    }
    throw new BackendError('unavailable', 'The login changes too fast: ask again.');
  }

  /** Replies with the outcome of the work. An unexpected error goes to the log; the client only learns that there was one. */
  private settle(work: Promise<unknown>, reply: Reply, event: string): void {
    const { running, settings } = this.companion;
    const outcome = work.then(
      result => reply(null, result),
      (error: unknown) => {
        if (!meantForClient(error)) settings.log(`${event.slice(0, 100)} failed`, error);
        reply(answerFor(error, settings.debug));
      },
    );
    running.add(outcome);
    const end = (): void => void running.delete(outcome);
    outcome.then(end, end);
  }

  /** The callback throws if the result cannot be serialised. */
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

  /** For requests without a callback: a hello is answered by an event, and a refused join by a `leave`. */
  private replyByEvent(event: string, data: unknown): Reply {
    return (error, result) => {
      if (event === helloEvent) this.socket.emit(helloEvent, result);
      if (event !== joinEvent || !error || !isObject(data)) return;
      const { backend, channel } = data;
      this.socket.emit(leaveEvent, { ...error, backend, channel });
    };
  }

  private get hello(): Hello {
    return { v: 1, login: this.logins, backends: this.companion.descriptions };
  }

  private greet(): void {
    this.socket.emit(helloEvent, this.hello);
  }

  private async authenticate(auth: unknown): Promise<void> {
    const before = this.user?.id;
    await this.login.change(auth);
    if (this.user?.id !== before) this.channels.leaveAll();
    // Subscribers subscribe again after the hello, and get what the new login may see.
    this.subscriptions.endAll();
    await this.channels.reenter();
    this.greetAnew();
  }

  /** Queues a hello, a join, a leave or a login. */
  private async asked<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.waiting >= longestQueue) throw new BackendError('rate_limited', 'Too many joins and logins are waiting: wait for their answers.');
    this.waiting += 1;
    try {
      return await this.inTurn(async () => work());
    } finally {
      this.waiting -= 1;
    }
  }

  private end(): void {
    this.channels.end();
    this.subscriptions.close();
    this.login.end();
    this.companion.sessions.delete(this);
  }
}

const unknownBackend = (name: string): BackendError =>
  new BackendError('unsupported', `This server has no backend "${name.slice(0, 50)}": look at the model's or collection's "backend", or its url.`);
