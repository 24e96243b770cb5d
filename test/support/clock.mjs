// Time that passes only when a test says so: setTimeout, setInterval, setImmediate, Date.now and performance.now, from `install` to its
// undo.
//
//   const clock = createClock();
//   const undo = clock.install();
//   await clock.advance(5_000);   // each timer in its turn, with all that it causes

const names = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate'];
const real = Object.fromEntries(names.map(name => [name, globalThis[name]]));

/** How many timers may run before that counts as endless. */
const most = 10_000;

export function createClock() {
  let now = 1_000_000_000_000;
  const timers = new Set();
  let immediates = [];

  const add = (run, ms, args, repeat) => {
    const timer = { at: now + Math.max(1, Number(ms) || 0), run: () => run(...args), repeat, unref: () => timer, ref: () => timer };
    timers.add(timer);
    return timer;
  };
  const clear = timer => timers.delete(timer) || real.clearTimeout(timer);
  const fakes = {
    setTimeout: (run, ms, ...args) => add(run, ms, args),
    setInterval: (run, ms, ...args) => add(run, ms, args, ms),
    setImmediate: (run, ...args) => void immediates.push(() => run(...args)),
    clearTimeout: clear,
    clearInterval: clear,
  };

  /** Resolves when all that is left is to wait for a timer. */
  async function settle() {
    for (;;) {
      await new Promise(resolve => real.setImmediate(resolve));
      const due = immediates;
      if (!due.length) return;
      immediates = [];
      for (const run of due) run();
    }
  }

  function next(until) {
    let first;
    for (const timer of timers) if (timer.at <= until && (!first || timer.at < first.at)) first = timer;
    return first;
  }

  async function advance(ms) {
    const until = now + ms;
    for (let count = 0, timer; (timer = next(until)); count += 1) {
      if (count > most) throw new Error('Timers without an end');
      now = Math.max(now, timer.at);
      if (timer.repeat) timer.at += timer.repeat;
      else timers.delete(timer);
      timer.run();
      await settle();
    }
    now = until;
    await settle();
  }

  function install() {
    const { now: date } = Date;
    const clock = Object.getOwnPropertyDescriptor(performance, 'now');
    Object.assign(globalThis, fakes);
    Date.now = () => now;
    Object.defineProperty(performance, 'now', { configurable: true, writable: true, value: () => now - 1_000_000_000_000 });
    return () => {
      Object.assign(globalThis, real);
      Date.now = date;
      if (clock) Object.defineProperty(performance, 'now', clock);
      else delete performance.now;
    };
  }

  return { install, advance, settle, /** How many are waiting. */ get size() { return timers.size; } };
}
