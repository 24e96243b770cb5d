// What a subscription is not, whatever a client sends in its place: each is refused in words, and nothing is kept of it.
import { once } from 'node:events';
import { expect } from 'chai';
import { companion } from '../support/companion.mjs';
import { todosOf, useServers } from './servers.mjs';

const { memoryStore } = companion;

describe('What is asked of a subscription', () => {
  const { start, connect, ask } = useServers();

  // `kept()` counts what there is of subscriptions: rooms, feeds, and what is under way.
  async function server() {
    const store = memoryStore();
    const { io, inside, url } = await start({ todos: todosOf(store) }, { batch: 0, tick: 1e9 });
    return { io, url, store, kept: () => kept(io, inside) };
  }
  function kept(io, { endpoints, running }) {
    const rooms = [...io.of('/').adapter.rooms.keys()].filter(room => room.startsWith('live'));
    return { rooms, feeds: [...endpoints.get('todos').live.feeds.keys()], running: running.size };
  }
  const nested = (depth, inner = 1) => (depth ? { $or: [nested(depth - 1, inner)] } : { n: inner });
  const list = depth => (depth ? [list(depth - 1)] : []);
  const own = key => JSON.parse(`{"${key}":1}`);
  const cursor = { epoch: 'x', head: 1, view: 'x' };

  const refused = {
    'a name that is none': [/"uid".*1 to 100 characters/, [{ uid: undefined }, { uid: null }, { uid: 7 }, { uid: {} }, { uid: ['a'] }, { uid: '' }, { uid: 'x'.repeat(101) }, { uid: 'x'.repeat(900_000) }]],
    'a filter that is none': [/filter|condition|path|operator|nested|\$in/i, [
      { where: 'x' }, { where: [] }, { where: 7 }, { where: { $where: '1' } }, { where: { n: { $regex: 'a' } } }, { where: { n: { $gt: {} } } },
      { where: nested(20) }, { where: nested(2_000) }, { where: { n: list(2_000) } }, { where: { 'a.b.c.d.e.f': 1 } }, { where: { n: { $in: Array(50_000).fill(1) } } },
    ]],
    'fields that are none': [/fields|path/i, [{ fields: 'title' }, { fields: {} }, { fields: [7] }, { fields: [['a']] }, { fields: ['a..b'] }, { fields: [''] }, { fields: ['__proto__'] }, { fields: ['a.constructor'] }, { fields: Array(101).fill('a') }]],
    'a cursor that is none': [/cursor/i, [
      { cursor: 5 }, { cursor: 'x' }, { cursor: [] }, { cursor: {} }, { cursor: { ...cursor, epoch: 1 } }, { cursor: { ...cursor, view: null } },
      ...['1', 1.5, null, 2 ** 53, 1e308, [], {}].map(head => ({ cursor: { ...cursor, head } })),
    ]],
    'an id to go on from that is none': [/"after"/, [{ after: 5 }, { after: {} }, { after: ['a'] }, { after: 'x'.repeat(300) }, { after: 'constructor' }]],
    'documents that nobody can hold': [/"held"/, [
      ...[{}, 'a', 7, { length: 1 }, ['a'], [null], [[]], [['a']], [[1, 1]], [[null, 1]], [[{}, 1]], [[['a'], 1]], [['a', '1']], [['a', 1.5]], [['a', null]],
        [['a', 2 ** 53]], [['a', 1, 1]], [['a', 1], ['a', 1]], [['b', 1], ['a', 1]], Array(2_001).fill(['a', 1]), Array(100_000).fill(['a', 1])].map(held => ({ held })),
      { after: 'b', held: [['a', 1]] }, { after: 'a', held: [['a', 1]] },
    ]],
    'a name that reaches a prototype': [/called|path/, ['__proto__', 'constructor', 'prototype'].flatMap(key => [
      own(key), { where: own(key) }, { where: { $or: [own(key)] } }, { where: { n: own(key) } }, { cursor: { ...cursor, ...own(key) } }, { held: [own(key)] },
    ].map(data => JSON.parse(JSON.stringify(data))))],
    'what no document can hold': [/U\+0000/, [{ uid: 'a\0' }, { where: { n: '\ud800' } }, { after: '\0' }, { held: [['\ud800', 1]] }, { cursor: { ...cursor, epoch: '\0' } }]],
    'data that is none': [/"uid"|object|nested|JSON/, [null, 'a', 7, true, [], [{ uid: 'a' }], list(60), { extra: list(60) }, { extra: Buffer.from('x') }]],
  };

  it('may be as large as one of its documents may be asked for, by its id beside the filter', async () => {
    const { url } = await server();
    const client = await connect(url);
    for (const where of [nested(5), Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`a${n}`, null]))]) {
      const [error] = await ask(client, 'todos:subscribe', { uid: 'a', where });
      expect(error).to.equal(null);
      const [refusal, found] = await ask(client, 'todos:read', { where: { $and: [where, { id: 'a' }] } });
      expect([refusal, found]).to.deep.equal([null, []]);
    }
    const [error] = await ask(client, 'todos:subscribe', { uid: 'a', where: nested(6) });
    expect(error.message).to.equal('A filter is at most 5 levels deep.');
  });

  for (const [what, [words, asked]] of Object.entries(refused)) {
    it(`is refused in words for ${what}, and nothing is kept of it`, async () => {
      const { url, kept } = await server();
      const client = await connect(url);
      for (const data of asked) {
        const given = data && typeof data === 'object' && !Array.isArray(data) ? { uid: 'a', ...data } : data;
        const [error] = await ask(client, 'todos:subscribe', given);
        const said = (JSON.stringify(data) ?? 'undefined').slice(0, 80);
        expect(error, said).to.include({ code: 'invalid' });
        expect(error.message, said).to.match(words);
        expect(error.message.length, said).to.be.below(300);
      }
      expect((await ask(client, 'todos:unsubscribe', {}))[0]).to.include({ code: 'invalid' });
      expect(kept()).to.deep.equal({ rooms: [], feeds: [], running: 0 });
      expect((await ask(client, 'todos:subscribe', { uid: 'a' }))[0]).to.equal(null);
    });
  }

  it('is answered page by page where the cursor is absurd', async () => {
    const { url, store } = await server();
    await store.create({}, { id: 'a' });
    const client = await connect(url);
    const [, { cursor: real }] = await ask(client, 'todos:subscribe', { uid: 'a' });
    const absurd = [
      ...[-1, 2 ** 53 - 1, 1 - 2 ** 53].map(head => ({ ...real, head })), { ...real, epoch: '' }, { ...real, view: '' }, { ...real, epoch: 'x'.repeat(100_000) },
    ];
    for (const cursor of absurd) {
      const [error, { entries, next }] = await ask(client, 'todos:subscribe', { uid: 'a', cursor });
      expect([error, entries, next]).to.deep.equal([null, [], '']);
    }
  });

  it('ends the connection where it is larger than a message may be, and nothing else', async () => {
    const { url, kept } = await server();
    const [client, other] = [await connect(url, { reconnection: false }), await connect(url)];
    const ended = once(client, 'disconnect');
    client.emit('todos:subscribe', { uid: 'a', held: Array(1e6).fill(['a', 1]) }, () => {});
    await ended;
    expect((await ask(other, 'todos:subscribe', { uid: 'a' }))[0]).to.equal(null);
    expect(kept().rooms).to.have.length(1);
  });
});
