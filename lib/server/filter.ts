// (being written) Filters and field lists: a small, safe part of MongoDB's grammar.

import type { Json } from './store';

export type Where = { [path: string]: Json };
export type Fields = readonly string[];
export interface Scope {
  where?: Where;
  fields?: Fields;
}
