/** Conditions, all of which must hold. */
type Where = {
    [path: string]: Json;
};
/** Attribute paths. */
type Fields = readonly string[];
/** What a user may see and change: these documents, and of each of them these attributes. */
interface Scope {
    where?: Where;
    fields?: Fields;
}

/** Any value of JSON. */
type Json = null | boolean | number | string | Json[] | {
    [key: string]: Json;
};
/** A document's attributes, without its id. */
type Attributes = {
    [name: string]: Json;
};
/** A document as a store returns it: a copy of its own for each caller, who may change it. */
interface Document {
    /** 1 to 255 characters. */
    readonly id: string;
    /**
     * Incremented by the store at each write; 1 or more when created. If an id is created again after a delete, the count goes on, at least
     * for as long as the log reaches back, so that a client that has seen the earlier document knows which one is later.
     */
    readonly version: number;
    /** `''` is the default channel. */
    readonly channel: string;
    readonly attributes: Attributes;
}
/** A change to one document that has been committed. */
interface Change {
    readonly action: 'create' | 'update' | 'delete';
    readonly id: string;
    /** The document's version after the change; for a `delete`, the last one it had. */
    readonly version: number;
    /** A document that moves to another channel is a `delete` in the old one, then a `create` in the new one. */
    readonly channel: string;
    /** The number of this change in its channel: each is one more than the one before, in the order of the commits. */
    readonly head: number;
    /** What was given as `origin` with the write. */
    readonly origin?: string;
    /**
     * The attributes before an `update` or a `delete`, so that clients that could not see them are not told that they are gone. Left out if
     * unknown.
     */
    readonly former?: Attributes;
    /** The document as it is now, which may be newer than this change; left out if it has been deleted or moved to another channel. */
    readonly document?: Document;
}
/** Which documents to list, in which order, and how many. */
interface Query {
    /** Only documents of this channel; of all channels if left out. */
    channel?: string;
    where?: Where;
    /**
     * Attribute paths; `-title` is descending. Ties, and all documents if it is left out, are in the order of their ids, which is the order
     * of creation for ids that the store made.
     */
    sort?: readonly string[];
    /** Whole numbers from 0. */
    limit?: number;
    offset?: number;
}
/** Conditions for one document to be found, changed or deleted. One that does not meet them counts as not there. */
type Which = Pick<Query, 'channel' | 'where'>;
/** What goes with a write. */
interface WriteOptions extends Which {
    /** Returned in the Change, so that the publisher knows which client needs no push. */
    origin?: string;
    /** The write fails with `conflict`, carrying the current document, if that has another version. */
    ifVersion?: number;
    /** The document moves to this channel. */
    moveTo?: string;
}
/** The part of a store that writes and reads documents; within a transaction it is the same. */
interface Documents {
    /** Rejects with `taken` if the id is in use, in any channel. Without an id the store makes one. */
    create(attributes: Attributes, options?: {
        id?: string;
        channel?: string;
        origin?: string;
    }): Promise<Document>;
    read(id: string, which?: Which): Promise<Document | undefined>;
    list(query?: Query): Promise<Document[]>;
    /** Replaces all attributes. Rejects with `not_found` or `conflict`. */
    update(id: string, attributes: Attributes, options?: WriteOptions): Promise<Document>;
    /** Sets these attributes and leaves the others. Rejects with `not_found` or `conflict`. */
    patch(id: string, attributes: Attributes, options?: WriteOptions): Promise<Document>;
    /** Resolves to the document as it was. Rejects with `not_found` or `conflict`. */
    delete(id: string, options?: Omit<WriteOptions, 'moveTo'>): Promise<Document>;
}
/** The callbacks of `watch`. */
interface Watcher {
    /** Called once for each change, after its commit, in the order of the channel's heads. */
    change?(change: Change): void;
    /** Called on each node with what one of them passed to `tell`. */
    message?(message: Json): void;
}
interface Store extends Documents {
    /** Resolves when the store is open; rejects with the reason if it cannot be opened. Every method waits for this by itself. */
    readonly ready: Promise<void>;
    /**
     * Which processes hear of a commit: `process`, only this one, so that something else must tell the other nodes; `database`, each that
     * watches the same database.
     */
    readonly reach: 'process' | 'database';
    /** Commits all writes of the function or, if it throws, none of them. Nothing is published before the commit. */
    transaction<T>(work: (documents: Documents) => Promise<T>): Promise<T>;
    /**
     * A transaction that is executed once, however often it is called with the same key: its answer is committed with its writes, and kept
     * for a day (in memory, at most 10,000 answers). A call with the same key and digest gets the first answer, and waits for it if need be;
     * with another digest it is refused as `invalid`. If the function throws, nothing is kept, and a later call executes it again.
     */
    once?<T extends Json>(key: string, digest: string, work: (documents: Documents) => Promise<T>): Promise<T>;
    /**
     * Names the period in which heads and versions count. It changes when the store is emptied or made anew, as a store in memory is with
     * each process. A client that has heads or versions of another epoch must read everything again.
     */
    epoch(): Promise<string>;
    /** The number of the last change in a channel; 0 before the first. */
    head(channel: string): Promise<number>;
    /** The changes of a channel after `from`, oldest first; undefined if the log does not reach back to `from`, or has not come to it yet. */
    changes(channel: string, from: number, limit?: number): Promise<Change[] | undefined>;
    /**
     * Returns its undo. Earlier changes are not told. After the store has answered any call made after this one, every change is told that is
     * committed from then on, also on other nodes.
     */
    watch(watcher: Watcher): () => void;
    /** Sends a message to every node that watches this store, this one included. For stores whose `reach` is `database`. */
    tell?(message: Json): Promise<void>;
    /** Refuses new calls with `unavailable`, and resolves when the writes that have begun have ended. */
    close(): Promise<void>;
}

export type { Attributes as A, Change as C, Document as D, Fields as F, Json as J, Query as Q, Store as S, Where as W, Scope as a, Documents as b, Watcher as c, Which as d, WriteOptions as e };
