// The documents of a table, over one connection. Each method is one statement, and foreseen failures are BackendErrors. The rest of a write
// (version, head, log, notification) is up to the triggers.

import { newId } from '../id';
import { conditionOf } from '../../filter';
import { parsePath } from '../../filter/path';
import type { Document, Documents, Query, Which, WriteOptions } from '../../store';
import { checkAttributes, checkChannel, checkCount, checkId, conflict, isChannel, isId, notFound, taken } from '../base';
import type { Connection } from './driver';
import type { Names } from './names';
import { orderSql } from './order';
import { whereSql, type Parameter } from './where';

/** Runs a statement that writes, and that ends with its `returning`; it is logged with this origin. */
export type Write = (sql: string, values: readonly unknown[], origin: string | undefined) => Promise<DocumentRow[]>;

/** A document as one string of JSON: drivers parse bigint and jsonb differently, and PGlite strips a byte order mark from a string. */
export interface DocumentRow {
  document: string;
}

export const documentJson = (row: string): string =>
  `json_build_object('id', ${row}.id, 'version', ${row}.version, 'channel', ${row}.channel, 'attributes', ${row}.attributes)`;

const columns = `${documentJson('documents')}::text as document`;

/** How often a create is tried, if others create and delete the same id meanwhile. */
const attempts = 5;

const documentOf = ({ document }: DocumentRow): Document => JSON.parse(document) as Document;

/** `locks`: whether documents that are read cannot be changed by others until the transaction ends. */
export function createDocuments({ documents }: Names, { query }: Pick<Connection, 'query'>, write: Write, locks: boolean): Documents {
  const read = async (id: string, which: Which = {}): Promise<Document | undefined> => {
    const [values, parameter] = parameters();
    if (!isId(id) || !isPossible(which)) return undefined;
    const sql = `select ${columns} from ${documents} documents where ${whichSql(which, parameter, id)}${locks ? ' for update' : ''}`;
    const [row] = await query<DocumentRow>(sql, values);
    return row && documentOf(row);
  };

  /** `verb` is the statement up to its `where`. */
  const change = async (verb: string, given: unknown[], id: string, options: WriteOptions = {}): Promise<Document> => {
    if (!isId(id) || !isPossible(options)) throw notFound();
    const { ifVersion, origin, moveTo } = options;
    for (let seen: number | undefined; ;) {
      const [values, parameter] = parameters(given);
      const move = moveTo === undefined ? '' : `, channel = ${parameter(checkChannel(moveTo))}`;
      const version = ifVersion === undefined ? '' : ` and version = ${parameter(ifVersion)}::numeric`;
      const sql = `${verb}${verb.startsWith('delete') ? '' : move} where ${whichSql(options, parameter, id)}${version}`;
      const [row] = await write(`${sql} returning ${columns}`, values, origin);
      if (row) return documentOf(row);
      const current = await read(id, options);
      if (!current) throw notFound();
      if (ifVersion !== undefined && ifVersion !== current.version) throw conflict(current);
      if (current.version === seen) throw kept();
      // It was created or changed between the two statements.
      seen = current.version;
    }
  };

  return {
    read,
    async create(attributes, { id = newId(), channel = '', origin } = {}) {
      const values = [checkId(id), checkChannel(channel), JSON.stringify(checkAttributes(attributes))];
      const into = `insert into ${documents} as documents (id, channel, attributes) values ($1, $2, $3::jsonb)`;
      for (let attempt = 1; ; attempt += 1) {
        const [row] = await write(`${into} on conflict (id) do nothing returning ${columns}`, values, origin);
        if (row) return documentOf(row);
        const [{ isThere } = {}] = await query<{ isThere: boolean }>(`select exists (select from ${documents} where id = $1) as "isThere"`, [id]);
        if (isThere) throw taken();
        // It may have been deleted between the two statements.
        if (attempt === attempts) throw left();
      }
    },
    async list(asked = {}) {
      checkCount('limit', asked.limit);
      checkCount('offset', asked.offset);
      if (!isPossible(asked)) return [];
      const [values, parameter] = parameters();
      const rows = await query<DocumentRow>(listSql(documents, asked, parameter), values);
      return rows.map(documentOf);
    },
    async update(id, attributes, options) {
      return change(`update ${documents} documents set attributes = $1::jsonb`, [JSON.stringify(checkAttributes(attributes))], id, options);
    },
    async patch(id, attributes, options) {
      const given = [JSON.stringify(checkAttributes(attributes))];
      return change(`update ${documents} documents set attributes = attributes || $1::jsonb`, given, id, options);
    },
    async delete(id, options) {
      return change(`delete from ${documents} documents`, [], id, options);
    },
  };
}

/** It was not there each time, and was not taken in. */
const left = (): Error => new Error('The database does not take the document: by a trigger, or a policy of row level security, on its table.');

/** For a write that has no effect although nobody else has changed the document: the table must have rules of its own. */
const kept = (): Error => new Error('The database keeps the document as it is: by a trigger, or a policy of row level security, on its table.');

function parameters(given: readonly unknown[] = []): [values: unknown[], parameter: Parameter] {
  const values = [...given];
  return [values, value => `$${values.push(value)}`];
}

/** A channel with an impossible name is empty. */
const isPossible = ({ channel }: Which): boolean => channel === undefined || isChannel(channel);

function whichSql({ channel, where }: Which, parameter: Parameter, id?: string): string {
  const tests = [
    id === undefined ? [] : `id = ${parameter(id)}`,
    channel === undefined ? [] : `channel = ${parameter(channel)}`,
    where ? whereSql(conditionOf(where), parameter) : [],
  ].flat();
  return tests.join(' and ') || 'true';
}

function listSql(documents: string, { sort = [], limit, offset, ...which }: Query, parameter: Parameter): string {
  const tests = whichSql(which, parameter);
  const order = orderSql(sort.map(checkKey), parameter);
  const most = limit === undefined ? '' : ` limit ${parameter(limit)}`;
  const from = offset ? ` offset ${parameter(offset)}` : '';
  return `select ${columns} from ${documents} documents where ${tests} order by ${order}${most}${from}`;
}

function checkKey(key: string): string {
  parsePath(key.replace(/^-/, ''));
  return key;
}
