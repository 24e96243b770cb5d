// /search/milk of Done.: those todos of all public lists that have the word in them, as a stream of its own.
import { expect } from 'chai';
import { newName, signIn } from './people.mjs';
import { add, agree, ask, connection, destroy, edit, go, problem, row, shows, tick, useWorld } from './support.mjs';

describe('a search of Done.', function () {
  const world = useWorld(this);
  let words = 0;

  // A word that no other test has in its todos, two lists, and a client that makes todos there.
  async function open() {
    const { server, name, url } = await world.list();
    const client = await world.client(server.url);
    const word = `milk${(words += 1)}${words % 2 ? 'é' : ''}`;
    const create = async (title, list = name) => (await ask(client, 'todo:create', { title, list }))[1];
    const search = `${server.url}/search/${encodeURIComponent(word)}`;
    return { server, name, url, client, word, create, search };
  }

  async function look(url) {
    const page = await world.window(url);
    await connection(page, 'live');
    return page;
  }

  it('shows the todos of all public lists that have the word, however it is written, and where they are', async () => {
    const { name, word, create, search } = await open();
    const capital = word.replace('m', 'M');
    await create(`${capital} of oats`);
    await create(`two ${word}s`, `${name}-2`);
    await create(`NO ${word.toUpperCase()}`, '');
    await create('bread');
    const page = await look(search);
    await shows(page, `NO ${word.toUpperCase()}`, `two ${word}s`, `${capital} of oats`);
    expect(await page.locator('.todo .place').allTextContents()).to.deep.equal(['for everyone', `${name}-2`, name]);
    expect(await page.title()).to.equal(`“${word}” · Done.`);
    await row(page, `two ${word}s`).getByRole('link', { name: `${name}-2` }).click();
    await shows(page, `two ${word}s`);
    expect(new URL(page.url()).pathname).to.equal(`/${name}-2`);
    expect(page.complaints).to.deep.equal([]);
  });

  it('is a stream: a todo enters when it gets the word, and leaves with it', async () => {
    const { word, client, create, search, url } = await open();
    const [page, list] = [await look(search), await look(url)];
    await page.getByText(`No todo on any public list contains “${word}”.`).waitFor();
    const { id } = await create('bread');
    await create(`one ${word}`);
    await shows(page, `one ${word}`);
    await ask(client, 'todo:patch', { id, title: `bread with ${word}` });
    await shows(page, `one ${word}`, `bread with ${word}`);
    await tick(page, `one ${word}`);
    await shows(list, `✓ one ${word}`, `bread with ${word}`);
    const editor = await edit(list, `one ${word}`);
    await editor.fill('one tea');
    await editor.press('Enter');
    await shows(page, `bread with ${word}`);
    await destroy(list, `bread with ${word}`);
    await shows(page);
    await shows(list, '✓ one tea');
  });

  it('can be changed where it is shown', async () => {
    const { word, create, search, url } = await open();
    await create(`one ${word}`);
    await create(`two ${word}`);
    const [page, list] = [await look(search), await look(url)];
    const editor = await edit(page, `one ${word}`);
    await editor.fill('tea');
    await editor.press('Enter');
    await shows(page, `two ${word}`);
    expect(await problem(page.locator('.todo')).count()).to.equal(0);
    await tick(page, `two ${word}`);
    await agree([list], `✓ two ${word}`, 'tea');
    await page.getByRole('link', { name: 'Active' }).click();
    await shows(page);
    expect(page.url()).to.equal(`${search}/active`);
    await page.getByRole('link', { name: 'All' }).click();
    await destroy(page, `two ${word}`);
    await agree([list], 'tea');
    // What would change what many others have made at once is not there.
    for (const name of ['New todo', 'Mark all as done', 'Clear completed']) expect(await page.getByLabel(name).or(page.getByRole('button', { name })).filter({ visible: true }).count(), name).to.equal(0);
  });

  it('makes a draft, of the same list, of a text whose todo is deleted elsewhere', async () => {
    const { word, create, search, url } = await open();
    await create(`one ${word}`);
    const [page, list] = [await look(search), await look(url)];
    const editor = await edit(page, `one ${word}`);
    await editor.fill(`my ${word}`);
    await destroy(list, `one ${word}`);
    const draft = page.locator('.draft');
    await problem(draft).waitFor();
    await draft.getByRole('button', { name: 'Try again' }).click();
    await agree([page, list], `my ${word}`);
    await draft.waitFor({ state: 'detached' });
  });

  it('finds nothing on private lists, also for who may see them', async () => {
    const { word, create, search, url } = await open();
    const page = await world.window(url);
    await signIn(page, newName());
    await add(page, `secret ${word}`);
    await create(`one ${word}`);
    const beside = await world.windowBeside(page, search);
    const stranger = await look(search);
    await agree([beside, stranger], `one ${word}`);
    await add(page, `another ${word}`);
    await create(`two ${word}`);
    await agree([beside, stranger], `two ${word}`, `one ${word}`);
  });

  it('is begun in the page, goes on in it, and is kept by its address', async () => {
    const { word, create, url, name } = await open();
    await create(`one ${word}`);
    const page = await look(url);
    const field = page.getByRole('textbox', { name: 'Search' });
    await field.fill(`  ${word.toUpperCase()} `);
    await page.keyboard.press('Enter');
    await shows(page, `one ${word}`);
    await connection(page, 'live');
    expect(decodeURIComponent(new URL(page.url()).pathname)).to.equal(`/search/${word}`);
    await page.reload();
    await shows(page, `one ${word}`);
    expect(await field.inputValue()).to.equal(word);
    await go(page, `${name}-2`);
    await shows(page);
    expect(await field.inputValue()).to.equal('');
    await page.goBack();
    await shows(page, `one ${word}`);
    await field.fill('');
    await page.keyboard.press('Enter');
    await connection(page, 'live');
    expect(new URL(page.url()).pathname).to.equal('/');
  });

  it('comes with its page, in the words in which the page subscribes to it', async () => {
    const { server, create } = await open();
    const page = await world.window('about:blank');
    for (const word of ['ärger & honey?', "5 o'clock, 100%", '𝒎牛乳']) {
      const { title } = await create(`${word.normalize('NFKC')} ${(words += 1)}`);
      await page.goto(`${server.url}/search/${encodeURIComponent(word)}`);
      await connection(page, 'live');
      const [given, asked, shown] = await page.evaluate(async () => {
        const { part } = app.view.place;
        const subscribe = data => new Promise(resolve => socket.emit('todos:subscribe', data, { channel: part.channel }, (error, answer) => resolve(answer)));
        const { cursor } = await subscribe({ uid: 'test', where: part.where, after: '', held: [] });
        return [JSON.parse(document.querySelector('#given').textContent).cursor.view, cursor.view, readTodos()];
      });
      expect(given, word).to.equal(asked);
      expect(shown, word).to.include(title);
    }
  });

  it('has one address for a word, and none without one', async () => {
    const { server: { url } } = await world.list();
    const answer = async path => {
      const { status, headers } = await fetch(url + path, { redirect: 'manual' });
      return [status, headers.get('location')];
    };
    for (const [path, right] of [
      ['/search/Milk', '/search/milk'], ['/search/milk/', '/search/milk'], ['/Search/milk/Active', '/search/milk/active'], ['/search/a&b', '/search/a%26b'],
    ]) expect(await answer(path), path).to.deep.equal([301, right]);
    for (const path of ['/search/milk', '/search/active', '/search/active/completed', '/search/oat%20milk', '/search/%3Cscript%3E']) {
      expect(await answer(path), path).to.deep.equal([200, null]);
    }
    for (const path of ['/search', '/search/', '/search/a/b', '/search/a%2Fb', `/search/${'x'.repeat(51)}`, '/search/%00', '/search/%20milk', '/classic/x', '/classic/active/x']) {
      expect((await answer(path))[0], path).to.equal(404);
    }
  });
});
