// Brings the schema of a table up to date, step by step, in one transaction. If several nodes start at once, one does it, and the others
// wait and find it done. A schema of a newer version of this library is refused.

import { codeOf, type Connection, type Driver } from './driver';
import { literal, namesOf, type Names } from './names';
import { schemaLock, sharedSteps, tableSteps } from './schema';

/** The names of a table, and its epoch. */
export interface Migrated {
  readonly names: Names;
  readonly epoch: string;
}

/** Resolves once the table is there. */
export const migrate = (driver: Driver, table: string): Promise<Migrated> =>
  driver.transaction(async connection => {
    const names = namesOf(await currentSchema(connection), table);
    await connection.query('select pg_advisory_xact_lock($1::int)', [schemaLock]);
    await makeVersions(connection, names);
    await upgrade(connection, names, '', sharedSteps);
    await upgrade(connection, names, table, tableSteps);
    const [row] = await connection.query<{ epoch: string }>(`select epoch::text as epoch from ${names.versions} where part = $1`, [table]);
    return { names, epoch: row?.epoch ?? '' };
  });

async function currentSchema(connection: Connection): Promise<string> {
  const sql = `select current_schema() as schema, current_setting('server_encoding') as encoding`;
  const [{ schema, encoding } = {}] = await connection.query<{ schema?: string | null; encoding?: string }>(sql);
  if (!schema) throw new Error('No schema in the search_path of the database exists.');
  if (encoding !== 'UTF8') throw new Error(`The encoding of the database is ${encoding}, but must be UTF8.`);
  return schema;
}

// Checks first whether it exists, so that a user who may not create tables can use those that are there.
async function makeVersions(connection: Connection, { versions }: Names): Promise<void> {
  const [{ exists } = {}] = await connection.query<{ exists?: boolean }>('select to_regclass($1::text) is not null as exists', [versions]);
  if (exists) return;
  await connection.script(
    `create table ${versions} (part text primary key, version integer not null, epoch uuid not null default gen_random_uuid())`,
  );
}

type Steps = typeof sharedSteps;

async function upgrade(connection: Connection, names: Names, part: string, steps: Steps): Promise<void> {
  const found = await connection.query<{ version: number }>(`select version from ${names.versions} where part = $1`, [part]);
  const version = found[0]?.version ?? 0;
  if (version > steps.length) {
    throw new Error(
      `The database is newer than this server: ${part ? `the table "${part}"` : 'its schema'} has version ${version}, ` +
        `and ${steps.length} is the last one known here. Update the package backbone.iobind.`,
    );
  }
  if (version === steps.length) return;
  for (const step of steps.slice(version)) await connection.script(step(names)).catch((error: unknown) => explain(error, part));
  const save = `insert into ${names.versions} (part, version) values (${literal(part)}, ${steps.length})`;
  await connection.script(`${save} on conflict (part) do update set version = excluded.version`);
}

const duplicateTable = '42P07';

function explain(error: unknown, part: string): never {
  if (codeOf(error) !== duplicateTable || !part) throw error;
  throw new Error(`There is already a table "${part}" that does not belong to a store: choose another name for the store's table.`, { cause: error });
}
