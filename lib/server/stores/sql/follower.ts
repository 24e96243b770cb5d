// Follows the log of a table, and tells the watchers of a store each change once, in the order of the commits. When it reads is
// no matter: from a hint, a tick, or both at once, it goes on where it was.

import type { Watcher } from '../../store';
import { createWatchers, type Report, type Watchers } from '../watchers';
import type { Log, Logged } from './log';

/** A watcher, and the place in the log up to which it has been told, once that is known. */
interface Told {
  readonly tell: Watchers;
  place?: number;
  /** While that is being found out. */
  starting?: Promise<void> | undefined;
}

/** How many changes are read at once, with their documents. */
const batch = 100;

export class Follower {
  private readonly entries = new Set<Told>();
  private reading: Promise<void> | undefined;
  private again = false;
  private failing = false;
  private hasCut = false;
  private stopped = false;

  constructor(
    private readonly log: () => Promise<Log>,
    private readonly report: Report,
  ) {}

  get isWatched(): boolean {
    return this.entries.size > 0;
  }

  watch(watcher: Watcher): () => void {
    const tell = createWatchers(this.report);
    tell.watch(watcher);
    const entry: Told = { tell };
    this.entries.add(entry);
    // What is committed while that is found out has perhaps been read for the others only.
    void this.start(entry).catch(() => {}).then(() => this.wake());
    return () => void this.entries.delete(entry);
  }

  /** Resolves when it is known of all watchers where they begin, or was asked in vain. What is committed after that is told to all. */
  async started(): Promise<void> {
    for (const { starting } of [...this.entries]) await starting?.catch(() => {});
  }

  /** Reads on, soon. Resolves when what had been committed before has been told, or could not be read. */
  async wake(): Promise<void> {
    this.again = true;
    await (this.reading ??= this.readAll());
  }

  /** Tells what there is to be told; nothing after that. */
  async stop(): Promise<void> {
    await this.wake();
    this.stopped = true;
    this.entries.clear();
  }

  private async readAll(): Promise<void> {
    await null;
    while (this.again && !this.stopped) {
      this.again = false;
      try {
        while (await this.readSome());
        this.failing = false;
      } catch (error) {
        // The next tick reads on from here.
        if (!this.failing) this.report('The changes in the database cannot be read, and will be told later:', error);
        this.failing = true;
      }
    }
    // At once, not by `finally`: who wakes it then must not wait for a reading that is over.
    this.reading = undefined;
  }

  /** Whether there may be more. */
  private async readSome(): Promise<boolean> {
    await this.startAll();
    const places = [...this.entries].flatMap(({ place }) => place ?? []);
    if (!places.length) return false;
    const logged = await (await this.log()).after(Math.min(...places), batch);
    // Who has begun to watch meanwhile may have to hear of some of them: from the next reading.
    for (const one of logged) this.tell(one);
    return logged.length === batch;
  }

  private tell({ seq, change, isCut }: Logged): void {
    for (const entry of [...this.entries]) {
      if (entry.place === undefined || entry.place >= seq || !this.entries.has(entry)) continue;
      entry.place = seq;
      entry.tell.change(change);
      if (isCut) this.reportCut(change.id);
    }
  }

  /** Once: the program that has stored one such document may go on. */
  private reportCut(id: string): void {
    if (!this.hasCut) this.report(`The document "${id}", which another program has stored, is nested too deeply: changes of such are told without them.`);
    this.hasCut = true;
  }

  private async startAll(): Promise<void> {
    for (const entry of [...this.entries]) if (entry.place === undefined) await this.start(entry);
  }

  private start(entry: Told): Promise<void> {
    const find = async (): Promise<void> => {
      entry.place = await (await this.log()).last();
    };
    // Whoever reads on reports that it failed, and tries again with the next tick.
    entry.starting ??= find().finally(() => (entry.starting = undefined));
    return entry.starting;
  }
}
