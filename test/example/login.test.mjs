// Signing in to Done., and out: names, passwords, the cookie.
import { expect } from 'chai';
import { stat } from 'node:fs/promises';
import { login, newName, post, signIn, signedIn, trySigningIn } from './people.mjs';
import { add, agree, connection, focusOn, opened, shows, tick, useWorld } from './support.mjs';

describe('signing in to Done.', function () {
  const world = useWorld(this);

  async function open() {
    const { server, url } = await world.list();
    const page = await world.window(url);
    await connection(page, 'live');
    await page.evaluate(() => void (window.loadedOnce = true));
    return { server, url, page };
  }

  it('gives a new name a list of its own, in every window where one signs in', async () => {
    const { url, page } = await open();
    const name = newName();
    await trySigningIn(page, ` ${name.toUpperCase()} `, `${name}'s own password`);
    await signedIn(page, name);
    expect(new URL(page.url()).pathname).to.equal(`/~${name}`);
    await opened(page, `~${name}`);
    await focusOn(page, 'New todo');
    await add(page, 'Secret');
    const other = await world.window(url);
    await signIn(other, name);
    await agree([page, other], 'Secret');
    await tick(other, 'Secret');
    await agree([page, other], '✓ Secret');
    await page.reload();
    await signedIn(page, name);
    await shows(page, '✓ Secret');
    expect(page.complaints.concat(other.complaints)).to.deep.equal([]);
  });

  it('takes place without a reload, in all windows of the browser at once', async () => {
    const { url, page } = await open();
    const beside = await world.windowBeside(page, url);
    await connection(beside, 'live');
    const name = newName();
    await signIn(page, name);
    await Promise.all([page, beside].map(one => signedIn(one, name)));
    await beside.getByRole('link', { name }).click();
    await opened(beside, `~${name}`);
    await add(page, 'Secret');
    await agree([page, beside], 'Secret');
    await beside.getByRole('button', { name: 'Sign out' }).click();
    for (const one of [page, beside]) {
      await one.getByText('This list is private.').waitFor();
      await shows(one);
      expect(await one.locator('#app').textContent()).not.to.include('Secret');
    }
    await signIn(page, name);
    await agree([page, beside], 'Secret');
    expect(await page.evaluate(() => window.loadedOnce)).to.equal(true);
    await page.evaluate(() => socket.connected);
    expect(page.complaints.concat(beside.complaints)).to.deep.equal([]);
  });

  it('says what is wrong with a name or a password, and forgets neither', async () => {
    const { server, page } = await open();
    const name = newName();
    await login(server, name);
    const said = text => page.locator('#session').getByRole('alert').filter({ hasText: text }).waitFor();
    await trySigningIn(page, name, 'short');
    await said('at least 8 characters');
    await page.getByLabel('Password').fill('not the password');
    await page.keyboard.press('Enter');
    await said(`That is not the password of ${name}.`);
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).to.equal(name);
    await page.getByLabel('Name', { exact: true }).fill('a b');
    await page.keyboard.press('Enter');
    await said('letters, digits and hyphens');
    await page.keyboard.press('Escape');
    await page.getByLabel('Password').waitFor({ state: 'hidden' });
    await connection(page, 'live');
    expect(page.complaints).to.deep.equal([]);
  });

  it('says in words that the server cannot be reached, also where a proxy answers in its place', async () => {
    const { page } = await open();
    const reached = handler => page.route('**/login', handler, { times: 1 });
    for (const answer of [route => route.abort(), route => route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>502</h1>' })]) {
      await reached(answer);
      await trySigningIn(page, newName());
      await page.locator('#session').getByRole('alert').filter({ hasText: 'The server cannot be reached.' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByLabel('Password').waitFor({ state: 'hidden' });
    }
  });

  it('needs no mouse', async () => {
    const { page } = await open();
    const name = newName();
    await page.getByRole('button', { name: 'Sign in' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type(name);
    await page.keyboard.press('Tab');
    await page.keyboard.type('a long password');
    await page.keyboard.press('Enter');
    await signedIn(page, name);
    await page.getByRole('button', { name: 'Sign out' }).press('Enter');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  });

  it('sets a cookie that no script can read and no other site can send', async () => {
    const { server, page } = await open();
    const name = newName();
    const { status, answer, set } = await login(server, name);
    expect([status, answer]).to.deep.equal([200, { name }]);
    expect(set).to.include('HttpOnly').and.include('SameSite=Lax').and.include('Path=/').and.match(/Max-Age=\d+/);
    await signIn(page, name);
    await signedIn(page, name);
    expect(await page.evaluate(() => document.cookie)).to.equal('');
    const out = await post(server, '/logout', {});
    expect(out.set).to.match(/=;/).and.include('1970');
  });

  it('signs nobody in or out for another site', async () => {
    const { server } = await world.list();
    for (const path of ['/login', '/logout']) {
      for (const headers of [
        { origin: 'http://elsewhere.example' }, { origin: 'null' }, { origin: `${server.url}0` },
        { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { 'sec-fetch-site': 'none' },
      ]) {
        const { status, answer, set } = await post(server, path, { name: newName(), password: 'a long password' }, headers);
        expect([status, answer.code, set], `${path} with ${JSON.stringify(headers)}`).to.deep.equal([403, 'forbidden', undefined]);
      }
    }
    const ours = await post(server, '/login', { name: newName(), password: 'a long password' }, { origin: server.url, 'sec-fetch-site': 'same-origin' });
    expect(ours.status).to.equal(200);
  });

  it('answers whatever is sent to it in words', async () => {
    const { server } = await world.list();
    const bodies = [
      '', 'null', '[]', '42', '{', '{}', '{"name":null}', '{"name":{"toString":1},"password":[]}', '{"name":"__proto__","password":"a long password"}',
      '{"name":"key","password":42}', `{"name":"ann","password":"${'x'.repeat(201)}"}`, `{"name":"${'x'.repeat(51)}","password":"a long password"}`,
      `{"name":"${'x'.repeat(10_000)}"}`, '{"name":"ann\\u0000","password":"a long password"}', '{"name":"~ann","password":"a long password"}',
    ];
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded', '']) {
      for (const body of bodies) {
        const response = await fetch(`${server.url}/login`, { method: 'POST', body, headers: { 'content-type': type } });
        expect(response.status, `${type} ${body.slice(0, 50)}`).to.be.within(400, 429);
        expect(await response.json()).to.have.all.keys('code', 'message');
      }
    }
    expect(server.output()).to.equal(`Done. is at ${server.url}`);
  });

  it('slows down who guesses a password, and nobody else', async () => {
    const { server } = await world.list();
    const name = newName();
    await login(server, name);
    const guess = () => post(server, '/login', { name, password: 'not the password' });
    const statuses = (await Promise.all(Array.from({ length: 12 }, guess))).map(({ status }) => status);
    expect(statuses.filter(status => status === 401)).to.have.lengthOf(9);
    expect(statuses.filter(status => status === 429)).to.have.lengthOf(3);
    expect((await login(server, newName())).status).to.equal(200);
  });

  it('gives a name to one of those who want it at the same moment', async () => {
    const { server } = await world.list();
    const name = newName();
    const all = await Promise.all(['one', 'two', 'three'].map(which => post(server, '/login', { name, password: `password ${which}` })));
    expect(all.map(({ status }) => status).sort()).to.deep.equal([200, 401, 401]);
  });

  it('lasts over a restart, after which windows come back by themselves, in a folder that nobody else can read', async () => {
    const server = await world.server();
    const page = await world.window(server.url);
    const name = newName();
    await signIn(page, name);
    await signedIn(page, name);
    await add(page, 'Secret');
    await server.stop('SIGTERM');
    await connection(page, 'reconnecting');
    await world.server(server);
    await connection(page, 'live');
    await signedIn(page, name);
    await add(page, 'Another');
    await shows(page, 'Another', 'Secret');
    expect((await stat(server.data)).mode & 0o077).to.equal(0);
  });

  it('is over when the server has another key than the one that the cookie was made with', async () => {
    const { server, page } = await open();
    const name = newName();
    const { cookie } = await login(server, name);
    const [key, token] = cookie.split('=');
    await page.context().addCookies([{ name: key, value: token.replace(/[^.]{20}$/, '0'.repeat(20)), url: server.url }]);
    await page.goto(`${server.url}/~${name}`);
    await page.getByText('This list is private.').waitFor();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await signIn(page, name);
  });
});
