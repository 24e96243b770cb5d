'use strict';

var assert = require('node:assert/strict');

// What the parts of the contract share: their type, and how a test waits for changes. No test waits for an amount of time.
/** The error of a refusal. Checks its code, not its class, since a store may come from another copy of this library. */
async function refusal(code, refused) {
    const error = await refused.then(() => assert.fail(`This was not refused, but must be refused as "${code}".`), (reason) => reason);
    assert.ok(error instanceof Error);
    assert.deepEqual({ code: 'code' in error && error.code, isSaid: error.message !== '' }, { code, isSaid: true }, error.message);
    return error;
}
const marker = 'the last one in ';
/** Watches a store. A store may tell a change after answering the write, but must tell all in order. */
function follow(store) {
    const changes = [];
    let told = () => { };
    const stop = store.watch({
        change(change) {
            changes.push(change);
            told();
        },
    });
    return {
        changes,
        stop,
        async settled(channel = '') {
            const last = marker + channel;
            await store.create({}, { id: last, channel });
            while (!changes.some(({ id }) => id === last))
                await new Promise(resolve => (told = resolve));
            await store.delete(last);
            return changes.filter(({ id }) => !id.startsWith(marker));
        },
    };
}
const idsOf = (documents) => documents.map(({ id }) => id);
/** Fills a store in one transaction; the documents are given by id. */
const fill = (store, attributes, channel = '') => store.transaction(async (inside) => {
    for (const [id, each] of Object.entries(attributes))
        await inside.create(each, { id, channel });
});

// What a store tells its watchers of commits, and what its log says of them later.
/** One document's life, a move included. */
const told = [
    { action: 'create', id: 'a', version: 1, channel: '', head: 1, origin: 'me', document: { id: 'a', version: 1, channel: '', attributes: { n: 1 } } },
    { action: 'update', id: 'a', version: 2, channel: '', head: 2, former: { n: 1 }, document: { id: 'a', version: 2, channel: '', attributes: { n: 2 } } },
    { action: 'delete', id: 'a', version: 2, channel: '', head: 3, origin: 'mover', former: { n: 2 } },
    { action: 'create', id: 'a', version: 3, channel: 'two', head: 1, origin: 'mover', document: { id: 'a', version: 3, channel: 'two', attributes: { n: 2, m: 3 } } },
    { action: 'delete', id: 'a', version: 3, channel: 'two', head: 2, origin: 'me', former: { n: 2, m: 3 } },
];
const withoutDocument = (change) => Object.fromEntries(Object.entries(change).filter(([name]) => name !== 'document'));
const changes = {
    'tells of each change once, with its origin, its head, the document, and the attributes before it': async (store) => {
        const { settled } = follow(store);
        await store.create({ n: 1 }, { id: 'a', origin: 'me' });
        await store.update('a', { n: 2 });
        const [created, ...updated] = await settled();
        // When the change is told, the document may already be newer.
        assert.deepEqual(created && withoutDocument(created), withoutDocument(told[0]));
        assert.equal(created?.document?.id, 'a');
        assert.deepEqual(updated, told.slice(1, 2));
    },
    'tells the origin of every kind of write, and none if none was given': async (store) => {
        const { settled } = follow(store);
        for (const origin of ['me', undefined]) {
            const by = { ...(origin !== undefined && { origin }) };
            await store.create({}, { id: 'a', ...by });
            await store.update('a', { n: 1 }, by);
            await store.patch('a', { n: 2 }, by);
            await store.delete('a', by);
        }
        const expected = ['me', undefined].flatMap(origin => ['create', 'update', 'update', 'delete'].map(action => [action, origin]));
        assert.deepEqual((await settled()).map(({ action, origin }) => [action, origin]), expected);
        assert.deepEqual((await store.changes('', 0, 8))?.map(({ action, origin }) => [action, origin]), expected);
    },
    'tells both channels of a document that moves': async (store) => {
        const { settled } = follow(store);
        await store.create({ n: 1 }, { id: 'a', origin: 'me' });
        await store.update('a', { n: 2 });
        await store.patch('a', { m: 3 }, { moveTo: 'two', origin: 'mover' });
        await store.delete('a', { origin: 'me' });
        await settled('');
        const all = (await settled('two')).filter(({ id }) => id === 'a');
        for (const channel of ['', 'two']) {
            assert.deepEqual(all.filter(change => change.channel === channel).map(withoutDocument), told.filter(change => change.channel === channel).map(withoutDocument));
        }
    },
    'tells of a commit before or after its answer, but never of a write that failed': async (store) => {
        const { settled } = follow(store);
        await store.create({}, { id: 'a' });
        await refusal('taken', store.create({}, { id: 'a' }));
        await refusal('conflict', store.update('a', {}, { ifVersion: 7 }));
        await refusal('not_found', store.delete('b'));
        await refusal('invalid', store.patch('a', { n: NaN }));
        assert.deepEqual((await settled()).map(({ id, action }) => [id, action]), [['a', 'create']]);
        assert.equal(await store.head(''), 3);
    },
    'tells a watcher nothing of before it was added, and nothing after it was removed': async (store) => {
        await store.create({}, { id: 'before' });
        const [all, some] = [follow(store), follow(store)];
        await store.create({}, { id: 'a' });
        await all.settled();
        some.stop();
        some.stop();
        const heard = some.changes.length;
        await store.create({}, { id: 'b' });
        const other = follow(store);
        await other.settled('two');
        assert.deepEqual(all.changes.slice(0, 1).map(({ id }) => id), ['a']);
        assert.equal(some.changes.length, heard);
    },
    // The store reports it: open it with a `log` that is silent.
    'tells every watcher, even if one throws, and gives each an object of its own': async (store) => {
        const stop = store.watch({
            change(change) {
                if (change.document)
                    change.document.attributes.spoilt = true;
                throw new Error('This watcher throws on purpose.');
            },
        });
        const { settled } = follow(store);
        await store.create({ n: 1 }, { id: 'a' });
        const heard = await settled();
        stop();
        assert.deepEqual(heard.map(({ document }) => document?.attributes), [{ n: 1 }]);
        assert.deepEqual((await store.read('a'))?.attributes, { n: 1 });
    },
    'counts the changes of each channel from 1': async (store) => {
        assert.equal(await store.head('one'), 0);
        await store.create({}, { id: 'a', channel: 'one' });
        await store.create({}, { id: 'b', channel: 'two' });
        await store.patch('a', {});
        assert.deepEqual([await store.head('one'), await store.head('two'), await store.head('')], [2, 1, 0]);
        await store.delete('a');
        assert.equal(await store.head('one'), 3);
    },
    'logs each change, with the document as it is now': async (store) => {
        await store.create({ n: 1 }, { id: 'a', origin: 'me' });
        await store.create({ n: 1 }, { id: 'b' });
        await store.patch('a', { n: 2 });
        await store.delete('b', { origin: 'you' });
        const a = { id: 'a', version: 2, channel: '', attributes: { n: 2 } };
        assert.deepEqual(await store.changes('', 0), [
            { action: 'create', id: 'a', version: 1, channel: '', head: 1, origin: 'me', document: a },
            { action: 'create', id: 'b', version: 1, channel: '', head: 2 },
            { action: 'update', id: 'a', version: 2, channel: '', head: 3, former: { n: 1 }, document: a },
            { action: 'delete', id: 'b', version: 1, channel: '', head: 4, origin: 'you', former: { n: 1 } },
        ]);
    },
    'returns the changes after a head, and at most as many as are asked for': async (store) => {
        for (const id of ['a', 'b', 'c', 'd'])
            await store.create({}, { id });
        const heads = async (from, limit) => (await store.changes('', from, limit))?.map(({ head }) => head);
        assert.deepEqual(await heads(2), [3, 4]);
        assert.deepEqual(await heads(1, 2), [2, 3]);
        assert.deepEqual(await heads(4), []);
        assert.deepEqual(await store.changes('none', 0), []);
    },
    'returns undefined for the changes after a head that is yet to come': async (store) => {
        await store.create({}, { id: 'a' });
        assert.equal(await store.changes('', 2), undefined);
        assert.equal(await store.changes('none', 1), undefined);
    },
    'shows a channel nothing of a document that has been moved out of it': async (store) => {
        await store.create({ n: 1 }, { id: 'a', channel: 'one' });
        await store.patch('a', { secret: true }, { moveTo: 'two' });
        assert.deepEqual(await store.changes('one', 0), [
            { action: 'create', id: 'a', version: 1, channel: 'one', head: 1 },
            { action: 'delete', id: 'a', version: 1, channel: 'one', head: 2, former: { n: 1 } },
        ]);
        assert.deepEqual((await store.changes('two', 0))?.map(({ action, head }) => [action, head]), [['create', 1]]);
    },
    'has the same epoch for as long as its counters go on': async (store) => {
        const epoch = await store.epoch();
        await store.create({}, { id: 'a' });
        assert.equal(typeof epoch, 'string');
        assert.equal(await store.epoch(), epoch);
    },
    'returns copies of what is in its log': async (store) => {
        await store.create({ n: 1 }, { id: 'a' });
        const [change] = (await store.changes('', 0)) ?? [];
        if (change?.document)
            change.document.attributes.n = 2;
        assert.deepEqual((await store.changes('', 0))?.[0]?.document?.attributes, { n: 1 });
        assert.deepEqual((await store.read('a'))?.attributes, { n: 1 });
    },
};

