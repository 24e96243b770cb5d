// Runs one part of the tests as a program of its own, and reads its counts. A part that dies without them, or hangs,
// has failed.
import { spawn } from 'node:child_process';
import { parse } from './counts.mjs';
import { root } from './page-scripts.mjs';

const limit = 20 * 60_000;

// Resolves with { passed, failed, skipped, output }.
export function runPart(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], timeout: limit });
    let output = '';
    const take = text => { output += text; };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal) output += `\nEnded by ${signal}.`;
      const counts = parse(output.trimEnd().split('\n').at(-1)) ?? { passed: 0, failed: 0, skipped: 0 };
      if (counts.failed === 0 && (code !== 0 || counts.passed + counts.skipped === 0)) counts.failed = 1;
      resolve({ ...counts, output });
    });
  });
}

// All of them, in order of start, as many at a time as there are cores to run them.
export async function inParallel(jobs, width) {
  const queue = jobs.entries();
  const results = [];
  const worker = async () => {
    for (const [index, job] of queue) results[index] = await job();
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
