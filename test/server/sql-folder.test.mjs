// How the stores in a folder begin and end, and that no process harms another's.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hear, pgliteStore, useChildren } from './sql-support.mjs';

describe('opening a folder', function () {
  this.timeout(60_000);
  const start = useChildren();
  let folder;
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'pglite-')); });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('refuses the folder to a second process, in words', async () => {
    const { child, lines, exited } = start('hold', folder);
    assert.deepEqual(await once(lines, 'line'), ['open']);
    const store = pgliteStore(folder);
    await assert.rejects(store.ready, { message: `The folder ${folder} is open in another process: stop that one, or choose another folder.` });
    await assert.rejects(store.create({}), /open in another process/);
    await store.close();
    child.kill('SIGKILL');
    await exited;
    const again = pgliteStore(folder);
    await again.create({}, { id: 'a' });
    await again.close();
  });

  it('loses nothing that was answered when the process is killed', async () => {
    const answered = [];
    // The second process finds what the first left.
    for (const writes of [150, 300]) {
      const { child, lines, exited } = start('write', folder);
      let left = writes;
      lines.on('line', line => {
        answered.push(line);
        if ((left -= 1) === 0) child.kill('SIGKILL');
      });
      await exited;
      const store = pgliteStore(folder);
      const documents = new Map((await store.list()).map(document => [document.id, document]));
      for (const line of answered) {
        const [done, id] = line.split(' ');
        const isThere = documents.has(id) && (done !== 'both' || documents.has(`${id}b`)) && (done !== 'patched' || documents.get(id).version > 1);
        assert.ok(isThere, line);
      }
      const changes = await store.changes('', 0);
      assert.deepEqual(changes.map(({ head }) => head), changes.map((_, index) => index + 1));
      assert.equal(changes.length, [...documents.values()].reduce((sum, { version }) => sum + version, 0));
      await store.close();
    }
  });

  it('is shared by the stores of a process, and closed with the last', async () => {
    const [one, two] = [pgliteStore(folder, { table: 'one' }), pgliteStore(folder, { table: 'two' })];
    const heard = [one, two].map(hear);
    await Promise.all([one.create({}, { id: 'a' }), two.create({}, { id: 'b' })]);
    await one.close();
    await assert.rejects(one.read('a'), { code: 'unavailable' });
    await two.create({}, { id: 'c' });
    await two.close();
    assert.deepEqual(heard.map(each => each.ids()), [['a'], ['b', 'c']]);
  });

  it('is shared by whichever name, also when none of them was there before', async () => {
    mkdirSync(join(folder, 'real'));
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    const one = pgliteStore(join(folder, 'link', 'new'), { table: 'one' });
    await one.ready;
    const two = pgliteStore(join(folder, 'link', 'new'), { table: 'two' });
    const three = pgliteStore(join(folder, 'real', 'new'), { table: 'three' });
    await Promise.all([two.create({}), three.create({})]);
    assert.equal(statSync(join(folder, 'real', 'new')).mode & 0o777, 0o700);
    await Promise.all([one, two, three].map(store => store.close()));
  });

  it('says by each method that there can be no such folder', async () => {
    writeFileSync(join(folder, 'file'), '');
    const store = pgliteStore(join(folder, 'file', 'below'));
    await assert.rejects(store.ready, { code: 'ENOTDIR' });
    await assert.rejects(store.create({}), { code: 'ENOTDIR' });
    await store.close();
  });

  it('can be opened again while it is being closed', async () => {
    const store = pgliteStore(folder);
    await store.create({}, { id: 'a' });
    const closed = store.close();
    const again = pgliteStore(folder);
    assert.equal((await again.read('a')).version, 1);
    await closed;
    await again.close();
  });

  it('leaves nothing behind when it is closed', async () => {
    assert.deepEqual(await start('leaveFolder', folder).exited, { code: 0, errors: '' });
    const store = pgliteStore(folder);
    assert.equal((await store.read('a')).version, 1);
    await store.close();
  });

  it('keeps what else uses the store waiting during a transaction, and tells after it', async () => {
    const store = pgliteStore(folder);
    const heard = hear(store);
    let begun;
    const begins = new Promise(resolve => { begun = resolve; });
    const inside = store.transaction(async documents => {
      await documents.create({}, { id: 'a' });
      begun();
      await documents.create({}, { id: 'c' });
    });
    await begins;
    await store.create({}, { id: 'b' });
    await inside;
    await heard.until(() => heard.told.length === 3);
    assert.deepEqual(heard.ids(), ['a', 'c', 'b']);
    await store.close();
  });

  it('refuses a transaction that would wait for itself, also by another store', async () => {
    const [one, two] = [pgliteStore(folder, { table: 'one' }), pgliteStore(folder, { table: 'two' })];
    await one.transaction(async documents => {
      for (const store of [one, two]) {
        await assert.rejects(store.read('a'), /read and write by the documents that it was given/);
        await assert.rejects(store.create({}), /by the documents/);
        await assert.rejects(store.transaction(async () => {}), /by the documents/);
      }
      await documents.create({}, { id: 'a' });
    });
    assert.equal((await one.list()).length, 1);
    await Promise.all([one.close(), two.close()]);
  });
});
