// A private list of Done.: nobody else can see, change or hear it.
import { expect } from 'chai';
import { createHmac } from 'node:crypto';
import { clientWith, login, newName, post, signIn } from './people.mjs';
import { add, agree, ask, connection, edit, go, row, shows, tick, type, useWorld } from './support.mjs';

describe('a private list of Done.', function () {
  const world = useWorld(this);

  // Somebody's window, in which he has signed in.
  async function open() {
    const { server, url } = await world.list();
    const page = await world.window(url);
    const name = newName();
    await signIn(page, name);
    await add(page, 'Secret');
    return { server, name, page };
  }

  it('is shown to nobody else', async () => {
    const { server, name, page } = await open();
    const stranger = await world.window(`${server.url}/~${name}`);
    await stranger.getByText(`This list is private. Sign in as ${name} to see it.`).waitFor();
    await shows(stranger);
    await signIn(stranger, newName());
    await stranger.getByText('Nothing to do.').waitFor();
    await go(stranger, `~${name}`);
    await stranger.getByText('This list is private.').waitFor();
    await add(page, 'Another');
    await shows(stranger);
    await stranger.goBack();
    await add(stranger, 'Mine');
    await shows(page, 'Another', 'Secret');
  });

  it('keeps what is typed for it from the screen after signing out', async () => {
    const { name, page } = await open();
    await (await edit(page, 'Secret')).fill('Secret thought');
    await page.locator('#title').evaluate(element => element.removeAttribute('maxlength'));
    await type(page, 'x'.repeat(300));
    await page.locator('.draft .problem').filter({ hasText: /./ }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('This list is private.').waitFor();
    expect(await page.locator('#app input[type=text]:visible').evaluateAll(all => all.map(({ value }) => value))).to.deep.equal([`~${name}`, '']);
    await signIn(page, name);
    await row(page, 'Secret thought').waitFor();
    expect(await page.locator('.draft .editor').inputValue()).to.equal('x'.repeat(300));
  });

  it('cannot be read, changed or heard by a raw client', async () => {
    const { server, name, page } = await open();
    const { id } = await page.evaluate(() => app.view.todos.first().toJSON());
    const bob = newName();
    const clients = await Promise.all([clientWith(world, server), clientWith(world, server, (await login(server, bob)).cookie)]);
    const heard = [];
    for (const client of clients) {
      await ask(client, 'todos:subscribe', { uid: '2', after: '', where: { title: { $contains: 'e' } } }, {});
      client.onAny((event, { entries = [] }) => heard.push(...entries.map(({ attrs }) => attrs)));
      for (const channel of [`~${name}`, `~${name.toUpperCase()}`]) {
        for (const [event, ...args] of [
          ['todos:read', {}, { channel }], ['todo:read', { id }, { channel }], ['todo:create', { title: 'x' }, { channel }],
          ['todo:update', { id, title: 'x', done: true }, { channel }], ['todo:patch', { id, done: true }, { channel }],
          ['todo:delete', { id }, { channel }], ['todos:subscribe', { uid: '1', after: '' }, { channel }],
          ['iosync:join', { backend: 'todos', channel }],
        ]) expect((await ask(client, event, ...args))[0].code, event).to.equal('forbidden');
      }
      expect(await ask(client, 'todos:read', { where: { list: `~${name}` } })).to.deep.equal([null, []]);
      for (const channel of ['', `~${bob}`]) {
        for (const event of ['todo:read', 'todo:update', 'todo:patch', 'todo:delete']) {
          const [error] = await ask(client, event, { id, title: 'x', done: true }, { channel });
          expect(error?.code, `${event} in "${channel}"`).to.be.oneOf(['not_found', 'forbidden']);
        }
      }
    }
    await tick(page, 'Secret');
    await add(page, 'Another');
    for (const client of clients) await ask(client, 'todos:read', {});
    expect(heard).to.deep.equal([]);
    await shows(page, 'Another', '✓ Secret');
  });

  it('is not open to a forged cookie', async () => {
    const { server } = await world.list();
    const name = newName();
    const { cookie } = await login(server, name);
    const [key, token] = cookie.split('=');
    const [head, body, signature] = token.split('.');
    const encode = value => Buffer.from(JSON.stringify(value)).toString('base64url');
    const sign = (text, secret) => `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
    const claims = { sub: name, exp: 9_999_999_999 };
    const forged = {
      'of no algorithm': `${encode({ alg: 'none' })}.${encode(claims)}.`,
      'of no algorithm, signed': `${encode({ alg: 'none' })}.${body}.${signature}`,
      'by a key of zeros': sign(`${head}.${encode(claims)}`, Buffer.alloc(32)),
      'by an empty key': sign(`${head}.${encode(claims)}`, ''),
      'of another name': `${head}.${encode({ ...claims, sub: 'bob' })}.${signature}`,
      'that lasts longer': `${head}.${encode(claims)}.${signature}`,
      'with another algorithm': `${encode({ alg: 'HS512' })}.${body}.${signature}`,
      'without a signature': `${head}.${body}.`,
      'that is nonsense': 'nonsense',
      'that is long': 'x'.repeat(4000),
      'that is encoded': '%E0%A4%A',
    };
    const asWhom = async value => {
      const client = await clientWith(world, server, `${key}=${value}`);
      return (await ask(client, 'todos:read', {}, { channel: `~${name}` }))[0]?.code ?? 'open';
    };
    expect(await asWhom(token)).to.equal('open');
    for (const [what, value] of Object.entries(forged)) expect(await asWhom(value), `a cookie ${what}`).to.equal('forbidden');
    expect(server.output()).to.equal(`Done. is at ${server.url}`);
  });

  it('is emptied when its login ends, wherever that was done, and for good', async () => {
    const { server, name, page } = await open();
    const other = await world.window(server.url);
    await signIn(other, name);
    await shows(other, 'Secret');
    const [cookie] = await page.context().cookies();
    await post(server, '/logout', {}, { cookie: `${cookie.name}=${cookie.value}` });
    await page.getByText('This list is private.').waitFor();
    await shows(page);
    await connection(page, 'connected');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    // Of another browser the login goes on.
    await add(other, 'Another');
    await shows(page);
    // The cookie is still there, and no good.
    await page.reload();
    await page.getByText('This list is private.').waitFor();
    expect(await page.content()).not.to.include('Secret');
    await signIn(page, name);
    await agree([page, other], 'Another', 'Secret');
  });

  it('is not in the page of who may not see it, and in no cache', async () => {
    const { server, name, page } = await open();
    const response = await fetch(`${server.url}/~${name}`);
    expect(await response.text()).to.include('<script id="given" type="application/json">null</script>');
    const [cookie] = await page.context().cookies();
    const own = await fetch(`${server.url}/~${name}`, { headers: { cookie: `${cookie.name}=${cookie.value}` } });
    expect(own.headers.get('cache-control')).to.equal('no-store');
    expect(await own.text()).to.include('Secret');
  });
});
