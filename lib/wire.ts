// The words that both sides of the wire must agree on, once. Shared with the server; no state, no side effects.

/** The event of a request: `todos:create`. */
export const requestEvent = (namespace: string, method: string): string => `${namespace}:${method}`;

/**
 * Why a request failed before, or without, an answer of the server:
 *
 * - `timeout`: no answer, or no connection, within the time limit;
 * - `disconnected`: the connection ended while the request was in flight, so the server may have executed it;
 * - `aborted`: `abort()` was called, or `options.signal` fired;
 * - `superseded`: a newer fetch of the same object has answered, so this one's answer would be stale;
 * - `invalid`: the server answered with something that Backbone cannot hold.
 */
export type IoSyncCode = 'timeout' | 'disconnected' | 'aborted' | 'superseded' | 'invalid';

/** The event of a push: `todos:create`, `todo/42:update`. */
export const pushEvent = (url: string, event: string): string => `${url}:${event}`;
