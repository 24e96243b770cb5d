/**
 * The store keeps the todos: PostgreSQL inside this process (PGlite), in a folder. It knows nothing of sockets, and
 * what it has answered is on the disk, also when the process is killed a moment later.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { lockFolder } from './lock';

export interface Todo {
  id: string;
  title: string;
  done: boolean;
  /** Grows with each new todo; the page sorts by it. */
  order: number;
}

export type Changes = Partial<Pick<Todo, 'title' | 'done'>>;

export interface Store {
  /** The newest first. */
  all(): Promise<Todo[]>;
  get(id: string): Promise<Todo | undefined>;
  create(todo: Pick<Todo, 'title' | 'done'>): Promise<Todo>;
  /** Changes what is given and answers the whole todo. */
  update(id: string, changes: Changes): Promise<Todo | undefined>;
  remove(id: string): Promise<Todo | undefined>;
  close(): Promise<void>;
}

const columns = 'id, title, done, "order"';

const schema = `create table if not exists todos (
  id uuid primary key,
  title text not null,
  done boolean not null,
  "order" integer generated always as identity
)`;

export async function openStore(folder: string): Promise<Store> {
  // PGlite makes its files writable for everybody; the folder around them is for us alone.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const release = await lockFolder(folder);
  const db = await openDatabase(folder);

  const rows = async (sql: string, values: unknown[] = []): Promise<Todo[]> => (await db.query<Todo>(sql, values)).rows;
  const one = async (sql: string, values: unknown[]): Promise<Todo | undefined> => (await rows(sql, values))[0];

  return {
    all: () => rows(`select ${columns} from todos order by "order" desc`),
    get: (id) => one(`select ${columns} from todos where id = $1`, [id]),
    async create({ title, done }) {
      // The id is made here: one from a client could be that of another todo.
      const values = [randomUUID(), title, done];
      const todo = await one(`insert into todos (id, title, done) values ($1, $2, $3) returning ${columns}`, values);
      if (!todo) throw new Error('The database took a todo and did not return it.');
      return todo;
    },
    update: (id, { title, done }) =>
      one(
        `update todos set title = coalesce($2, title), done = coalesce($3, done) where id = $1 returning ${columns}`,
        [id, title ?? null, done ?? null],
      ),
    remove: (id) => one(`delete from todos where id = $1 returning ${columns}`, [id]),
    async close() {
      await db.close();
      await release();
    },
  };
}

/** A new database is made aside, and moved into its place when it is whole: else a kill -9 then would break it for good. */
async function openDatabase(folder: string): Promise<PGlite> {
  const place = join(folder, 'pglite');
  const making = join(folder, 'making');
  if (!existsSync(place)) {
    rmSync(making, { recursive: true, force: true });
    await (await PGlite.create(making)).close();
    renameSync(making, place);
  }
  const db = await PGlite.create(place);
  await db.exec(schema);
  return db;
}
