// A store in PostgreSQL, for the drivers in pglite.ts and postgres.ts. A write is answered once it is on the disk. Changes that other
// programs make by SQL are told like the store's own (see sql/schema.ts); if a transaction writes for several origins, each change is told
// with its own. The function given to `transaction` may run again if the database has rolled it back because of a deadlock.
//
// The log is kept for `keep`. Watchers are told of everything in it, even after hours without the database. If a part has been deleted
// meanwhile, they are told of the rest: a gap in the heads shows that changes are missing.

import { BackendError } from '../errors';
import type { Change, Document, Documents, Json, Query, Store, Watcher } from '../store';
import { day } from './base';
import { createNesting, type Nesting } from './nesting';
import { createAnswers, type Answers } from './sql/answers';
import { openDatabase, type Database } from './sql/database';
import { createDocuments, type Write } from './sql/documents';
import type { Connection, Driver } from './sql/driver';
import { Follower } from './sql/follower';
import { createLog, type Log } from './sql/log';
import { migrate } from './sql/migrate';
import { sayMessage } from './sql/messages';
import { checkTable, messagesOf, type Names } from './sql/names';
import { retrying } from './sql/retry';
import { withinTransaction } from './sql/transaction';
import type { Report } from './watchers';
import { createWrites } from './writing';

export interface SqlOptions {
  /** The table: `documents`. */
  table?: string;
  /** How far back the log reaches, in milliseconds: a day. */
  keep?: number;
  /** Milliseconds after which the log is read even without a notification: 5,000. */
  tick?: number;
  /** Reports watchers that throw, and faults of the database: `console.error`. */
  log?: Report;
}

const hour = 3_600_000;
const defaultTick = 5_000;

export const createSqlStore = (driver: Driver, options: SqlOptions = {}): Store => new SqlStore(driver, options);

/** What exists once the database is open. */
interface Opened {
  readonly names: Names;
  readonly epoch: string;
  readonly documents: Documents;
  readonly log: Log;
  /** The messages of the nodes, logged like changes, so that none is lost. */
  readonly messages: Log;
  readonly answers: Answers;
}

class SqlStore implements Store {
  readonly reach = 'database';
  readonly ready: Promise<void>;
  private readonly writes = createWrites(work => this.ask(({ documents }) => work(documents)));
  readonly create = this.writes.create;
  readonly update = this.writes.update;
  readonly patch = this.writes.patch;
  readonly delete = this.writes.delete;
  private readonly database: Database;
  /** The latest attempt to open the database. */
  private opened!: Promise<Opened>;
  private readonly nesting: Nesting;
  private readonly follower: Follower;
  private readonly messages: Follower;
  private readonly report: Report;
  private readonly running = new Set<Promise<unknown>>();
  private readonly timers: NodeJS.Timeout[] = [];
  /** Resolves to the undo of listening. */
  private listening: Promise<() => void> | undefined;
  private closing: Promise<void> | undefined;
  private failures = 0;

  constructor(
    private readonly driver: Driver,
    private readonly options: SqlOptions,
  ) {
    this.report = options.log ?? console.error;
    checkTable(options.table ?? 'documents');
    this.database = openDatabase(driver);
    // Shared in PGlite, where a transaction blocks every store of the database; elsewhere it does not block other tables.
    this.nesting = driver.isEmbedded ? this.database.nesting : createNesting();
    this.follower = new Follower(async () => (await this.opened).log, this.report);
    this.messages = new Follower(async () => (await this.opened).messages, this.report);
    this.begin();
    this.ready = this.opened.then(() => {});
    // Every method rejects with the reason; an unhandled rejection would end the process.
    this.ready.catch(() => {});
  }

  read(...args: Parameters<Documents['read']>): Promise<Document | undefined> {
    return this.ask(({ documents }) => documents.read(...args));
  }

  list(query?: Query): Promise<Document[]> {
    return this.ask(({ documents }) => documents.list(query));
  }

  transaction<T>(work: (documents: Documents) => Promise<T>): Promise<T> {
    return this.transact(work, run => run());
  }

  once<T extends Json>(key: string, digest: string, work: (documents: Documents) => Promise<T>): Promise<T> {
    return this.transact(work, (run, connection, { answers }) => answers.once(connection, key, digest, run));
  }

  epoch(): Promise<string> {
    return this.ask(async ({ epoch }) => epoch);
  }

  head(channel: string): Promise<number> {
    return this.ask(({ log }) => log.head(channel));
  }

  changes(...args: Parameters<Log['changes']>): Promise<Change[] | undefined> {
    return this.ask(({ log }) => log.changes(...args));
  }

