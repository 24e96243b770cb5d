// The well-behaved client of the fuzz run: it writes, and subscribes to what it writes.
import { once } from 'node:events';
import { io } from 'socket.io-client';

// Resolves with `probe(n)`, which writes and rejects unless the right answer, and then the change, arrive within `limit` ms each.
export async function goodClient(url, limit) {
  const client = io(url, { transports: ['websocket'], auth: { id: 'good' } });
  await once(client, 'connect');
  const ask = (event, data) => new Promise((resolve, reject) => {
    client.timeout(limit).emit(event, data, (late, error, result) => (late ?? error ? reject(new Error(`${event}: ${(late ?? error).message}`)) : resolve(result)));
  });
  const subscription = await subscribe(client, ask);
  return async n => {
    const { id, ...answer } = await ask('lists:create', { owner: 'good', n });
    if (typeof id !== 'string' || JSON.stringify(answer) !== JSON.stringify({ owner: 'good', n })) throw new Error(`The answer was ${JSON.stringify(answer)}.`);
    if (!await subscription.toldOf(id, limit)) throw new Error(`${id} was not told.`);
  };
}

// As a live collection does: if a message begins after the head that it has got to, it asks for what it has missed.
async function subscribe(client, ask) {
  const told = new Set();
  const waiting = new Map();
  let { shape, cursor } = await ask('lists:subscribe', { uid: 'good', where: { n: { $gte: 0 } } });
  const take = (head, entries) => {
    cursor = { ...cursor, head: Math.max(cursor.head, head) };
    for (const { id } of entries) {
      told.add(id);
      waiting.get(id)?.();
    }
  };
  const catchUp = async () => {
    const answer = await ask('lists:subscribe', { uid: 'good', where: { n: { $gte: 0 } }, cursor });
    ({ shape } = answer);
    take(answer.cursor.head, answer.entries);
  };
  client.on('lists:changes', changes => {
    if (changes.shape !== shape) return;
    if (changes.from > cursor.head) catchUp().catch(() => {});
    else take(changes.head, changes.entries);
  });
  return {
    // Resolves with whether the change of this document arrives within `limit` ms.
    async toldOf(id, limit) {
      let timer;
      if (!told.has(id)) await new Promise(resolve => { waiting.set(id, resolve); timer = setTimeout(resolve, limit); });
      clearTimeout(timer);
      waiting.delete(id);
      return told.delete(id);
    },
  };
}
