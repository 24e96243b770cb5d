// Runs eight live pages, two nodes and a PostgreSQL, all of them real processes, for a minute. Meanwhile connections are cut, muted, slowed
// down or lose data, processes are killed or suspended, and rights change. Afterwards no acknowledged write may be lost, no write done
// twice or unsettled, no list different from the database, and no resource leaked. Then six mistakes are planted, one per run: each must be
// found.
//   node test/run/chaos.mjs [--seed n] [--seconds n] [--plant name]
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { finish, line } from '../support/counts.mjs';
import { endDaemons } from '../support/daemon.mjs';
import { findPostgres } from '../support/postgres.mjs';
import { plants } from '../chaos/plants.mjs';
import { isFound, run } from '../chaos/run.mjs';

const text = { type: 'string' };
const { values } = parseArgs({ options: { seed: text, seconds: text, plant: text } });
const seed = Number(values.seed ?? randomInt(2 ** 31));
const [most, longest, leastDone] = [5, 6_000, 20];

if (!findPostgres()) {
  console.log('PostgreSQL is not installed: this part is left out.');
  console.log(line({ passed: 0, failed: 0, skipped: 1 }));
  process.exit();
}

console.log(`seed ${seed}`);
const checks = [];
if (!values.plant || values.plant === 'none') await clean();
for (const plant of values.plant === 'none' ? [] : values.plant ? [values.plant] : Object.keys(plants)) await planted(plant);
await endDaemons();
for (const [holds, fault] of checks) if (!holds) console.log(`✗ ${fault}`);
finish({ passed: checks.filter(([holds]) => holds).length, failed: checks.filter(([holds]) => !holds).length });
process.exit();

async function clean() {
  const { findings, counts } = await run({ seed, seconds: Number(values.seconds ?? 60) }).catch(broken);
  tell(counts);
  checks.push([counts.done >= leastDone, `Only ${counts.done} writes were done: this has tested little.`]);
  const words = { lost: 'acknowledged writes lost', twice: 'done twice', unsettled: 'unsettled', diverged: 'diverged', leaked: 'leaked' };
  console.log(Object.entries(words).map(([name, what]) => `${findings[name].length} ${what}`).join(', '));
  for (const [name, what] of Object.entries(words)) {
    const list = findings[name];
    checks.push([!list.length, `${list.length} ${what}:\n${list.slice(0, most).map(one => `  ${one.slice(0, longest)}`).join('\n')}`]);
  }
}

async function planted(plant) {
  const start = performance.now();
  const { findings, counts } = await run({ seed, plant, ...plants[plant], ...(values.seconds && { seconds: Number(values.seconds) }) }).catch(broken);
  const [[name, [first] = []] = []] = Object.entries(findings).filter(([, list]) => list.length);
  const seconds = ((performance.now() - start) / 1_000).toFixed(0);
  if (values.plant) tell(counts);
  console.log(isFound(findings) ? `"${plant}" is found after ${seconds} s: ${name}, ${first.slice(0, 200)}` : `"${plant}" is not found in ${seconds} s`);
  checks.push([isFound(findings), `The mistake "${plant}" was planted, and not found.`]);
}

function tell({ faults, errors, ...counts }) {
  for (const [what, numbers] of Object.entries({ faults, counts, errors })) {
    console.log(`${what}: ${Object.entries(numbers).map(([name, count]) => `${count} ${name}`).join(', ')}`);
  }
}

// The run itself has failed: that is not a finding about the library.
async function broken(error) {
  console.log(`✗ ${error.stack}`);
  await endDaemons();
  finish({ passed: 0, failed: 1 });
  process.exit();
}
