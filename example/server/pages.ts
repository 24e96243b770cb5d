/**
 * The Express application: the main page at the address of every list and search, the classic page, and the files they need.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response, type Router } from 'express';
import type { Snapshot } from 'backbone.iobind/server';
import { placeAt, type Place } from './lists';

const files = join(__dirname, '../public');
const dist = join(__dirname, '../../dist');

/** The pages' libraries, from their packages in node_modules. */
const vendor: Record<string, string> = {
  'jquery.js': join(dirname(require.resolve('jquery/slim')), 'jquery.slim.min.js'),
  'underscore.js': join(dirname(require.resolve('underscore')), 'underscore-umd-min.js'),
  'backbone.js': join(dirname(require.resolve('backbone')), 'backbone-min.js'),
};

/**
 * Only our own files, and nothing inline: markup in a title could not run a script even if a view forgot to escape it. (The todos in the
 * page are JSON, which browsers do not treat as a script.) `connect-src 'self'` includes WebSockets to this host.
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

/** Reads a part of the todos as the visitor may see it; undefined if they may not see it, or if it cannot be read now. */
export type ReadPart = (request: Request, part: NonNullable<Place['part']>) => Promise<Snapshot | undefined>;

export function createPages(login: Router, readPart: ReadPart): Express {
  const app = express();
  app.disable('x-powered-by');
  // In any other environment Express shows visitors the stacks of errors.
  app.set('env', 'production');
  // A proxy on this machine is trusted to say whether a visitor uses HTTPS, and from which address.
  app.set('trust proxy', 'loopback');
  app.use((_request, response, next) => {
    response.set(headers);
    next();
  });
  app.use(login);
  app.use(servePlaces(readPart));
  app.use(express.static(files, { index: false, redirect: false }));
  app.use('/dist', express.static(dist, { index: false, redirect: false }));
  app.get('/vendor/:name', (request, response, next) => {
    const { name } = request.params;
    if (Object.hasOwn(vendor, name)) response.sendFile(vendor[name] ?? '');
    else next();
  });
  app.use((_request, response) => {
    response.status(404).send(readPage('missing'));
  });
  return app;
}

/** Other addresses may be files. Trailing slashes and capital letters are redirected, so that each place has one address. */
function servePlaces(readPart: ReadPart): RequestHandler {
  const [main, classic] = [readPage('index'), readPage('classic')];
  return async (request: Request, response: Response, next: NextFunction) => {
    const place = request.method === 'GET' || request.method === 'HEAD' ? placeAt(request.path) : undefined;
    if (!place) return next();
    if (place.address !== request.path) return response.redirect(301, place.address);
    if (!place.part) return response.send(classic);
    // No cache may keep a private list.
    response.set('Cache-Control', 'no-store').send(main.replace('>null<', `>${jsonFor(await readPart(request, place.part))}<`));
  };
}

/** Escaped, so that nothing in it ends the script element, or is a pattern for `replace`. */
const jsonFor = (data: Snapshot | undefined): string => JSON.stringify(data ?? null).replaceAll('<', '\\u003c').replaceAll('$', '$$$$');

/** Replaces comments such as `<!-- libraries.html -->` by that file, which several pages share. */
function readPage(name: string): string {
  const read = (file: string): string => readFileSync(join(__dirname, '../pages', file), 'utf8');
  return read(`${name}.html`).replace(/<!-- (\w+\.html) -->\n/g, (_all, part: string) => read(part));
}
