// A program of the run in a process of its own: started, asked over IPC, stood still, killed, started again.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const running = new Set();
process.once('exit', () => running.forEach(child => child.kill('SIGKILL')));

export class Program {
  #child;
  #waiting = new Map();
  #count = 0;
  said = '';
  starts = 0;
  // Why it has ended by itself, once it was ready.
  ends = [];

  // `hear` is called with what it reports unasked.
  constructor(file, env, hear = () => {}) {
    this.path = fileURLToPath(new URL(file, import.meta.url));
    this.env = env;
    this.hear = hear;
  }

  // Resolves when the program says that it is ready.
  async start() {
    const child = fork(this.path, { env: { ...process.env, ...this.env, LIFE: String(this.starts) }, stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
    this.#child = child;
    this.starts += 1;
    running.add(child);
    child.stderr.setEncoding('utf8').on('data', text => { this.said = (this.said + text).slice(-20_000); });
    const exited = once(child, 'exit').then(() => this.#exited(child));
    child.on('message', message => this.#hear(message));
    const isReady = await Promise.race([new Promise(resolve => (this.greet = resolve)).then(() => true), exited.then(() => false)]);
    if (isReady) exited.then(() => child.isMeant || this.ends.push(`${this.path} has ended by ${child.signalCode ?? child.exitCode}: ${this.said.slice(-1_500)}`));
    else if (!child.killed) throw new Error(`${this.path} has ended:\n${this.said}`);
  }

  // Rejects when the process is gone before it has answered.
  ask(question, ...args) {
    return new Promise((resolve, reject) => {
      const id = this.#count += 1;
      this.#waiting.set(id, { resolve, reject, child: this.#child });
      const failed = error => error && this.#settle(id, { error: error.message });
      if (this.#child.connected) this.#child.send({ id, question, args }, failed);
      else failed(new Error('It is not running.'));
    });
  }

  pause() {
    this.#child.kill('SIGSTOP');
  }

  resume() {
    this.#child.kill('SIGCONT');
  }

  async kill() {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.isMeant = true;
    child.kill('SIGKILL');
    await exit;
  }

  #hear({ id, error, answer, report }) {
    if (report) this.hear(report);
    else if (id === 0) this.greet();
    else this.#settle(id, { error, answer });
  }

  #settle(id, { error, answer }) {
    const { resolve, reject } = this.#waiting.get(id) ?? {};
    this.#waiting.delete(id);
    if (error) reject?.(new Error(error));
    else resolve?.(answer);
  }

  #exited(child) {
    running.delete(child);
    for (const [id, one] of [...this.#waiting]) if (one.child === child) this.#settle(id, { error: 'The process has ended.' });
  }
}

// On the other side: what a program answers.
export function answerTo(answers) {
  process.on('message', async ({ id, question, args }) => {
    try {
      process.send({ id, answer: await answers[question](...args) });
    } catch (error) {
      process.send({ id, error: String(error?.stack ?? error) });
    }
  });
  process.on('disconnect', () => process.exit());
  process.send({ id: 0 });
}
