/**
 * A problem is an error that was foreseen. Its message is one sentence for whoever caused it: the person at the
 * terminal, or, with its code, the page. Every other error is a mistake of ours, and its text stays in our log.
 */
export type Code = 'invalid' | 'not_found' | 'internal' | 'usage';

export class Problem extends Error {
  constructor(
    readonly code: Code,
    message: string,
  ) {
    super(message);
  }
}

/** An error of the operating system or of a package, which tells its kind by `code`. */
export function hasCode(error: unknown, ...codes: string[]): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
