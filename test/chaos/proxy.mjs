// A line: TCP between a page and a node, which can be cut, held in one direction or both, refused and delayed. What is held is not
// lost, as on a real line: it arrives when that is over, also that the other end has hung up.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

// `portOf` says to whom the next connection goes.
export async function openProxy(portOf) {
  const state = { up: false, down: false, delay: 0, isRefusing: false };
  const pipes = new Set();
  const server = createServer(near => {
    near.on('error', () => {});
    if (state.isRefusing) return near.resetAndDestroy();
    const far = connect(portOf(), '127.0.0.1');
    far.on('error', () => {});
    for (const pipe of [pipeOf(near, far, 'up', state), pipeOf(far, near, 'down', state)]) {
      pipes.add(pipe);
      pipe.to.on('close', () => pipes.delete(pipe));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const pumpAll = () => [...pipes].forEach(({ pump }) => pump());
  const set = changes => {
    Object.assign(state, changes);
    pumpAll();
  };
  return {
    port: server.address().port,
    get connections() {
      return pipes.size / 2;
    },
    cut() {
      for (const { from, to } of [...pipes]) {
        from.resetAndDestroy();
        to.resetAndDestroy();
      }
      pipes.clear();
    },
    mute: direction => set({ [direction]: true }),
    hole: () => set({ up: true, down: true }),
    refuse: () => set({ isRefusing: true }),
    delay: ms => set({ delay: ms }),
    heal: () => set({ up: false, down: false, delay: 0, isRefusing: false }),
    async close() {
      this.cut();
      server.close();
      await once(server, 'close');
    },
  };
}

// What comes from one end waits here until it may go to the other; the last of it is `undefined`, the end.
function pipeOf(from, to, direction, state) {
  const queue = [];
  let timer;
  const take = chunk => {
    queue.push({ chunk, due: Math.max(performance.now() + state.delay, queue.at(-1)?.due ?? 0) });
    pump();
  };
  const pump = () => {
    clearTimeout(timer);
    while (queue.length && !state[direction]) {
      const wait = queue[0].due - performance.now();
      if (wait > 0) return void (timer = setTimeout(pump, wait));
      const { chunk } = queue.shift();
      if (chunk) to.write(chunk);
      else to.destroy();
    }
  };
  from.on('data', take);
  from.once('close', () => take());
  return { from, to, pump };
}
