// A program in a process of its own, and what it answers to.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const running = new Set();
process.once('exit', () => running.forEach(child => child.kill('SIGKILL')));

// How long an answer may take, in ms: a peer that never shows what it should must not keep everybody waiting.
const patience = 180_000;

// Resolves with { ask(question, ...data), stop() } when the program is ready; asking rejects with whatever goes wrong there.
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

// In the program.
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

// In milliseconds, on one clock for all processes of the machine.
export const now = () => Number(process.hrtime.bigint()) / 1e6;
