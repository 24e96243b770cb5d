// A store in a folder: PostgreSQL inside this process (PGlite). A write is answered once it is on the disk, so that it survives a kill.
// Stores of one process may share a folder, each with a table of its own; a second process is refused. There is one connection: a
// transaction blocks everything else, and must use nothing but the documents it is given.

import { existsSync, mkdirSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { PGlite, Transaction } from '@electric-sql/pglite';
import { peer } from '../peer';
import type { Store } from '../store';
import { lockFolder, type Release } from './pglite/lock';
import { createSqlStore, type SqlOptions } from './sql';
import type { Connection, Driver } from './sql/driver';

export const createPgliteStore = (folder: string, options: SqlOptions = {}): Store => createSqlStore(driverOf(folder), options);

interface FolderDriver extends Driver {
  closing: Promise<void> | undefined;
}

/** The drivers of the folders that are open or being closed. */
const drivers = new Map<string, FolderDriver>();

function driverOf(folder: string): Driver {
  // In JavaScript the folder may be anything.
  if (typeof folder !== 'string') throw new TypeError('pgliteStore() takes the path of a folder.');
  const place = placeOf(folder);
  const known = drivers.get(place);
  if (known && !known.closing) return known;
  const driver = createDriver(place, known?.closing);
  drivers.set(place, driver);
  return driver;
}

/** The real path of the folder, whatever symlinks lead to it. Created first: only an existing folder has one. */
function placeOf(folder: string): string {
  try {
    makeFolder(folder);
    return realpathSync(folder);
  } catch {
    // Opening the folder will report the reason.
    return resolve(folder);
  }
}

/** PGlite makes its files writable for every user of the machine; the folder around them is only for ours. */
const makeFolder = (folder: string): void => void mkdirSync(folder, { recursive: true, mode: 0o700 });

function createDriver(folder: string, before: Promise<void> | undefined): FolderDriver {
  let db: PGlite | undefined;
  let release: Release | undefined;
  let lost: Error | undefined;

  const opened = (): PGlite => {
    if (lost) throw lost;
    if (!db) throw new Error(`The database in ${folder} is closed.`);
    return db;
  };

  const open = async (): Promise<void> => {
    await before;
    // It may have been removed while it was being closed.
    makeFolder(folder);
    release = await lockFolder(folder, reason => {
      lost = new Error(`The lock on the folder ${folder} was lost; nothing more is written there.`, { cause: reason });
    });
    db = await openFiles(folder);
  };

  const close = async (): Promise<void> => {
    // If another process has the files now, nothing may be written to them, not even to close them.
    if (!lost) await db?.close();
    if (!lost) await release?.();
    if (drivers.get(folder) === driver) drivers.delete(folder);
    db = undefined;
  };

  const driver: FolderDriver = {
    isEmbedded: true,
    closing: undefined,
    open,
    close: () => (driver.closing ??= close()),
    query: async (sql, values) => connectionOf(opened()).query(sql, values),
    script: async sql => connectionOf(opened()).script(sql),
    transaction: async work => opened().transaction(transaction => work(connectionOf(transaction))),
    listen: async (channel, heard) => opened().listen(channel, heard),
  };
  return driver;
}

const connectionOf = (db: PGlite | Transaction): Connection => ({
  query: async <Row>(sql: string, values: readonly unknown[] = []) => (await db.query<Row>(sql, [...values])).rows,
  script: async sql => void (await db.exec(sql)),
});

/** New files are made aside, and moved into place when they are complete: otherwise a kill -9 meanwhile would leave a broken database. */
async function openFiles(folder: string): Promise<PGlite> {
  const { PGlite: Database } = await peer<typeof import('@electric-sql/pglite')>('@electric-sql/pglite', 'A store in a folder');
  const place = join(folder, 'pglite');
  const making = join(folder, 'making');
  if (!existsSync(place)) {
    rmSync(making, { recursive: true, force: true });
    await (await Database.create(making)).close();
    renameSync(making, place);
  }
  return Database.create(place);
}
