// The ids that stores make: UUIDs of version 7 (RFC 9562), of which a later one comes later. A list without an order of its own is
// in the order of ids, and so in that in which its documents were made.

import { randomUUID } from 'node:crypto';

let time = 0;
/** Within a millisecond, and while the clock stands or is set back. */
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
