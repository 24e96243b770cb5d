// Limits the requests of one socket: 10 begin in each turn of the event loop, and 100 run at a time, so that a client that sends very many
// delays only itself.

import { BackendError } from './errors';

const perTurn = 10;
const atOnce = 100;
const longestQueue = 10_000;

export class Gate {
  private inside = 0;
  private begun = 0;
  private isScheduled = false;
  private queue: Array<() => void> = [];

  /** Runs the work when it is its turn. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.queue.length >= longestQueue) throw new BackendError('rate_limited', 'Too many requests at once: wait for the answers.');
    if (this.isOpen && !this.queue.length) this.enter();
    else await new Promise<void>(resolve => this.queue.push(resolve));
    try {
      return await work();
    } finally {
      this.inside -= 1;
      if (this.queue.length) this.schedule();
    }
  }

  private get isOpen(): boolean {
    return this.inside < atOnce && this.begun < perTurn;
  }

  private enter(): void {
    this.inside += 1;
    this.begun += 1;
    this.schedule();
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => this.nextTurn());
  }

  private nextTurn(): void {
    this.isScheduled = false;
    this.begun = 0;
    while (this.isOpen && this.queue.length) {
      this.enter();
      this.queue.shift()?.();
    }
  }
}
