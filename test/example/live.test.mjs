// What makes the main page of Done. live: its list comes with it, it is told what has changed and no more, whatever happened to the line,
// and its sign says the truth.
import { expect } from 'chai';
import { add, agree, ask, connection, destroy, listenIn, opened, row, shows, signs, tick, type, useWorld, watchSign } from './support.mjs';

describe('the live page of Done.', function () {
  const world = useWorld(this);

  // A list with so many todos, made by another program; the last one is on top.
  async function listOf(count) {
    const { server, name, url } = await world.list();
    const client = await world.client(server.url);
    const titles = Array.from({ length: count }, (_, n) => `Todo ${n + 1}`);
    for (const title of titles) await ask(client, 'todo:create', { title, list: name });
    const stored = async () => (await ask(client, 'todos:read', { where: { list: name }, sort: ['-order'] }))[1];
    return { server, name, url, client, stored, titles: titles.toReversed() };
  }

  const documents = page => page.evaluate(() => app.view.todos.toJSON());

  // What came as an answer to a subscription: its entries, of each.
  const answers = text => [...text.matchAll(/^43\d+(\[null,\{"shape".*\])$/gm)].map(([, json]) => JSON.parse(json)[1].entries);

  it('has its todos before it is connected, and loads nothing when it is', async () => {
    const { name, url, titles, stored } = await listOf(20);
    const page = await world.window('about:blank', {});
    const line = listenIn(page);
    await page.route('**/socket.io/?*', route => route.abort());
    await page.goto(url);
    await shows(page, ...titles);
    await connection(page, 'connecting');
    await page.unroute('**/socket.io/?*');
    await opened(page, name);
    expect(answers((await line.read()).replaceAll('\x1e', '\n'))).to.deep.equal([[]]);
    expect(line.sent().match(/todos?:\w+/g)).to.deep.equal(['todos:subscribe']);
    expect(await documents(page)).to.deep.equal(await stored());
  });

  it('misses nothing that happens between its making and its connection', async () => {
    const { name, url, client, stored } = await listOf(3);
    const page = await world.window('about:blank');
    await page.route('**/socket.io/?*', route => route.abort());
    await page.goto(url);
    const [first] = await stored();
    await ask(client, 'todo:patch', { id: first.id, done: true });
    await ask(client, 'todo:create', { title: 'Milk', list: name });
    await shows(page, 'Todo 3', 'Todo 2', 'Todo 1');
    await page.unroute('**/socket.io/?*');
    await shows(page, 'Milk', '✓ Todo 3', 'Todo 2', 'Todo 1');
  });

  it('is told what has changed while the cable was out, and nothing else; and its sign is true all along', async () => {
    const { server, name, url, client, stored, titles } = await listOf(60);
    // Socket.IO does not mind the network on localhost, so this window comes by number.
    const page = await world.window(url.replace('localhost', '127.0.0.1'), {});
    await opened(page, name);
    await watchSign(page);
    await page.context().setOffline(true);
    await connection(page, 'offline');
    const [newest, second] = await stored();
    await ask(client, 'todo:patch', { id: newest.id, done: true });
    await ask(client, 'todo:delete', { id: second.id });
    await ask(client, 'todo:create', { title: 'Milk', list: name });
    await ask(client, 'todo:create', { title: 'On another list', list: `${name}-2` });
    await shows(page, ...titles);
    const line = listenIn(page);
    await page.context().setOffline(false);
    await shows(page, 'Milk', `✓ ${newest.title}`, ...titles.slice(2));
    await connection(page, 'live');
    const received = await line.read();
    const [entries, ...others] = answers(received.replaceAll('\x1e', '\n'));
    expect(others).to.deep.equal([]);
    expect(entries.map(({ action, id, attrs }) => [action, attrs?.title ?? id])).to.deep.equal([
      ['put', newest.title], ['delete', second.id], ['put', 'Milk'],
    ]);
    expect((received + line.sent()).length).to.be.below(JSON.stringify(await stored()).length / 2);
    expect(await documents(page)).to.deep.equal(await stored());
    // "Live" was said no sooner than what it showed was true.
    const all = await signs(page);
    expect(all[0]).to.deep.equal(['offline', titles.join()]);
    expect(all.findIndex(([state]) => state === 'live')).to.equal(all.length - 1);
    expect(all.at(-1)[1]).to.equal(['Milk', `✓ ${newest.title}`, ...titles.slice(2)].join());
    expect(server.output()).to.equal(`Done. is at ${server.url}`);
  });

  it('notices a message that was lost on a line that held, says so, and asks', async () => {
    const { name, url, client } = await listOf(1);
    const page = await world.window(url);
    await opened(page, name);
    await watchSign(page);
    await page.evaluate(() => {
      const { onevent } = socket;
      window.lost = [];
      const isFirst = ([event, changes]) => event === 'todos:changes' && changes.entries.length > 0 && !lost.length;
      socket.onevent = packet => (isFirst(packet.data) ? lost.push(packet) : onevent.call(socket, packet));
    });
    await ask(client, 'todo:create', { title: 'Lost', list: name });
    await page.waitForFunction(() => lost.length);
    await ask(client, 'todo:create', { title: 'Found', list: name });
    await shows(page, 'Found', 'Lost', 'Todo 1');
    await connection(page, 'live');
    expect((await signs(page)).map(([state]) => state)).to.deep.equal(['behind', 'live']);
  });

  it('notices that its line is mute, and has all that it did not hear when it can be heard again', async () => {
    const { name, url, client, stored } = await listOf(2);
    const page = await world.window('about:blank', {});
    let isMute = false;
    await page.routeWebSocket('**/socket.io/**', here => {
      const there = here.connectToServer();
      here.onMessage(message => isMute || there.send(message));
      there.onMessage(message => isMute || here.send(message));
    });
    await page.goto(url);
    await opened(page, name);
    await page.waitForFunction(() => socket.io.engine.transport.name === 'websocket');
    isMute = true;
    await ask(client, 'todo:create', { title: 'Milk', list: name });
    const [, first] = await stored();
    await ask(client, 'todo:delete', { id: first.id });
    await connection(page, 'reconnecting');
    await shows(page, 'Todo 2', 'Todo 1');
    isMute = false;
    await connection(page, 'live');
    await shows(page, 'Milk', 'Todo 1');
    expect(await documents(page)).to.deep.equal(await stored());
  });

  it('hears of its own list only', async () => {
    const { name, url, client } = await listOf(1);
    const page = await world.window(url, {});
    await opened(page, name);
    const line = listenIn(page);
    await page.evaluate(() => {
      window.heard = [];
      socket.onAny((event, { entries }) => heard.push([event, ...entries.map(({ attrs }) => attrs.title)]));
    });
    await ask(client, 'todo:create', { title: 'Elsewhere', list: `${name}-2` });
    await ask(client, 'todo:create', { title: 'For everyone' });
    await ask(client, 'todo:create', { title: 'Milk', list: name });
    await shows(page, 'Milk', 'Todo 1');
    expect((await page.evaluate(() => heard)).filter(([, ...titles]) => titles.length)).to.deep.equal([['todos:changes', 'Milk']]);
    expect(line.sent()).not.to.include('todos:');
  });

  it('leaves nothing on the socket, nor on the server, when it goes to another list', async () => {
    const { name, url, client } = await listOf(1);
    const page = await world.window(url);
    await opened(page, name);
    const listeners = () => page.evaluate(() => ({
      any: socket.listenersAny().length,
      own: ['connect', 'disconnect', 'connect_error', 'todos:changes', 'iosync:hello'].map(event => socket.listeners(event).length),
    }));
    const before = await listeners();
    // More than one socket may be subscribed to at once.
    await page.evaluate(name => {
      for (let i = 1; i <= 30; i += 1) router.navigate(`/${name}-${i}`, { trigger: true });
      router.navigate(`/${name}`, { trigger: true });
    }, name);
    await opened(page, name);
    await shows(page, 'Todo 1');
    expect(await listeners()).to.deep.equal(before);
    await page.evaluate(() => {
      window.heard = [];
      socket.onAny((event, { entries }) => entries.length && heard.push(entries[0].attrs.title));
    });
    for (const list of [`${name}-30`, `${name}-29`, `${name}-1`, name]) await ask(client, 'todo:create', { title: `On ${list}`, list });
    await shows(page, `On ${name}`, 'Todo 1');
    expect(await page.evaluate(() => heard)).to.deep.equal([`On ${name}`]);
  });

  it('has one model for a todo, whoever brings it, and adds it once', async () => {
    const { name, url, stored } = await listOf(0);
    const [here, there] = await world.windows(url);
    await there.evaluate(() => {
      window.added = [];
      app.view.todos.on('add', todo => added.push(todo.get('title')));
    });
    const fetching = there.evaluate(() => Promise.all(Array.from({ length: 20 }, () => app.view.todos.fetch({ remove: false }))));
    await Promise.all([fetching.catch(() => 'older fetches give way to newer ones'), type(here, 'Milk')]);
    await there.evaluate(list => {
      app.view.todos.create({ title: 'Bread', list }, { wait: true });
      app.view.todos.fetch();
    }, name);
    await agree([here, there], 'Bread', 'Milk');
    expect(await there.evaluate(() => added.sort())).to.deep.equal(['Bread', 'Milk']);
    for (const page of [here, there]) expect(await documents(page)).to.deep.equal(await stored());
  });

  it('has done once what was under way when the server was killed', async () => {
    const server = await world.server();
    const [here, there] = await world.windows(`${server.url}/groceries`);
    await add(here, 'Milk', 'Bread', 'Tea');
    await shows(there, 'Tea', 'Bread', 'Milk');
    await there.evaluate(() => void (Backbone.ioSync.timeout = 60_000));
    server.signal('SIGSTOP');
    await tick(there, 'Milk');
    await type(there, 'Jam');
    await row(there, 'Milk').and(there.locator('.saving')).waitFor();
    await server.stop('SIGKILL');
    await Promise.all([here, there].map(page => connection(page, 'reconnecting')));
    await world.server(server);
    await agree([here, there], 'Jam', 'Tea', 'Bread', '✓ Milk');
    await there.locator('.draft').waitFor({ state: 'detached' });
    await destroy(here, 'Tea');
    await agree([here, there], 'Jam', 'Bread', '✓ Milk');
    const [, stored] = await ask(await world.client(server.url), 'todos:read', { sort: ['-order'] });
    for (const page of [here, there]) expect(await documents(page)).to.deep.equal(stored);
  });
});
