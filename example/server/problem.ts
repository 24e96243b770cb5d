/**
 * A problem is an error at the start that was foreseen. Its message is one sentence for the person at the terminal. What a page is
 * told are BackendErrors; every other error is a mistake of ours, and its text stays in our log.
 */
export class Problem extends Error {}

/** What the terminal shows for an error: one sentence, unless it is one that we did not foresee. */
export function explain(error: unknown): unknown {
  if (error instanceof Problem) return error.message;
  if (!hasCode(error)) return error;
  const { code, message, port } = error;
  if (code === 'ELOCKED') return `${message} That is --data.`;
  if (code === 'EADDRINUSE') return `The port ${port} is in use: choose another one with --port.`;
  if (code === 'EACCES' && port !== undefined) return `The port ${port} is not open to you: choose one above 1023.`;
  if (['EACCES', 'EEXIST', 'ENOTDIR', 'EROFS'].includes(String(code))) return `The data folder cannot be used: ${message}.`;
  return error;
}

/** An error of the operating system or of a package, which tells its kind by `code`. */
const hasCode = (error: unknown): error is Error & { code: unknown; port?: number } => error instanceof Error && 'code' in error;
