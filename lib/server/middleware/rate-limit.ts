// A layer that refuses requests which come too fast, with `rate_limited` and the time to wait. It counts by user, or by socket if nobody is
// logged in. Only if asked to does it count by address, behind which there may be a whole school.

import { longestTimer } from '../deadline';
import { BackendError } from '../errors';
import { requirePeer } from '../peer';
import type { Layer, Request } from '../types';

/** A limiter of rate-limiter-flexible. `consume` rejects with `{ msBeforeNext }` at the limit, and with an Error if it fails. */
export interface Limiter {
  consume(key: string): Promise<unknown>;
}

export interface RateLimitOptions {
  /** Requests within each `duration`: 200. */
  points?: number;
  /** Seconds: 1. */
  duration?: number;
  /**
   * Requests that may come at once: 1,000, or `points` if that is more. Those beyond `points` are allowed once in sixty durations, which is
   * a minute by default.
   */
  burst?: number;
  /** Which requests are counted together: those of a `user` (or socket, if anonymous), a `socket`, an `address`, or a key of your own. */
  by?: 'user' | 'socket' | 'address' | ((req: Request) => string | number);
  /** Used to count instead, for example in Redis for several nodes. `points`, `duration` and `burst` are then ignored. */
  limiter?: Limiter;
}

/** The requests beyond `points` may come once in so many durations. */
const burstDurations = 60;

/** Each call makes one counter, also if its layer is used in several stacks. */
export function rateLimit(options: RateLimitOptions = {}): Layer {
  const { by = 'user', limiter = createLimiter(options) } = options;
  const keyOf = typeof by === 'function' ? (req: Request) => String(by(req)) : keys[by];
  if (!keyOf) throw new TypeError(`rateLimit() counts by ${Object.keys(keys).join(', ')}, or by a function.`);
  return async (req, _res, next) => {
    // A snapshot: the server itself reads, and limits its own pages if need be.
    if (!req.socket) return next();
    await limiter.consume(keyOf(req)).catch((reason: unknown) => {
      throw refusal(reason);
    });
    next();
  };
}

// Prefixed, so that no user's id is a socket's.
const keys = {
  user: (req: Request) => (req.user?.id === undefined ? keys.socket(req) : `user ${req.user.id}`),
  socket: ({ socket }: Request) => `socket ${socket?.id}`,
  address: ({ socket }: Request) => `address ${socket?.handshake.address}`,
};

/** In memory. Each count has a timer that removes it, so that clients that have gone take no memory. */
function createLimiter({ points = 200, duration = 1, burst = Math.max(points, 1000) }: RateLimitOptions): Limiter {
  if (!(points > 0 && duration > 0 && burst >= points)) {
    throw new TypeError('rateLimit() takes points and a duration above 0, and a burst of at least as many points.');
  }
  const longest = longestTimer / 1000 / (burst > points ? burstDurations : 1);
  if (duration > longest) throw new TypeError(`rateLimit() counts in memory for up to ${Math.floor(longest)} seconds; a longer duration takes a limiter.`);
  const { BurstyRateLimiter, RateLimiterMemory } =
    requirePeer<typeof import('rate-limiter-flexible')>('rate-limiter-flexible', 'rateLimit()');
  const steady = new RateLimiterMemory({ points, duration });
  if (burst === points) return steady;
  return new BurstyRateLimiter(steady, new RateLimiterMemory({ keyPrefix: 'burst', points: burst - points, duration: duration * burstDurations }));
}

function refusal(reason: unknown): unknown {
  const wait: unknown = typeof reason === 'object' && reason !== null && 'msBeforeNext' in reason ? reason.msBeforeNext : undefined;
  if (typeof wait !== 'number') return reason;
  return new BackendError('rate_limited', 'Too many requests: wait a little.', { retryAfter: Math.max(1, Math.ceil(wait)) });
}
