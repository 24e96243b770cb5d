// Lists by their addresses: each is there by being visited, and is a part of what the server has.
import { expect } from 'chai';
import { add, agree, ask, connection, destroy, edit, go, input, opened, problem, row, shows, tick, type, useWorld } from './support.mjs';

describe('the lists of Done.', function () {
  const world = useWorld(this);

  async function open(url) {
    const page = await world.window(url);
    await connection(page, 'live');
    await page.evaluate(() => void (window.loadedOnce = true));
    return page;
  }

  // It would be gone after a reload.
  const stayed = page => page.evaluate(() => window.loadedOnce);

  it('are made by visiting them, and keep to themselves', async () => {
    const [groceries, books] = [await world.list(), await world.list()];
    const [here, there, elsewhere] = await Promise.all([groceries.url, groceries.url, books.url].map(open));
    await add(here, 'Milk');
    await agree([here, there], 'Milk');
    await add(elsewhere, 'Middlemarch');
    await tick(there, 'Milk');
    await shows(here, '✓ Milk');
    await shows(elsewhere, 'Middlemarch');
    await elsewhere.reload();
    await shows(elsewhere, 'Middlemarch');
  });

  it('are there without a name, too, at the address that all know', async () => {
    const server = await world.everyone();
    const [here, there] = await Promise.all([open(server.url), open(server.url)]);
    const other = await open((await world.list()).url);
    await add(here, 'Milk');
    await agree([here, there], 'Milk');
    await tick(here, 'Milk');
    await there.getByRole('link', { name: 'Active' }).click();
    await shows(there);
    expect(there.url()).to.equal(`${server.url}/active`);
    await go(other, '');
    await shows(other, '✓ Milk');
    expect(new URL(other.url()).pathname).to.equal('/');
    expect(await other.title()).to.equal('Done.');
  });

  it('are named in the page, which goes to another one without a reload', async () => {
    const { name, url } = await world.list();
    const page = await open(url);
    const field = page.getByRole('textbox', { name: 'List' });
    expect(await field.inputValue()).to.equal(name);
    expect(await page.title()).to.equal(`${name} · Done.`);
    await add(page, 'Milk');
    await go(page, `  ${name.toUpperCase()} two `);
    await opened(page, `${name}-two`);
    expect(await field.inputValue()).to.equal(`${name}-two`);
    await shows(page);
    await add(page, 'Bread');
    await page.getByRole('link', { name: 'Completed' }).click();
    expect(page.url()).to.equal(`${url}-two/completed`);
    await page.goBack();
    await page.goBack();
    await shows(page, 'Milk');
    expect(await field.inputValue()).to.equal(name);
    await page.goForward();
    await shows(page, 'Bread');
    expect(await stayed(page)).to.equal(true);
    expect(page.complaints).to.deep.equal([]);
  });

  it('say what a name can be, and where one still is', async () => {
    const { name, url } = await world.list();
    const page = await open(url);
    const field = page.getByRole('textbox', { name: 'List' });
    for (const wrong of ['a/b', 'a.b', 'active', 'search', 'classic', '-', '☃', 'x'.repeat(51)]) {
      await go(page, wrong);
      await page.locator('#place').getByRole('alert').filter({ hasText: 'letters, digits and hyphens' }).waitFor();
      expect(page.url()).to.equal(url);
    }
    await page.keyboard.press('Escape');
    expect(await field.inputValue()).to.equal(name);
    await field.fill('somewhere');
    await input(page).click();
    expect(await field.inputValue()).to.equal(name);
  });

  it('have names in any script', async () => {
    const { name, url } = await world.list();
    const page = await open(url);
    for (const list of ['été', 'किराना', '買い物', 'список', 'قائمة']) {
      await go(page, `${list}-${name}`);
      await opened(page, `${list}-${name}`);
      await add(page, list);
      expect(decodeURIComponent(new URL(page.url()).pathname)).to.equal(`/${list}-${name}`);
    }
    await page.reload();
    await shows(page, 'قائمة');
    expect(await page.getByRole('textbox', { name: 'List' }).inputValue()).to.equal(`قائمة-${name}`);
  });

  it('have one address each: others are led there, or told that there is none', async () => {
    const { server: { url } } = await world.list();
    const answer = path => fetch(url + path, { redirect: 'manual' });
    for (const [path, right] of [
      ['/active/', '/active'], ['/groceries/', '/groceries'], ['/Groceries/Active//', '/groceries/active'], ['/%7Eann', '/~ann'],
      ['/e%CC%81te%CC%81', '/%C3%A9t%C3%A9'], ['//groceries', '/groceries'], ['/groceries%2Factive', '/groceries/active'],
    ]) {
      const { status, headers } = await answer(path);
      expect([status, headers.get('location')], path).to.deep.equal([301, right]);
    }
    for (const path of ['/a%20b', '/%', '//evil.example/', '/a/b', '/a/active/completed', '/active/completed', '/~search', '/classic/groceries', '/~', '/~~ann', '/%00', `/${'x'.repeat(51)}`]) {
      const response = await answer(path);
      expect(response.status, path).to.equal(404);
      expect(await response.text(), path).to.include('There can be no list at this address');
    }
    const page = await world.window(`${url}/a%20b`);
    await page.getByRole('link', { name: 'the list for everyone' }).click();
    await connection(page, 'live');
  });

  it('miss nothing that happens while one goes there', async () => {
    const { server, name, url } = await world.list();
    const page = await open(url);
    const other = await world.client(server.url);
    for (let i = 1; i <= 5; i += 1) {
      const list = `${name}-${i}`;
      const creating = Array.from({ length: 30 }, (_, n) => ask(other, 'todo:create', { title: `Todo ${n}`, list }));
      await page.evaluate(list => router.navigate(`/${list}`, { trigger: true }), list);
      await Promise.all(creating);
      await page.waitForFunction(() => app.view.todos.length === 30);
    }
  });

  it('keep a text that could not be added until one comes back', async () => {
    const { name, url } = await world.list();
    const page = await open(url);
    await input(page).evaluate(element => element.removeAttribute('maxlength'));
    await type(page, 'Milk'.repeat(60));
    const draft = page.locator('.draft');
    await problem(draft).waitFor();
    await go(page, `${name}-2`);
    await opened(page, `${name}-2`);
    expect(await draft.count()).to.equal(0);
    await go(page, name);
    await opened(page, name);
    expect(await draft.locator('.editor').inputValue()).to.equal('Milk'.repeat(60));
    await draft.locator('.editor').fill('Milk, no more');
    await page.goBack();
    await draft.waitFor({ state: 'detached' });
    await page.goForward();
    expect(await draft.locator('.editor').inputValue()).to.equal('Milk, no more');
    await draft.locator('.editor').fill('Milk');
    await draft.getByRole('button', { name: 'Try again' }).click();
    await shows(page, 'Milk');
  });

  it('save the title that is being edited when one leaves', async () => {
    const { name, url } = await world.list();
    const [here, there] = await Promise.all([open(url), open(url)]);
    await add(here, 'Milk', 'Bread');
    await (await edit(here, 'Milk')).fill('Oat milk');
    await here.evaluate(list => router.navigate(`/${list}`, { trigger: true }), `${name}-2`);
    await agree([there], 'Bread', 'Oat milk');
    await here.goBack();
    await agree([here, there], 'Bread', 'Oat milk');
    await destroy(there, 'Bread');
    await row(here, 'Bread').waitFor({ state: 'detached' });
  });

  it('show what was still on its way when one left and came back', async () => {
    const { server, name, url } = await world.list();
    const page = await open(url);
    world.undo(() => server.signal('SIGCONT'));
    server.signal('SIGSTOP');
    await type(page, 'Milk');
    await page.evaluate(list => router.navigate(`/${list}`, { trigger: true }), `${name}-2`);
    await page.goBack();
    server.signal('SIGCONT');
    await shows(page, 'Milk');
    await page.locator('.draft').waitFor({ state: 'detached' });
  });
});
