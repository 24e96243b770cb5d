// Formats the measurements as the table in README.md: the median of all rounds and, for each peer, that median divided by ours.

export const median = all => {
  const sorted = [...all].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
};

const digits = value => (value >= 10 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(2))));
const ms = value => `${digits(value)} ms`;
const bytes = value => (value < 10_000 ? `${digits(value)} B` : `${(value / 1e6).toFixed(1)} MB`);

// `most` is the goal. A row is `isExact` if its figure does not depend on how busy the machine is.
export const rows = [
  { title: 'catch up: 10 of 10,000 documents have changed', of: ({ catchUp }) => catchUp?.time, show: ms, most: 8 },
  { title: 'the same in bytes, both ways, handshake included', of: ({ catchUp }) => catchUp?.bytes, show: bytes, most: 4_000, isExact: true },
  { title: 'from a write to the last of 1,000 pages', of: ({ fanOut }) => fanOut?.last, show: ms },
  { title: 'writes a second, told to 1,000 pages on 100 lists (more is better)', of: ({ publish }) => publish?.rate, show: digits },
  { title: 'memory per document held, its model included', of: ({ catchUp }) => catchUp?.memory, show: bytes },
  { title: 'messages to a page per change, at 1,000 changes a second', of: ({ load }) => load?.messages, show: digits, most: 0.1, isExact: true },
];

// `rounds`: for each round, the measurements of each peer by its name; `peers`: [[name, title], …], ours first.
export function tableOf(rounds, peers) {
  const [[ours]] = peers;
  const cell = ({ of, show }, name) => {
    const [figure, own] = [name, ours].map(peer => median(rounds.map(round => of(round[peer])).filter(one => one !== undefined)));
    if (Number.isNaN(figure)) return '–';
    return name === ours ? show(figure) : `${digits(figure / own)} × (${show(figure)})`;
  };
  const lines = [
    ['', ...peers.map(([, title]) => title), 'goal'],
    ['---', ...peers.map(() => '---'), '---'],
    ...rows.map(row => [row.title, ...peers.map(([name]) => cell(row, name)), row.most === undefined ? '' : `≤ ${row.show(row.most)}`]),
  ];
  return lines.map(cells => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |')).join('\n');
}

// The missed goals of our own figures.
export function missed(rounds, ours) {
  return rows.flatMap(({ title, of, show, most, isExact }) => {
    const figure = median(rounds.map(round => of(round[ours])));
    return figure > most ? [{ sentence: `${title}: ${show(figure)}, and not ≤ ${show(most)}`, isExact }] : [];
  });
}
