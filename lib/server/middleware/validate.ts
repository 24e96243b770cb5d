// A layer that checks what a request brings by a schema of any Standard Schema library (zod, valibot, arktype…), and goes on with
// what the schema makes of it. The id is the store's business: but for a `create`, the schema neither sees nor loses it.

import { BackendError } from '../errors';
import { checkAttributes } from '../stores/base';
import type { Attributes } from '../store';
import type { Layer, Request } from '../types';

/** What https://standardschema.dev asks of a schema, as far as it is used here. */
export interface Schema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Result | Promise<Result>;
  };
}

type Result = { readonly value: unknown; readonly issues?: undefined } | { readonly issues: readonly Issue[] };

interface Issue {
  readonly message: string;
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined;
}

/** Its `~standard` tries without waiting first, and what an async refinement then rejects would end the process. */
interface Zod {
  safeParseAsync(value: unknown): Promise<{ readonly error?: { readonly issues: readonly Issue[] }; readonly data?: unknown }>;
}

export interface ValidateOptions {
  /** The schema for a `patch`, which brings some attributes only: `validate(Todo, { patch: Todo.partial() })`. */
  patch?: Schema;
}

/** As many as a page can show. What is wrong with a list of a million would be a million more. */
const mostIssues = 50;

/**
 * Refuses with `invalid`, the first issue's sentence, and `{ issues: [{ path: ['user', 'name'], message }] }`:
 *
 *     todos.use('create', 'update', validate(Todo, { patch: Todo.partial() }));
 */
export function validate(schema: Schema, { patch = schema }: ValidateOptions = {}): Layer {
  const validators = { all: validatorOf(schema), patch: validatorOf(patch) };
  return async (req, _res, next) => {
    const isPatch = req.method === 'patch';
    const [ids, given] = apart(req);
    const result = await validators[isPatch ? 'patch' : 'all'](given);
    if (result.issues) throw refusal(result.issues);
    const parsed = checkAttributes(result.value);
    req.model = { ...(isPatch ? onlyGiven(parsed, given) : parsed), ...ids };
    next();
  };
}

function validatorOf(schema: Schema): Schema['~standard']['validate'] {
  // Some libraries' schemas are functions.
  const isHolder = typeof schema === 'function' || (typeof schema === 'object' && schema !== null);
  const standard = isHolder ? schema['~standard'] : undefined;
  if (typeof standard?.validate !== 'function') {
    throw new TypeError('validate() takes a schema of a Standard Schema library, such as zod, valibot or arktype.');
  }
  const { safeParseAsync } = schema as Schema & Partial<Zod>;
  if (standard.vendor !== 'zod' || !safeParseAsync) return value => standard.validate(value);
  return async value => {
    const { error, data } = await safeParseAsync.call(schema, value);
    return error ? { issues: error.issues } : { value: data };
  };
}

/** The ids, and the rest. A patch of Backbone's has the id under `id` as well. */
function apart({ method, model, idAttribute }: Request): [ids: Attributes, rest: Attributes] {
  const isId = (name: string): boolean =>
    name === idAttribute || (method === 'patch' && name === 'id' && model.id === model[idAttribute]);
  const entries = method === 'create' ? [] : Object.entries(model).filter(([name]) => isId(name));
  const ids = Object.fromEntries(entries);
  return [ids, Object.fromEntries(Object.entries(model).filter(([name]) => !Object.hasOwn(ids, name)))];
}

/** A default that the schema fills in would overwrite what the document has. */
const onlyGiven = (parsed: Attributes, given: Attributes): Attributes =>
  Object.fromEntries(Object.entries(parsed).filter(([name]) => Object.hasOwn(given, name)));

function refusal(issues: readonly Issue[]): BackendError {
  const shown = issues.slice(0, mostIssues).map(({ message, path = [] }) => ({
    path: path.map(nameOf),
    message,
  }));
  return new BackendError('invalid', shown[0]?.message ?? 'The document is not what it must be.', { issues: shown });
}

const nameOf = (step: PropertyKey | { readonly key: PropertyKey }): string | number => {
  const key = typeof step === 'object' ? step.key : step;
  return typeof key === 'symbol' ? String(key) : key;
};
