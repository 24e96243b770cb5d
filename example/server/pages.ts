/**
 * The Express side of it: one page under the address of every list, and the files it names.
 */
import { dirname, join } from 'node:path';
import express, { type Express, type NextFunction, type Request, type Response, type Router } from 'express';
import { addressOf } from './lists';

const here = join(__dirname, '../public');
const dist = join(__dirname, '../../dist');

/** The page's libraries come out of node_modules, each from its package's own folder. */
const vendor: Record<string, string> = {
  'jquery.js': join(dirname(require.resolve('jquery/slim')), 'jquery.slim.min.js'),
  'underscore.js': join(dirname(require.resolve('underscore')), 'underscore-umd-min.js'),
  'backbone.js': join(dirname(require.resolve('backbone')), 'backbone-min.js'),
};

/**
 * Only our own files, and nothing inline: a title that is markup could not run, even if a view forgot to escape it.
 * `connect-src 'self'` includes the web socket of this host.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const headers = {
  'Content-Security-Policy': policy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

export function createPages(login: Router): Express {
  const app = express();
  app.disable('x-powered-by');
  // Express shows stacks to visitors in any other environment.
  app.set('env', 'production');
  // A proxy on this machine tells whether a visitor came by HTTPS, and from where.
  app.set('trust proxy', 'loopback');
  app.use((_request, response, next) => {
    response.set(headers);
    next();
  });
  app.use(login);
  app.use(serveLists);
  app.get('/index.html', (_request, response) => response.redirect(301, '/'));
  app.use(express.static(here, { index: false, redirect: false }));
  app.use('/dist', express.static(dist, { index: false, redirect: false }));
  app.get('/vendor/:name', (request, response, next) => {
    const { name } = request.params;
    if (Object.hasOwn(vendor, name)) response.sendFile(vendor[name] ?? '');
    else next();
  });
  app.use((_request, response) => {
    response.status(404).sendFile(join(here, 'missing.html'));
  });
  return app;
}

/** What is no list may still be a file. Trailing slashes and capital letters are redirected, so that a list has one address. */
function serveLists(request: Request, response: Response, next: NextFunction): void {
  const address = request.method === 'GET' || request.method === 'HEAD' ? addressOf(request.path) : undefined;
  if (address === undefined) next();
  else if (address === request.path) response.sendFile(join(here, 'index.html'));
  else response.redirect(301, address);
}
