// The page of Done.: its addresses, its safety, and how it serves those who use no mouse, or a phone.
import { expect } from 'chai';
import { add, agree, connection, edit, focusOn, input, row, shows, tick, type, useWorld } from './support.mjs';

describe('the page of Done.', function () {
  const world = useWorld(this);

  async function open(path = '', options = {}) {
    const { server, url, name } = await world.list();
    const page = await world.window(url + path, options);
    await connection(page, 'live');
    return { origin: server.url, url, name, page };
  }

  it('shows all, active and completed todos by its address', async () => {
    const { url, name, page } = await open();
    await add(page, 'Milk', 'Bread', 'Tea');
    await tick(page, 'Bread');
    await page.getByRole('link', { name: 'Active' }).click();
    await shows(page, 'Tea', 'Milk');
    expect(page.url()).to.equal(`${url}/active`);
    await page.getByRole('link', { name: 'Completed' }).click();
    await shows(page, '✓ Bread');
    expect(await page.locator('nav [aria-current=page]').allTextContents()).to.deep.equal(['Completed']);
    expect(await page.title()).to.equal(`Completed · ${name} · Done.`);
    await page.goBack();
    await shows(page, 'Tea', 'Milk');
    await page.getByRole('link', { name: 'All' }).click();
    await shows(page, 'Tea', '✓ Bread', 'Milk');
    expect(page.url()).to.equal(url);
  });

  it('shows the same after a reload of /completed', async () => {
    const { url, page } = await open('/completed');
    await page.getByText('Nothing completed yet.').waitFor();
    const other = await world.window(url);
    await add(other, 'Milk', 'Bread');
    await tick(other, 'Milk');
    await shows(page, '✓ Milk');
    await page.reload();
    await shows(page, '✓ Milk');
    expect(page.url()).to.equal(`${url}/completed`);
  });

  it('moves a todo out of /active when it is ticked, but not from under someone who edits it', async () => {
    const { url, page } = await open('/active');
    const other = await world.window(url);
    await add(page, 'Milk', 'Bread');
    const editor = await edit(page, 'Milk');
    await editor.fill('Oat milk');
    await tick(other, 'Bread');
    await tick(other, 'Milk');
    await shows(page, '✓ Milk');
    expect(await editor.inputValue()).to.equal('Oat milk');
    await editor.press('Enter');
    await shows(page);
    await shows(other, '✓ Bread', '✓ Oat milk');
  });

  it('shows a title that is markup as text, wherever it stands', async () => {
    const { url, page } = await open();
    const other = await world.window(url);
    const title = '<img src=x onerror="window.stung = 1"><script>window.stung = 1</script>&amp;';
    await type(page, title);
    await agree([page, other], title);
    await (await edit(other, title)).press('Escape');
    await other.reload();
    await shows(other, title);
    for (const window of [page, other]) {
      expect(await window.locator('#app img, #app script').count()).to.equal(0);
      expect(await window.evaluate(() => window.stung)).to.equal(undefined);
      expect(window.complaints).to.deep.equal([]);
    }
  });

  it('is served with a policy that allows no inline code and no eval, and keeps to it', async () => {
    const { origin, page } = await open();
    for (const path of ['/', '/active', '/search/milk', '/classic', '/main.js', '/dist/backbone.iobind.min.js', '/vendor/backbone.js', '/no.where']) {
      const { headers } = await fetch(origin + path);
      expect(headers.get('content-security-policy'), path)
        .to.include("default-src 'none'").and.not.match(/unsafe|\*|data:|http/);
      expect(headers.get('x-content-type-options'), path).to.equal('nosniff');
      expect(headers.get('x-powered-by'), path).to.equal(null);
    }
    await add(page, 'Milk', 'Bread');
    await (await edit(page, 'Milk')).press('Escape');
    await page.getByRole('checkbox', { name: 'Mark all as done' }).click();
    await shows(page, '✓ Bread', '✓ Milk');
    await page.getByRole('button', { name: 'Clear completed' }).click();
    await shows(page);
    expect(page.complaints).to.deep.equal([]);
    // The browser does enforce it.
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.setAttribute('nonce', 'none');
      script.append('window.stung = 1');
      document.body.append(script);
    }).catch(error => expect(String(error)).to.include('Trusted'));
    expect(await page.evaluate(() => window.stung)).to.equal(undefined);
  });

  it('shows no stack to a visitor', async () => {
    const { server } = await world.list();
    for (const path of ['/%', '/vendor/__proto__', '/vendor/%2e%2e%2fserver', '/dist/..%2fpackage.json', '/no.where', '/a/b/c']) {
      const response = await fetch(server.url + path);
      expect(response.status, path).to.be.within(400, 404);
      expect(await response.text(), path).not.to.match(/\.ts|\.js:|node_modules/);
    }
  });

  it('can be used without a mouse', async () => {
    const { page } = await open();
    const { keyboard } = page;
    await focusOn(page, 'New todo');
    for (const title of ['Milk', 'Bread']) {
      await keyboard.type(title);
      await keyboard.press('Enter');
      await row(page, title).waitFor();
    }
    await shows(page, 'Bread', 'Milk');
    await keyboard.press('Tab');
    await keyboard.press('Tab');
    await focusOn(page, 'Bread');
    await keyboard.press('Space');
    await shows(page, '✓ Bread', 'Milk');
    await keyboard.press('Tab');
    await focusOn(page, 'Edit Bread');
    await keyboard.press('Enter');
    await focusOn(page, 'New title for Bread');
    await keyboard.press('Control+A');
    await keyboard.type('Brown bread');
    await keyboard.press('Enter');
    await shows(page, '✓ Brown bread', 'Milk');
    await focusOn(page, 'Edit Brown bread');
    await keyboard.press('Tab');
    await focusOn(page, 'Delete Brown bread');
    await keyboard.press('Enter');
    await shows(page, 'Milk');
    await focusOn(page, 'Milk');
    await keyboard.press('Tab');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await shows(page);
    await focusOn(page, 'New todo');
  });

  it('keeps the focus near when a todo is hidden or cleared', async () => {
    const { page } = await open('/active');
    await add(page, 'Milk', 'Bread');
    await row(page, 'Bread').getByRole('checkbox').focus();
    await page.keyboard.press('Space');
    await focusOn(page, 'Milk');
    await page.getByRole('button', { name: 'Clear completed' }).focus();
    await page.keyboard.press('Enter');
    await focusOn(page, 'New todo');
  });

  it('tells a screen reader what everything is', async () => {
    const { page } = await open();
    await add(page, 'Milk');
    await tick(page, 'Milk');
    await page.getByText('0 items left').waitFor();
    const seen = await page.locator('#app').ariaSnapshot();
    for (const line of [
      '- heading "Done" [level=1]',
      '- status: Live',
      '- textbox "List"',
      '- textbox "Search"',
      '- button "Sign in"',
      '- checkbox "Mark all as done" [checked]',
      '- textbox "New todo"',
      '- list "Todos":',
      '- checkbox "Milk" [checked]',
      '- button "Edit Milk"',
      '- button "Delete Milk"',
      '- status: 0 items left',
      '- navigation "Show":',
      '- link "All"',
      '- button "Clear completed"',
    ]) expect(seen).to.include(line);
  });

  for (const width of [320, 375, 1280]) {
    it(`fits a window of ${width} pixels, and all its buttons can be reached`, async () => {
      const { page } = await open('', { viewport: { width, height: 700 }, hasTouch: width < 1000, isMobile: width < 1000 });
      await add(page, 'Milk'.repeat(50), 'Bread');
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).to.be.at.most(width);
      const reach = width < 1000 ? 'tap' : 'click';
      await row(page, 'Bread').getByRole('button', { name: 'Edit Bread' })[reach]();
      await page.locator('.editor:visible').fill('Tea');
      await page.keyboard.press('Enter');
      await row(page, 'Tea').getByRole('checkbox')[reach]();
      await page.getByRole('button', { name: 'Clear completed' })[reach]();
      await shows(page, 'Milk'.repeat(50));
    });
  }

  it('has colours for the dark', async () => {
    const { page } = await open('', { colorScheme: 'dark' });
    const light = property => page.evaluate(property => {
      const [red, green, blue] = getComputedStyle(document.querySelector('#app'))[property].match(/\d+/g).map(Number);
      return (red + green + blue) / 765;
    }, property);
    expect(await light('backgroundColor')).to.be.below(0.2);
    expect(await light('color')).to.be.above(0.8);
    expect(await input(page).evaluate(element => getComputedStyle(element).color)).to.equal(await page.evaluate(() => getComputedStyle(document.body).color));
  });
});
