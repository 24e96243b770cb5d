// A database shared by the stores of one process: opened by the first, closed by the last, and listened to over one connection.

import { createNesting, type Nesting } from '../nesting';
import type { Driver } from './driver';
import { Listener } from './listener';

export interface Database {
  readonly listener: Listener;
  /** Shared by all transactions of the database. */
  readonly nesting: Nesting;
  /** Resolves when it is open. */
  readonly opened: Promise<void>;
  /** Called once by each store that is done with it. */
  release(): Promise<void>;
}

const databases = new WeakMap<Driver, Database & { stores: number }>();

export function openDatabase(driver: Driver): Database {
  const database = databases.get(driver) ?? open(driver);
  databases.set(driver, database);
  database.stores += 1;
  return database;
}

function open(driver: Driver): Database & { stores: number } {
  const opened = driver.open();
  const listener = new Listener(driver);
  const database = {
    listener, opened, nesting: createNesting(), stores: 0,
    async release() {
      database.stores -= 1;
      if (database.stores) return;
      databases.delete(driver);
      await listener.stop();
      await driver.close();
    },
  };
  return database;
}
