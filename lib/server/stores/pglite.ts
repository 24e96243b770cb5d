// A store in a folder: PostgreSQL inside this process (PGlite). What it has answered is on the disk, also when the process is killed a
// moment later. Stores of one process may share a folder, each with a table of its own; a second process is refused.
// It has one connection: a transaction keeps all else waiting, and must use nothing but the documents it is given.

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

/** Of the folders that are open, or being closed. */
const drivers = new Map<string, FolderDriver>();

function driverOf(folder: string): Driver {
  // In JavaScript it may be anything.
  if (typeof folder !== 'string') throw new TypeError('pgliteStore() takes the path of a folder.');
  const place = placeOf(folder);
  const known = drivers.get(place);
  if (known && !known.closing) return known;
  const driver = createDriver(place, known?.closing);
  drivers.set(place, driver);
  return driver;
}

/** One name for one folder, whichever symlinks lead to it: only what is there has one. */
function placeOf(folder: string): string {
  try {
    makeFolder(folder);
    return realpathSync(folder);
  } catch {
    // Opening it says why.
    return resolve(folder);
  }
}

/** PGlite makes its files writable for everybody; the folder around them is for us alone. */
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
    // Perhaps it was removed while it was being closed.
    makeFolder(folder);
    release = await lockFolder(folder, reason => {
      lost = new Error(`The lock on the folder ${folder} was lost; nothing more is written there.`, { cause: reason });
    });
    db = await openFiles(folder);
  };

  const close = async (): Promise<void> => {
    // What another process has now is not written to, not even to close it.
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

/** New files are made aside, and moved into their place when they are whole: else a kill -9 then would break them for good. */
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
