// Mistakes as they are made, each of which the property must find: planted into what is loaded, and taken out again.
import { World } from './world.mjs';

const beginning = {
  history: 100, batch: 0, documents: [], isWarm: true,
  lives: [{ do: 'subscribe', page: 0, place: 0, channel: '', filter: 0, fields: 0 }],
};

/** Looks for what is not exported. */
class Probe extends World {
  look() {
    const [{ subscription }] = this.lives;
    const [session] = this.server.inside.sessions;
    const endpoint = this.server.inside.endpoints.get('todos');
    const [feed] = endpoint.live.feeds.values();
    const [{ view }] = feed.shapes.values();
    const { _replica: replica } = subscription;
    const parts = { subscription, replica, known: replica._known, writes: replica._writes, subscriptions: session.subscriptions, endpoint, live: endpoint.live, view };
    this.parts = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, Object.getPrototypeOf(part)]));
  }
}

/** Resolves with the mistakes by name: each is planted by its call, which returns its undo. */
export async function findPlants() {
  const probe = new Probe(beginning);
  await probe.run([{ do: 'look' }]);
  const { parts } = probe;
  const wrap = (part, name, make) => () => {
    const { [part]: { [name]: method } } = parts;
    if (!method) throw new Error(`There is no ${part}.${name} to plant into`);
    parts[part][name] = make(method);
    return () => { parts[part][name] = method; };
  };
  return {
    'a gap that is not noticed': wrap('subscription', '_change', change => function (message) {
      return change.call(this, { ...message, from: 0 });
    }),
    'versions that are not compared': wrap('known', '_versionOf', () => () => 0),
    'own writes that are applied as those of others': wrap('writes', '_holds', () => () => false),
    'what is held back for an own write, and has gone meanwhile': wrap('replica', '_heldAfter', heldAfter => function (...args) {
      const { _writes: writes } = this;
      const { _later: later } = writes;
      const held = heldAfter.apply(this, args);
      writes._later = later;
      return held;
    }),
    'documents that leave without a word': wrap('view', 'entryOf', entryOf => function (fate) {
      const entry = entryOf.call(this, fate);
      return entry?.action === 'leave' ? undefined : entry;
    }),
    'a cursor that is ahead of what was read': wrap('live', 'subscribe', subscribe => async function (...args) {
      const { cursor, ...answer } = await subscribe.apply(this, args);
      return cursor ? { ...answer, cursor: { ...cursor, head: cursor.head + 1 } } : answer;
    }),
    'a subscription that outlives its end': wrap('subscriptions', 'stop', () => () => {}),
    'a subscription that outlives the rights': wrap('subscriptions', 'endAll', () => () => {}),
    'a write that is done again when it is sent again': wrap('endpoint', 'admitted', admitted => async function (...args) {
      const { digest: _digest, ...req } = await admitted.apply(this, args);
      return req;
    }),
  };
}
