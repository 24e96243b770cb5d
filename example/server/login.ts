/**
 * Signing in and out. A login is a cookie that scripts cannot read. It contains a JSON Web Token that names the user; `authenticate` reads
 * it from the sockets' handshakes. Signing in and out uses HTTP, because only an HTTP response can set a cookie; all other requests of a
 * page use its socket.
 */
import { randomUUID } from 'node:crypto';
import express, { Router, type CookieOptions, type ErrorRequestHandler, type NextFunction, type Request, type Response } from 'express';
import { SignJWT } from 'jose';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { z } from 'zod';
import { BackendError, jwt, type Handshake } from 'backbone.iobind/server';
import { end, hasEnded, signIn, type Login } from './accounts';
import type { Database } from './database';
import { isName } from './lists';

const cookie = 'done_login';
const days = 30;

const Credentials = z.object(
  {
    name: z
      .string('A name must be a string.')
      .transform(text => text.trim().normalize('NFKC').toLowerCase())
      .refine(isName, 'A name has up to 50 letters, digits and hyphens.'),
    password: z
      .string('A password must be a string.')
      .min(8, 'A password has at least 8 characters.')
      .max(200, 'A password has at most 200 characters.')
      // Keyboards differ in the code points they produce for the same letter.
      .transform(text => text.normalize('NFKC')),
  },
  'A login is a name and a password.',
);

export type Authenticate = (handshake: Pick<Handshake, 'headers'>) => Promise<Login | undefined>;

/** An invalid cookie (forged, or older than the database) counts as no cookie, and so does that of a login that has ended. */
export function authenticateBy(key: Uint8Array, accounts: Database['accounts']): Authenticate {
  const readToken = jwt({ secret: key, cookie, required: false });
  return async ({ headers }) => {
    try {
      const login = (await readToken({ headers, auth: {} } as Handshake)) as Login | undefined;
      return login && !(await hasEnded(accounts, login)) ? login : undefined;
    } catch (error) {
      if (error instanceof BackendError && error.code === 'unauthorized') return undefined;
      throw error;
    }
  };
}

export interface LoginOptions {
  accounts: Database['accounts'];
  key: Uint8Array;
  authenticate: Authenticate;
  /** One of this user's logins has ended. */
  revoke(name: string): Promise<void>;
}

export function createLogin({ accounts, key, authenticate, revoke }: LoginOptions): Router {
  const router = Router();
  router.post(['/login', '/logout'], sameOrigin, express.json({ limit: '2kb', strict: false }));

  router.post('/login', async (request, response) => {
    const { name, password } = parse(request.body);
    await limitGuesses(name, request.ip ?? '');
    await signIn(accounts, name, password);
    const login = new SignJWT().setProtectedHeader({ alg: 'HS256' }).setSubject(name).setJti(randomUUID()).setExpirationTime(`${days}d`);
    response.cookie(cookie, await login.sign(key), { ...cookieOptions(request), maxAge: days * 86_400_000 }).json({ name });
  });

  router.post('/logout', async (request, response) => {
    const login = await authenticate(request);
    if (login) {
      await end(accounts, login);
      await revoke(login.id);
    }
    response.clearCookie(cookie, cookieOptions(request)).json({});
  });

  router.use(explain);
  return router;
}

const cookieOptions = (request: Request): CookieOptions => ({ httpOnly: true, sameSite: 'lax', secure: request.secure, path: '/' });

function parse(body: unknown): z.infer<typeof Credentials> {
  const { data, error } = Credentials.safeParse(body);
  if (error) throw new BackendError('invalid', error.issues[0]?.message ?? 'A login is a name and a password.');
  return data;
}

/** Only our own pages may sign a user in or out. Programs other than browsers send neither header, and are allowed. */
function sameOrigin({ headers }: Request, _response: Response, next: NextFunction): void {
  const { origin, host, 'sec-fetch-site': site = 'same-origin' } = headers;
  const isOurs = site === 'same-origin' && (origin === undefined || (URL.canParse(origin) && new URL(origin).host === host));
  next(isOurs ? undefined : new BackendError('forbidden', 'Pages of other sites cannot sign anybody in or out.'));
}

const guesses = new RateLimiterMemory({ keyPrefix: 'name', points: 10, duration: 60 });
const visits = new RateLimiterMemory({ keyPrefix: 'address', points: 100, duration: 60 });

/** Counts a name's guesses per address: otherwise anyone could block another user from signing in. */
async function limitGuesses(name: string, address: string): Promise<void> {
  try {
    await Promise.all([guesses.consume(`${address} ${name}`), visits.consume(address)]);
  } catch (error) {
    if (error instanceof Error) throw error;
    throw new BackendError('rate_limited', 'Too many attempts. Wait a minute, and try again.');
  }
}

const statuses: { [code: string]: number } = { invalid: 400, wrong_password: 401, forbidden: 403, rate_limited: 429 };

const explain: ErrorRequestHandler = (error: Error & { status?: number }, _request, response, next) => {
  if (response.headersSent) {
    next(error);
  } else if (error instanceof BackendError) {
    response.status(statuses[error.code] ?? 400).json({ code: error.code, message: error.message });
  } else if (error.status && error.status < 500) {
    response.status(error.status).json({ code: 'invalid', message: 'A login is a name and a password, as JSON.' });
  } else {
    console.error(error);
    response.status(500).json({ code: 'internal', message: 'Internal server error. Nothing was changed.' });
  }
};
