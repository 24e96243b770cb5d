// A time limit for work that somebody else does: a layer, a login, a rule. It ends the waiting, not the work, which can ask whether it is
// too late to begin something.

/** The most that timers can wait, in ms; with more they would not wait at all. */
export const longestTimer = 2 ** 31 - 1;

export class Deadline {
  isOver = false;
  /** Whether the work has begun, where it may have to wait for its turn. */
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
    // Whoever waits hears of it; perhaps nobody does any more.
    this.passed.catch(() => {});
    // A server that has closed need not stay to say that it was slow.
    this.timer?.unref();
  }

  clear(): void {
    clearTimeout(this.timer);
  }
}

/** What the work resolves with, if it does so in time. */
export async function within<T>(ms: number, work: (deadline: Deadline) => Promise<T>, error: (deadline: Deadline) => unknown): Promise<T> {
  const deadline = new Deadline(ms, error);
  try {
    return await Promise.race([work(deadline), deadline.passed]);
  } finally {
    deadline.clear();
  }
}
