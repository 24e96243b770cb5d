// BackendError, an error made on purpose: its code and its message are for the client. Anything else that is thrown is a fault of the
// server, and stays in its log.

import { isNativeError } from 'node:util/types';
import type { BackendCode } from '../wire';

/** What a client gets of an error. No stack, no SQL. */
export interface ErrorAnswer {
  code: string;
  message: string;
  [detail: string]: unknown;
}

/**
 * Refuses a request: `throw new BackendError('forbidden', 'Only its owner may close a list.')`. `details` are sent along,
 * such as `{ issues: […] }`. The codes that the library itself uses are in PROTOCOL.md; any other is yours.
 */
export class BackendError extends Error {
  constructor(
    readonly code: BackendCode | (string & {}),
    message: string,
    readonly details: { readonly [name: string]: unknown } = {},
  ) {
    super(message);
    this.name = 'BackendError';
  }
}

const internal = 'Internal server error.';

/**
 * The answer for an error; undefined if it was not meant for clients. Meant for them are a BackendError, a plain object or a string
 * (`res.error({ code: 'full', message: … })`), and an Error with `expose: true`, as http-errors makes them. Other objects of a class
 * are not: libraries throw them, with contents that nobody has checked. Nor is an error with a getter that throws.
 */
export const meantForClient = (error: unknown): ErrorAnswer | undefined => readable(() => answerIn(error));

function answerIn(error: unknown): ErrorAnswer | undefined {
  if (error instanceof BackendError) return { ...error.details, code: error.code, message: error.message };
  if (typeof error === 'string') return { code: 'refused', message: error };
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, message, expose } = error as { code?: unknown; message?: unknown; expose?: unknown };
  const words = { code: typeof code === 'string' ? code : 'refused', message: typeof message === 'string' ? message : 'Refused.' };
  if (isPlainInAnyRealm(error)) {
    // An Error that was copied into a plain object has its stack with it.
    const told: ErrorAnswer = { ...error, ...words };
    delete told.stack;
    return told;
  }
  return error instanceof Error && expose === true ? words : undefined;
}

/** Test runners and templates run code in other realms, which have an Object.prototype of their own. Node knows errors of any realm. */
function isPlainInAnyRealm(object: object): boolean {
  if (isNativeError(object)) return false;
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The answer for any error. One that was not meant for clients is `internal`, and has its own message only with `debug`. */
export const answerFor = (error: unknown, debug: boolean): ErrorAnswer =>
  meantForClient(error) ?? { code: 'internal', message: (debug && readable(() => messageOf(error))) || internal };

const messageOf = (error: unknown): string | undefined => (error instanceof Error ? String(error.message) : undefined);

/** Undefined if reading throws, as a getter of the thrown object may. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
