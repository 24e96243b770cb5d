// A layer that refuses requests which come too fast, with `rate_limited` and the time to wait. It counts by user, or by socket if
// nobody is logged in; never by address, behind which may be a whole school, unless asked to.

import { longestTimer } from '../deadline';
import { BackendError } from '../errors';
import { requirePeer } from '../peer';
import type { Layer, Request } from '../types';

/** What rate-limiter-flexible's limiters have. Rejects with `{ msBeforeNext }` when the limit is reached, with an Error when it cannot say. */
export interface Limiter {
  consume(key: string): Promise<unknown>;
}

export interface RateLimitOptions {
  /** Requests within each `duration`: 200. */
  points?: number;
  /** Seconds: 1. */
  duration?: number;
  /** Requests that may come at once; what goes beyond `points` is allowed once in sixty durations, a minute. 1,000, or `points` if that is more. */
  burst?: number;
  /** Whose requests are counted together: `user`, the socket's if there is none; `socket`; `address`; or what the function says. */
  by?: 'user' | 'socket' | 'address' | ((req: Request) => string | number);
  /** Counts instead, in Redis perhaps, so that several nodes count together. `points`, `duration` and `burst` are then its own affair. */
  limiter?: Limiter;
}

/** What is beyond `points` may come once in so many durations. */
const burstDurations = 60;

/** One call is one count, in however many stacks the layer is. */
export function rateLimit(options: RateLimitOptions = {}): Layer {
  const { by = 'user', limiter = createLimiter(options) } = options;
  const keyOf = typeof by === 'function' ? (req: Request) => String(by(req)) : keys[by];
  if (!keyOf) throw new TypeError(`rateLimit() counts by ${Object.keys(keys).join(', ')}, or by a function.`);
  return async (req, _res, next) => {
    // The server's own reading, for a page: what that may cost is up to who serves pages.
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

/** In memory, each count with a timer that removes it: what has gone takes no room. */
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
