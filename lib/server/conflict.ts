// A conflict carries the current document. The client gets only what it may see of that, also if a layer of the server's own has called a
// store and passes the error on.

import { BackendError } from './errors';
import { matches } from './filter';
import type { Document } from './store';
import { answer } from './store-layer';
import { isObject } from './stores/base';
import type { Request } from './types';

/** The error as it is for the client. Any error but a conflict is unchanged. */
export function conflictFor(req: Request, error: unknown): unknown {
  if (!(error instanceof BackendError) || error.code !== 'conflict' || !isDocument(error.details.document)) return error;
  const { channel, scope: { where } } = req;
  const { document, ...details } = error.details;
  const { id, attributes, channel: its } = document as Document;
  const isOpen = its === channel && (!where || matches(where, { ...attributes, id }));
  const seen = isOpen && { document: answer(req, document as Document) };
  return new BackendError('conflict', error.message, { ...details, ...seen });
}

/** Whether it is a document of a store. Anything else in its place was made for clients by a layer, and is passed on. */
const isDocument = (value: unknown): boolean =>
  isObject(value) && typeof value.id === 'string' && typeof value.channel === 'string' && isObject(value.attributes);
