// Client sockets that are examined after the test: whatever the library put on one must be gone again.
// It reads internals of socket.io-client 2 to 4, on purpose: a leak shows nowhere else.
import { keep } from './scope.js';

const tracked = [];

export function track(socket) {
  tracked.push({ socket, before: picture(socket) });
  keep(() => socket.close());
  return socket;
}

// One sentence per thing that was left behind since track().
export function leftovers() {
  return tracked.flatMap(({ socket, before }) => differences(before, picture(socket)));
}

export function forget() {
  tracked.length = 0;
}

function picture(socket) {
  const listeners = Object.entries(socket._callbacks ?? {}).map(([key, list]) => [key.slice(1), list.length]);
  return {
    listeners: Object.fromEntries(listeners),
    'catch-all listeners': (socket._anyListeners ?? []).length,
    'outgoing catch-all listeners': (socket._anyOutgoingListeners ?? []).length,
    'own methods': Object.keys(socket).filter(key => typeof socket[key] === 'function'),
    acks: Object.keys(socket.acks ?? {}).length,
  };
}

function differences(before, after) {
  const sentences = [];
  for (const [event, count] of Object.entries(after.listeners)) {
    const more = count - (before.listeners[event] ?? 0);
    if (more > 0) sentences.push(`${more} listener(s) of '${event}' were left on the socket`);
  }
  for (const kind of ['catch-all listeners', 'outgoing catch-all listeners', 'acks']) {
    const more = after[kind] - before[kind];
    if (more > 0) sentences.push(`${more} ${kind} were left on the socket`);
  }
  for (const method of after['own methods']) {
    if (!before['own methods'].includes(method)) sentences.push(`socket.${method} is still replaced`);
  }
  return sentences;
}
