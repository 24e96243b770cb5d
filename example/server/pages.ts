/**
 * The Express side of it: one page under three addresses, and the files it names.
 */
import { dirname, join } from 'node:path';
import express, { type Express } from 'express';

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

export function createPages(): Express {
  const app = express();
  app.disable('x-powered-by');
  // Express shows stacks to visitors in any other environment.
  app.set('env', 'production');
  app.use((_request, response, next) => {
    response.set(headers);
    next();
  });

  // Each filter has an address of its own, which a reload must find again.
  app.get(['/', '/active', '/completed'], (_request, response) => response.sendFile(join(here, 'index.html')));
  app.use(express.static(here));
  app.use('/dist', express.static(dist));
  app.get('/vendor/:name', (request, response, next) => {
    const { name } = request.params;
    if (Object.hasOwn(vendor, name)) response.sendFile(vendor[name] ?? '');
    else next();
  });
  return app;
}
