/**
 * What a client may send of a todo, and nothing else: keys that are not named here are left out, and any other shape is refused with
 * the first of these sentences that fits.
 */
import { z } from 'zod';
import { isList } from './lists';

const longestTitle = 200;

const title = z
  .string('A title is a text.')
  // A title is one line.
  .transform(text => text.replace(/\p{Cc}+/gu, ' ').trim())
  .pipe(
    z
      .string()
      .min(1, 'A todo needs a title.')
      .max(longestTitle, `A title has at most ${longestTitle} characters.`),
  );

const list = z.string('A list is named by a text.').refine(isList, 'There can be no list of this name.').default('');

export const Todo = z.object({ title, done: z.boolean('"done" is true or false.').default(false) });
export const PartOfTodo = Todo.partial();
/** It stays on the list where it was made. */
export const NewTodo = Todo.extend({ list });
