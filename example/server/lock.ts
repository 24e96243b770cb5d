/**
 * A lock on a folder, so that two processes never open the same database files: PostgreSQL inside the process does
 * not look after that itself, and would damage them.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { Problem, hasCode } from './problem';

/**
 * The holder touches its lock every second. One that has not been touched for five belongs to a process that is gone,
 * by kill -9 perhaps: five, because opening the database keeps a slow machine busy for two or three. A process id in
 * the lock would tell sooner, but lies as soon as the id is given to another process, as happens in each container.
 */
const touched = 1000;
const stale = 5000;

export type Release = () => Promise<void>;

/** Resolves as soon as the folder is ours; rejects within about a second when a living process has it. */
export async function lockFolder(folder: string): Promise<Release> {
  const lockfilePath = join(folder, 'lock');
  const first = await tryLock(folder, lockfilePath);
  if (first) return first;

  console.log(`The folder ${folder} was not closed properly, or is in use; waiting up to ${stale / 1000} s to see.`);
  const seen = lastTouch(lockfilePath);
  for (;;) {
    await sleep(touched / 4);
    const release = await tryLock(folder, lockfilePath);
    if (release) return release;
    if (lastTouch(lockfilePath) !== seen) throw new Problem('usage', inUse(folder));
  }
}

async function tryLock(folder: string, lockfilePath: string): Promise<Release | undefined> {
  try {
    return await lock(folder, { lockfilePath, stale, update: touched, onCompromised: giveUp });
  } catch (error) {
    if (hasCode(error, 'ELOCKED')) return undefined;
    throw error;
  }
}

function lastTouch(lockfilePath: string): number {
  return statSync(lockfilePath, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

const inUse = (folder: string): string =>
  `The data folder ${folder} is open in another process: stop that one, or choose another folder with --data.`;

/** The lock was taken from us, which happens when the process stood still for seconds. Writing on would do damage. */
function giveUp(error: Error): void {
  console.error(`The lock on the data folder was lost (${error.message}); stopping before anything is damaged.`);
  process.exit(1);
}
