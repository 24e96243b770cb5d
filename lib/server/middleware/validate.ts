// A layer that checks a request's model by a schema of any Standard Schema library (zod, valibot, arktype…), and continues with the
// schema's output. Except on `create`, the schema does not see the id, which is kept.

import { BackendError } from '../errors';
import { checkAttributes } from '../stores/base';
import type { Attributes } from '../store';
import type { Layer, Request } from '../types';

/** The part of https://standardschema.dev that is used here. */
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

/** Zod's `~standard` first tries synchronously; the rejection of an async refinement would then be unhandled, and end the process. */
interface Zod {
  safeParseAsync(value: unknown): Promise<{ readonly error?: { readonly issues: readonly Issue[] }; readonly data?: unknown }>;
}

export interface ValidateOptions {
  /** The schema for a `patch`, which has only some attributes: `validate(Todo, { patch: Todo.partial() })`. */
  patch?: Schema;
}

/** As many as a page can show. A list of a million faulty items would make a million issues. */
const mostIssues = 50;

/**
 * Refuses with `invalid`, the first issue's message, and `{ issues: [{ path: ['user', 'name'], message }] }`:
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

/** The ids, and the rest. Backbone's patch has the id under `id` as well. */
function apart({ method, model, idAttribute }: Request): [ids: Attributes, rest: Attributes] {
  const isId = (name: string): boolean =>
    name === idAttribute || (method === 'patch' && name === 'id' && model.id === model[idAttribute]);
  const entries = method === 'create' ? [] : Object.entries(model).filter(([name]) => isId(name));
  const ids = Object.fromEntries(entries);
  return [ids, Object.fromEntries(Object.entries(model).filter(([name]) => !Object.hasOwn(ids, name)))];
}

/** Without the schema's defaults, which would overwrite attributes that the patch does not mention. */
const onlyGiven = (parsed: Attributes, given: Attributes): Attributes =>
  Object.fromEntries(Object.entries(parsed).filter(([name]) => Object.hasOwn(given, name)));

function refusal(issues: readonly Issue[]): BackendError {
  const shown = issues.slice(0, mostIssues).map(({ message, path = [] }) => ({
    path: path.map(nameOf),
    message,
  }));
  return new BackendError('invalid', shown[0]?.message ?? 'The document is invalid.', { issues: shown });
}

const nameOf = (step: PropertyKey | { readonly key: PropertyKey }): string | number => {
  const key = typeof step === 'object' ? step.key : step;
  return typeof key === 'symbol' ? String(key) : key;
};
