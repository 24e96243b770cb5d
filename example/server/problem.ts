/**
 * A problem is an expected error at start-up, whose message is one sentence for the user at the terminal. Errors meant for a page are
 * BackendErrors. Every other error is a bug, and its message stays in our log.
 */
export class Problem extends Error {}

/** What the terminal shows for an error: one sentence, or an unexpected error as a whole. */
export function explain(error: unknown): unknown {
  if (error instanceof Problem) return error.message;
  if (!hasCode(error)) return error;
  const { code, message, port } = error;
  if (code === 'ELOCKED') return `${message} That is --data.`;
  if (code === 'EADDRINUSE') return `The port ${port} is in use: choose another one with --port.`;
  if (code === 'EACCES' && port !== undefined) return `The port ${port} needs special permission: choose one above 1023.`;
  if (['EACCES', 'EEXIST', 'ENOTDIR', 'EROFS'].includes(String(code))) return `The data folder cannot be used: ${message}.`;
  return error;
}

/** An error of the operating system or of a package, whose `code` says what went wrong. */
const hasCode = (error: unknown): error is Error & { code: unknown; port?: number } => error instanceof Error && 'code' in error;
