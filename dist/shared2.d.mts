import { j as IoSyncCode, E as Entity } from './shared.mjs';

declare class IoSyncError extends Error {
    readonly code: IoSyncCode;
    constructor(code: IoSyncCode, event: string);
    /** By name, because each bundle has a class of its own. */
    static [Symbol.hasInstance](error: unknown): boolean;
}

/** A ready strategy for `ioNamespace`: the path without the model's id, so `users/profiles/42` is `users/profiles`. */
declare const fullPath: (url: string, entity: Entity) => string;

export { IoSyncError as I, fullPath as f };
