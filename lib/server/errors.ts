// An error made on purpose: its code and its sentence are for the client. Whatever else is thrown is a mistake of the
// server's, and stays in its log.

import { isNativeError } from 'node:util/types';
import type { BackendCode } from '../wire';

/** What a client is told of an error. No stack, no SQL. */
export interface ErrorAnswer {
  code: string;
  message: string;
  [detail: string]: unknown;
}

/**
 * Refuses a request: `throw new BackendError('forbidden', 'Only its owner may close a list.')`. `details` are sent along,
 * as `{ issues: […] }`. The codes that the library itself uses are in PROTOCOL.md; any other is yours.
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

const mistake = 'The server made a mistake.';

/**
 * The answer for an error, or nothing if it was not meant for a client. Meant are a BackendError, a plain object or a text
 * (`res.error({ code: 'full', message: … })`), and an Error with `expose: true`, as http-errors makes them. Not objects of a class:
 * libraries throw such, and what is in them nobody has looked at. One whose parts cannot be read, since they throw, is a mistake.
 */
export const meantForClient = (error: unknown): ErrorAnswer | undefined => readable(() => answerIn(error));

function answerIn(error: unknown): ErrorAnswer | undefined {
  if (error instanceof BackendError) return { ...error.details, code: error.code, message: error.message };
  if (typeof error === 'string') return { code: 'refused', message: error };
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, message, expose } = error as { code?: unknown; message?: unknown; expose?: unknown };
  const words = { code: typeof code === 'string' ? code : 'refused', message: typeof message === 'string' ? message : 'Refused.' };
  if (isPlainInAnyRealm(error)) {
    // An Error that was made a plain object on its way has its stack with it.
    const told: ErrorAnswer = { ...error, ...words };
    delete told.stack;
    return told;
  }
  return error instanceof Error && expose === true ? words : undefined;
}

/** Of whichever realm: tests and templates run in their own. Errors of theirs are told by what Node knows of them. */
function isPlainInAnyRealm(object: object): boolean {
  if (isNativeError(object)) return false;
  const prototype: unknown = Object.getPrototypeOf(object);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The answer for any error; what was not meant for the client is `internal`, in its own words only while debugging. */
export const answerFor = (error: unknown, debug: boolean): ErrorAnswer =>
  meantForClient(error) ?? { code: 'internal', message: (debug && readable(() => messageOf(error))) || mistake };

const messageOf = (error: unknown): string | undefined => (error instanceof Error ? String(error.message) : undefined);

/** What may be a getter of whoever has thrown it. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