// How a store closes; and, if it is persistent, what it has when it is opened again.
const closing = {
    'lets running writes end when it is closed': async (store) => {
        await store.create({}, { id: 'a' });
        const begun = [
            store.create({}, { id: 'b' }),
            store.patch('a', {}),
            store.transaction(async (documents) => {
                await documents.create({}, { id: 'c' });
                return documents.patch('c', { n: 1 });
            }),
        ];
        const closed = store.close();
        assert.deepEqual((await Promise.all(begun)).map(({ id, version }) => [id, version]), [['b', 1], ['a', 2], ['c', 2]]);
        await closed;
    },
    'refuses all calls after it was closed': async (store) => {
        await store.create({}, { id: 'a' });
        const closed = store.close();
        await refusal('unavailable', store.create({}, { id: 'b' }));
        await closed;
        await refusal('unavailable', store.create({}, { id: 'b' }));
        await refusal('unavailable', store.update('a', {}));
        await refusal('unavailable', store.patch('a', {}));
        await refusal('unavailable', store.delete('a'));
        await refusal('unavailable', store.transaction(async () => assert.fail('It has run.')));
        await refusal('unavailable', store.read('a'));
        await refusal('unavailable', store.list());
        await refusal('unavailable', store.head(''));
        await refusal('unavailable', store.changes('', 0));
    },
    'can be closed twice': async (store) => {
        await Promise.all([store.close(), store.close()]);
        await store.close();
    },
};
/** For persistent stores. */
const reopening = {
    'has all documents and changes when it is opened again': async (store, reopen) => {
        await store.create({ title: 'milk', nested: [{ n: 1.5 }] }, { id: 'a', channel: 'one', origin: 'me' });
        await store.patch('a', { done: true });
        await store.create({}, { id: 'b' });
        await store.delete('b');
        const before = { list: await store.list(), head: await store.head('one'), changes: await store.changes('one', 0), gone: await store.changes('', 0) };
        const again = await reopen();
        const after = { list: await again.list(), head: await again.head('one'), changes: await again.changes('one', 0), gone: await again.changes('', 0) };
        assert.deepEqual(after, before);
    },
    'goes on counting when it is opened again': async (store, reopen) => {
        await store.create({}, { id: 'a' });
        await store.patch('a', {});
        const epoch = await store.epoch();
        const again = await reopen();
        assert.equal(await again.epoch(), epoch);
        assert.equal((await again.patch('a', {})).version, 3);
        assert.equal(await again.head(''), 3);
        await refusal('taken', again.create({}, { id: 'a' }));
        assert.deepEqual(idsOf(await again.list()), ['a']);
    },
};

// Several writers at once: none overwrites the others unknowingly, and the log has all writes in one order.
const writers = Array.from({ length: 20 }, (_, n) => n);
/** How many writes succeeded, and the codes with which the others were refused. */
async function outcome(attempts) {
    const settled = await Promise.allSettled(attempts);
    const refused = settled.filter(result => result.status === 'rejected').map(({ reason }) => reason.code);
    return { done: settled.length - refused.length, codes: [...new Set(refused)] };
}
async function increment(store, id) {
    for (;;) {
        const { version, attributes } = (await store.read(id)) ?? assert.fail('It has gone.');
        const { done } = await outcome([store.update(id, { n: Number(attributes.n) + 1 }, { ifVersion: version })]);
        if (done)
            return;
    }
}
const concurrency = {
    'lets exactly one of many writes succeed that name the same version': async (store) => {
        await store.create({}, { id: 'a' });
        const attempts = writers.map(n => (n % 2 ? store.update('a', { n }, { ifVersion: 1 }) : store.patch('a', { n }, { ifVersion: 1 })));
        assert.deepEqual(await outcome(attempts), { done: 1, codes: ['conflict'] });
        assert.equal((await store.read('a'))?.version, 2);
        assert.equal(await store.head(''), 2);
    },
    'lets exactly one of many creates take an id': async (store) => {
        const attempts = writers.map(n => store.create({ n }, { id: 'a', channel: n % 2 ? 'odd' : '' }));
        assert.deepEqual(await outcome(attempts), { done: 1, codes: ['taken'] });
        assert.equal((await store.list()).length, 1);
    },
    'lets exactly one of many deletes of a document succeed': async (store) => {
        await store.create({}, { id: 'a' });
        assert.deepEqual(await outcome(writers.map(() => store.delete('a'))), { done: 1, codes: ['not_found'] });
        assert.equal(await store.head(''), 2);
    },
    'loses no update of many clients that read, then write the version that they read': async (store) => {
        await store.create({ n: 0 }, { id: 'a' });
        await Promise.all(writers.map(() => increment(store, 'a')));
        assert.deepEqual(await store.read('a'), { id: 'a', version: 21, channel: '', attributes: { n: 20 } });
    },
    'loses none of many patches of different attributes': async (store) => {
        await store.create({}, { id: 'a' });
        await Promise.all(writers.map(n => store.patch('a', { [`n${n}`]: n })));
        assert.deepEqual(await store.read('a'), { id: 'a', version: 21, channel: '', attributes: Object.fromEntries(writers.map(n => [`n${n}`, n])) });
    },
    'goes on incrementing a version while many clients delete the document and create it again': async (store) => {
        const { settled } = follow(store);
        await store.create({}, { id: 'a' });
        const write = [() => store.patch('a', {}), () => store.delete('a'), () => store.create({}, { id: 'a' })];
        await Promise.allSettled([...writers, ...writers].map(n => write[n % 3]?.()));
        // A `delete` has the version that the document had.
        let last = 0;
        for (const { action, version } of await settled()) {
            assert.ok(action === 'delete' ? version === last : version > last, `${action} ${version} after ${last}`);
            last = Math.max(last, version);
        }
        const left = await store.read('a');
        assert.ok(!left || left.version >= last);
    },
    'numbers and tells many commits at once without gaps or duplicates, in one order': async (store) => {
        const { settled } = follow(store);
        await Promise.all(writers.map(n => store.transaction(async (documents) => {
            await documents.create({}, { id: `a${n}` });
            await documents.create({}, { id: `b${n}` });
            if (n % 5 === 4)
                throw new Error('This transaction fails on purpose.');
        }).catch(() => { })));
        const told = await settled();
        const heads = told.map(({ head }) => head);
        assert.deepEqual(heads, Array.from({ length: 32 }, (_, index) => index + 1));
        assert.equal(new Set(told.map(({ id }) => id)).size, 32);
        // The changes of one commit are together in the log, with none of another in between.
        for (const [index, { id }] of told.entries())
            if (index % 2 === 0)
                assert.equal(told[index + 1]?.id, id.replace('a', 'b'));
        const logged = (await store.changes('', 0))?.slice(0, 32);
        assert.deepEqual(logged?.map(({ id }) => id), told.map(({ id }) => id));
    },
    'loses no change for a client that reads the log while others write': async (store) => {
        const seen = [];
        let writing = true;
        const reader = (async () => {
            for (let last = false; !last;) {
                last = !writing;
                seen.push(...((await store.changes('', seen.at(-1)?.head ?? 0, 7)) ?? assert.fail('The log does not reach back.')));
                last &&= seen.at(-1)?.head === (await store.head(''));
            }
        })();
        await Promise.all(writers.map(n => store.create({}, { id: String(n) })));
        writing = false;
        await reader;
        assert.deepEqual(seen.map(({ head }) => head), writers.map(n => n + 1));
        assert.deepEqual(seen.map(({ id }) => id).sort(), idsOf(await store.list()).sort());
    },
};

