// One run: everybody is live, faults for so many seconds while everybody writes, then rest; and what is wrong afterwards. Nothing here
// depends on how long something takes: what must be right in the end is looked at when everybody has been told so often that he must know.
import { setTimeout as pause } from 'node:timers/promises';
import { chanceOf } from '../support/fuzz-frames.mjs';
import { packOfFaults } from './faults.mjs';
import { startProgram } from './program.mjs';
import { persist, setLevel } from './rights.mjs';
import { differences, shownOf, viewsOf, nameOf } from './views.mjs';
import { openWorld } from './world.mjs';

// Milliseconds, for whatever has to come to an end.
const patience = 120_000;
// Messages to a subscription: each hears one with each tick, at least.
const enough = 5;
const looks = 3;

// Resolves with { findings, counts }: of a run with a mistake planted, as soon as something is found.
export async function run({ seed, seconds, plant, only }) {
  const chance = chanceOf(seed);
  const world = await openWorld({ seed, plant, chance });
  try {
    const stopsEarly = !!plant;
    await untilLive(world);
    const early = await storm(world, { seconds, only, stopsEarly });
    if (stopsEarly && isFound(early)) return report(world, early);
    return report(world, await judge(world, stopsEarly));
  } finally {
    await world.close();
  }
}

export const isFound = findings => Object.values(findings).some(list => list.length);

const report = ({ counts, history }, findings) => ({ findings, counts: { faults: counts, ...history.counts(), errors: history.errors() } });

// Faults begin one after the other, and last beside each other.
async function storm(world, { seconds, only, stopsEarly }) {
  await world.askAll(world.programs, 'begin');
  const stop = startProgram(world);
  const running = new Set();
  const pack = packOfFaults(world, only);
  let findings = {};
  for (const end = performance.now() + seconds * 1_000; performance.now() < end && !(stopsEarly && isFound(findings));) {
    const { name, fault } = pack.next().value;
    const one = Promise.resolve(fault(world)).then(isDone => isDone !== false && world.count(name)).finally(() => running.delete(one));
    running.add(one);
    await pause(100 + world.below(500));
    if (await world.history.read().catch(() => false)) findings = world.history.findings();
  }
  await Promise.all(running);
  stop();
  return findings;
}

async function judge(world, stopsEarly) {
  const { history, programs, levels, nodes } = world;
  await world.askAll(programs, 'rest');
  for (const name of levels.keys()) await persist(() => setLevel(world, name, world.below(3)));
  await world.askAll(programs, 'again');
  const unsettled = [...await untilSettled(world), ...[...nodes, ...programs].flatMap(({ ends }) => ends)];
  const { diverged, unsettled: notLive } = await compare(world);
  await world.askAll(programs, 'seen');
  await history.read();
  const { lost, twice, leaked } = history.findings();
  diverged.push(...history.strayed());
  const findings = { lost, twice, unsettled: [...unsettled, ...notLive], diverged, leaked };
  if (!(stopsEarly && isFound(findings))) findings.leaked.push(...await leftovers(world, nodes));
  return findings;
}

const statesOf = async ({ askAll, programs }) => (await askAll(programs, 'state')).flat();

// Polls until it holds, or not any more.
async function until(holds) {
  for (const end = performance.now() + patience; performance.now() < end;) {
    if (await holds()) return true;
    await pause(100);
  }
  return false;
}

const isQuiet = state => state === 'live' || state === 'closed';

async function untilLive(world) {
  const isLive = async () => (await statesOf(world)).every(({ states }) => Object.values(states).every(state => state === 'live'));
  if (!await until(isLive)) throw new Error(`The pages have not become live: ${JSON.stringify(await statesOf(world))}`);
}

async function untilSettled(world) {
  await until(async () => (await statesOf(world)).every(({ pending }) => !pending));
  return world.history.unsettled((await statesOf(world)).map(({ life }) => life));
}

// Each list with the database, when each subscription has been told so often that it must be right.
async function compare(world) {
  const { askAll, programs } = world;
  const isTold = ({ states, told }) => {
    const all = Object.values(states);
    return all.every(isQuiet) && told.filter(count => count >= enough).length >= all.filter(state => state === 'live').length;
  };
  let diverged = [];
  for (let look = 0; look < looks; look += 1) {
    await askAll(programs, 'again');
    await askAll(programs, 'deafen');
    const isReady = await until(async () => (await statesOf(world)).every(isTold));
    if (!isReady) return { diverged, unsettled: [await complaint(world)] };
    diverged = await diverging(world);
    if (!diverged.length) break;
  }
  return { diverged, unsettled: [] };
}

// With what the database is doing, and the last words of the nodes.
async function complaint(world) {
  const states = JSON.stringify(await statesOf(world));
  const doing = await world.query("select state, wait_event, query from pg_stat_activity where datname = current_database() and state <> 'idle'");
  const words = world.nodes.map(({ said }) => said.slice(-1_000)).join('\n');
  return `Some subscriptions are not live, or not told anything: ${states}\n${JSON.stringify(doing)}\n${words}`;
}

async function diverging({ askAll, programs, query, levels }) {
  const documents = await query('select id, channel, attributes from things');
  const words = [];
  for (const { number, life, lists } of (await askAll(programs, 'shown')).flat()) {
    for (const view of viewsOf(number)) {
      const expected = shownOf(view, documents, levels.get(nameOf(number)));
      words.push(...differences(lists[view.name], expected).map(difference => `In "${view.name}" of ${life}, ${difference}`));
    }
  }
  return words;
}

// Of pages that have stopped, then of pages that have gone.
async function leftovers(world, nodes) {
  const { askAll, programs, lines, query } = world;
  await askAll(programs, 'stop');
  const keptBy = async () => (await askAll(programs, 'kept')).flat().filter(({ kept, bare }) => JSON.stringify(kept) !== JSON.stringify(bare));
  const left = async () => total((await askAll(nodes, 'left')).filter(Boolean));
  const is = async sockets => {
    const { sessions, sockets: count, ...others } = await left();
    return sessions === sockets && count === sockets && Object.values(others).every(number => number === 0);
  };
  const words = [];
  if (!await until(async () => !(await keptBy()).length)) words.push(`Pages keep ${JSON.stringify(await keptBy())}`);
  if (!await until(() => is(lines.length))) words.push(`Of ${lines.length} pages that have stopped, nodes keep ${JSON.stringify(await left())}`);
  await askAll(programs, 'close');
  if (!words.length && !await until(() => is(0))) words.push(`Of pages that have gone, nodes keep ${JSON.stringify(await left())}`);
  const idle = await query("select query from pg_stat_activity where state like 'idle in transaction%'");
  return [...words, ...idle.map(one => `A transaction has been left open after ${one.query}`)];
}

function total(all) {
  const sum = {};
  for (const one of all) for (const [name, count] of Object.entries(one)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
