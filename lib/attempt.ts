// Runs somebody's callback. If it throws, the page sees an uncaught error, as it would have without us in between,
// and whatever comes next still runs.

export function attempt(callback: (...args: never[]) => unknown, context: unknown, args: unknown[]): void {
  try {
    callback.apply(context, args as never[]);
  } catch (error) {
    setTimeout(() => {
      throw error;
    });
  }
}