// One document: created, read, changed, deleted; its version and its channel.
const milk = { title: 'milk', user: { name: 'Ann', tags: ['a', null, 1.5] } };
const documents = {
    'is ready': async (store) => assert.equal(await store.ready, undefined),
    'says which processes hear of a commit': async (store) => assert.ok(['process', 'database'].includes(store.reach)),
    'makes an id for a document without one': async (store) => {
        const [one, other] = [await store.create(milk), await store.create(milk)];
        assert.ok(typeof one.id === 'string' && one.id !== '' && one.id !== other.id);
        assert.deepEqual(one, { id: one.id, version: 1, channel: '', attributes: milk });
    },
    'takes the id that a document is given': async (store) => {
        assert.deepEqual(await store.create(milk, { id: 'a' }), { id: 'a', version: 1, channel: '', attributes: milk });
    },
    'reads what it was given': async (store) => {
        await store.create(milk, { id: 'a' });
        assert.deepEqual(await store.read('a'), { id: 'a', version: 1, channel: '', attributes: milk });
    },
    'finds nothing under an id that is not there': async (store) => assert.equal(await store.read('a'), undefined),
    'keeps an attribute that is called id apart from the id': async (store) => {
        await store.create({ id: 'x', _id: 5 }, { id: 'a' });
        assert.deepEqual((await store.read('a'))?.attributes, { id: 'x', _id: 5 });
        assert.equal(await store.read('x'), undefined);
    },
    'replaces all attributes by an update': async (store) => {
        await store.create(milk, { id: 'a' });
        const updated = await store.update('a', { done: true });
        assert.deepEqual(updated, { id: 'a', version: 2, channel: '', attributes: { done: true } });
        assert.deepEqual(await store.read('a'), updated);
    },
    'sets some attributes by a patch, each as a whole': async (store) => {
        await store.create({ ...milk, kept: [1] }, { id: 'a' });
        const patched = await store.patch('a', { done: true, user: { name: 'Bob' }, title: null });
        assert.deepEqual(patched, { id: 'a', version: 2, channel: '', attributes: { title: null, user: { name: 'Bob' }, kept: [1], done: true } });
        assert.deepEqual(await store.read('a'), patched);
    },
    'counts a patch of nothing as a change': async (store) => {
        await store.create(milk, { id: 'a' });
        assert.deepEqual(await store.patch('a', {}), { id: 'a', version: 2, channel: '', attributes: milk });
    },
    'deletes a document, and returns it as it was': async (store) => {
        await store.create(milk, { id: 'a' });
        await store.patch('a', { done: true });
        assert.deepEqual(await store.delete('a'), { id: 'a', version: 2, channel: '', attributes: { ...milk, done: true } });
        assert.equal(await store.read('a'), undefined);
        assert.deepEqual(await store.list(), []);
    },
    'refuses to change a document that is not there': async (store) => {
        await store.create(milk, { id: 'gone' });
        await store.delete('gone');
        for (const id of ['never', 'gone']) {
            await refusal('not_found', store.update(id, {}));
            await refusal('not_found', store.patch(id, {}));
            await refusal('not_found', store.delete(id));
        }
        assert.deepEqual(await store.list(), []);
    },
    'refuses an id that is taken in any channel': async (store) => {
        await store.create(milk, { id: 'a', channel: 'one' });
        await refusal('taken', store.create({}, { id: 'a', channel: 'one' }));
        await refusal('taken', store.create({}, { id: 'a', channel: 'two' }));
        assert.deepEqual(await store.read('a'), { id: 'a', version: 1, channel: 'one', attributes: milk });
    },
    'lets an id be used again after a delete, and goes on incrementing its version': async (store) => {
        await store.create(milk, { id: 'a' });
        await store.patch('a', { done: true });
        await store.delete('a');
        const { version } = await store.create({ title: 'new' }, { id: 'a' });
        assert.ok(version > 2);
        assert.deepEqual(await store.read('a'), { id: 'a', version, channel: '', attributes: { title: 'new' } });
    },
    'refuses a write that names another version, and carries the document': async (store) => {
        await store.create(milk, { id: 'a' });
        const current = await store.update('a', { title: 'bread' }, { ifVersion: 1 });
        for (const ifVersion of [0, 1, 3]) {
            for (const refused of [store.update('a', {}, { ifVersion }), store.patch('a', {}, { ifVersion }), store.delete('a', { ifVersion })]) {
                assert.deepEqual((await refusal('conflict', refused)).details.document, current);
            }
        }
        assert.deepEqual(await store.read('a'), current);
        assert.equal((await store.patch('a', {}, { ifVersion: 2 })).version, 3);
        assert.equal((await store.delete('a', { ifVersion: 3 })).version, 3);
    },
    'finds a document in its own channel only': async (store) => {
        await store.create(milk, { id: 'a', channel: 'one' });
        for (const channel of ['two', '', 'ONE', 'one ', '%']) {
            assert.equal(await store.read('a', { channel }), undefined);
            await refusal('not_found', store.update('a', {}, { channel }));
            await refusal('not_found', store.patch('a', {}, { channel, ifVersion: 9 }));
            await refusal('not_found', store.delete('a', { channel }));
        }
        assert.equal((await store.read('a', { channel: 'one' }))?.version, 1);
        assert.equal((await store.patch('a', {}, { channel: 'one' })).version, 2);
    },
    'finds a document only if it meets the filter': async (store) => {
        await store.create(milk, { id: 'a' });
        const where = { title: 'bread' };
        assert.equal(await store.read('a', { where }), undefined);
        await refusal('not_found', store.update('a', {}, { where }));
        await refusal('not_found', store.patch('a', { title: 'bread' }, { where, ifVersion: 9 }));
        await refusal('not_found', store.delete('a', { where }));
        assert.equal((await store.read('a', { where: { title: 'milk', id: 'a' } }))?.version, 1);
        assert.equal((await store.patch('a', { title: 'bread' }, { where: { title: 'milk' } })).version, 2);
        assert.equal((await store.delete('a', { where })).version, 2);
    },
    'moves a document to another channel': async (store) => {
        await store.create(milk, { id: 'a', channel: 'one' });
        assert.deepEqual(await store.patch('a', { done: true }, { channel: 'one', moveTo: 'two' }), { id: 'a', version: 2, channel: 'two', attributes: { ...milk, done: true } });
        assert.equal(await store.read('a', { channel: 'one' }), undefined);
        assert.deepEqual(await store.update('a', {}, { moveTo: '' }), { id: 'a', version: 3, channel: '', attributes: {} });
        assert.equal((await store.update('a', {}, { moveTo: '' })).version, 4);
    },
    'keeps a document in its channel when it is changed': async (store) => {
        await store.create(milk, { id: 'a', channel: 'one' });
        await store.update('a', {});
        assert.equal((await store.patch('a', {})).channel, 'one');
    },
    'shares no object with its callers': async (store) => {
        const given = structuredClone(milk);
        const creating = store.create(given, { id: 'a' });
        given.user.name = 'Bob';
        (await creating).attributes.title = 'bread';
        const read = await store.read('a');
        (read?.attributes).user.tags.push('b');
        const [listed] = await store.list();
        if (listed)
            listed.attributes.title = 'bread';
        assert.deepEqual(await store.list(), [{ id: 'a', version: 1, channel: '', attributes: milk }]);
        assert.deepEqual((await store.read('a'))?.attributes, milk);
        const patch = structuredClone(milk);
        const patching = store.patch('a', patch);
        patch.user.name = 'Bob';
        await patching;
        assert.deepEqual((await store.read('a'))?.attributes, milk);
    },
};

