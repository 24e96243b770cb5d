// A queue of async work: one after the other, each when the one before has ended, whether or not that failed.

export type Turn = <T>(work: () => Promise<T>) => Promise<T>;

export interface Turns extends Turn {
  /** Resolves when the queue is empty; work that is added meanwhile is waited for, too. */
  idle(): Promise<void>;
}

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn: Turn = work => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
  const idle = async (): Promise<void> => {
    for (let before; before !== last; ) {
      before = last;
      await before;
    }
  };
  return Object.assign(inTurn, { idle });
}
