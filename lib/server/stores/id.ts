// The ids that stores make: UUIDs of version 7 (RFC 9562), which sort by the time they were made. A list without a `sort` is in the order
// of its ids, and so in the order in which its documents were created.

import { randomUUID } from 'node:crypto';

let time = 0;
/** Counts the ids of one millisecond, also while the clock stands still or has been set back. */
let count = 0;

export function newId(): string {
  const now = Date.now();
  count = now > time ? 0 : count + 1;
  if (count > 0xfff) time += 1;
  count &= 0xfff;
  time = Math.max(now, time);
  const hex = time.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${count.toString(16).padStart(3, '0')}-${randomUUID().slice(19)}`;
}
