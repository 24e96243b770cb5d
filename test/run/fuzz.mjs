// Sends 300,000 mutated frames to a companion in a separate process, in at most 60 seconds, while a well-behaved client asks twice a
// second. The server must survive, answer every request, send no internal information to clients, store nothing dangerous, and keep no
// state of clients that have left.
//   node test/run/fuzz.mjs [--seed n] [--frames n] [--seconds n] [--plant throw|leak|block|stay|deaf|mute]
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { startChild } from '../support/child.mjs';
import { finish } from '../support/counts.mjs';
import { goodClient } from '../support/fuzz-client.mjs';
import { createCursors } from '../support/fuzz-cursors.mjs';
import { chanceOf, mutator } from '../support/fuzz-frames.mjs';
import { openRaw } from '../support/raw-socket.mjs';

const text = { type: 'string' };
const { values } = parseArgs({ options: { seed: text, frames: text, seconds: text, plant: text } });
const seed = Number(values.seed ?? randomInt(2 ** 31));
const [frames, seconds] = [Number(values.frames ?? 300_000), Number(values.seconds ?? 60)];
const [connections, batch, probeLimit, answerLimit, memoryTolerance] = [6, 200, 5_000, 20_000, 6e6];
// Internal information that no client may receive.
const leak = /"code":"internal"|\\n {4}at |node_modules|file:\/\//;
const dangerous = ['__proto__', 'constructor', 'prototype'];

console.log(`seed ${seed}`);
const start = performance.now();
const secondsSince = from => (performance.now() - from) / 1_000;
const done = { sent: 0, closed: 0, answers: 0, successes: 0, told: 0, probes: 0, slowest: 0 };
const faults = { probes: [], leaks: [], silence: [] };
let [rounds, questions] = [0, 2_000_000];
let isEnded = false;

const child = await startChild({ plant: values.plant });
const died = child.ended.then(why => { throw new Error(`The server has ${why}`); });
died.catch(() => {});
const checks = await Promise.race([fuzz(), died]).catch(error => [[false, error.message]]);
isEnded = true;
await child.stop();

const failed = checks.filter(([holds]) => !holds);
for (const [, fault] of failed) console.log(`✗ ${fault}`);
finish({ passed: checks.length - failed.length, failed: failed.length });
process.exit();

async function fuzz() {
  const good = await goodClient(child.url, probeLimit);
  const stopProbes = startProbes(good);
  const before = await left();
  await shoot(frames / 5, seconds / 4);
  const warm = await left();
  await shoot(frames, seconds - secondsSince(start));
  const took = secondsSince(start);
  const end = await left();
  await stopProbes();
  report(took, warm, end);
  return judge({ before, warm, end, stored: await child.ask('stored'), log: await child.ask('log') });
}

function report(took, warm, end) {
  const { sent, closed, answers, successes, told, probes, slowest } = done;
  console.log(`${sent} frames in ${took.toFixed(1)} s${sent < frames ? `, not ${frames}: time was up` : ''}; ` +
    `${answers} answers, ${successes} of them a success; ${told} messages to subscriptions; ${closed} connections closed by the server`);
  console.log(`${probes} probes, the slowest took ${slowest.toFixed(0)} ms; ` +
    `heap after the warm-up ${(warm.heap / 1e6).toFixed(1)} MB, at the end ${(end.heap / 1e6).toFixed(1)} MB`);
}

function judge({ before, warm, end, stored, log }) {
  const [kept, first] = [JSON.stringify(end.counts), JSON.stringify(before.counts)];
  const grown = end.heap - warm.heap;
  return [
    [done.answers > done.sent / 4 && done.successes > done.sent / 25 && done.told > done.sent / 1_000, 'Too few were answered: this has tested little.'],
    [done.probes && !faults.probes.length, `${faults.probes.length} of ${done.probes} probes failed: ${faults.probes[0]}`],
    [!faults.leaks.length, `${faults.leaks.length} answers tell what is not for clients: ${faults.leaks[0]?.slice(0, 500)}`],
    [!faults.silence.length, `${faults.silence.length} requests were not answered: ${faults.silence[0]?.slice(0, 500)}`],
    [!log.length, `The server has logged mistakes: ${log[0]}`],
    [kept === first, `Something is kept of who has left: ${kept}, and before it was ${first}`],
    [grown < memoryTolerance, `The heap has grown by ${(grown / 1e6).toFixed(1)} MB since the warm-up.`],
    [!stored.isPolluted && !stored.keys.some(key => dangerous.includes(key)), 'A key that reaches a prototype was let through.'],
  ];
}