// Which documents a filter finds: a table with the results that every store must give.
const samples = {
    nothing: {},
    null: { v: null },
    zero: { v: 0 },
    one: { v: 1 },
    two: { v: 2.5 },
    false: { v: false },
    true: { v: true },
    empty: { v: '' },
    text: { v: 'milk' },
    Text: { v: 'Milk' },
    digit: { v: '1' },
    emoji: { v: '😀' },
    wide: { v: '｡' },
    list: { v: [1, 'milk', null] },
    none: { v: [] },
    inner: { v: [[1, 'milk']] },
    object: { v: { w: 1 } },
    objects: { v: [{ w: 1 }, { w: 'a' }, {}, 5] },
    below: { v: { w: null } },
    deeper: { v: [{ w: [{ x: 1 }] }, { w: { x: [2] } }] },
    nested: { v: [[{ w: 1 }]] },
    dotted: { 'v.w': 1, v: 'x' },
};
const everything = Object.keys(samples);
const but = (...ids) => everything.filter(id => !ids.includes(id));
/** Filters and what they find, by promise. */
const table = {
    'finds everything by an empty filter': [[{}, everything]],
    'finds equal values of the same type, also in a list': [
        [{ v: 1 }, ['one', 'list']],
        [{ v: '1' }, ['digit']],
        [{ v: 0 }, ['zero']],
        [{ v: '' }, ['empty']],
        [{ v: false }, ['false']],
        [{ v: true }, ['true']],
        [{ v: 'milk' }, ['text', 'list']],
        [{ v: '😀' }, ['emoji']],
        [{ v: 5 }, ['objects']],
        [{ id: 'one' }, ['one']],
        [{ id: 'one', v: 2 }, []],
        [{ constructor_: 1 }, []],
    ],
    'finds by null what is null or missing': [
        [{ v: null }, ['nothing', 'null', 'list']],
        [{ 'v.w': null }, but('object', 'objects', 'deeper')],
        [{ w: null }, everything],
        [{ v: { $in: [null, 0] } }, ['nothing', 'null', 'zero', 'list']],
    ],
    'finds by $ne and $nin exactly what equality and $in do not': [
        [{ v: { $ne: 1 } }, but('one', 'list')],
        [{ v: { $ne: null } }, but('nothing', 'null', 'list')],
        [{ 'v.w': { $ne: null } }, ['object', 'objects', 'deeper']],
        [{ v: { $nin: [1, 'Milk', false] } }, but('one', 'list', 'Text', 'false')],
        [{ v: { $nin: [] } }, everything],
        [{ id: { $nin: everything.slice(2) } }, everything.slice(0, 2)],
    ],
    'finds any of several values by $in': [
        [{ v: { $in: ['milk', 2.5, true] } }, ['two', 'true', 'text', 'list']],
        [{ v: { $in: [] } }, []],
        [{ v: { $in: ['1'] } }, ['digit']],
    ],
    'compares numbers with numbers, and strings with strings': [
        [{ v: { $gt: 0 } }, ['one', 'two', 'list', 'objects']],
        [{ v: { $gte: 0 } }, ['zero', 'one', 'two', 'list', 'objects']],
        [{ v: { $lt: 1 } }, ['zero']],
        [{ v: { $lte: 1 } }, ['zero', 'one', 'list']],
        [{ v: { $gt: 0, $lt: 2 } }, ['one', 'list']],
        [{ v: { $gt: 'Milk' } }, ['text', 'emoji', 'wide', 'list', 'dotted']],
        [{ v: { $gte: '' } }, ['empty', 'text', 'Text', 'digit', 'emoji', 'wide', 'list', 'dotted']],
        [{ v: { $lt: 'milk' } }, ['empty', 'Text', 'digit']],
        [{ v: { $lte: '1' } }, ['empty', 'digit']],
        [{ id: { $lt: 'e' } }, ['Text', 'digit', 'below', 'deeper', 'dotted']],
    ],
    'orders strings by their code points': [
        [{ v: { $gt: '｡' } }, ['emoji']],
        [{ v: { $lte: '｡', $gt: 'x' } }, ['wide']],
    ],
    'accepts a list whose elements meet different conditions': [[{ v: { $gt: 4, $lt: 6 } }, ['objects']], [{ v: { $gte: 1, $contains: 'i' } }, ['list']]],
    'finds strings by a part of them, literally': [
        [{ v: { $contains: 'il' } }, ['text', 'Text', 'list']],
        [{ v: { $contains: 'M' } }, ['Text']],
        [{ v: { $contains: '' } }, ['empty', 'text', 'Text', 'digit', 'emoji', 'wide', 'list', 'dotted']],
        [{ v: { $contains: '.' } }, []],
        [{ v: { $contains: '%' } }, []],
        [{ v: { $contains: 'm_lk' } }, []],
        [{ v: { $contains: '.*' } }, []],
        [{ v: { $contains: '"\\' } }, []],
        [{ v: { $contains: '1' } }, ['digit']],
        [{ id: { $contains: 'ext' } }, ['text', 'Text']],
    ],
    'finds by a path, through objects and through lists one level each': [
        [{ 'v.w': 1 }, ['object', 'objects']],
        [{ 'v.w': 'a' }, ['objects']],
        [{ 'v.w.x': 1 }, ['deeper']],
        [{ 'v.w.x': { $gt: 1 } }, ['deeper']],
        [{ 'v.w': { $gte: 0, $contains: 'a' } }, ['objects']],
        [{ 'v.length': { $gte: 0 } }, []],
    ],
    'groups filters': [
        [{ $and: [{ v: { $gt: 0 } }, { v: { $lt: 2 } }] }, ['one', 'list']],
        [{ $or: [{ v: 0 }, { v: 'milk', id: 'text' }] }, ['zero', 'text']],
        [{ $nor: [{ v: { $ne: 1 } }, { id: 'list' }] }, ['one']],
        [{ id: { $ne: 'zero' }, $or: [{ v: 0 }, { v: 1 }], $and: [{}] }, ['one', 'list']],
        [{ $nor: [{ $and: [{ v: { $gte: 0 } }, { $nor: [{ v: 1 }] }] }] }, but('zero', 'two', 'objects')],
        [{ $nor: [{}] }, []],
    ],
};
const check = (rows) => async (store) => {
    await fill(store, samples);
    for (const [where, ids] of rows)
        assert.deepEqual(idsOf(await store.list({ where })).sort(), [...ids].sort(), JSON.stringify(where));
    for (const [where, ids] of rows) {
        for (const id of everything)
            assert.equal(Boolean(await store.read(id, { where })), ids.includes(id), `${id} by ${JSON.stringify(where)}`);
    }
};
/** Mistakes in the server's own code, which a store must not take for filters that find everything. */
const mistakes = [
    { v: { $regex: '.*' } }, { $where: '1' }, { v: {} }, { v: undefined }, { v: [1] }, { v: { w: 1 } }, { $or: [] }, { $or: {} }, { $not: {} },
    { v: { $gt: null } }, { v: { $in: 'a' } }, { v: { $contains: 1 } }, { '': 1 }, { 'v.': 1 }, { 'v.0': 1 }, { "v' or 1": 1 }, { v: 'a\u0000' },
    { 'v."': 1 }, { 'v.__proto__.w': 1 }, { constructor: 1 }, { v: NaN }, [], 'v', 5,
];
const filters = {
    ...Object.fromEntries(Object.entries(table).map(([promise, rows]) => [promise, check(rows)])),
    'finds by an id that is given as a number': async (store) => {
        await fill(store, { 7: { v: 1 }, 8: { v: 2 } });
        const table = [[{ id: 7 }, ['7']], [{ id: { $in: [7, 9] } }, ['7']], [{ id: { $ne: 7 } }, ['8']]];
        for (const [where, ids] of table)
            assert.deepEqual(idsOf(await store.list({ where })), ids, JSON.stringify(where));
    },
    'refuses an invalid filter': async (store) => {
        await fill(store, { a: { v: 1 } });
        for (const where of mistakes) {
            await refusal('invalid', store.list({ where }));
            await refusal('invalid', store.read('a', { where }));
            await refusal('invalid', store.patch('a', {}, { where }));
            await refusal('invalid', store.delete('a', { where }));
        }
        await refusal('invalid', store.list({ sort: ['v; drop table'] }));
        assert.equal((await store.read('a'))?.version, 1);
    },
};

