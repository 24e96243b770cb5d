// The log of a store in memory: numbers the commits of each channel, and keeps the latest of all channels. A reader that asks for changes
// it no longer has gets undefined, and must read everything again.

import type { Change } from '../../store';

/** A change that has not been committed yet. */
export type LogEntry = Omit<Change, 'head' | 'document'>;
type Numbered = Omit<Change, 'document'>;

interface Channel {
  head: number;
  readonly kept: Numbered[];
}

export interface Log {
  record(entry: LogEntry): Numbered;
  head(channel: string): number;
  /** The highest version that this document can have had, so that a document that is created again gets a higher one. */
  version(id: string): number;
  /** Undefined if the log does not reach back to `from`, or has not come to it, which was then counted by another process. */
  after(channel: string, from: number, limit?: number): Numbered[] | undefined;
}

/** Keeps `length` changes of all channels together. The head of a channel is kept forever. */
export function createLog(length: number): Log {
  const channels = new Map<string, Channel>();
  /** The channel of each change that is kept, the oldest first. */
  const order: Channel[] = [];
  const versions = new Map<string, Numbered>();
  /** The highest version of all deleted documents that the log has forgotten. */
  let floor = 0;

  const forget = (change?: Numbered): void => {
    if (!change || versions.get(change.id) !== change) return;
    versions.delete(change.id);
    if (change.action === 'delete') floor = Math.max(floor, change.version);
  };

  return {
    record(entry) {
      const channel = channels.get(entry.channel) ?? { head: 0, kept: [] };
      channels.set(entry.channel, channel);
      channel.head += 1;
      const change = { ...entry, head: channel.head };
      channel.kept.push(change);
      order.push(channel);
      versions.set(change.id, change);
      if (order.length > length) forget(order.shift()?.kept.shift());
      return change;
    },
    head: name => channels.get(name)?.head ?? 0,
    version: id => versions.get(id)?.version ?? floor,
    after(name, from, limit = Infinity) {
      const { head, kept } = channels.get(name) ?? { head: 0, kept: [] };
      const start = from - (head - kept.length);
      return start < 0 || from > head ? undefined : kept.slice(start, start + limit);
    },
  };
}