// What the server keeps when all but the good client have left: asked until those who are leaving are gone, or for too long.
async function left() {
  const from = performance.now();
  let counts;
  do counts = await child.ask('counts');
  while ((counts.clients > 1 || counts.running > 0) && secondsSince(from) < 5);
  const { heap } = await child.ask('heap');
  return { counts, heap };
}

// Probes twice a second; returns the function that stops this.
function startProbes(probe) {
  const running = new Set();
  const timer = setInterval(() => {
    const from = performance.now();
    const one = probe(done.probes += 1).catch(error => faults.probes.push(error.message)).finally(() => {
      done.slowest = Math.max(done.slowest, performance.now() - from);
      running.delete(one);
    });
    running.add(one);
  }, 500);
  return () => {
    clearInterval(timer);
    return Promise.all(running);
  };
}

// Sends frames until the total is `until` or `limit` seconds have passed. Afterwards all connections are closed.
async function shoot(until, limit) {
  const from = performance.now();
  rounds += 1;
  const isOver = () => isEnded || done.sent >= until || secondsSince(from) >= limit;
  await Promise.all(Array.from({ length: connections }, (_, n) => shootOn(mutator(chanceOf(seed + 100 * rounds + n)), isOver)));
}

async function shootOn(next, isOver) {
  let raw;
  while (!isOver()) {
    if (!raw?.isOpen) raw = await open();
    await sendBatch(raw, next);
  }
  await raw?.close();
}

// Leaves the default channels; otherwise the server would mostly send every change to all of these connections.
async function open() {
  const raw = await openRaw(child.port, { onText: hear });
  for (const backend of ['todos', 'lists', 'bare']) raw.send(`42["iosync:leave",{"backend":"${backend}"}]`);
  return Object.assign(raw, { cursors: createCursors() });
}

function hear(frame) {
  if (frame.includes(':changes"', 3)) done.told += 1;
  if (!frame.startsWith('43')) return;
  done.answers += 1;
  if (frame.includes('[null', 2)) done.successes += 1;
  if (leak.test(frame)) faults.leaks.push(frame);
}

// The next batch waits for all answers to this one. A frame that may close the connection waits for them too, else they would be lost.
async function sendBatch(raw, next) {
  const due = new Map();
  let last;
  for (let more = batch; more && !last; more -= 1) {
    const one = next();
    done.sent += 1;
    if (one.mayClose) last = one;
    else send(raw, one, due);
  }
  await answered(raw, due);
  if (!last) return;
  raw.send(...last.frames);
  await answered(raw);
}

function send(raw, { frames, due: id, subject }, due) {
  const filled = frames.map(frame => raw.cursors.fill(subject, frame));
  if (id) due.set(filled[0], raw.answerTo(id).then(answer => raw.cursors.learn(subject, answer)).finally(() => due.delete(filled[0])));
  raw.send(...filled);
}

// An answer to the question shows that the connection is open.
async function answered(raw, due = new Map()) {
  questions += 1;
  const question = `42${questions}["iosync:hello"]`;
  due.set(question, raw.answerTo(questions).then(answer => {
    if (answer === undefined) done.closed += 1;
  }).finally(() => due.delete(question)));
  raw.send(question);
  let timer;
  const late = new Promise(resolve => { timer = setTimeout(resolve, answerLimit); });
  await Promise.race([Promise.all(due.values()), late]).finally(() => clearTimeout(timer));
  faults.silence.push(...due.keys());
  due.clear();
}
