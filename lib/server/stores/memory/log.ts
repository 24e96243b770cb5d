// The log of a store in memory: numbers what is committed, channel by channel, and keeps the latest of it. Who asks for what
// it no longer has is told so, and reads everything anew.

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
  /** The last one that a document can have had, so that one that is created again has a higher one. */
  version(id: string): number;
  /** Nothing if it does not reach back to `from`, or if `from` is yet to come: it was then counted by another process. */
  after(channel: string, from: number, limit?: number): Numbered[] | undefined;
}

/** Keeps that many changes of all channels together. The head of a channel is kept for ever. */
export function createLog(length: number): Log {
  const channels = new Map<string, Channel>();
  /** The channel of each change that is kept, the oldest first. */
  const order: Channel[] = [];
  const versions = new Map<string, Numbered>();
  /** The highest version that a document has had of which nothing is known any more. */
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
