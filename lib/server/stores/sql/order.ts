// `sort` as SQL, in the order of filter/match.ts: missing values and null, numbers, strings by code points, objects and lists, false, true;
// ties by id. The column of the ids and the strings have the collation "C", which is that of code points.

import type { Parameter } from './where';

const rank = (value: string): string => `case jsonb_typeof(${value})
  when 'number' then 1 when 'string' then 2 when 'object' then 3 when 'array' then 3
  when 'boolean' then case when ${value} = 'true' then 5 else 4 end else 0 end`;
const number = (value: string): string => `case when jsonb_typeof(${value}) = 'number' then (${value} #>> '{}')::numeric end`;
const text = (value: string): string => `case when jsonb_typeof(${value}) = 'string' then ${value} #>> '{}' end collate "C"`;

export function orderSql(sort: readonly string[], parameter: Parameter): string {
  const keys = sort.flatMap(key => {
    const path = key.replace(/^-/, '');
    const direction = key === path ? 'asc' : 'desc';
    if (path === 'id') return [`id ${direction}`];
    const value = `(attributes #> ${parameter(path.split('.'))}::text[])`;
    return [rank, number, text].map(part => `${part(value)} ${direction}`);
  });
  return [...keys, 'id'].join(', ');
}
