// Another program: writes to the same table by SQL, and knows nothing of ours.
const statements = [
  "insert into things (id, channel, attributes) values ($1, $2, $3) on conflict (id) do nothing",
  "update things set attributes = attributes || $3 where id = $1 and channel = $2",
  "update things set channel = case $2 when '' then 'secret' else '' end, attributes = attributes || $3 where id = $1",
  "delete from things where id = $1 and channel = $2 and $3::jsonb is not null",
];

// Returns what ends it.
export function startProgram({ query, chance, below, count }) {
  let marks = 0;
  const timer = setInterval(() => {
    const channel = chance() < 0.5 ? '' : 'secret';
    const attributes = { mark: `sql write ${marks += 1}`, n: below(100), ...(chance() < 0.3 && { kind: 'x' }) };
    const id = `${chance() < 0.7 ? 'sql' : channel ? 'secret' : 'thing'}-${1 + below(50)}`;
    query(statements[below(statements.length)], [id, channel, attributes]).then(() => count('writes by SQL'), () => {});
  }, 100);
  return () => clearInterval(timer);
}
