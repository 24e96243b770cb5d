// Follows the log of a table, and tells the watchers of a store each change once, in the order of the commits. It may be woken at any time,
// by a hint, a tick, or both at once: it always continues where it was.

import type { Watcher } from '../../store';
import { createWatchers, type Report, type Watchers } from '../watchers';
import type { Log, Logged } from './log';

/** A watcher, and the position in the log up to which it has been told, once that is known. */
interface Told {
  readonly tell: Watchers;
  position?: number;
  /** Set while that position is being read. */
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
    // A change committed before the start is known may have been read for the other watchers only.
    void this.start(entry).catch(() => {}).then(() => this.wake());
    return () => void this.entries.delete(entry);
  }

  /** Resolves when the start of every watcher is known, or reading it has failed. All watchers are told what is committed after that. */
  async started(): Promise<void> {
    for (const { starting } of [...this.entries]) await starting?.catch(() => {});
  }

  /** Continues to read, soon. Resolves when everything committed before the call has been told, or could not be read. */
  async wake(): Promise<void> {
    this.again = true;
    await (this.reading ??= this.readAll());
  }

  /** Tells what was committed so far, and nothing after that. */
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
        // The next tick continues from here.
        if (!this.failing) this.report('The changes in the database cannot be read, and will be told later:', error);
        this.failing = true;
      }
    }
    // Here, not in a later `finally`: a caller of `wake` must not wait for a reading that is over.
    this.reading = undefined;
  }

  /** Resolves with whether there may be more. */
  private async readSome(): Promise<boolean> {
    await this.startAll();
    const positions = [...this.entries].flatMap(({ position }) => position ?? []);
    if (!positions.length) return false;
    const logged = await (await this.log()).after(Math.min(...positions), batch);
    // A watcher that started meanwhile may need some of these as well: it gets them from the next reading.
    for (const one of logged) this.tell(one);
    return logged.length === batch;
  }

  private tell({ seq, change, isCut }: Logged): void {
    for (const entry of [...this.entries]) {
      if (entry.position === undefined || entry.position >= seq || !this.entries.has(entry)) continue;
      entry.position = seq;
      entry.tell.change(change);
      if (isCut) this.reportCut(change.id);
    }
  }

  /** Reports only the first: the program that stored one such document may store more. */
  private reportCut(id: string): void {
    const problem = `The document "${id}", which another program has stored, is nested too deeply: `;
    if (!this.hasCut) this.report(problem + 'changes to such documents are told without the documents.');
    this.hasCut = true;
  }

  private async startAll(): Promise<void> {
    for (const entry of [...this.entries]) if (entry.position === undefined) await this.start(entry);
  }

  private start(entry: Told): Promise<void> {
    const find = async (): Promise<void> => {
      entry.position = await (await this.log()).last();
    };
    // `readAll` reports a failure, and the next tick tries again.
    entry.starting ??= find().finally(() => (entry.starting = undefined));
    return entry.starting;
  }
}
