/**
 * What a client may send of a todo, and nothing else: keys that are not named here are left out, and any other shape is refused with
 * the first of these sentences that fits.
 */
import { z } from 'zod';

const longestTitle = 200;

const title = z
  .string('A title is a text.')
  // A title is one line.
  .transform((text) => text.replace(/\p{Cc}+/gu, ' ').trim())
  .pipe(
    z
      .string()
      .min(1, 'A todo needs a title.')
      .max(longestTitle, `A title has at most ${longestTitle} characters.`),
  );

export const Todo = z.object({ title, done: z.boolean('"done" is true or false.').default(false) });
export const PartOfTodo = Todo.partial();