// What a client may send to do harm: a store keeps it unchanged, as any other string, or refuses it as `invalid`.
/** Strings that have a meaning somewhere, but must not have one for a store. */
const texts = [
    "'; drop table documents; --", '"', '\\', '%', '_', '*', '?', '$1', '$gt', '${1}', '{}', '[0]', 'a.b', 'a/b/../c', 'a b', ' ', '\n', '\t',
    '42', '-1', '1e3', '0x10', '007', 'null', 'undefined', 'true', 'NaN', 'length', 'id', '_id', '__v', 'version', 'channel', 'attributes',
    'ä', 'a\u0308', '日本語', '😀', '👩‍👩‍👧', '\u202e', '\ufeff', '\uffff', '\u007f', '\u0001', '<script>', '&amp;', ':', 'todos:create', 'x'.repeat(255),
];
/** Names that every object inherits: under each of them, Backbone would find a model. */
const inherited = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', '__lookupSetter__'];
const unstorable = ['', 'x'.repeat(256), 'a\u0000', '\ud800', 'a\udc00b', 5, null, {}, ['a'], { toString: () => 'a' }, ...inherited];
const refusedAttributes = {
    'a key that reaches a prototype': JSON.parse('{"__proto__": {"admin": true}}'),
    'such a key deep inside': JSON.parse('{"a": [[{"b": {"__proto__": 1}}]]}'),
    'a constructor': { constructor: { prototype: { admin: true } } },
    'a prototype': { a: { prototype: {} } },
    'a NUL in a string': { a: ['x\u0000y'] },
    'a NUL in a key': { 'a\u0000': 1 },
    'half a surrogate pair': { a: '\ud83d' },
    'the other half, in a key': { 'x\ude00': 1 },
    'NaN': { a: NaN },
    'infinity': { a: [-Infinity] },
    'a bigint': { a: 1n },
    'a function': { a: () => 1 },
    'a symbol': { a: Symbol('a') },
    'binary data': { a: Buffer.from('a') },
    'a map': { a: new Map([['a', 1]]) },
    'five thousand lists': JSON.parse(`{"a": ${'['.repeat(5000)}${']'.repeat(5000)}}`),
    'a list': [],
    'a string': 'a',
    'null': null,
};
const hostile = {
    'accepts any string as an id, and tells similar ones apart': async (store) => {
        await fill(store, Object.fromEntries(texts.map((id, n) => [id, { n }])));
        for (const [n, id] of texts.entries()) {
            assert.deepEqual(await store.read(id), { id, version: 1, channel: '', attributes: { n } });
            assert.deepEqual(idsOf(await store.list({ where: { id } })), [id]);
            assert.equal((await store.patch(id, {}, { where: { id } })).version, 2);
        }
        for (const id of texts)
            await store.delete(id);
        assert.deepEqual(await store.list(), []);
    },
    'accepts any string as the name and the value of an attribute': async (store) => {
        const attributes = Object.fromEntries(texts.map((text, n) => [text, { [text]: [text, n] }]));
        await store.create(attributes, { id: 'a' });
        assert.deepEqual((await store.read('a'))?.attributes, attributes);
        for (const text of texts)
            await store.patch('a', { [text]: text });
        assert.deepEqual((await store.read('a'))?.attributes, Object.fromEntries(texts.map(text => [text, text])));
        assert.deepEqual((await store.update('a', { '': '', ' ': [] })).attributes, { '': '', ' ': [] });
    },
    'accepts any string as a channel': async (store) => {
        for (const [n, channel] of [...texts, ...inherited].entries()) {
            await store.create({ n }, { id: `id${n}`, channel });
            assert.deepEqual(idsOf(await store.list({ channel })), [`id${n}`]);
            assert.equal(await store.head(channel), 1);
            assert.deepEqual((await store.changes(channel, 0))?.map(({ id }) => id), [`id${n}`]);
        }
    },
    'refuses an id that some store could not hold': async (store) => {
        for (const id of unstorable)
            await refusal('invalid', store.create({}, { id }));
        assert.deepEqual(await store.list(), []);
        assert.equal(await store.head(''), 0);
    },
    'finds nothing by such an id': async (store) => {
        await store.create({}, { id: 'a' });
        for (const id of unstorable) {
            assert.equal(await store.read(id), undefined);
            await refusal('not_found', store.update(id, {}));
            await refusal('not_found', store.patch(id, {}));
            await refusal('not_found', store.delete(id));
        }
    },
    'refuses a channel that some store could not hold, and finds nothing there': async (store) => {
        await store.create({}, { id: 'a' });
        for (const channel of ['x'.repeat(256), 'a\u0000', '\ud800', 5, null, {}]) {
            await refusal('invalid', store.create({}, { channel }));
            await refusal('invalid', store.patch('a', {}, { moveTo: channel }));
            assert.equal(await store.read('a', { channel }), undefined);
            assert.deepEqual(await store.list({ channel }), []);
            assert.equal(await store.head(channel), 0);
        }
        assert.deepEqual(await store.read('a'), { id: 'a', version: 1, channel: '', attributes: {} });
    },
    'refuses attributes that JSON or some store could not hold': async (store) => {
        const before = await store.create({ n: 1 }, { id: 'a' });
        for (const attributes of Object.values(refusedAttributes)) {
            await refusal('invalid', store.create(attributes));
            await refusal('invalid', store.update('a', attributes));
            await refusal('invalid', store.patch('a', attributes));
        }
        assert.deepEqual(await store.list(), [before]);
        assert.equal(await store.head(''), 1);
    },
    'keeps attributes as JSON does': async (store) => {
        const given = { a: undefined, b: new Date(0), c: [undefined, -0], d: Object.create(null), e: 1e300, f: 5e-324, g: 2 ** 53, h: 0.1 + 0.2 };
        const kept = { b: '1970-01-01T00:00:00.000Z', c: [null, 0], d: {}, e: 1e300, f: 5e-324, g: 2 ** 53, h: 0.1 + 0.2 };
        assert.deepEqual((await store.create(given, { id: 'a' })).attributes, kept);
        assert.deepEqual((await store.read('a'))?.attributes, kept);
    },
    'keeps names that objects inherit, where they are plain attributes': async (store) => {
        const attributes = { toString: 1, hasOwnProperty: 'x', valueOf: null, length: 5, then: 'x', toJSON: 'x' };
        await store.create(attributes, { id: 'a' });
        assert.deepEqual((await store.list({ where: { hasOwnProperty: 'x' } }))[0]?.attributes, attributes);
        assert.deepEqual(await store.list({ where: { isPrototypeOf: { $ne: null } } }), []);
    },
    'keeps a string of a megabyte, and a deeply nested document': async (store) => {
        const deep = JSON.parse(`${'{"a":['.repeat(24)}1${']}'.repeat(24)}`);
        const attributes = { text: '☃ä"\\'.repeat(250_000), deep };
        await store.create(attributes, { id: 'a' });
        assert.deepEqual((await store.read('a'))?.attributes, attributes);
        assert.deepEqual(idsOf(await store.list({ where: { text: { $contains: '\\☃' } } })), ['a']);
    },
};

