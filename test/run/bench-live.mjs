// Compares live collections with other libraries for Backbone pages, in about five minutes on an otherwise idle machine. The peers take
// turns, and each figure is the median of all rounds. Prints the table of README.md; --write puts it there.
//   node test/run/bench-live.mjs [--rounds n] [--write]
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { catchUp, fanOut, load, publish } from '../bench/measures.mjs';
import { missed, tableOf } from '../bench/table.mjs';
import { root } from '../support/page-scripts.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, write: { type: 'boolean' } } });

const all = { catchUp, fanOut, publish, load };
const peers = [
  ['live', '`ioSubscribe`', all],
  ['recovery', 'Socket.IO with recovery', all],
  ['late', 'the same, after 2 minutes', { catchUp }],
  ['feathers', 'Feathers', all],
  ['classic', '0.4.9', all],
];

const rounds = [];
for (let n = 0; n < Number(values.rounds); n += 1) rounds.push(await round(n));

const report = `${tableOf(rounds, peers)}\n\n${circumstances()}`;
console.log(`\n${report}\n`);
if (values.write) await write(report);
process.exitCode = judge();

// Each round begins with a different peer.
async function round(n) {
  const figures = {};
  for (const [name, , measures] of [...peers.slice(n % peers.length), ...peers.slice(0, n % peers.length)]) {
    figures[name] = {};
    for (const [key, measure] of Object.entries(measures)) figures[name][key] = await measure(name);
    console.log(`round ${n + 1}, ${name}: ${JSON.stringify(figures[name], (_key, value) => (value > 10 ? Math.round(value) : value))}`);
  }
  return figures;
}

// Only exact figures must reach their goals. For figures that depend on the machine, a missed goal is only printed.
function judge() {
  const faults = missed(rounds, 'live');
  for (const { sentence, isExact } of faults) console.log(`${isExact ? '✗' : 'On this machine, now:'} ${sentence}`);
  const slowest = Math.min(...rounds.flatMap(figures => Object.values(figures).map(one => one.load?.perSecond ?? Infinity)));
  if (slowest < 900) console.log(`Another run, please: 1,000 changes a second were ${Math.round(slowest)}, so the machine was busy.`);
  return faults.some(({ isExact }) => isExact) ? 1 : 0;
}

function circumstances() {
  const require = createRequire(import.meta.url);
  const version = name => require(`${name}/package.json`).version;
  return `Medians of ${rounds.length} rounds in one run, the peers by turns, on ${availableParallelism()} cores: Node ${process.versions.node}, `
    + `Socket.IO ${version('socket.io')}, Feathers ${version('@feathersjs/feathers')}.`;
}

async function write(text) {
  const path = join(root, 'README.md');
  const readme = await readFile(path, 'utf8');
  const parts = readme.split(/(?<=<!-- bench -->\n)[\s\S]*(?=<!-- \/bench -->)/);
  if (parts.length !== 2) throw new Error('README.md has no place between bench marks.');
  await writeFile(path, `${parts[0]}\n${text}\n\n${parts[1]}`);
}
