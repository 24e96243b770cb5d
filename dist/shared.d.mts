import { E as Entity } from './shared2.mjs';

/**
 * Why a request failed before, or without, an answer of the server:
 *
 * - `timeout`: no answer, or no connection, within the time limit;
 * - `disconnected`: the connection ended while the request was in flight, so the server may have executed it;
 * - `aborted`: `abort()` was called, or `options.signal` fired;
 * - `superseded`: a newer fetch of the same object has answered, so this one's answer would be stale;
 * - `invalid`: the server answered with something that Backbone cannot hold;
 * - `unsupported`: the backend's channel has a name, and the server has said no hello, so it knows no channels.
 */
type IoSyncCode = 'timeout' | 'disconnected' | 'aborted' | 'superseded' | 'invalid' | 'unsupported';

declare class IoSyncError extends Error {
    readonly code: IoSyncCode;
    constructor(code: IoSyncCode, event: string);
}

/** A ready strategy for `ioNamespace`: the path without the model's id, so `users/profiles/42` is `users/profiles`. */
declare const fullPath: (url: string, entity: Entity) => string;

export { IoSyncError as a, fullPath as f };
export type { IoSyncCode as I };