  watch(watcher: Watcher): () => void {
    if (!this.closing) this.listening ??= this.listen();
    const undos: Array<() => void> = [];
    if (watcher.change) undos.push(this.follower.watch(watcher));
    if (watcher.message) undos.push(this.messages.watch({ change: ({ origin }) => watcher.message?.(JSON.parse(origin ?? 'null') as Json) }));
    return () => undos.forEach(undo => undo());
  }

  async tell(message: Json): Promise<void> {
    await this.ask(({ names }) => retrying(() => this.driver.transaction(connection => sayMessage(connection, names, message))));
  }

  close(): Promise<void> {
    return (this.closing ??= this.end());
  }

  /** Tries again later if the database cannot be reached. Not for a folder: if it is in use, or its schema is newer, that stays so. */
  private begin(): void {
    this.opened = this.open();
    // Watchers that were added before a failed attempt are not listening yet.
    if (this.listening) this.listening = this.listen();
    this.opened.catch((error: unknown) => {
      if (this.closing || this.driver.isEmbedded) return;
      this.failures += 1;
      // The first failure has been reported by `ready`.
      if (this.failures === 2) this.report('The database cannot be opened, and will be tried again:', error);
      this.timers.push(setTimeout(() => this.begin(), this.options.tick ?? defaultTick).unref());
    });
  }

  private async open(): Promise<Opened> {
    const { driver } = this;
    const { table = 'documents', keep = day, tick = defaultTick } = this.options;
    await this.database.opened;
    const { names, epoch } = await retrying(() => migrate(driver, table));
    const write: Write = (sql, values, origin) => retrying(() => origin === undefined
      ? driver.query(sql, values)
      : driver.query(`${sql}, set_config('iosync.origin', $${values.length + 1}, true)`, [...values, origin]));
    if (!this.closing) {
      for (const follower of [this.follower, this.messages]) this.every(tick, async () => follower.isWatched && follower.wake());
      this.every(Math.min(Math.max(keep, 1_000), hour), () => this.forget(keep));
      void this.forget(keep);
    }
    const messages = createLog({ ...names, table: messagesOf(table) }, driver);
    return {
      names, epoch, documents: createDocuments(names, driver, write, false), log: createLog(names, driver), messages, answers: createAnswers(names),
    };
  }

  /** `around` may do something before and after the work, or instead of it. */
  private transact<T>(
    work: (documents: Documents) => Promise<T>, around: (run: () => Promise<T>, connection: Connection, opened: Opened) => Promise<T>,
  ): Promise<T> {
    const inside = (documents: Documents): Promise<T> => this.nesting.run(() => work(documents));
    return this.ask(opened => retrying(() => this.driver.transaction(connection =>
      around(() => withinTransaction(connection, opened.names, inside), connection, opened))));
  }

  private every(pause: number, work: () => Promise<unknown>): void {
    this.timers.push(setInterval(() => void work(), pause).unref());
  }

  private async forget(keep: number): Promise<void> {
    const forget = async ({ log, messages, answers, names }: Opened): Promise<void> => {
      const changes = (await retrying(() => log.forget(keep))) + (await retrying(() => messages.forget(keep)));
      const ops = await retrying(() => answers.forget(this.driver));
      if ((changes || ops) && this.driver.isEmbedded) await this.driver.script(`vacuum ${names.log}, ${names.ops}`);
    };
    await this.run(forget).catch((error: unknown) => this.closing || this.report('Old changes could not be deleted:', error));
  }

  /** Resolves when it listens, or when the first attempt has failed. */
  private async listen(): Promise<() => void> {
    const opened = await this.opened.catch(() => undefined);
    if (!opened) return () => {};
    const { schema, table } = opened.names;
    const { listener } = this.database;
    const undos = [
      listener.add({ schema, table, hint: () => void this.follower.wake() }),
      listener.add({ schema, table: messagesOf(table), hint: () => void this.messages.wake() }),
    ];
    await listener.tried();
    return () => undos.forEach(undo => undo());
  }

  /** `close` waits for all that began before it. Nothing is answered before the watchers are listening. */
  private run<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
    if (this.closing) return Promise.reject(new BackendError('unavailable', 'The store is closed.'));
    const running = this.opened.then(async opened => {
      await this.listening;
      await this.follower.started();
      await this.messages.started();
      return work(opened);
    });
    this.running.add(running);
    const done = (): void => void this.running.delete(running);
    running.then(done, done);
    return running;
  }

  /** For calls from outside of the store. */
  private async ask<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
    this.nesting.check();
    return this.run(work);
  }

  private async end(): Promise<void> {
    await Promise.allSettled(this.running);
    for (const timer of this.timers) clearInterval(timer);
    await this.opened.then(() => Promise.all([this.follower.stop(), this.messages.stop()]), () => {});
    (await this.listening)?.();
    await this.database.release();
  }
}
