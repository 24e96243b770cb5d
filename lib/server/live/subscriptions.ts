// What one socket is subscribed to, by the names that its page has given: each is in the room of a shape until the page ends it, or
// until what its user may do has changed; then the page subscribes anew.

import type { Socket } from 'socket.io';
import { BackendError } from '../errors';
import type { Shape } from './feed';

/** Subscriptions that a socket may have. */
const most = 20;

export class Subscriptions {
  private readonly undos = new Map<string, () => void>();
  private readonly counts = new Map<string, number>();
  /** The latest request for each name. */
  private readonly wanted = new Map<string, object>();

  constructor(private readonly socket: Socket) {}

  get rooms(): Iterable<string> {
    return this.counts.keys();
  }

  /** A page asks for it. Returns whether it still does so (it may have ended that, or asked anew), and what is to be called in the end. */
  want(name: string): [isWanted: () => boolean, end: () => void] {
    const request = {};
    this.wanted.set(name, request);
    // What was read together with the end of the connection comes after it.
    const isWanted = (): boolean => this.socket.connected && this.wanted.get(name) === request;
    return [isWanted, () => void (isWanted() && this.wanted.delete(name))];
  }

  check(name: string): void {
    if (!this.undos.has(name) && this.undos.size >= most) {
      throw new BackendError('rate_limited', `One connection may have ${most} subscriptions: stop some first.`);
    }
  }

  /** In place of the one that had this name. Returns whether it is still the one. */
  set(name: string, { room }: Shape, leave: () => void): () => boolean {
    const before = this.undos.get(name);
    this.counts.set(room, (this.counts.get(room) ?? 0) + 1);
    void this.socket.join(room);
    const undo = (): void => {
      leave();
      const count = (this.counts.get(room) ?? 1) - 1;
      this.counts.set(room, count);
      if (count) return;
      this.counts.delete(room);
      void this.socket.leave(room);
    };
    this.undos.set(name, undo);
    before?.();
    return () => this.undos.get(name) === undo;
  }

  end(name: string): void {
    this.undos.get(name)?.();
    this.undos.delete(name);
  }

  /** By the page itself, which does not want it any more. */
  stop(name: string): void {
    this.wanted.delete(name);
    this.end(name);
  }

  /** Requests under way begin anew. */
  endAll(): void {
    for (const name of [...this.undos.keys()]) this.end(name);
  }

  /** The socket has gone. */
  close(): void {
    this.wanted.clear();
    this.endAll();
  }
}
