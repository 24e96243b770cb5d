// What a store is: documents kept by id, each in a channel, each with a version; and a log of what was committed, which
// is where changes are seen. Whoever writes a store of their own implements this, and runs the contract suite
// (`backbone.iobind/server/contract`).

import type { Where } from './filter';

/** What JSON can say. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A document's attributes, without its id. */
export type Attributes = { [name: string]: Json };

/** A document as stores give and take it. The caller may do with it what he likes: it is shared with nobody. */
export interface Document {
  /** 1 to 255 characters. */
  readonly id: string;
  /**
   * Counted up by the store: 1 when created, or more. A document that is deleted and created again goes on counting, for as long as
   * the log reaches back at least, so that who has seen the earlier one knows the later.
   */
  readonly version: number;
  /** `''` is the default channel. */
  readonly channel: string;
  readonly attributes: Attributes;
}

/** Something that has been committed. */
export interface Change {
  readonly action: 'create' | 'update' | 'delete';
  readonly id: string;
  /** Of a `delete`, the one that the document had. */
  readonly version: number;
  /** A document that moves to another channel is a `delete` in the old one, then a `create` in the new one. */
  readonly channel: string;
  /** The number of this change in its channel: each is one more than the one before, in the order of the commits. */
  readonly head: number;
  /** Whatever the writer gave as `origin`. */
  readonly origin?: string;
  /**
   * The attributes before an `update` or a `delete`: who could not see them need not be told that they are gone. Left out where that
   * is not known.
   */
  readonly former?: Attributes;
  /** The document as it is now, which may be newer than this change; none if it is gone, or gone from this channel. */
  readonly document?: Document;
}

/** Which documents, in which order, and how many. A document must also be what `where` says to be found, changed or deleted. */
export interface Query {
  /** Documents of this channel only; left out: of all. */
  channel?: string;
  where?: Where;
  /**
   * Attribute paths; `-title` is descending. Equal ones, and all if there is none, are in the order of their ids, which is that of
   * their making where the store made them.
   */
  sort?: readonly string[];
  /** Whole numbers from 0. */
  limit?: number;
  offset?: number;
}

/** To find one document: in this channel, and as `where` says. What does not fit is as unknown as what is not there. */
export type Which = Pick<Query, 'channel' | 'where'>;

/** What goes with a write. */
export interface WriteOptions extends Which {
  /** Comes back in the Change, so that the publisher knows who need not be told. */
  origin?: string;
  /** Fails with `conflict`, carrying the current document, if the version is another one by now. */
  ifVersion?: number;
  /** The document moves to this channel. */
  moveTo?: string;
}

/** The writing and reading half of a store; the same within a transaction. */
export interface Documents {
  /** Throws `taken` if the id is in use, in whichever channel. Without an id the store makes one. */
  create(attributes: Attributes, options?: { id?: string; channel?: string; origin?: string }): Promise<Document>;
  read(id: string, which?: Which): Promise<Document | undefined>;
  list(query?: Query): Promise<Document[]>;
  /** Replaces all attributes. Throws `not_found`, or `conflict`. */
  update(id: string, attributes: Attributes, options?: WriteOptions): Promise<Document>;
  /** Sets these attributes and leaves the others. Throws `not_found`, or `conflict`. */
  patch(id: string, attributes: Attributes, options?: WriteOptions): Promise<Document>;
  /** Answers the document as it was. Throws `not_found`, or `conflict`. */
  delete(id: string, options?: Omit<WriteOptions, 'moveTo'>): Promise<Document>;
}

/** What a store tells whoever watches it. */
export interface Watcher {
  /** Called once for each change, after its commit, in the order of the heads of a channel. */
  change?(change: Change): void;
  /** Called on each node with what one of them gave to `tell`. */
  message?(message: Json): void;
}

export interface Store extends Documents {
  /** Opened, and ready; rejects with the reason when it cannot be. Every method waits for this by itself. */
  readonly ready: Promise<void>;
  /**
   * Who hears of a commit: `process`, only this one, so that something else must tell the other nodes; `database`, every
   * process that watches the same database.
   */
  readonly reach: 'process' | 'database';
  /** All of it, or, when the function throws, nothing; nothing is published before the commit. */
  transaction<T>(work: (documents: Documents) => Promise<T>): Promise<T>;
  /**
   * A transaction that is done once, however often it is asked for: its answer is kept for a day with what it has written (in memory,
   * the last 10,000 are). Who comes with the same key and digest gets the first answer, and waits for that while it is being made;
   * with another digest he is refused as `invalid`. Of a function that throws nothing is kept: it can be asked for anew.
   */
  once?<T extends Json>(key: string, digest: string, work: (documents: Documents) => Promise<T>): Promise<T>;
  /**
   * A name for as long as heads and versions go on counting: another one when the store was emptied or made anew, which one in memory is
   * with each process. Who kept some from another time has to read everything.
   */
  epoch(): Promise<string>;
  /** The number of the last change in a channel; 0 before the first. */
  head(channel: string): Promise<number>;
  /** The changes of a channel after `from`, oldest first; nothing if the log does not reach back that far, or not yet to `from`. */
  changes(channel: string, from: number, limit?: number): Promise<Change[] | undefined>;
  /**
   * Returns its undo. Changes from before are not told; all are that are committed once the store has answered anything that was
   * asked after this, also those made elsewhere.
   */
  watch(watcher: Watcher): () => void;
  /** Tells every node that watches this store, this one included. For stores whose `reach` is `database`. */
  tell?(message: Json): Promise<void>;
  /** Lets writes that have begun end, then refuses new ones with `unavailable`. */
  close(): Promise<void>;
}