// Lists of documents: which, in which order, and how many.
const lists = {
    'lists nothing while there is nothing': async (store) => assert.deepEqual(await store.list(), []),
    'lists the documents of a channel, or of all': async (store) => {
        await fill(store, { a: {}, c: {} }, 'one');
        await fill(store, { b: {} }, 'two');
        await fill(store, { d: {} });
        assert.deepEqual(idsOf(await store.list({ channel: 'one' })), ['a', 'c']);
        assert.deepEqual(idsOf(await store.list({ channel: '' })), ['d']);
        assert.deepEqual(idsOf(await store.list({ channel: 'none' })), []);
        assert.deepEqual(idsOf(await store.list()), ['a', 'b', 'c', 'd']);
    },
    'lists whole documents': async (store) => {
        const made = await store.create({ title: 'milk', nested: { list: [1, [2]] } }, { id: 'a', channel: 'one' });
        const now = await store.patch(made.id, { done: false });
        assert.deepEqual(await store.list(), [now]);
    },
    'lists in the order of the ids, by their code points': async (store) => {
        const ids = ['😀', 'b', 'a', 'B', '10', '9', 'ä', 'aa', '_', '｡', 'a b', 'a-b', 'A'];
        await fill(store, Object.fromEntries(ids.map(id => [id, {}])));
        const ordered = ['10', '9', 'A', 'B', '_', 'a', 'a b', 'a-b', 'aa', 'b', 'ä', '｡', '😀'];
        assert.deepEqual(idsOf(await store.list()), ordered);
        assert.deepEqual(idsOf(await store.list({ sort: ['-id'] })), ordered.reverse());
    },
    'sorts by attributes: missing values first, then numbers, strings, false, true': async (store) => {
        await fill(store, {
            a: { v: true }, b: { v: 'ä' }, c: { v: 10 }, d: {}, e: { v: false }, f: { v: 'Z' }, g: { v: 9 }, h: { v: null },
            i: { v: -1.5 }, j: { v: '10' }, k: { v: '9' }, l: { v: 'z' }, m: { v: '' }, n: { v: '😀' }, o: { v: '｡' },
        });
        const ordered = 'd h i g c m j k f l b o n e a'.split(' ');
        assert.deepEqual(idsOf(await store.list({ sort: ['v'] })), ordered);
        // Ties stay in the order of their ids.
        assert.deepEqual(idsOf(await store.list({ sort: ['-v'] })), 'a e n o b l f k j m c g i d h'.split(' '));
    },
    'sorts by several attributes, also within objects': async (store) => {
        await fill(store, {
            a: { user: { name: 'Bob' }, n: 1 }, b: { user: { name: 'Ann' }, n: 1 }, c: { user: { name: 'Bob' }, n: 2 },
            d: { user: 'Ann', n: 3 }, e: { user: { name: 'Ann' }, n: 1 },
        });
        assert.deepEqual(idsOf(await store.list({ sort: ['user.name', '-n'] })), ['d', 'b', 'e', 'c', 'a']);
        assert.deepEqual(idsOf(await store.list({ sort: ['-user.name', 'n'] })), ['a', 'c', 'b', 'e', 'd']);
    },
    'lists a part by limit and offset': async (store) => {
        await fill(store, { a: { n: 3 }, b: { n: 1 }, c: { n: 2 }, d: { n: 2 } });
        const ids = async (query) => idsOf(await store.list(query));
        assert.deepEqual(await ids({ limit: 2 }), ['a', 'b']);
        assert.deepEqual(await ids({ offset: 3 }), ['d']);
        assert.deepEqual(await ids({ offset: 1, limit: 2, sort: ['n'] }), ['c', 'd']);
        assert.deepEqual(await ids({ offset: 1, limit: 5, where: { n: { $gte: 2 } } }), ['c', 'd']);
        assert.deepEqual(await ids({ limit: 1, where: { n: { $lt: 3 }, id: { $ne: 'b' } } }), ['c']);
        assert.deepEqual(await ids({ limit: 0 }), []);
        assert.deepEqual(await ids({ offset: 4 }), []);
    },
    'refuses a limit or an offset that is not a whole number from 0': async (store) => {
        await store.create({}, { id: 'a' });
        for (const count of [-1, 1.5, NaN, Infinity, '2', null, 2 ** 53]) {
            await refusal('invalid', store.list({ limit: count }));
            await refusal('invalid', store.list({ offset: count }));
            await refusal('invalid', store.transaction(documents => documents.list({ limit: count })));
        }
        assert.deepEqual(idsOf(await store.list({ limit: 2 ** 53 - 1, offset: 0 })), ['a']);
    },
    'lists ten thousand documents': async (store) => {
        const numbers = Array.from({ length: 10_000 }, (_, n) => n);
        await fill(store, Object.fromEntries(numbers.map(n => [`id ${String(n).padStart(5, '0')}`, { n, title: `title ${n}` }])));
        assert.deepEqual((await store.list()).map(({ attributes }) => attributes.n), numbers);
        assert.equal((await store.list({ where: { n: { $gte: 9_000 } }, sort: ['-n'], limit: 500 })).at(-1)?.attributes.n, 9_500);
        assert.equal(await store.head(''), 10_000);
    },
};

