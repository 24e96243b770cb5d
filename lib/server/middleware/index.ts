// Middleware that most servers need.

export { cookies, cookiesOf, type Cookies } from './cookies';
export { jwt, type JwtOptions } from './jwt';
export { rateLimit, type Limiter, type RateLimitOptions } from './rate-limit';
export { validate, type Schema, type ValidateOptions } from './validate';
