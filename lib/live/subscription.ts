// Keeps a collection, or a model, equal to the server: says what the page has, and is told what is missing, changed or gone, and then what
// is committed. Each message covers the log from one head to another; if it does not begin where the last one ended, a message was lost,
// and the subscription asks for the changes. It also asks on each new connection, and when the login has changed.

import type { Entity, IoSettings, IoState, IoSubscribeOptions, IoSubscription } from '../types';
import type { Changes, Cursor, Hello, Subscribe, Subscribed } from '../wire';
import { attempt } from '../attempt';
import { attach, detach } from '../bound';
import { IoSyncError } from '../error';
import type { Hearer, Hub } from '../hub';
import { dropAck, emit, formerHelloOf, grace, greet, on, type Undo } from '../socket';
import { backendNamed, changesEvent, eventName, helloEvent, subscribeMethod, unsubscribeMethod } from '../wire';
import { Replica } from './replica';

/** How long a server has to answer, in ms. */
const answerTimeout = 10_000;
/** Documents that one request names, at most. */
const mostHeld = 1_000;

let count = 0;

export class Subscription implements Hearer, IoSubscription {
  readonly _bindings: readonly never[] = [];
  readonly ready: Promise<void>;
  state: IoState = 'connecting';
  private readonly _uid = String((count += 1));
  private readonly _replica: Replica;
  private _settle: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  private readonly _undos: Undo[];
  private _timer: ReturnType<typeof setTimeout> | undefined;
  /** The connection, and the login on it, for which it has asked last. */
  private _askedOn: string | undefined;
  /** The request under way: the answer to any other one is ignored. */
  private _question: object | undefined;
  private _cursor: Cursor | undefined;
  /** Whether the collection has everything up to the cursor: not while pages are due. */
  private _isWhole: boolean;
  /** Ids of the acknowledgements that are due, so that none is left on the socket. */
  private readonly _acks = new Set<number>();
  private _shape: string | undefined;
  /** Messages that came before the answer, which says whether their shape is this subscription's. */
  private _early: Changes[] = [];
  /** What the messages that came during a request cover without a gap. */
  private _chain: { from: number; head: number } | undefined;

  constructor(
    readonly _hub: Hub,
    private readonly _entity: Entity & IoSettings,
    private _backend: string,
    private readonly _options: IoSubscribeOptions,
  ) {
    const { cursor, where, fields } = _options;
    this._cursor = cursor && Object.assign({}, cursor);
    this._isWhole = !!cursor;
    this._replica = new Replica(_entity, _options, {
      _isLive: () => this.state === 'live',
      _read: (id, callback) => this._emit('read', { where: where ? { $and: [where, { id }] } : { id } }, callback, { versions: true, fields }),
    });
    this.ready = new Promise((resolve, reject) => (this._settle = { resolve, reject }));
    // A page need not handle the rejection.
    this.ready.catch(() => {});
    const socket = _hub._socket;
    attach(_entity, this);
    _hub._add('', this);
    this._undos = [
      on(socket, 'connect', () => this._greet()),
      on(socket, 'disconnect', () => this._lose()),
      // Only a server that refuses sends data. Socket.IO does not try again by itself then; the page can, with another `auth`.
      on(socket, 'connect_error', error => (error as { data?: unknown }).data && this._report((error as { data?: unknown }).data)),
    ];
    if (socket.connected) this._greet();
  }

  stop(): void {
    this._close(new IoSyncError('aborted', subscribeMethod));
  }

  /** Called by ioUnbindAll, of the page or of the object. */
  _unbind(isMeant: (binding: object) => boolean = () => true): void {
    if (isMeant({})) this.stop();
  }

  _notice([event, ...args]: [event: string, ...args: unknown[]]): void {
    if (event === 'request' && args[1]) this._replica._notice(args as never);
    else if (event === 'destroy' && args[0] === this._entity) this._close(new IoSyncError('not_found', subscribeMethod));
  }

  _hear(event: string, args: unknown[], _due: unknown, url: string): void {
    const name = eventName(url, event);
    if (name === helloEvent) this._begin(args[0] as Hello);
    else if (name === eventName(this._backend, changesEvent)) this._change(Object(args[0]) as Changes);
  }

  /** Asks for a hello: the one sent on connecting may have been missed. Any other server sends none; a companion may be slow. */
  private _greet(): void {
    const { _socket } = this._hub;
    const isKnown = (): boolean => !!formerHelloOf(_socket);
    emit(_socket, helloEvent);
    this._wait(isKnown() ? grace : 2.5 * grace, () => (isKnown() ? this._greet() : this._close(new IoSyncError('unsupported', subscribeMethod))));
  }

  private _begin(hello: Hello): void {
    const on = greet(this._hub._socket, hello);
    if (!on || this._askedOn === on) return;
    const name = backendNamed(hello.backends, this._backend);
    if (!name || !hello.backends[name]!.live) return this._close(new IoSyncError('unsupported', subscribeMethod));
    this._backend = name;
    this._entity.backend = { name, channel: this._options.channel! };
    this._askedOn = on;
    this._shape = undefined;
    this._ask();
  }

