// The subscriptions of one socket, by the names that its page has given them. Each is in the room of a shape until the page ends it, or
// until the user's rights change; then the page subscribes again.

import type { Socket } from 'socket.io';
import { BackendError } from '../errors';
import type { Shape } from './feed';

/** Subscriptions that a socket may have, at most. */
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

  /** Notes a request to subscribe. Returns whether it is still the wanted one (not stopped, nor sent again), and a function that ends this. */
  want(name: string): [isWanted: () => boolean, end: () => void] {
    const request = {};
    this.wanted.set(name, request);
    // A request that was read together with the end of the connection is handled after it.
    const isWanted = (): boolean => this.socket.connected && this.wanted.get(name) === request;
    return [isWanted, () => void (isWanted() && this.wanted.delete(name))];
  }

  check(name: string): void {
    if (!this.undos.has(name) && this.undos.size >= most) {
      throw new BackendError('rate_limited', `One connection may have ${most} subscriptions: stop some first.`);
    }
  }

  /** Replaces the subscription of this name, if there is one. Returns a function that tells whether this one is still in place. */
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

  /** Called when the page itself stops the subscription. */
  stop(name: string): void {
    this.wanted.delete(name);
    this.end(name);
  }

  /** Ends all subscriptions, but not the requests under way: these begin again. */
  endAll(): void {
    for (const name of [...this.undos.keys()]) this.end(name);
  }

  /** Called when the socket has gone. */
  close(): void {
    this.wanted.clear();
    this.endAll();
  }
}
