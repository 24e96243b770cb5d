// A time limit for work that is not the library's: a layer, a login, a rule. It ends the waiting, not the work, which can ask whether it is
// too late to begin something.

/** The longest delay of a timer, in ms; with a longer one it would not wait at all. */
export const longestTimer = 2 ** 31 - 1;

export class Deadline {
  isOver = false;
  /** Set when the work begins, if it may have to wait for its turn. */
  hasBegun = false;
  /** Rejects at the end. */
  readonly passed: Promise<never>;
  private timer: NodeJS.Timeout | undefined;

  constructor(ms: number, error: (deadline: Deadline) => unknown) {
    this.passed = new Promise((_, reject) => {
      this.timer = setTimeout(() => {
        this.isOver = true;
        reject(error(this));
      }, Math.min(ms, longestTimer));
    });
    // Perhaps nobody waits for it any more; an unhandled rejection would end the process.
    this.passed.catch(() => {});
    // The timer must not keep the process of a closed server alive.
    this.timer?.unref();
  }

  clear(): void {
    clearTimeout(this.timer);
  }
}

/** Resolves with the result of the work; rejects with the error if that takes longer. */
export async function within<T>(ms: number, work: (deadline: Deadline) => Promise<T>, error: (deadline: Deadline) => unknown): Promise<T> {
  const deadline = new Deadline(ms, error);
  try {
    return await Promise.race([work(deadline), deadline.passed]);
  } finally {
    deadline.clear();
  }
}
