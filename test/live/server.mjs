// The server of a run, with the test's own record of what it has: its documents, by its watcher, and what each user may see of them. What
// it reads may wait, as in a database, until the test lets it go on.
import { companion } from '../support/companion.mjs';
import { whatListenKeeps } from '../support/kept.mjs';
import { levels } from './rules.mjs';

const { asLayer, createBackend, listen, memoryStore, revoke, snapshot } = companion;

export const tick = 1_000;

export class Server {
  documents = new Map();
  /** When each write was committed first and last, by its `w`: sent again by another user, or to another database, it is done again. */
  order = new Map();
  /** What was asked for, and what was done, by op. */
  asked = new Set();
  done = new Map();
  /** How often everything was begun anew. */
  epochs = 0;
  rights = new Map();
  /** Changes so far. */
  count = 0;
  waiting = [];
  isSlow = false;
  mistakes = [];

  /** `watch()` is called after each change; `open(work)` makes a Socket.IO server. */
  constructor({ history, batch }, { createIo, watch, ticks = tick }) {
    Object.assign(this, { history, batch, createIo, watch, ticks });
  }

  levelOf(user, channel) {
    return levels[this.rights.get(`${user} ${channel}`) ?? 1];
  }

  /** With a store of its own from then on, or with the one it had. */
  start(store = this.fresh()) {
    this.store = store;
    const reads = ['list', 'head', 'changes'].map(name => [name, async (...args) => this.wait(await store[name](...args))]);
    const todos = createBackend({ pushes: false, scope: async (user, channel) => this.wait(this.levelOf(user?.id, channel).scope) })
      .use((req, res, next) => next(void this.asked.add(req.op)))
      .use(asLayer({ ...store, ...Object.fromEntries(reads) }));
    [this.io, this.inside] = whatListenKeeps(() => listen(this.createIo(), { todos }, {
      batch: this.batch, tick: this.ticks,
      authenticate: ({ auth }) => auth,
      authorize: async (user, { channel }) => this.wait(!this.levelOf(user?.id, channel).isClosed),
      log: (message, error) => this.mistakes.push(`${message} ${error?.stack ?? error ?? ''}`),
    }));
  }

  fresh() {
    const store = memoryStore({ history: this.history });
    this.epochs += 1;
    this.documents.clear();
    this.done.clear();
    // What was begun in another may end later.
    store.watch({ change: change => store === this.store && this.record(change) });
    return store;
  }

  record({ action, id, channel, document, origin }) {
    this.count += 1;
    if (document) this.documents.set(id, document);
    else if (action === 'delete' && this.documents.get(id)?.channel === channel) this.documents.delete(id);
    const { w } = document?.attributes ?? {};
    if (w !== undefined) this.order.set(w, [this.order.get(w)?.[0] ?? this.count, this.count]);
    const op = origin?.split(' ')[1];
    if (op) this.done.set(op, (this.done.get(op) ?? 0) + 1);
    this.watch();
  }

  /** Another program's write, which may come too late: then it is none. */
  async write({ how, id, channel, attributes }) {
    const { store } = this;
    const writes = {
      create: () => store.create(attributes, { id, channel }),
      patch: () => store.patch(id, attributes),
      update: () => store.update(id, attributes),
      move: () => store.patch(id, attributes, { moveTo: channel }),
      delete: () => store.delete(id),
      replace: () => store.transaction(async documents => {
        await documents.delete(id);
        await documents.create(attributes, { id, channel });
      }),
    };
    await writes[how]().catch(() => {});
  }

  /** So much happens elsewhere that the log does not reach back any more. */
  async prune() {
    const { store, history } = this;
    await store.transaction(async documents => {
      await documents.create({}, { id: 'z', channel: 'elsewhere' });
      for (let left = history; left; left -= 1) await documents.patch('z', { left });
      await documents.delete('z');
    });
  }

  async wait(value) {
    if (this.isSlow) await new Promise(resolve => this.waiting.push(resolve));
    return value;
  }

  release(all) {
    if (all) this.isSlow = false;
    for (const go of this.waiting.splice(0, all ? Infinity : 1)) go();
  }

  setRights(user, channel, level) {
    this.rights.set(`${user} ${channel}`, level);
    this.watch();
    revoke(this.io, user).catch(error => this.mistakes.push(`revoke: ${error.stack}`));
  }

  /** For a page that is made on the server; nothing, if it is refused, or too late. */
  async snapshot(user, options) {
    return snapshot(this.io, 'todos', { user: { id: user }, ...options }).catch(() => undefined);
  }

  /** What is kept of pages. */
  get left() {
    const { sessions, endpoints } = this.inside;
    const feeds = [...endpoints.values()].flatMap(({ live }) => [...live.feeds.values()]);
    const sum = numbers => numbers.reduce((total, number) => total + number, 0);
    return {
      sessions: sessions.size,
      subscriptions: sum([...sessions].map(({ subscriptions: { undos } }) => undos.size)),
      members: sum(feeds.flatMap(({ shapes }) => [...shapes.values()].map(({ members }) => members))),
      feeds: feeds.length,
      rooms: [...this.io.of('/').adapter.rooms.keys()].filter(room => room.startsWith('live ')).length,
    };
  }
}
