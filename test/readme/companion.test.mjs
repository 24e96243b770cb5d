import { expect } from 'chai';
import { io } from 'socket.io-client';
import { companion } from '../support/companion.mjs';
import { readmeBlocks, startExample } from '../support/readme.mjs';
import { closeWindows, openWindow } from '../support/windows.mjs';
import { createWorkspace } from '../support/workspace.mjs';

const blocks = await readmeBlocks();
const sample = name => blocks.find(({ example }) => example === name).text;

// The page of the first example, with the companion in the place of its server.
describe("The README's companion", () => {
  let workspace, example;

  before(async () => {
    workspace = await createWorkspace();
    example = await startExample('companion', workspace, 'first');
  });
  after(async () => {
    await closeWindows();
    await example?.stop();
    await workspace.remove();
  });

  it('keeps two windows in step, and has what they wrote after a restart', async () => {
    const [one, two] = await Promise.all([openWindow(example.url), openWindow(example.url)]);
    await one.locator('input').first().fill('milk');
    await one.locator('input').first().press('Enter');
    await two.getByText('milk').waitFor();
    expect(await one.getByText('milk').count()).to.equal(1);
    await example.stop();
    example = await startExample('companion', workspace, 'first');
    const three = await openWindow(example.url);
    await three.getByText('milk').waitFor();
  });

  it('has collections that follow the other pages by their backend', async () => {
    const [one, two] = await Promise.all([openWindow(example.url), openWindow(example.url)]);
    for (const window of [one, two]) await window.evaluate(`(() => { ${sample('backend-page')}\nwindow.list = todos; return todos.fetch(); })()`);
    await one.evaluate(() => window.list.create({ title: 'cheese' }, { wait: true }));
    await two.waitForFunction(() => window.list.findWhere({ title: 'cheese' }));
    await two.evaluate(() => window.list.findWhere({ title: 'cheese' }).destroy());
    await one.waitForFunction(() => !window.list.findWhere({ title: 'cheese' }));
  });

  it('has live collections, of what its filter and its fields say', async () => {
    const [one, two] = await Promise.all([openWindow(example.url), openWindow(example.url)]);
    await one.evaluate(`(() => { ${sample('live')}\nwindow.live = todos; return subscription.ready; })()`);
    expect(await one.title()).to.equal('live');
    await two.evaluate(async () => {
      const todos = new (Backbone.Collection.extend({ url: '/todos', model: Backbone.Model.extend({ urlRoot: '/todo' }) }))();
      window.tea = todos.add({ title: 'tea', secret: true });
      await window.tea.save();
    });
    await one.waitForFunction(() => window.live.findWhere({ title: 'tea' }));
    expect(await one.evaluate(() => window.live.findWhere({ title: 'tea' }).has('secret'))).to.equal(false);
    await two.evaluate(() => window.tea.save({ done: true }));
    await one.waitForFunction(() => !window.live.findWhere({ title: 'tea' }));
  });

  it('answers whatever a client sends in words', async () => {
    const client = io(example.url, { forceNew: true, transports: ['websocket'] });
    const ask = (...args) => new Promise(resolve => client.emit(...args, error => resolve(error.code)));
    expect([await ask('todos:create', 'x'), await ask('todos:frob', {}), await ask('todo:update', { id: 'none' })])
      .to.deep.equal(['invalid', 'unsupported', 'not_found']);
    client.disconnect();
  });

  it('has the layers and the logins that it shows', () => {
    const names = { ...companion, archive: async () => ({}), todos: companion.createBackend(), process: { env: { SECRET: 'x'.repeat(32) } }, httpServer: null };
    const run = (text, more = {}) => new Function(...Object.keys({ ...names, ...more }), text)(...Object.values({ ...names, ...more }));
    run(sample('layers'));
    const listened = [];
    run(sample('logins'), { listen: (...args) => listened.push(args) });
    const [[, , { authorize }]] = listened;
    expect(authorize({ id: 'ann' }, { channel: 'private-ann' })).to.equal(true);
    expect(authorize({ id: 'ann' }, { channel: 'private-bob' })).to.equal(false);
    expect(authorize(undefined, { channel: '' })).to.equal(true);
  });
});
