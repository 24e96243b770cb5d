// Runs one part of the tests as a program of its own, and reads its counts. A part that dies without them has failed.
import { spawn } from 'node:child_process';
import { parse } from './counts.mjs';

// Resolves with { passed, failed, skipped, output }; what it prints is also passed on while it runs, if asked.
export function runPart(args, { show = false, env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const take = text => {
      output += text;
      if (show) process.stdout.write(text);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', reject);
    child.on('close', code => {
      const counts = parse(output.trimEnd().split('\n').at(-1)) ?? { passed: 0, failed: 0, skipped: 0 };
      if ((code !== 0 || counts.passed === 0) && counts.failed === 0) counts.failed = 1;
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
