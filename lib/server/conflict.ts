// A conflict carries the document as it is by now. A client is told of it what he may see, also where a layer of the server's own
// has asked a store and passes the error on.

import { BackendError } from './errors';
import { matches } from './filter';
import type { Document } from './store';
import { answer } from './store-layer';
import { isObject } from './stores/base';
import type { Request } from './types';

/** The error as it is for whoever has asked; any other error is as it was. */
export function conflictFor(req: Request, error: unknown): unknown {
  if (!(error instanceof BackendError) || error.code !== 'conflict' || !isDocument(error.details.document)) return error;
  const { channel, scope: { where } } = req;
  const { document, ...details } = error.details;
  const { id, attributes, channel: its } = document as Document;
  const isOpen = its === channel && (!where || matches(where, { ...attributes, id }));
  const seen = isOpen && { document: answer(req, document as Document) };
  return new BackendError('conflict', error.message, { ...details, ...seen });
}

/** As stores have them; what a layer has made for clients itself is its own affair. */
const isDocument = (value: unknown): boolean =>
  isObject(value) && typeof value.id === 'string' && typeof value.channel === 'string' && isObject(value.attributes);
