/**
 * What a client may send, and nothing else: `parse` throws for any other shape, and leaves out keys not named here.
 */
import { z } from 'zod';

export const longestTitle = 200;

const title = z
  .string('A title is a text.')
  // A title is one line, and PostgreSQL's text has no place for the character 0.
  .transform((text) => text.replace(/\p{Cc}+/gu, ' ').trim())
  .pipe(
    z
      .string()
      .min(1, 'A todo needs a title.')
      .max(longestTitle, `A title has at most ${longestTitle} characters.`),
  );
const done = z.boolean('"done" is true or false.');
const id = z.uuid('"id" is the id of a todo.');

const shape = <Keys extends z.ZodRawShape>(keys: Keys) => z.object(keys, 'The data is an object.');

export const NewTodo = shape({ title, done: done.default(false) });
export const SavedTodo = shape({ id });
export const WholeTodo = shape({ id, title, done });
export const PartOfTodo = shape({ id, title: title.optional(), done: done.optional() });