// Two stores on one database, as on two nodes: each hears of the other's changes, and both agree.
/** After this, each store also tells of changes made on the other. */
const answered = (...stores) => Promise.all(stores.map(store => store.head('')));
const numbers = Array.from({ length: 10 }, (_, n) => n);
const nodes = {
    'sees what another node has written': async (store, other) => {
        const made = await other.create({ n: 1 }, { id: 'a', channel: 'one' });
        assert.deepEqual(await store.read('a'), made);
        await refusal('taken', store.create({}, { id: 'a' }));
        assert.equal((await store.patch('a', { n: 2 })).version, 2);
        await refusal('conflict', other.patch('a', {}, { ifVersion: 1 }));
        assert.deepEqual([await other.head('one'), await store.head('one')], [2, 2]);
    },
    'tells every node of each change, once and in one order, whichever node made it': async (store, other) => {
        const followers = [follow(store), follow(other)];
        await answered(store, other);
        await Promise.all(numbers.map(n => (n % 2 ? store : other).create({ n }, { id: `id${n}`, origin: n % 2 ? 'here' : 'there' })));
        const heard = [];
        for (const { settled } of followers)
            heard.push(await settled());
        assert.deepEqual(heard[0]?.map(({ head }) => head), numbers.map(n => n + 1));
        assert.deepEqual(heard[0]?.map(({ id, origin }) => origin === (Number(id.slice(2)) % 2 ? 'here' : 'there')), numbers.map(() => true));
        assert.deepEqual(heard[1], heard[0]);
    },
    'lets exactly one of many writes on several nodes succeed that name the same version': async (store, other) => {
        await store.create({}, { id: 'a' });
        const attempts = await Promise.allSettled(numbers.map(n => (n % 2 ? store : other).update('a', { n }, { ifVersion: 1 })));
        assert.equal(attempts.filter(({ status }) => status === 'fulfilled').length, 1);
        assert.equal((await other.read('a'))?.version, 2);
    },
    'sends a message of one node to every node, itself included': async (store, other) => {
        if (!store.tell)
            return;
        const said = { revoke: 'ann', list: [1, null, '😀'] };
        const hear = (node) => new Promise(resolve => node.watch({ message: resolve }));
        const heard = Promise.all([hear(store), hear(other)]);
        await answered(store, other);
        await store.tell(said);
        assert.deepEqual(await heard, [said, said]);
    },
    'stays open when another node is closed': async (store, other) => {
        await other.close();
        await store.create({}, { id: 'a' });
        assert.equal((await store.list()).length, 1);
    },
};

// Writes that are executed once, however often they are repeated. For stores that have `once`.
const onceOf = (store) => store.once?.bind(store) ?? assert.fail('It has no `once`.');
/** Without an id, so that executing it twice would create two documents. */
const create = (n) => async (documents) => ({ ...(await documents.create({ n })) });
const never = async () => assert.fail('It has run again.');
const failure$1 = new Error('This write fails on purpose.');
const once = {
    'executes a write once, and returns the same answer whenever it is repeated': async (store) => {
        const { settled } = follow(store);
        const once = onceOf(store);
        const first = await once('key', 'digest', create(1));
        await store.patch(String(first.id), { n: 2 });
        assert.deepEqual([await once('key', 'digest', never), await once('key', 'digest', never)], [first, first]);
        assert.deepEqual((await store.list()).map(({ attributes }) => attributes), [{ n: 2 }]);
        assert.deepEqual((await settled()).map(({ action, head }) => [action, head]), [['create', 1], ['update', 2]]);
    },
    'answers a repeated write with any JSON value, a copy for each caller': async (store) => {
        const answer = { list: [1, null, 'ä\u0000😀\ufeff', { deep: true }], n: -15e-8 };
        const once = onceOf(store);
        const first = await once('key', 'digest', async () => structuredClone(answer));
        first.list = 'mine';
        const second = await once('key', 'digest', never);
        assert.deepEqual(second, answer);
        Object.assign(second, { n: 0 });
        assert.deepEqual(await once('key', 'digest', never), answer);
        for (const scalar of [null, true, 0, '', 'ä']) {
            await once(JSON.stringify(scalar), '', async () => scalar);
            assert.deepEqual(await once(JSON.stringify(scalar), '', never), scalar);
        }
    },
    'lets a repeated write wait for the first one': async (store) => {
        const once = onceOf(store);
        const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => once('key', 'digest', create(n))));
        assert.equal((await store.list()).length, 1);
        for (const answer of answers)
            assert.deepEqual(answer, answers[0]);
    },
    'refuses another write with the same key': async (store) => {
        const once = onceOf(store);
        const first = await once('key', 'digest', create(1));
        await refusal('invalid', once('key', 'other', never));
        assert.deepEqual(await once('key', 'digest', never), first);
        const codes = await Promise.allSettled(['a', 'b'].map(digest => once('two', digest, create(2))));
        assert.deepEqual(codes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
        assert.equal((await store.list()).length, 2);
    },
    'tells all keys apart, also long and unusual ones': async (store) => {
        const once = onceOf(store);
        const keys = ['', 'a', 'A', 'a ', 'ä', '\u0000', '__proto__', 'constructor', 'x'.repeat(10_000), `${'x'.repeat(10_000)}y`];
        const answers = [];
        for (const [n, key] of keys.entries())
            answers.push(await once(key, 'digest', create(n)));
        for (const [n, key] of keys.entries())
            assert.deepEqual(await once(key, 'digest', never), answers[n]);
        assert.equal((await store.list()).length, keys.length);
    },
    'keeps nothing of a write that throws, and executes it again when it is repeated': async (store) => {
        const { settled } = follow(store);
        const once = onceOf(store);
        const failing = once('key', 'digest', async (documents) => {
            await documents.create({}, { id: 'a' });
            throw failure$1;
        });
        await assert.rejects(failing, error => error === failure$1);
        await refusal('not_found', once('key', 'digest', async (documents) => ({ ...(await documents.patch('a', {})) })));
        const done = await once('key', 'another', create(1));
        assert.deepEqual(await once('key', 'another', never), done);
        assert.equal((await store.list()).length, 1);
        assert.equal((await settled()).length, 1);
    },
    'executes a write that is repeated while the first one fails': async (store) => {
        const once = onceOf(store);
        let count = 0;
        const attempt = () => once('key', 'digest', async (documents) => {
            count += 1;
            const made = await documents.create({ count });
            if (count === 1)
                throw failure$1;
            return made.id;
        });
        const outcomes = await Promise.allSettled([attempt(), attempt(), attempt()]);
        assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'fulfilled', 'rejected']);
        assert.equal((await store.list()).length, 1);
    },
    'reads and writes within `once` as within a transaction': async (store) => {
        const before = await store.create({ n: 1 }, { id: 'a' });
        const answer = await onceOf(store)('key', 'digest', async (documents) => {
            await assert.rejects(store.read('a'), /by the documents/);
            const refused = await refusal('conflict', documents.patch('a', {}, { ifVersion: 7 }));
            assert.deepEqual(refused.details.document, before);
            await documents.patch('a', { n: 2 });
            await documents.create({}, { id: 'b' });
            return idsOf(await documents.list());
        });
        assert.deepEqual(answer, ['a', 'b']);
        assert.equal((await store.read('a'))?.version, 2);
    },
    'executes many writes at once, repeated ones and others': async (store) => {
        await store.create({ n: 0 }, { id: 'a' });
        const increment = async (documents) => {
            const { attributes } = (await documents.read('a')) ?? assert.fail('It has gone.');
            return (await documents.update('a', { n: Number(attributes.n) + 1 })).version;
        };
        const once = onceOf(store);
        const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => once(`key ${n % 10}`, 'digest', increment)));
        assert.deepEqual((await store.read('a'))?.attributes, { n: 10 });
        assert.deepEqual([...new Set(answers)].sort((a, b) => Number(a) - Number(b)), [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    },
    'refuses `once` after it was closed': async (store) => {
        await onceOf(store)('key', 'digest', create(1));
        await store.close();
        await refusal('unavailable', onceOf(store)('key', 'digest', never));
    },
};
/** For persistent stores. */
const onceReopened = {
    'knows the answers of `once` when it is opened again': async (store, reopen) => {
        const begun = onceOf(store)('begun', 'digest', create(1));
        const again = await reopen();
        assert.deepEqual(await onceOf(again)('begun', 'digest', never), await begun);
        await refusal('invalid', onceOf(again)('begun', 'other', never));
        assert.equal((await again.list()).length, 1);
    },
};
/** For two stores on one database. */
const onceByNodes = {
    'executes a write once that is repeated on another node, at the same time or later': async (store, other) => {
        const answers = await Promise.all([store, other, store, other].map(one => onceOf(one)('key', 'digest', create(1))));
        assert.deepEqual(await onceOf(other)('key', 'digest', never), answers[0]);
        for (const answer of answers)
            assert.deepEqual(answer, answers[0]);
        assert.equal((await store.list()).length, 1);
    },
};

