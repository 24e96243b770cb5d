// A program in a separate process, which answers questions.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const running = new Set();
process.once('exit', () => running.forEach(child => child.kill('SIGKILL')));

// The time limit for an answer, in ms: a peer that never shows a change must not block the run.
const patience = 180_000;

// Resolves with { ask(question, ...data), stop() } when the program is ready; `ask` rejects with the program's error.
export async function start(file, ...args) {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, args, { execArgv: ['--expose-gc'], env: { ...process.env, NODE_ENV: 'production' } });
  running.add(child);
  const waiting = new Map();
  const exited = once(child, 'exit').then(() => {
    running.delete(child);
    for (const { reject, timer } of waiting.values()) {
      clearTimeout(timer);
      reject(new Error(`${file} ${args.join(' ')} has ended.`));
    }
  });
  let count = 0;
  const ask = (question, ...data) => new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${file} ${args.join(' ')} has not answered "${question}" in time.`)), patience);
    waiting.set(count += 1, { resolve, reject, timer });
    child.send({ id: count, question, data }, error => error && reject(error));
  });
  child.on('message', ({ id, error, answer }) => {
    const { resolve, reject, timer } = waiting.get(id);
    clearTimeout(timer);
    waiting.delete(id);
    if (error) reject(new Error(error));
    else resolve(answer);
  });
  await ask('ready');
  return {
    ask,
    async stop() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

// Called in the program: answers the questions of `start`.
export function answerTo(answers) {
  process.on('message', async ({ id, question, data }) => {
    try {
      process.send({ id, answer: await ({ ready() {}, ...answers })[question](...data) });
    } catch (error) {
      process.send({ id, error: String(error?.stack ?? error) });
    }
  });
  process.on('disconnect', () => process.exit());
}

// In milliseconds, by a clock that all processes of the machine share.
export const now = () => Number(process.hrtime.bigint()) / 1e6;
