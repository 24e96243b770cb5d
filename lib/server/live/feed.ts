// Publishes the commits of one channel: one message per shape (all subscribers that see the same). A store's hint of a commit may be lost,
// so the log is authoritative, and each tick tells every shape how far the log goes: a subscriber that has missed a message asks.

import type { Changes, Entry } from '../../wire';
import type { Change, Store } from '../store';
import { within } from '../deadline';
import { BackendError } from '../errors';
import { createTurns } from '../turns';
import { fatesOf, type View } from './entries';

/** The subscribers that see the same. */
export interface Shape {
  readonly id: string;
  readonly room: string;
  readonly view: View;
  /** The head up to which they have been told. */
  head: number;
  members: number;
}

export interface FeedOptions {
  readonly store: Store;
  readonly channel: string;
  /** Milliseconds between two messages to a shape; 0: each change has its own. */
  readonly batch: number;
  tell(room: string, changes: Changes): void;
  log(message: string, error: unknown): void;
}

/** How long the store may take to read, in ms: a connection to a database can fail without an error. */
const readTimeout = 10_000;
/** Changes that are read from the log at once, at most. */
const most = 1_000;

let count = 0;

const answered = <T>(work: () => Promise<T>): Promise<T> =>
  within(readTimeout, work, () => new BackendError('unavailable', 'The store does not answer.'));

export class Feed {
  private readonly shapes = new Map<string, Shape>();
  private readonly inTurn = createTurns();
  /** The head up to which the log has been read; undefined at first. */
  private head: number | undefined;
  /** The hints since then, without a gap. */
  private pending: Change[] = [];
  private isBehind = false;
  private timer: NodeJS.Timeout | undefined;
  private flushedAt = 0;
  /** Resolves once every later commit will be told. */
  readonly ready: Promise<void>;

  constructor(private readonly options: FeedOptions) {
    this.ready = this.inTurn(async () => {
      this.head = await this.readHead();
      for (const shape of this.shapes.values()) shape.head = this.head;
    });
    // Each subscription awaits it, and is told of the rejection.
    this.ready.catch(() => {});
  }

  get isEmpty(): boolean {
    return !this.shapes.size;
  }

  /** Adds a member. Returns its shape, and the undo. */
  enter(room: string, view: View): [shape: Shape, leave: () => void] {
    const shape = this.shapes.get(room) ?? { id: String((count += 1)), room, view, head: this.head ?? 0, members: 0 };
    this.shapes.set(room, shape);
    shape.members += 1;
    return [shape, () => {
      shape.members -= 1;
      if (!shape.members) this.shapes.delete(room);
    }];
  }

  /** Called when something was committed. Without the change itself, it is read from the log. */
  hint(change?: Change): void {
    const end = this.pending.at(-1)?.head ?? this.head;
    if (change && end !== undefined && change.head <= end) return;
    if (change && !this.isBehind && change.head === (end ?? NaN) + 1) this.pending.push(change);
    else this.isBehind = true;
    this.schedule();
  }

  /** Sends what has not been sent yet, and tells every shape how far the log goes. */
  async tick(): Promise<void> {
    this.isBehind = true;
    await this.flush();
    for (const shape of this.shapes.values()) this.tellShape(shape, []);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private schedule(): void {
    if (!this.options.batch) return void this.flush();
    const wait = Math.max(0, this.flushedAt + this.options.batch - Date.now());
    this.timer ??= setTimeout(() => void this.flush(), wait);
  }

  private flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.flushedAt = Date.now();
    return this.inTurn(() => this.tellAll()).catch((error: unknown) => {
      // The next tick tries again.
      this.isBehind = true;
      this.options.log('What was committed cannot be read, and will be told later', error);
    });
  }

  private async tellAll(): Promise<void> {
    // What was read from the log meanwhile has been sent.
    const pending = this.pending.filter(({ head }) => head > (this.head ?? 0));
    this.pending = [];
    if (this.isBehind || (pending[0] && pending[0].head !== (this.head ?? 0) + 1)) await this.readOn();
    else this.tellChanges(pending);
  }

  private async readOn(): Promise<void> {
    const { store, channel } = this.options;
    // Before reading: a commit that is hinted at from now on may come too late to be read.
    this.isBehind = false;
    for (let count = most; count === most;) {
      const changes = await answered(() => store.changes(channel, this.head ?? 0, most));
      if (!changes) return this.lose(await this.readHead());
      this.tellChanges(changes);
      count = changes.length;
    }
  }

  private readHead(): Promise<number> {
    const { store, channel } = this.options;
    return answered(() => store.head(channel));
  }

  /** The log does not reach back: every subscriber has to ask. */
  private lose(head: number): void {
    this.head = head;
    for (const shape of this.shapes.values()) shape.head = head;
  }

  private tellChanges(changes: readonly Change[]): void {
    const last = changes.at(-1);
    if (!last) return;
    this.head = last.head;
    const fates = fatesOf(changes);
    for (const shape of this.shapes.values()) {
      // An empty message that begins at the new head leaves a gap: each subscriber asks with what it has, and is told of nothing else.
      if (fates.some(fate => shape.view.isUnclear(fate))) {
        shape.head = last.head;
        this.tellShape(shape, []);
        continue;
      }
      const entries = fates.map(fate => shape.view.entryOf(fate)).filter(entry => entry !== undefined);
      if (entries.length) this.tellShape(shape, entries);
    }
  }

  private tellShape(shape: Shape, entries: Entry[]): void {
    const { id, room, head: from } = shape;
    shape.head = this.head ?? from;
    this.options.tell(room, { shape: id, from, head: shape.head, entries });
  }
}
