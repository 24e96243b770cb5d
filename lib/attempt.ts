// Runs code of the page. If it throws, the page sees an uncaught error, as it would without this library in between, and the caller
// goes on.

export function attempt(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    setTimeout(() => {
      throw error;
    });
  }
}
