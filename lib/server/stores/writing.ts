// The four writes of a store, made from a function that runs work on its documents. Attributes are copied and checked before anything
// is awaited, so that the caller may go on changing its own object.

import type { Documents } from '../store';
import { checkAttributes } from './base';

export type Writes = Pick<Documents, 'create' | 'update' | 'patch' | 'delete'>;

/** Runs the work on documents that it may write to. */
export type Run = <T>(work: (documents: Writes) => Promise<T>) => Promise<T>;

export const createWrites = (run: Run): Writes => ({
  create: async (attributes, options) => {
    const copy = checkAttributes(attributes);
    return run(documents => documents.create(copy, options));
  },
  update: async (id, attributes, options) => {
    const copy = checkAttributes(attributes);
    return run(documents => documents.update(id, copy, options));
  },
  patch: async (id, attributes, options) => {
    const copy = checkAttributes(attributes);
    return run(documents => documents.patch(id, copy, options));
  },
  delete: async (id, options) => run(documents => documents.delete(id, options)),
});
