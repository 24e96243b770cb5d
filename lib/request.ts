// A request that always settles, once: with the server's answer, with the server's error as it came, or with an
// IoSyncError. It is the promise that `save` and `fetch` return; the line (line.ts) carries it.

import type { IoSyncCode, RequestMeta } from './wire';
import type { IoPromise } from './types';
import { attempt } from './attempt';
import { IoSyncError } from './error';

/** Backbone's callbacks and their context, among the options. */
interface Callbacks {
  [name: string]: unknown;
  context?: unknown;
}

type Callback = (value: never) => void;

export class IoRequest<T = unknown> implements IoPromise<T> {
  _pending = true;
  /** Undefined until Backbone's own callback has run. */
  private _failed: boolean | undefined;
  private _value: unknown;
  private readonly _listeners: Array<() => void> = [];
  /** What goes with the data if the server is a companion; a live collection adds to it. */
  meta: RequestMeta | undefined;
  /** Whether it was sent before, on a connection that has ended. */
  _isSent = false;
  /** The document's version after a write: see live/replica.ts. */
  version: number | undefined;
  /** Takes it off the line that carries it. */
  _leave: ((request: IoRequest) => void) | undefined;

  constructor(
    readonly event: string,
    /** What is sent; a live collection leaves out attributes that it was not shown. */
    public data: unknown,
    /** When it fails with `timeout`, on the clock of `performance.now()`. */
    readonly _deadline: number,
    private _callbacks: Callbacks,
    /** Returns what Backbone can take of an answer, in an array; undefined if it cannot take the answer. */
    private readonly _take: (answer: unknown) => unknown[] | undefined,
  ) {}

  /** The server's `callback(error, result)`; a falsy error is success. After the deadline no answer counts. */
  readonly _answer = (error: unknown, result: unknown): void => {
    if (this._isOver()) return;
    if (error) return this._settle(true, error);
    const taken = this._take(result);
    if (taken) this._settle(false, result, taken);
    else this._fail('invalid');
  };

  /** Whether it has settled. Fails it first if its deadline has passed. */
  _isOver(): boolean {
    if (performance.now() >= this._deadline) this._fail('timeout');
    return !this._pending;
  }

  _fail(code: IoSyncCode): void {
    const error = new IoSyncError(code, this.event);
    // Backbone's `error` also triggers the event, which an answer that is merely stale must not.
    if (code === 'superseded') this._callbacks = {};
    this._settle(true, error);
  }

  /** `taken` is what Backbone's callback gets. */
  _settle(failed: boolean, value: unknown, taken = [value]): void {
    if (!this._pending) return;
    this._pending = false;
    if (this._leave) this._leave(this);
    const callback = this._callbacks[failed ? 'error' : 'success'];
    if (typeof callback === 'function') attempt(() => callback.apply(this._callbacks.context, taken));
    this._failed = failed;
    this._value = value;
    for (const listener of this._listeners) listener();
  }

  /** As in jQuery: takes several callbacks, or lists of them, and ignores what is not a function. */
  private _listen(failed: boolean, callbacks: Callback[]): this {
    for (const callback of callbacks.flat()) {
      const listener = (): void => {
        if (typeof callback === 'function' && this._failed === failed) attempt(() => callback(this._value as never));
      };
      if (this._failed === undefined) this._listeners.push(listener);
      else listener();
    }
    return this;
  }

  done(...callbacks: Array<(answer: T) => void>): this {
    return this._listen(false, callbacks);
  }

  fail(...callbacks: Array<(error: unknown) => void>): this {
    return this._listen(true, callbacks);
  }

  always(...callbacks: Array<(answerOrError: unknown) => void>): this {
    return this.done(...callbacks).fail(...callbacks);
  }

  progress(): this {
    return this;
  }

  promise(): this {
    return this;
  }

  abort(): this {
    this._fail('aborted');
    return this;
  }

  /** A native promise is made only here, so that a failure nobody listens to is not an unhandled rejection. */
  then<A = T, B = never>(
    onDone?: ((answer: T) => A | PromiseLike<A>) | null,
    onFail?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return new Promise<T>((resolve, reject) => this.done(resolve).fail(reject)).then(onDone, onFail);
  }

  catch<B = never>(onFail: (error: unknown) => B | PromiseLike<B>): Promise<T | B> {
    return this.then(null, onFail);
  }

  finally(onSettle: () => void): Promise<T> {
    return this.then().finally(onSettle);
  }
}
