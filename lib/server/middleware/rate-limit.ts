// How often one user may ask, counted by rate-limiter-flexible. Not by address: a whole office, or a mobile network, has one.

import type { RateLimiterRes } from 'rate-limiter-flexible';
import { BackendError } from '../errors';
import { requirePeer } from '../peer';
import type { Layer, Request } from '../types';

export interface RateLimitOptions {
  /** Requests in `duration`: 200. */
  points?: number;
  /** Seconds: 1. */
  duration?: number;
  /** Requests at once, after a minute of fewer than `points`: 1,000. */
  burst?: number;
  /** Whose requests are counted together: those of a user, or of a socket without one; `address`, or a text of your own. */
  by?: 'user' | 'address' | ((req: Request) => string);
  /** A limiter of your own in place of the above, as one that counts in Redis for all nodes. */
  limiter?: Limiter;
}

/** Any limiter of rate-limiter-flexible. */
export interface Limiter {
  consume(key: string): Promise<unknown>;
}

/** Seconds after which a burst is possible again. */
const pause = 60;

/** A layer that refuses with `rate_limited`, and says in `retryAfter` when to try again, in ms. */
export function rateLimit({ by = 'user', limiter, ...limits }: RateLimitOptions = {}): Layer {
  const counter = limiter ?? inMemory(limits);
  const keyOf = typeof by === 'function' ? by : keys[by];
  return async (req, _res, next) => {
    try {
      await counter.consume(keyOf(req));
    } catch (reason) {
      if (reason instanceof Error) throw reason;
      const { msBeforeNext } = reason as RateLimiterRes;
      throw new BackendError('rate_limited', 'Too many requests: wait a little.', { retryAfter: msBeforeNext });
    }
    next();
  };
}

const keys = {
  user: ({ user, socket }: Request): string => (user?.id === undefined ? `socket ${socket.id}` : `user ${user.id}`),
  address: ({ socket }: Request): string => socket.handshake.address,
};

/** Forgets by itself whoever has not asked for a while. */
function inMemory({ points = 200, duration = 1, burst = 1000 }: Pick<RateLimitOptions, 'points' | 'duration' | 'burst'>): Limiter {
  const { BurstyRateLimiter, RateLimiterMemory } = requirePeer<typeof import('rate-limiter-flexible')>('rate-limiter-flexible', 'rateLimit()');
  const steady = new RateLimiterMemory({ points, duration });
  return new BurstyRateLimiter(steady, new RateLimiterMemory({ keyPrefix: 'burst', points: Math.max(burst - points, 0), duration: pause }));
}
