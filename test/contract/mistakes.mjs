// Stores that are wrong in one thing each, and the promise of the contract that finds each of them out.
import { AsyncResource } from 'node:async_hooks';

/** Each takes a good store, and answers what is wrong in the bad one; `within` also holds for its transactions. */
export const mistakes = {
  'takes no notice of ifVersion': {
    within: ({ update, patch }) => ({
      update: (id, attributes, { ifVersion: _, ...options } = {}) => update(id, attributes, options),
      patch: (id, attributes, { ifVersion: _, ...options } = {}) => patch(id, attributes, options),
    }),
    found: 'lets exactly one of many writes succeed that name the same version',
  },
  'refuses a conflict without the document': {
    within: ({ update }) => ({
      update: (...args) => update(...args).catch(error => { throw Object.assign(new Error(error.message), { code: error.code, details: {} }); }),
    }),
    found: 'refuses a write that names another version, and carries the document',
  },
  'replaces by a patch': { within: ({ update }) => ({ patch: update }), found: 'sets some attributes by a patch, each as a whole' },
  'merges by an update': { within: ({ patch }) => ({ update: patch }), found: 'replaces all attributes by an update' },
  'writes where another channel was named': {
    within: ({ patch }) => ({ patch: (id, attributes, { channel: _, ...options } = {}) => patch(id, attributes, options) }),
    found: 'finds a document in its own channel only',
  },
  'deletes what the filter does not fit': {
    within: ({ delete: remove }) => ({ delete: (id, { where: _, ...options } = {}) => remove(id, options) }),
    found: 'finds a document only if it meets the filter',
  },
  'takes the default channel for all channels': {
    within: ({ list }) => ({ list: ({ channel, ...query } = {}) => list(channel ? { channel, ...query } : query) }),
    found: 'lists the documents of a channel, or of all',
  },
  'sorts texts by UTF-16': {
    within: ({ list }) => ({ list: async query => (query?.sort ? list(query) : (await list(query)).sort((a, b) => (a.id < b.id ? -1 : 1))) }),
    found: 'lists in the order of the ids, by their code points',
  },
  'counts the limit before the filter': {
    within: ({ list }) => ({
      list: async ({ where, limit = Infinity, ...query } = {}) => {
        const fitting = where ? await list({ where }) : undefined;
        return (await list({ ...query, limit })).filter(({ id }) => !fitting || fitting.some(one => one.id === id));
      },
    }),
    found: 'lists a part by limit and offset',
  },
  'hands out the same objects': {
    outside: ({ read }) => {
      const known = new Map();
      return { read: async (...args) => {
        const found = await read(...args);
        const same = found && known.get(found.id);
        if (same?.version === found?.version) return same;
        known.set(found?.id, found);
        return found;
      } };
    },
    found: 'shares no object with its callers',
  },
  'reads what it was given only later': {
    outside: ({ create }) => ({ create: async (...args) => { await null; return create(...args); } }),
    found: 'shares no object with its callers',
  },
  'makes a transaction of single writes': {
    outside: store => ({ transaction: work => work(store) }),
    found: 'keeps nothing of a transaction that throws, and tells nothing of it',
  },
  'sees in a transaction only what is committed': {
    outside: ({ transaction, read }) => ({ transaction: work => transaction(documents => work({ ...documents, read })) }),
    found: 'reads within a transaction what that has written',
  },
  'tells twice': {
    outside: ({ watch }) => ({ watch: ({ change }) => watch({ change: told => { change(structuredClone(told)); change(told); } }) }),
    found: 'tells of each change once, with its origin, its head, the document, and the attributes before it',
  },
  'does not say who wrote': {
    within: ({ create }) => ({ create: (attributes, { origin: _, ...options } = {}) => create(attributes, options) }),
    found: 'tells of each change once, with its origin, its head, the document, and the attributes before it',
  },
  'does not say who has replaced a document': {
    within: ({ update }) => ({ update: (id, attributes, { origin: _, ...options } = {}) => update(id, attributes, options) }),
    found: 'tells the origin of every kind of write, and none if none was given',
  },
  'takes who wrote before for who writes now': {
    outside: store => {
      let last;
      const keep = (options = {}) => ({ ...options, origin: last = options.origin ?? last });
      return { patch: (id, attributes, options) => store.patch(id, attributes, keep(options)), delete: (id, options) => store.delete(id, keep(options)) };
    },
    found: 'tells the origin of every kind of write, and none if none was given',
  },
  'goes on telling after the undo': {
    outside: ({ watch }) => ({ watch: watcher => { watch(watcher); return () => {}; } }),
    found: 'tells a watcher nothing of before it was added, and nothing after it was removed',
  },
  'says that nothing has changed since a head that is yet to come': {
    outside: ({ changes }) => ({ changes: async (...args) => (await changes(...args)) ?? [] }),
    found: 'returns undefined for the changes after a head that is yet to come',
  },
  'skips a change in the log': {
    outside: ({ changes }) => ({ changes: (channel, from, limit) => changes(channel, from ? from + 1 : 0, limit) }),
    found: 'returns the changes after a head, and at most as many as are asked for',
  },
  'has one head for all channels': {
    outside: ({ list }) => ({ head: async () => (await list()).length }),
    found: 'counts the changes of each channel from 1',
  },
  'shows the old channel a document that has moved': {
    outside: ({ changes, read }) => ({
      changes: async (...args) => Promise.all(((await changes(...args)) ?? []).map(async change => ({ ...change, document: await read(change.id) }))),
    }),
    found: 'shows a channel nothing of a document that has been moved out of it',
  },
  'takes a limit for a number of any kind': {
    within: ({ list }) => ({ list: ({ limit, ...query } = {}) => list({ ...query, ...(limit >= 0 && limit < Infinity && { limit: Math.ceil(limit) }) }) }),
    found: 'refuses a limit or an offset that is not a whole number from 0',
  },
  'waits for a read within its own transaction, where it has one connection': {
    outside: ({ read }) => {
      const apart = new AsyncResource('apart');
      return { read: (...args) => apart.runInAsyncScope(read, null, ...args) };
    },
    found: 'refuses calls of its own methods within a transaction, which could wait for its own end',
  },
  'counts the version of a document anew after a delete': {
    within: ({ create, delete: remove }) => ({
      create: async (...args) => ({ ...await create(...args), version: 1 }),
      delete: remove,
    }),
    found: 'lets an id be used again after a delete, and goes on incrementing its version',
  },
  'answers a version that it has not stored': {
    within: ({ create }) => ({ create: async (...args) => {
      const made = await create(...args);
      return made.version === 1 ? made : { ...made, version: made.version + 1 };
    } }),
    found: 'goes on incrementing the version of a document that one transaction deletes and creates again',
  },
  'does not tell what a document was before': {
    outside: ({ watch }) => ({ watch: ({ change }) => watch({ change: ({ former: _, ...told }) => change(told) }) }),
    found: 'tells of each change once, with its origin, its head, the document, and the attributes before it',
  },
  'takes what a document has become for what it was before': {
    outside: ({ watch }) => ({
      watch: ({ change }) => watch({ change: told => change(told.former && told.document ? { ...told, former: told.document.attributes } : told) }),
    }),
    found: 'tells of each change once, with its origin, its head, the document, and the attributes before it',
  },
  'does not log what a document was before': {
    outside: ({ changes }) => ({ changes: async (...args) => (await changes(...args))?.map(({ former: _, ...change }) => change) }),
    found: 'logs each change, with the document as it is now',
  },
  'tells a new channel what a document was in the old one': {
    outside: ({ watch }) => ({
      watch({ change }) {
        let left;
        return watch({ change(told) {
          change(told.action === 'create' && left ? { ...told, former: left } : told);
          left = told.action === 'delete' ? told.former : undefined;
        } });
      },
    }),
    found: 'tells both channels of a document that moves',
  },
  'calls its time by another name at each write': {
    outside: ({ epoch, head }) => ({ epoch: async () => `${await epoch()} ${await head('')}` }),
    found: 'has the same epoch for as long as its counters go on',
  },
  'is closed at once': {
    outside: ({ create, close }) => {
      let closed = false;
      return {
        create: async (...args) => {
          await null;
          if (closed) throw Object.assign(new Error('It is closed.'), { code: 'unavailable' });
          return create(...args);
        },
        close: () => { closed = true; return close(); },
      };
    },
    found: 'lets running writes end when it is closed',
  },
  'does a write again that is repeated': {
    outside: ({ transaction }) => ({ once: (key, digest, work) => transaction(work) }),
    found: 'executes a write once, and returns the same answer whenever it is repeated',
  },
  'keeps an answer only after the write': {
    outside: ({ transaction }) => {
      const kept = new Map();
      return { once: async (key, digest, work) => {
        if (!kept.has(key)) kept.set(key, { digest, answer: await transaction(work) });
        if (kept.get(key).digest !== digest) throw Object.assign(new Error('Another.'), { code: 'invalid' });
        return structuredClone(kept.get(key).answer);
      } };
    },
    found: 'lets a repeated write wait for the first one',
  },
  'answers another write what was answered to the first by that key': {
    outside: ({ once }) => ({ once: (key, digest, work) => once(key, '', work) }),
    found: 'refuses another write with the same key',
  },
  'keeps a failure': {
    outside: ({ once }) => {
      const failed = new Map();
      return { once: async (key, digest, work) => {
        if (failed.has(key)) throw failed.get(key);
        return once(key, digest, work).catch(error => { failed.set(key, error); throw error; });
      } };
    },
    found: 'keeps nothing of a write that throws, and executes it again when it is repeated',
  },
  'keeps of a key what fits': {
    outside: ({ once }) => ({ once: (key, digest, work) => once(key.slice(0, 1_000), digest, work) }),
    found: 'tells all keys apart, also long and unusual ones',
  },
  'hands out the answer that it keeps': {
    outside: ({ once }) => {
      const known = new Map();
      return { once: async (key, digest, work) => {
        const answer = await once(key, digest, work);
        if (!known.has(key)) known.set(key, answer);
        return known.get(key);
      } };
    },
    found: 'answers a repeated write with any JSON value, a copy for each caller',
  },
};
