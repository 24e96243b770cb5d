// What happens to lines, processes and the database, and how it is over again: each resolves then. How long it lasts is drawn by lot.
import { setTimeout as pause } from 'node:timers/promises';
import { changeRights } from './rights.mjs';

const between = ({ chance }, least, most) => Math.round(least + chance() * (most - least));
const oneOf = ({ below }, list) => list[below(list.length)];

// What has begun with a line, or a process, is over before the next begins with it.
const busy = new Set();

// Resolves with whether it was done.
async function alone(one, work) {
  if (busy.has(one)) return false;
  busy.add(one);
  try {
    await work();
  } finally {
    busy.delete(one);
  }
  return true;
}

const onLine = (begin, longest) => world => {
  const line = oneOf(world, world.lines);
  return alone(line, async () => {
    begin(line, world);
    await pause(between(world, 100, longest));
    // What was under way may be lost, or arrive after all.
    if (world.chance() < 0.5) line.cut();
    line.heal();
  });
};

// Seldom to all of a kind at once: then nothing goes on.
const onProgram = (kind, work) => world => {
  const programs = world[kind];
  const program = oneOf(world, programs);
  if (world.chance() < 0.8 && programs.some(one => busy.has(one))) return false;
  return alone(program, () => work(program, world));
};

const kill = onProgram('nodes', async (node, world) => {
  await node.kill();
  await pause(between(world, 0, 1_500));
  await startAgain(node);
});

// It ends where there is no database at the moment.
async function startAgain(node) {
  for (let left = 20; ; left -= 1) {
    try {
      return await node.start();
    } catch (error) {
      if (!left) throw error;
      await pause(500);
    }
  }
}

const killPages = onProgram('programs', async program => {
  await program.kill();
  await program.start();
  await program.ask('begin');
});

const stopFor = async (program, world) => {
  program.pause();
  await pause(between(world, 300, 5_000));
  program.resume();
};

// Of one node, or also of the other: commits in progress may have been done or not.
const cutDatabase = ({ query, chance }) =>
  query('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and random() < $1', [chance()])
    .catch(() => {});

// Everybody's transactions end, what was committed is kept.
const restartDatabase = world => alone(world.postgres, () => world.postgres.restart());

// How many cards each has in the pack.
const faults = {
  cut: [6, onLine(line => line.cut(), 100)],
  'mute upwards': [5, onLine(line => line.mute('up'), 5_000)],
  'mute downwards': [5, onLine(line => line.mute('down'), 5_000)],
  'black hole': [4, onLine(line => line.hole(), 7_000)],
  refuse: [3, onLine(line => (line.refuse(), line.cut()), 2_000)],
  delay: [4, onLine((line, world) => line.delay(between(world, 20, 400)), 4_000)],
  'kill -9 of a node': [4, kill],
  'stopped node': [2, onProgram('nodes', stopFor)],
  'kill -9 of pages': [1, killPages],
  'stopped pages': [2, onProgram('programs', stopFor)],
  'cut database': [2, cutDatabase],
  'restarted database': [1, restartDatabase],
  'lost messages': [4, onProgram('nodes', (node, world) => node.ask('lose', between(world, 1, 10)).catch(() => {}))],
  rights: [6, world => changeRights(world, alone)],
};

// One after the other, shuffled anew when all have been drawn: so that a run has some of each.
export function* packOfFaults({ below }, only = Object.keys(faults)) {
  for (;;) {
    const pack = Object.entries(faults).filter(([name]) => only.includes(name)).flatMap(([name, [cards, fault]]) => Array(cards).fill({ name, fault }));
    while (pack.length) yield pack.splice(below(pack.length), 1)[0];
  }
}
