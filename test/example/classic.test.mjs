// The classic page of Done.: the list for everyone, on plain ioSync and ioBind, beside the live page on the same server.
import { expect } from 'chai';
import {
  add, agree, ask, classic, connection, cut, destroy, edit, loseHopeSoon, mend, problem, row, shows, tick, type, useWorld,
} from './support.mjs';

describe('the classic page of Done.', function () {
  const world = useWorld(this);
  let server;

  beforeEach(async () => {
    server = await world.everyone();
  });

  async function open(...titles) {
    const [here, there] = await world.windows(`${server.url}/classic`);
    await add(here, ...titles);
    await shows(there, ...titles.toReversed());
    return { here, there, both: [here, there] };
  }

  it('agrees in two windows on all that one can do', async () => {
    const { here, there, both } = await open('Milk', 'Bread', 'Tea');
    await tick(there, 'Bread');
    await agree(both, 'Tea', '✓ Bread', 'Milk');
    const editor = await edit(there, 'Milk');
    await editor.fill('Oat milk');
    await editor.press('Enter');
    await agree(both, 'Tea', '✓ Bread', 'Oat milk');
    await destroy(here, 'Tea');
    await here.getByRole('button', { name: 'Clear completed' }).click();
    await agree(both, 'Oat milk');
    await there.getByRole('checkbox', { name: 'Mark all as done' }).click();
    await agree(both, '✓ Oat milk');
    expect(here.complaints.concat(there.complaints)).to.deep.equal([]);
  });

  it('agrees with the live page, each hearing in its own way what the other does', async () => {
    const { here } = await open('Milk');
    const live = await world.window(server.url);
    await shows(live, 'Milk');
    await add(live, 'Bread');
    await tick(here, 'Milk');
    await agree([here, live], 'Bread', '✓ Milk');
    await destroy(live, 'Milk');
    await agree([here, live], 'Bread');
    await destroy(here, 'Bread');
    await agree([here, live]);
  });

  it('has addresses for what is active and completed', async () => {
    const { here } = await open('Milk', 'Bread');
    await tick(here, 'Milk');
    await here.getByRole('link', { name: 'Active' }).click();
    await shows(here, 'Bread');
    expect(here.url()).to.equal(`${server.url}/classic/active`);
    await here.getByRole('link', { name: 'Completed' }).click();
    expect(await here.title()).to.equal('Completed · Classic · Done.');
    await here.reload();
    await shows(here, '✓ Milk');
    await here.goBack();
    await shows(here, 'Bread');
    await here.getByRole('link', { name: 'The live page' }).click();
    await shows(here, 'Bread', '✓ Milk');
    expect(new URL(here.url()).pathname).to.equal('/');
  });

  it('reads the list again for each new connection, and is subscribed to nothing', async () => {
    const { there } = await open('Milk');
    await there.evaluate(() => {
      window.sent = [];
      socket.onAnyOutgoing(event => sent.push(event));
      socket.io.engine.close();
    });
    await connection(there, 'reconnecting');
    await connection(there, 'live');
    await tick(there, 'Milk');
    await shows(there, '✓ Milk');
    expect((await there.evaluate(() => sent)).filter(event => event.startsWith('todo'))).to.deep.equal(['todos:read', 'todo:patch']);
  });

  it('is told by pushes of the list for everyone, and of no other one', async () => {
    const { name } = await world.list();
    const [client, other, main] = await Promise.all([world.client(server.url, classic), world.client(server.url, classic), world.client(server.url)]);
    // Each has been greeted before it is answered.
    await Promise.all([client, other, main].map(one => ask(one, 'todos:read', {})));
    const heard = [];
    other.onAny((...push) => heard.push(push));
    client.onAny((event, data) => data.title === 'Milk' && expect.fail(`${event} came back to where it began`));
    main.onAny(event => expect.fail(`${event} came to who has not subscribed`));
    await ask(main, 'todo:create', { title: 'Elsewhere', list: name });
    const [, todo] = await ask(client, 'todos:create', { title: 'Milk' });
    expect(await ask(client, 'todo:read', { id: todo.id })).to.deep.equal([null, todo]);
    expect(await ask(client, 'todo:update', { ...todo, title: 'Oat milk' })).to.deep.equal([null, { ...todo, title: 'Oat milk' }]);
    expect(await ask(client, 'todo:patch', { id: todo.id, done: true })).to.deep.equal([null, { ...todo, title: 'Oat milk', done: true }]);
    expect(await ask(client, 'todo:delete', { id: todo.id })).to.deep.equal([null, { id: todo.id }]);
    await ask(main, 'todo:create', { title: 'Tea' });
    // The pushes were sent before this is answered, on the same connection.
    const [, [tea]] = await ask(other, 'todos:read', {});
    expect(heard).to.deep.equal([
      ['todos:create', todo],
      [`todo/${todo.id}:update`, { ...todo, title: 'Oat milk' }],
      [`todo/${todo.id}:update`, { ...todo, title: 'Oat milk', done: true }],
      [`todo/${todo.id}:delete`, { id: todo.id }],
      ['todos:create', tea],
    ]);
  });

  it('cannot reach the todos of other lists', async () => {
    const { name } = await world.list();
    const [client, main] = await Promise.all([world.client(server.url, classic), world.client(server.url)]);
    const [, todo] = await ask(main, 'todo:create', { title: 'Milk', list: name });
    for (const event of ['todo:read', 'todo:update', 'todo:patch', 'todo:delete']) {
      expect((await ask(client, event, { ...todo, title: 'Gone' }))[0]?.code, event).to.equal('not_found');
    }
    expect((await ask(client, 'todo:create', { title: 'x', list: name }))[0].code).to.equal('forbidden');
    expect((await ask(client, 'todos:read', {}, { channel: '~ann' }))[0].code).to.equal('forbidden');
    expect(await ask(client, 'todos:read', {})).to.deep.equal([null, []]);
    expect(await ask(main, 'todos:read', { where: { list: name } })).to.deep.equal([null, [todo]]);
  });

  it('has one model for a todo that a push, an answer and a fetch all bring', async () => {
    const { here, there, both } = await open();
    const fetching = there.evaluate(() => Promise.all(Array.from({ length: 20 }, () => todos.fetch({ remove: false }))));
    await Promise.all([fetching.catch(() => 'older fetches give way to newer ones'), type(here, 'Milk')]);
    await here.evaluate(() => {
      todos.create({ title: 'Bread' }, { wait: true });
      todos.fetch();
    });
    await agree(both, 'Bread', 'Milk');
    expect(await there.evaluate(() => todos.length)).to.equal(2);
  });

  it('stops listening for a todo that is gone', async () => {
    const { here, there, both } = await open('Milk');
    await there.evaluate(() => void (window.milk = todos.first()));
    // As if the server had sent it, to this window only.
    const push = title => there.evaluate(title => {
      socket.onevent({ data: [`todo/${milk.id}:update`, { title }] });
      return milk.get('title');
    }, title);
    expect(await push('Oat milk')).to.equal('Oat milk');
    await destroy(here, 'Milk');
    await agree(both);
    expect(await push('Sour milk')).to.equal('Oat milk');
  });

  it('catches up by reading the list again, and says in between that it is not connected', async () => {
    const { here, there, both } = await open('Milk', 'Bread');
    await there.evaluate(() => void socket.disconnect());
    await connection(there, 'offline');
    await tick(here, 'Bread');
    await destroy(here, 'Milk');
    await add(here, 'Jam');
    await there.getByRole('button', { name: 'Try again' }).click();
    await agree(both, 'Jam', '✓ Bread');
    await connection(there, 'live');
  });

  it('gives up a change at once when the connection ends before it is answered, and has it if it was done', async () => {
    const { there } = await open('Milk');
    world.undo(() => server.signal('SIGCONT'));
    server.signal('SIGSTOP');
    await tick(there, 'Milk');
    await row(there, 'Milk').and(there.locator('.saving')).waitFor();
    await there.evaluate(() => void socket.io.engine.close());
    await problem(row(there, 'Milk')).waitFor();
    expect(await problem(row(there, 'Milk')).textContent()).to.include('The connection was lost');
    server.signal('SIGCONT');
    await shows(there, '✓ Milk');
  });

  it('keeps a new todo that could not be added, and adds it later', async () => {
    const { here, both } = await open('Milk');
    await loseHopeSoon(here);
    await cut(here);
    await type(here, 'Bread');
    const draft = here.locator('.draft');
    await problem(draft).waitFor();
    await mend(here);
    await shows(here, 'Milk');
    await draft.getByRole('button', { name: 'Try again' }).click();
    await agree(both, 'Bread', 'Milk');
    await draft.waitFor({ state: 'detached' });
  });

  it('offers to read the list again when that has failed', async () => {
    const { here } = await open('Milk');
    world.undo(() => server.signal('SIGCONT'));
    await loseHopeSoon(here);
    server.signal('SIGSTOP');
    await here.evaluate(() => void load());
    const trouble = here.locator('#trouble');
    await trouble.getByRole('alert').filter({ hasText: 'could not be read' }).waitFor();
    await shows(here, 'Milk');
    server.signal('SIGCONT');
    await connection(here, 'live');
    await trouble.getByRole('button', { name: 'Try again' }).click();
    await trouble.waitFor({ state: 'hidden' });
  });
});