// Several writes as one: all of them, or none.
const failure = new Error('This transaction fails on purpose.');
const transactions = {
    'commits what a transaction has written, and resolves to what it returns': async (store) => {
        await store.create({ n: 1 }, { id: 'a' });
        await store.create({ n: 1 }, { id: 'b' });
        const { settled } = follow(store);
        const result = await store.transaction(async (documents) => {
            await documents.patch('a', { n: 2 });
            await documents.delete('b');
            return (await documents.create({ n: 3 }, { id: 'c' })).id;
        });
        assert.equal(result, 'c');
        assert.deepEqual((await store.list()).map(({ id, attributes }) => [id, attributes.n]), [['a', 2], ['c', 3]]);
        assert.deepEqual((await settled()).map(({ action, id, head }) => [action, id, head]), [['update', 'a', 3], ['delete', 'b', 4], ['create', 'c', 5]]);
    },
    'keeps nothing of a transaction that throws, and tells nothing of it': async (store) => {
        const before = await store.create({ n: 1 }, { id: 'a' });
        await store.create({ n: 1 }, { id: 'b' });
        const { settled } = follow(store);
        const failing = store.transaction(async (documents) => {
            await documents.create({}, { id: 'c', channel: 'other' });
            await documents.patch('a', { n: 2 }, { moveTo: 'other' });
            await documents.delete('b');
            throw failure;
        });
        await assert.rejects(failing, error => error === failure);
        assert.deepEqual(idsOf(await store.list()), ['a', 'b']);
        assert.deepEqual(await store.read('a'), before);
        assert.deepEqual([await store.head(''), await store.head('other')], [2, 0]);
        assert.equal((await store.changes('', 0))?.length, 2);
        assert.deepEqual(await settled(), []);
        assert.equal((await store.patch('a', {})).version, 2);
    },
    'rolls back the whole transaction if it fails by a refusal': async (store) => {
        await store.create({}, { id: 'a' });
        await refusal('taken', store.transaction(async (documents) => {
            await documents.create({}, { id: 'b' });
            await documents.create({}, { id: 'a' });
        }));
        assert.deepEqual(idsOf(await store.list()), ['a']);
    },
    'goes on with a transaction after a refusal that is caught': async (store) => {
        await store.create({}, { id: 'a' });
        await store.transaction(async (documents) => {
            await documents.create({}, { id: 'b' });
            await refusal('taken', documents.create({}, { id: 'a' }));
            await refusal('not_found', documents.patch('x', {}));
            await refusal('conflict', documents.patch('a', {}, { ifVersion: 5 }));
            await refusal('invalid', documents.patch('a', { n: Infinity }));
            await documents.create({}, { id: 'c' });
        });
        assert.deepEqual(idsOf(await store.list()), ['a', 'b', 'c']);
    },
    'goes on incrementing the version of a document that one transaction deletes and creates again': async (store) => {
        await store.create({}, { id: 'a' });
        const [a, b] = await store.transaction(async (documents) => {
            await documents.patch('a', { n: 1 });
            await documents.delete('a');
            await documents.create({}, { id: 'b' });
            await documents.delete('b');
            return [await documents.create({}, { id: 'a' }), await documents.create({}, { id: 'b' })];
        });
        assert.ok(a.version > 2 && b.version > 1);
        assert.deepEqual(await store.list(), [a, b]);
    },
    'reads within a transaction what that has written': async (store) => {
        await store.create({ n: 1 }, { id: 'a' });
        await store.create({ n: 1 }, { id: 'b' });
        await store.transaction(async (documents) => {
            const patched = await documents.patch('a', { n: 2 });
            await documents.delete('b');
            const created = await documents.create({ n: 3 }, { id: 'c' });
            assert.deepEqual(await documents.read('a'), patched);
            assert.equal(await documents.read('b'), undefined);
            assert.deepEqual(await documents.list(), [patched, created]);
            assert.deepEqual(await documents.list({ where: { n: 3 }, sort: ['-n'], limit: 1 }), [created]);
            assert.equal((await documents.patch('a', { m: 1 }, { ifVersion: 2 })).version, 3);
            await refusal('not_found', documents.update('b', {}));
        });
        assert.deepEqual((await store.read('a'))?.attributes, { n: 2, m: 1 });
    },
    'shows nobody else what is not committed yet': async (store) => {
        const { changes } = follow(store);
        let written = () => { };
        const isWritten = new Promise(resolve => (written = resolve));
        // Not awaited within the transaction: a store with a single connection only answers it afterwards.
        const outside = isWritten.then(() => store.read('a'));
        const failing = store.transaction(async (documents) => {
            await documents.create({}, { id: 'a' });
            written();
            assert.deepEqual(changes, []);
            throw failure;
        });
        await assert.rejects(failing, error => error === failure);
        assert.equal(await outside, undefined);
        assert.deepEqual(changes, []);
    },
    'refuses calls of its own methods within a transaction, which could wait for its own end': async (store) => {
        const asked = [
            () => store.read('a'), () => store.list(), () => store.head(''), () => store.changes('', 0), () => store.epoch(),
            () => store.create({}, { id: 'a' }), () => store.update('a', {}), () => store.patch('a', {}), () => store.delete('a'),
            () => store.transaction(async () => assert.fail('It has run.')),
        ];
        let later;
        await store.transaction(async (documents) => {
            for (const ask of asked)
                await assert.rejects(ask(), /by the documents/);
            await documents.create({}, { id: 'b' });
            // Not awaited by the transaction, and so not within it.
            later = new Promise(resolve => setImmediate(resolve)).then(() => store.create({}, { id: 'c' }));
        });
        await later;
        assert.deepEqual(idsOf(await store.list()), ['b', 'c']);
    },
    'tells of every change in a transaction, also of several to one document': async (store) => {
        const { settled } = follow(store);
        await store.transaction(async (documents) => {
            await documents.create({ n: 1 }, { id: 'a' });
            await documents.update('a', { n: 2 });
            await documents.create({}, { id: 'b' });
            await documents.delete('b');
        });
        const changes = await settled();
        assert.deepEqual(changes.map(({ action, id, version }) => [action, id, version]), [['create', 'a', 1], ['update', 'a', 2], ['create', 'b', 1], ['delete', 'b', 1]]);
        assert.deepEqual(changes.map(({ document }) => document?.attributes), [{ n: 2 }, { n: 2 }, undefined, undefined]);
    },
};

// The contract of stores: each test names one promise of store.ts. Works with any test runner that has a function to register a test.
//
//   import { storeContract } from 'backbone.iobind/server/contract';
//   describe('my store', () => storeContract({ test: it, open: () => createMyStore(emptyDatabase()) }));
const all = { ...documents, ...lists, ...filters, ...hostile, ...changes, ...transactions, ...concurrency, ...closing };
function storeContract({ open, test, reopen, another, once: hasOnce = false }) {
    const register = (title, check) => void test(title, async () => {
        const store = await open();
        await check(store).finally(() => store.close());
    });
    for (const [title, check] of Object.entries({ ...all, ...(hasOnce && once) }))
        register(title, check);
    if (reopen)
        for (const [title, check] of Object.entries({ ...reopening, ...(hasOnce && onceReopened) }))
            register(title, async (store) => {
                let again;
                const openAgain = async () => {
                    await store.close();
                    return (again = await reopen(store));
                };
                await check(store, openAgain).finally(() => again?.close());
            });
    if (another)
        for (const [title, check] of Object.entries({ ...nodes, ...(hasOnce && onceByNodes) }))
            register(title, async (store) => {
                const other = await another(store);
                await check(store, other).finally(() => other.close());
            });
}

exports.storeContract = storeContract;