  /** Asks for the changes since the cursor, or for everything, page by page. */
  private _ask(after = this._isWhole ? undefined : ''): void {
    if (this.state === 'closed') return;
    this._forget();
    this._early = [];
    const { where, fields } = this._options;
    if (!after) this._replica._meet();
    const data: Subscribe = { uid: this._uid, where, fields, cursor: this._cursor };
    if (after != null) {
      const held = this._replica._heldAfter(after, mostHeld + 1);
      Object.assign(data, { after, held: held.slice(0, mostHeld), more: held.length > mostHeld });
    }
    const question = (this._question = data);
    this._emit(subscribeMethod, data, (error: unknown, answer: Subscribed | null) => {
      if (this._question !== question) return;
      clearTimeout(this._timer);
      if (error) this._refuse(error);
      else if (answer) this._take(answer);
    });
    this._wait(answerTimeout, () => this._again());
  }

  private _take({ shape, cursor, entries, next }: Subscribed): void {
    const { _chain: chain, _cursor: former, _replica: replica } = this;
    this._chain = undefined;
    this._shape = shape;
    if (cursor && !(former && cursor.view === former.view && cursor.epoch === former.epoch)) replica._doubt();
    if (cursor) this._cursor = chain && chain.from <= cursor.head ? { ...cursor, head: Math.max(chain.head, cursor.head) } : cursor;
    if (next != null) this._isWhole = false;
    replica._isOurs = true;
    replica._apply(entries);
    for (const message of this._early.splice(0)) this._change(message);
    this._trigger('progress', replica._size);
    if (next != null) return this._ask(next);
    if (replica._unknown()[0]) return this._ask('');
    this._isWhole = true;
    this._question = undefined;
    this._become('live');
    if (this._settle) this._settle.resolve();
    replica._settle();
  }

  private _change(message: Changes): void {
    const { shape, from, head, entries } = message;
    const { _cursor: cursor, _chain: chain } = this;
    // After a new login it asks, and the state stays `live`.
    const isLive = this.state === 'live' && !this._question;
    if (!this._shape) return void (this._question && this._early.push(message));
    if (shape !== this._shape) return;
    // A message was lost. Ask again: the answer contains the lost changes and these.
    if (isLive && from > cursor!.head) return this._again();
    // Skip what the answer already contained. While one is pending, a `put` without attributes leaves unchanged what may not be here yet.
    if (!cursor || head > cursor.head) this._replica._apply(entries.filter(({ action, attrs }) => isLive || action !== 'put' || attrs));
    // A tick sends no entries: everything told so far has arrived.
    if (!entries[0]) this._replica._settle();
    if (!cursor || head <= cursor.head) return;
    if (from <= cursor.head) cursor.head = head;
    else this._chain = chain && from <= chain.head ? { from: chain.from, head } : { from, head };
  }

  /** Asks for what it has missed. */
  private _again(): void {
    this._become('behind');
    this._ask();
  }

  /** Tries again after a temporary error; any other ends the subscription. What the user may not see any more is removed. */
  private _refuse(error: unknown): void {
    const { code } = error as { code?: string };
    this._question = undefined;
    this._report(error);
    if (/^(unavailable|timeout|internal|rate_limited)$/.test(code!)) {
      if (this.state === 'live') this._become('behind');
      return this._wait(answerTimeout, () => this._again());
    }
    if (/^(forbidden|unauthorized)$/.test(code!)) this._replica._clear();
    this._close(error);
  }

  private _report(error: unknown): void {
    attempt(() => this._entity.trigger('error', this._entity, error, {}));
  }

  /** The connection has ended. */
  private _lose(): void {
    this._forget();
    this._shape = this._askedOn = this._chain = undefined;
    this._become('connecting');
  }

  private _become(state: IoState): void {
    if (this.state === state || this.state === 'closed') return;
    this.state = state;
    this._trigger('state', state);
  }

  private _close(error: unknown): void {
    if (this.state === 'closed') return;
    const { _socket } = this._hub;
    for (const undo of this._undos) undo();
    detach(this._entity, this);
    this._hub._remove('', this);
    this._forget();
    this._replica._hasEnded = true;
    if (_socket.connected && this._askedOn) emit(_socket, eventName(this._backend, unsubscribeMethod), { uid: this._uid });
    this._become('closed');
    if (this._settle) this._settle.reject(error);
  }

  private _wait(ms: number, then: () => void): void {
    clearTimeout(this._timer);
    if (this.state !== 'closed') this._timer = setTimeout(then, ms);
  }

  private _emit(method: string, data: object, answer: (error: unknown, result: never) => void, meta?: object): void {
    const { _socket } = this._hub;
    const { ids } = _socket;
    if (!_socket.connected) return;
    this._acks.add(ids!);
    emit(_socket, eventName(this._backend, method), data, { channel: this._options.channel, ...meta }, (error: unknown, result: never) => {
      this._acks.delete(ids!);
      answer(error, result);
    });
  }

  /** Waits for no answer any more. */
  private _forget(): void {
    for (const id of this._acks) dropAck(this._hub._socket, id);
    this._acks.clear();
    this._question = undefined;
    clearTimeout(this._timer);
  }

  private _trigger(what: string, value: unknown): void {
    attempt(() => this._entity.trigger(eventName(this._options.event || 'io', what), value, this._entity));
  }
}
