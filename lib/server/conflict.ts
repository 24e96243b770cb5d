// A conflict carries the document as it is by now. A client is told of it what he may see, also where a layer of the server's own
// has asked a store and passes the error on.

import { versionAttribute } from '../wire';
import { BackendError } from './errors';
import { matches } from './filter';
import { isObject } from './input';
import type { Document } from './store';
import { shown } from './store-layer';
import type { Request } from './types';

/** The error as it is for whoever has asked; any other error is as it was. */
export function conflictFor(req: Request, error: unknown): unknown {
  if (!(error instanceof BackendError) || error.code !== 'conflict' || !isDocument(error.details.document)) return error;
  const { channel, scope: { where }, idAttribute, versions } = req;
  const { document, ...details } = error.details;
  const { id, attributes, version } = document as Document;
  const isOpen = (document as Document).channel === channel && (!where || matches(where, { ...attributes, id }));
  const seen = isOpen && { document: { ...shown(req, attributes), [idAttribute]: id, ...(versions && { [versionAttribute]: version }) } };
  return new BackendError('conflict', error.message, { ...details, ...seen });
}

/** As stores have them; what a layer has made for clients itself is its own affair. */
const isDocument = (value: unknown): boolean =>
  isObject(value) && typeof value.id === 'string' && typeof value.channel === 'string' && isObject(value.attributes);
