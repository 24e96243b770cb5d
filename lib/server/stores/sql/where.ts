// A filter as SQL that gives exactly the results of `matches`. Paths and values are parameters, the paths as lax jsonpath, which enters
// lists one level deep, as filters do. Comparisons in jsonpath would also enter lists within lists, so each checks the type first.

import type { Condition } from '../../filter';

/** Adds a value to the parameters, and returns its placeholder: `$3`. */
export type Parameter = (value: unknown) => string;

type Leaf = Exclude<Condition, { of: unknown }>;

const operators = { gt: '>', gte: '>=', lt: '<', lte: '<=' };

export function whereSql(condition: Condition, parameter: Parameter): string {
  if ('of' in condition) return groupSql(condition.is, condition.of.map(one => whereSql(one, parameter)));
  const [first, ...below] = condition.path;
  if (first !== 'id') return leafSql(condition, parameter);
  // The id is a string: there is nothing below it.
  return below.length ? String(condition.is === 'in' && condition.values.includes(null)) : idSql(condition, parameter);
}

function groupSql(is: 'all' | 'any' | 'none', members: readonly string[]): string {
  switch (is) {
    case 'all': return `(${members.join(' and ') || 'true'})`;
    case 'any': return `(${members.join(' or ') || 'false'})`;
    case 'none': return `not (${members.join(' or ') || 'false'})`;
  }
}

function idSql(condition: Leaf, parameter: Parameter): string {
  if (condition.is === 'contains') return `strpos(id, ${parameter(condition.text)}) > 0`;
  if (condition.is === 'in') return `id = any(${parameter(condition.values.filter(value => typeof value === 'string'))}::text[])`;
  return typeof condition.value === 'string' ? `id ${operators[condition.is]} ${parameter(condition.value)}` : 'false';
}

function leafSql(condition: Leaf, parameter: Parameter): string {
  const path = `$${condition.path.map(name => `.${JSON.stringify(name)}`).join('')}`;
  if (condition.is === 'contains') {
    const texts = parameter(`${path} ? (@.type() == "string")`);
    const text = parameter(condition.text);
    return `exists (select from jsonb_path_query(attributes, ${texts}::jsonpath) as one where strpos(one #>> '{}', ${text}) > 0)`;
  }
  const exists = (test: string, value: unknown): string =>
    `jsonb_path_exists(attributes, ${parameter(path + test)}::jsonpath, ${parameter(JSON.stringify({ value }))}::jsonb)`;
  if (condition.is === 'in') {
    const fits = exists(' ? (@.type() != "array" && @ == $value[*])', condition.values);
    return condition.values.includes(null) ? `(${fits} or not ${exists('', null)})` : fits;
  }
  const { is, value } = condition;
  return exists(` ? (@.type() == "${typeof value}" && @ ${operators[is]} $value)`, value);
}
