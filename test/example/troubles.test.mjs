// Done. when something fails: the server dies, comes back, does not answer, refuses. Nothing typed is lost.
import { expect } from 'chai';
import {
  add, agree, connection, cut, destroy, edit, go, input, loseHopeSoon, mend, opened, problem, row, shows, tick, type, useWorld,
} from './support.mjs';

describe('Done. in trouble', function () {
  const world = useWorld(this);

  async function open(...titles) {
    const { server, url } = await world.list();
    const [here, there] = await world.windows(url);
    await add(here, ...titles);
    await shows(there, ...titles.toReversed());
    await loseHopeSoon(here);
    return { server, here, there, both: [here, there] };
  }

  it('catches up with what another window did while it was away', async () => {
    const { server, here, there, both } = await open('Milk', 'Bread', 'Tea');
    await there.evaluate(() => void socket.disconnect());
    await add(here, 'Jam');
    await tick(here, 'Bread');
    await destroy(here, 'Milk');
    await shows(here, 'Jam', 'Tea', '✓ Bread');
    await there.getByRole('button', { name: 'Try again' }).click();
    await agree(both, 'Jam', 'Tea', '✓ Bread');
    expect(server.output()).to.equal(`Done. is at ${server.url}`);
  });

  it('says truly whether it is connected', async () => {
    const { url } = await world.list();
    // Socket.IO does not mind the network on localhost, so this window comes by number.
    const page = await world.window(url.replace('localhost', '127.0.0.1'));
    const sign = page.locator('#connection').getByRole('status');
    await connection(page, 'live');
    expect(await sign.textContent()).to.equal('Live');
    await page.context().setOffline(true);
    await connection(page, 'offline');
    expect(await sign.textContent()).to.equal('Offline');
    await page.context().setOffline(false);
    await connection(page, 'live');
  });

  it('notices a server that stands still, and one that goes on', async () => {
    const { server, url } = await world.list();
    const page = await world.window(url);
    await connection(page, 'live');
    world.undo(() => server.signal('SIGCONT'));
    server.signal('SIGSTOP');
    await connection(page, 'reconnecting');
    server.signal('SIGCONT');
    await connection(page, 'live');
  });

  it('says that it is connecting while there was no server yet, and what it cannot know by then', async () => {
    const { name, url } = await world.list();
    const page = await world.window('about:blank');
    await page.route('**/socket.io/?*', route => route.abort());
    await page.goto(url);
    await connection(page, 'connecting');
    await page.getByText('Nothing to do.').waitFor();
    await go(page, `${name}-2`);
    await page.getByText('Waiting for the server…').waitFor();
    await page.unroute('**/socket.io/?*');
    await opened(page, `${name}-2`);
    await page.getByText('Nothing to do.').waitFor();
  });

  it('keeps a new todo that could not be added, and adds it later', async () => {
    const { here, both } = await open('Milk');
    await cut(here);
    await type(here, 'Bread');
    const draft = here.locator('.draft');
    await problem(draft).waitFor();
    expect(await draft.getByRole('alert').textContent()).to.equal('The server did not answer in time: this may not have been added.');
    expect(await draft.locator('.editor').inputValue()).to.equal('Bread');
    expect(await input(here).inputValue()).to.equal('');
    await mend(here);
    await shows(here, 'Milk');
    await draft.locator('.editor').fill('Brown bread');
    await draft.getByRole('button', { name: 'Try again' }).click();
    await agree(both, 'Brown bread', 'Milk');
    await draft.waitFor({ state: 'detached' });
  });

  it('withdraws a new todo that seemed not to be added when it turns out that it was', async () => {
    const { server, here, both } = await open('Milk');
    world.undo(() => server.signal('SIGCONT'));
    server.signal('SIGSTOP');
    await type(here, 'Bread');
    await problem(here.locator('.draft')).waitFor();
    server.signal('SIGCONT');
    await agree(both, 'Bread', 'Milk');
    await here.locator('.draft').waitFor({ state: 'detached' });
  });

  it('keeps each of several that could not be added, and throws away what one does not want', async () => {
    const { here } = await open();
    await cut(here);
    await type(here, 'Milk');
    await type(here, 'Bread');
    await problem(here.locator('.draft').nth(1)).waitFor();
    const texts = () => here.locator('.draft .editor').evaluateAll(editors => editors.map(editor => editor.value));
    expect(await texts()).to.have.members(['Milk', 'Bread']);
    await here.locator('.draft').first().getByRole('button', { name: 'Discard' }).click();
    expect(await texts()).to.deep.equal(['Milk']);
    await here.waitForFunction(() => document.activeElement.id === 'title');
  });

  it('sends nothing later that it has called a failure', async () => {
    const { here, both } = await open('Milk');
    await cut(here);
    await type(here, 'Bread');
    await problem(here.locator('.draft')).waitFor();
    await mend(here);
    await add(here, 'Tea');
    await agree(both, 'Tea', 'Milk');
  });

  it('sends what it still waits with as soon as it is connected again', async () => {
    const { here, there, both } = await open('Milk');
    await there.evaluate(() => void (Backbone.ioSync.timeout = 60_000));
    await cut(there);
    await type(there, 'Bread');
    await tick(there, 'Milk');
    await mend(there);
    await agree(both, 'Bread', '✓ Milk');
    expect(here.complaints.concat(there.complaints)).to.deep.equal([]);
  });

  it('returns a text that could not be saved to its editor', async () => {
    const { here, both } = await open('Milk');
    await cut(here);
    const editor = await edit(here, 'Milk');
    await editor.fill('Oat milk');
    await editor.press('Enter');
    await problem(here.locator('.todo')).waitFor();
    expect(await editor.inputValue()).to.equal('Oat milk');
    await mend(here);
    expect(await editor.inputValue()).to.equal('Oat milk');
    await editor.press('Enter');
    await agree(both, 'Oat milk');
    await problem(here.locator('.todo')).waitFor({ state: 'hidden' });
  });

  it('takes a tick back that was not saved, and says so', async () => {
    const { here } = await open('Milk');
    await cut(here);
    await tick(here, 'Milk');
    await shows(here, '✓ Milk');
    await problem(row(here, 'Milk')).waitFor();
    await shows(here, 'Milk');
  });

  it('keeps a todo whose deletion failed, and says so', async () => {
    const { here } = await open('Milk');
    await cut(here);
    await destroy(here, 'Milk');
    await problem(row(here, 'Milk')).waitFor();
    expect(await problem(row(here, 'Milk')).textContent()).to.include('may not have been deleted');
    await shows(here, 'Milk');
  });

  it('shows what the server says when it refuses', async () => {
    const { here } = await open('Milk');
    const editor = await edit(here, 'Milk');
    await editor.fill('   ');
    await editor.press('Enter');
    await here.getByRole('alert').filter({ hasText: 'Not saved: A todo needs a title.' }).waitFor();
    await editor.evaluate(element => element.removeAttribute('maxlength'));
    await editor.fill('Milk'.repeat(100));
    await editor.press('Enter');
    await here.getByRole('alert').filter({ hasText: 'Not saved: A title has at most 200 characters.' }).waitFor();
    expect(await editor.inputValue()).to.equal('Milk'.repeat(100));
  });

  it('offers to read the list again when that was refused, and gets it by itself when it is no longer', async () => {
    const { here } = await open('Milk');
    // As if the server had answered so, to this window only.
    const refuse = () => here.evaluate(() => {
      app.view.todos.trigger('error', app.view.todos, { code: 'unavailable', message: 'The server is closing.' }, {});
      app.view.todos.subscription.stop();
    });
    const trouble = here.locator('#trouble');
    await refuse();
    await trouble.getByRole('alert').filter({ hasText: 'could not be read' }).waitFor();
    await connection(here, 'connected');
    await shows(here, 'Milk');
    await trouble.getByRole('button', { name: 'Try again' }).click();
    await trouble.waitFor({ state: 'hidden' });
    await connection(here, 'live');
    await refuse();
    await here.evaluate(() => void socket.io.engine.close());
    await trouble.waitFor({ state: 'hidden' });
    await connection(here, 'live');
    await shows(here, 'Milk');
  });
});
