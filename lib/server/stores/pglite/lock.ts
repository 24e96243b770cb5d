// A lock on a folder, so that two processes never open the same database files: PGlite does not check that itself, and would damage them.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { peer } from '../../peer';

/**
 * The holder touches its lock every second. A lock that has not been touched for five seconds belongs to a process that has died, perhaps
 * by kill -9. Five, because opening the database blocks a slow machine for two or three. A process id in the lock would tell sooner, but
 * is wrong once another process has got that id, as happens in every container.
 */
const touched = 1_000;
const stale = 5_000;

export type Release = () => Promise<void>;

/**
 * Resolves when the folder is ours; rejects within about a second, with the code `ELOCKED`, if a living process has it. `lost` is called
 * if another process has taken it, as happens to a process that stood still for seconds: to go on writing would do damage.
 */
export async function lockFolder(folder: string, lost: (reason: Error) => void): Promise<Release> {
  const place = join(folder, 'lock');
  const first = await tryLock(folder, place, lost);
  if (first) return first;

  const seen = lastTouch(place);
  for (;;) {
    await sleep(touched / 4);
    const release = await tryLock(folder, place, lost);
    if (release) return release;
    if (lastTouch(place) !== seen) {
      const sentence = `The folder ${folder} is open in another process: stop that one, or choose another folder.`;
      throw Object.assign(new Error(sentence), { code: 'ELOCKED' });
    }
  }
}

async function tryLock(folder: string, lockfilePath: string, onCompromised: (reason: Error) => void): Promise<Release | undefined> {
  const { lock } = await peer<typeof import('proper-lockfile')>('proper-lockfile', 'A store in a folder');
  try {
    return await lock(folder, { lockfilePath, stale, update: touched, onCompromised });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ELOCKED') return undefined;
    throw error;
  }
}

const lastTouch = (place: string): number => statSync(place, { throwIfNoEntry: false })?.mtimeMs ?? 0;
