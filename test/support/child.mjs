// Starts companion-child.mjs, and asks it questions.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('companion-child.mjs', import.meta.url));

// Resolves with { url, port, ask(question), ended, stop() }; `ended` resolves with the reason if it ends by itself.
export async function startChild({ plant = '' } = {}) {
  const child = fork(program, { execArgv: ['--expose-gc'], env: { ...process.env, PLANT: plant }, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', text => { said = (said + text).slice(-5000); });
  const exit = once(child, 'exit');
  const first = await Promise.race([once(child, 'message'), exit]);
  const { port } = first[0];
  if (!port) throw new Error(`The child has not started:\n${said}`);
  const waiting = new Map();
  child.on('message', ({ id, answer }) => {
    waiting.get(id)?.(answer);
    waiting.delete(id);
  });
  let isStopped = false;
  const ended = exit.then(([code, signal]) => (isStopped ? undefined : `ended with ${signal ?? code}:\n${said}`));
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    ended,
    get isAlive() {
      return child.exitCode === null && child.signalCode === null;
    },
    ask: question => new Promise((resolve, reject) => {
      const id = waiting.size + Math.random();
      waiting.set(id, resolve);
      child.send({ id, question }, error => error && reject(error));
    }),
    async stop() {
      isStopped = true;
      if (this.isAlive) child.kill('SIGKILL');
      await exit;
    },
  };
}
