// Checks what a client sends by a schema of any library that knows Standard Schema (standardschema.dev): Zod, Valibot, ArkType, …

import { BackendError } from '../errors';
import type { Attributes } from '../store';
import type { Layer } from '../types';

/** The part of Standard Schema that is needed here, as its specification writes it. */
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

/**
 * A layer that puts what the schema makes of the model in its place, or refuses it with `invalid` and `issues`, a list of `{ path,
 * message }`. The id of a saved model is not the schema's affair: it is kept apart.
 *
 *     todos.use('create', 'update', validate(Todo));
 *     todos.patch(validate(Todo.partial()));
 */
export function validate(schema: Schema): Layer {
  return async (req, _res, next) => {
    const { [req.idAttribute]: id, ...rest } = req.model;
    const isSaved = req.method !== 'create' && id !== undefined;
    if (isSaved && req.method === 'patch' && rest.id === id) delete rest.id;
    const result = await schema['~standard'].validate(isSaved ? rest : req.model);
    if (result.issues) throw refusal(result.issues);
    req.model = { ...(result.value as Attributes), ...(isSaved && { [req.idAttribute]: id }) };
    next();
  };
}

function refusal(all: readonly Issue[]): BackendError {
  const issues = all.map(({ message, path = [] }) => ({ path: path.map(nameOf), message }));
  return new BackendError('invalid', issues[0]?.message ?? 'The data is not valid.', { issues });
}

const nameOf = (step: PropertyKey | { readonly key: PropertyKey }): string | number => {
  const key = typeof step === 'object' ? step.key : step;
  return typeof key === 'number' ? key : String(key);
};
