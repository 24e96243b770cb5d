// Runs a request through the layers of a backend, in their order, as Connect does: each answers, continues with `next()`, or fails by
// `next(error)`, a throw or a rejection, which goes to the next layer that takes errors. The first answer counts. If every layer
// continues, the request's model is the answer.

import type { Deadline } from './deadline';
import type { AnyLayer, ErrorLayer, Layer, Method, Next, Request, Response } from './types';

export interface StackEntry {
  /** All methods if left out. */
  readonly methods?: ReadonlySet<Method>;
  readonly layer: AnyLayer;
}

/** An answer, and the layer it came from. */
export interface Answer {
  readonly result: unknown;
  readonly from?: AnyLayer;
}

export const takesErrors = (layer: AnyLayer): layer is ErrorLayer => layer.length === 4;

/** A layer for `update` is for `patch` too, unless there is one for `patch` that is not for `update`. */
export function layersFor(entries: readonly StackEntry[], method: Method): AnyLayer[] {
  const isApart = entries.some(({ methods }) => methods?.has('patch') && !methods.has('update'));
  const isMeant = (methods: ReadonlySet<Method>): boolean => methods.has(method) || (method === 'patch' && !isApart && methods.has('update'));
  return entries.filter(({ methods }) => !methods || isMeant(methods)).map(({ layer }) => layer);
}

/** What limits a run, and reports its faults. */
export interface Watch {
  /** Reports faults that the answer cannot show. */
  readonly warn: (words: string, error?: unknown) => void;
  readonly deadline: Deadline;
}

/**
 * Resolves with the first answer; rejects with the first refusal. No layer begins after that, nor after the deadline: a layer that has
 * refused a request and then calls `next()` by mistake must not let it through.
 */
export function run(layers: readonly AnyLayer[], req: Request, { warn, deadline }: Watch): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    const answer = (settle: () => void): void => {
      isAnswered = true;
      settle();
    };
    const go = (index: number, failure?: { error: unknown }): void => {
      const layer = layers[index];
      if (!layer) return answer(() => (failure ? reject(failure.error) : resolve({ result: req.model })));
      if (takesErrors(layer) !== !!failure) return go(index + 1, failure);

      let isOver = false;
      const next: Next = error => {
        if (isOver) return warn(`next() called multiple times by layer ${index + 1}`);
        isOver = true;
        if (isAnswered || deadline.isOver) return warn(`layer ${index + 1} called next() after the answer: nothing below it is run`, error || undefined);
        go(index + 1, error ? { error } : undefined);
      };
      const res: Response = {
        end: result => answer(() => resolve({ result, from: layer })),
        error: error => answer(() => reject(error)),
      };
      const fail = (error: unknown): void => {
        if (isOver || isAnswered) warn(`layer ${index + 1} failed after it had ${isOver ? 'called next()' : 'answered'}`, error);
        else next(error instanceof Object ? error : new Error(`A layer has thrown ${JSON.stringify(error)}, which is not an error.`));
      };
      start(() => (failure ? (layer as ErrorLayer)(failure.error, req, res, next) : (layer as Layer)(req, res, next)), fail);
    };
    go(0);
  });
}

/** An async function that rejects has failed, too. What a layer returns is not an answer. */
function start(layer: () => unknown, fail: (error: unknown) => void): void {
  try {
    Promise.resolve(layer()).catch(fail);
  } catch (error) {
    fail(error);
  }
}
