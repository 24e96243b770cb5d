// One socket: who is logged in on it, which channels it hears, and what it asks. Whatever it sends gets an answer or nothing;
// nothing it sends throws.

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

/** Joins, leaves and logins of one socket that may wait for their turn. */
const longestQueue = 1_000;
/** How often a read is begun anew because the rights have changed meanwhile. */
const tries = 5;

export class Session {
  private readonly login: Login;
  private readonly channels: Channels;
  readonly subscriptions: Subscriptions;
  private readonly gate = new Gate();
  private isGreeted = false;
  private logins = 0;
  /** Joins, leaves and logins take effect in the order they were asked for, and before whatever is asked after them. */
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
    // So many may have come at once that each was let in. It comes back, and hears why not.
    if (companion.isFull(this.user, socket)) this.login.close();
    if (this.login.isOutdated) void this.login.again();
    void this.inTurn(() => this.channels.reenter());
  }

  get user(): User | undefined {
    return this.login.user;
  }

  /** What the user may do has changed: hears nothing any more until that has been looked at. */
  async revoke(): Promise<void> {
    this.leaveAll();
    // Not in turn: whoever asks for very much must not put it off.
    await this.login.again();
    await this.channels.reenter();
    this.greetAnew();
  }

  private leaveAll(): void {
    this.channels.leaveAll();
    this.subscriptions.endAll();
  }

  /** What was closed may be open by now, and what was subscribed to looks different. */
  private greetAnew(): void {
    this.logins += 1;
    this.greet();
  }

  private listen(): void {
    const { socket } = this;
    socket.once('disconnect', () => this.end());
    // After the middlewares that the server's own handlers of `connection` add: what these refuse is not for us either.
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
    // A request without a callback has nobody who hears the outcome: nothing is done. But a page that leaves need not hear that it has.
    if (!reply && method !== unsubscribeMethod) return;
    // What the server's own handlers listen to, and no layer names, is theirs.
    if (this.socket.listenerCount(event) && !endpoint?.knows(method)) return;
    if (endpoint) return this.settle(this.request(endpoint, method, args), reply ?? (() => {}), event);
    // Who listens to everything may answer it.
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
    if (more.length) throw invalid('A request has data, and perhaps its meta, before the callback.');
    if (endpoint.knows(method)) return this.answer(endpoint, { method, data, meta });
    const name = isObject(data) ? data.uid : undefined;
    if (method === unsubscribeMethod) return void this.subscriptions.stop(parseName(name));
    if (method !== subscribeMethod) return this.answer(endpoint, { method, data, meta });
    const [isWanted, end] = this.subscriptions.want(parseName(name));
    return this.answer(endpoint, { method, data, meta }, isWanted).finally(end);
  }

  /** Nobody gets by an answer what he may not have any more. */
  private answer(endpoint: Endpoint, asked: Asked, isWanted?: () => boolean): Promise<unknown> {
    return endpoint.inTime(asked.method, deadline => this.gate.pass(() => {
      if (deadline.isOver) return deadline.passed;
      deadline.hasBegun = true;
      // What is never answered does not keep its place in the gate.
      return Promise.race([this.answerNow(endpoint, asked, deadline, isWanted), deadline.passed]);
    }));
  }

  private async answerNow(endpoint: Endpoint, asked: Asked, deadline: Deadline, isWanted?: () => boolean): Promise<unknown> {
    // Who reads after joining misses nothing: what is committed meanwhile is in the answer, or pushed.
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
      // What was done is done.
      await this.login.decided();
      return (await endpoint.isFor(this.user, req)) ? result : undefined;
    }
    throw new BackendError('unavailable', 'The login changes too fast: ask again.');
  }

  /** Sends the outcome, once it is there. A mistake is told to the log, and to the client only that there was one. */
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

  /** Who asks without a callback hears the hello as an event, and a refused join as being told to leave. */
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
    // Whoever is subscribed asks anew after the hello, and is shown what he may see now.
    this.subscriptions.endAll();
    await this.channels.reenter();
    this.greetAnew();
  }

  /** What a client asks for in turn. */
  private async asked<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.waiting >= longestQueue) throw new BackendError('rate_limited', 'Too much at once: wait for the answers.');
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
