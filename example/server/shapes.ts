/**
 * The attributes of a todo that a client may send. Other keys are left out. Invalid values are refused with the first of these messages
 * that applies.
 */
import { z } from 'zod';
import { isList } from './lists';

const longestTitle = 200;

const title = z
  .string('A title must be a string.')
  // A title is one line.
  .transform(text => text.replace(/\p{Cc}+/gu, ' ').trim())
  .pipe(
    z
      .string()
      .min(1, 'A todo needs a title.')
      .max(longestTitle, `A title has at most ${longestTitle} characters.`),
  );

const list = z.string('The name of a list must be a string.').refine(isList, 'There can be no list of this name.').default('');

export const Todo = z.object({ title, done: z.boolean('"done" must be true or false.').default(false) });
export const PartOfTodo = Todo.partial();
/** Only a new todo may name its list: it stays there. */
export const NewTodo = Todo.extend({ list });
