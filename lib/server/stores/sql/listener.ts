// The notifications of a database, over one connection for all stores of the process: each is a hint that there may be something to read.
// A lost connection is made again, with growing pauses. Nothing relies on a notification, since stores also read every few seconds.

import type { Driver } from './driver';
import { notifications } from './names';

/** What is to be notified of one table. */
export interface TableListener {
  readonly schema: string;
  readonly table: string;
  /** Called if there may be something to read. */
  hint(): void;
}

/** The payload of the triggers' notifications. */
interface Payload {
  schema: string;
  table: string;
}

const shortestPause = 50;
const longestPause = 5_000;

export class Listener {
  private readonly tableListeners = new Set<TableListener>();
  private undo: (() => Promise<void>) | undefined;
  /** The attempt to connect that is under way, or the last one. */
  private attempt: Promise<void> = Promise.resolve();
  private retry: NodeJS.Timeout | undefined;
  private pause = shortestPause;
  private stopped = false;

  constructor(private readonly driver: Driver) {}

  /** Returns its undo. */
  add(one: TableListener): () => void {
    this.tableListeners.add(one);
    if (this.tableListeners.size === 1) this.connect();
    return () => void this.tableListeners.delete(one);
  }

  /** Resolves when it is connected, or when the attempt has failed. */
  tried(): Promise<void> {
    return this.attempt;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.retry);
    await this.attempt;
    await this.undo?.().catch(() => {});
    this.undo = undefined;
  }

  private connect(): void {
    if (this.stopped || this.undo || this.retry) return;
    this.attempt = this.attempt.then(() => this.listen()).catch(() => this.connectLater());
  }

  private async listen(): Promise<void> {
    if (this.stopped || this.undo) return;
    let isLost = false;
    const undo = await this.driver.listen(notifications, payload => this.hear(payload), () => {
      isLost = true;
      this.undo = undefined;
      this.connectLater();
    });
    // It may have been lost again before its undo could be kept.
    if (isLost) return;
    this.undo = undo;
    this.pause = shortestPause;
    // What was committed while nobody listened can still be read.
    for (const one of this.tableListeners) one.hint();
  }

  private connectLater(): void {
    if (this.stopped || this.retry) return;
    // A random delay, so that not all nodes connect at the same moment.
    this.retry = setTimeout(() => {
      this.retry = undefined;
      this.connect();
    }, this.pause * (0.5 + Math.random() / 2)).unref();
    this.pause = Math.min(2 * this.pause, longestPause);
  }

  private hear(text: string): void {
    const payload = parse(text);
    if (!payload) return;
    for (const one of [...this.tableListeners]) {
      if (one.schema === payload.schema && one.table === payload.table) one.hint();
    }
  }
}

/** Undefined for anything else: any program may send notifications on this channel. */
function parse(text: string): Payload | undefined {
  try {
    const payload = JSON.parse(text) as Partial<Payload> | null;
    return typeof payload?.schema === 'string' && typeof payload.table === 'string' ? (payload as Payload) : undefined;
  } catch {
    return undefined;
  }
}
