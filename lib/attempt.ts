// Runs somebody's callback. If it throws, the page sees that as an uncaught error, as it would have without us in
// between, and the other callbacks still run.

/** Returns what was thrown, in a box of its own since anything can be thrown; nothing if all went well. */
export function attempt(callback: (...args: any[]) => unknown, context: unknown, args: unknown[]): [unknown] | undefined {
  try {
    callback.apply(context, args);
  } catch (error) {
    setTimeout(() => {
      throw error;
    });
    return [error];
  }
  return undefined;
}
