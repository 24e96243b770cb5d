// The property, with what the environment says of it: LIVE_RUNS is how often, and LIVE_REAL_RUNS; LIVE_SEED and LIVE_PATH, from the first lines of a failure, repeat it.
import fc from 'fast-check';
import { beginnings, commands, gaps, realBeginnings, realCommands } from './commands.mjs';
import { found } from './found.mjs';
import { RealWorld } from './sockets.mjs';
import { World } from './world.mjs';

const { LIVE_RUNS = 10_000, LIVE_REAL_RUNS = 40, LIVE_SEED = 20261121, LIVE_PATH } = process.env;

/** The same each time, so that a change is judged by what it has changed; others are for looking further. */
export const seed = Number(LIVE_SEED);

/** Resolves with fast-check's report. */
export const check = options => checkBy(World, { numRuns: Number(LIVE_RUNS), maxLength: 20 }, beginnings, [commands, commands, commands, gaps], { examples: found, ...options });

/** With real sockets. */
export const checkReally = options => checkBy(RealWorld, { numRuns: Number(LIVE_REAL_RUNS), maxLength: 40 }, realBeginnings, [realCommands], options);

function checkBy(Kind, { numRuns, maxLength }, begin, kinds, options) {
  const lists = fc.oneof(...kinds.map(command => fc.array(command, { maxLength, size: 'max' })));
  const property = fc.asyncProperty(begin, lists, (beginning, list) => new Kind(beginning).run(list));
  return fc.check(property, { numRuns, seed, ...(LIVE_PATH && { path: LIVE_PATH }), ...options });
}

/** What is to be said of a failure. */
export const wordsOf = ({ seed, counterexamplePath, counterexample, errorInstance, numRuns }) =>
  `LIVE_SEED=${seed} LIVE_PATH=${counterexamplePath} (run ${numRuns})\n${JSON.stringify(counterexample)}\n${errorInstance?.stack}`;
