// Two windows of Done., and all that one can do in them.
import { expect } from 'chai';
import { add, agree, destroy, edit, input, problem, row, shows, tick, type, useWorld } from './support.mjs';

describe('two windows of Done.', function () {
  const world = useWorld(this);

  async function open(...titles) {
    const [here, there] = await world.windows((await world.list()).url);
    await add(here, ...titles);
    return { here, there, both: [here, there] };
  }

  it('agree on a todo that one of them adds, and each has it once', async () => {
    const { here, there, both } = await open();
    await type(here, 'Milk');
    await agree(both, 'Milk');
    await type(there, 'Bread');
    await agree(both, 'Bread', 'Milk');
    expect(await input(here).inputValue()).to.equal('');
  });

  it('keep the order of what is typed faster than the server answers', async () => {
    const { here, both } = await open();
    for (const title of ['One', 'Two', 'Three', 'Four']) await type(here, title);
    await agree(both, 'Four', 'Three', 'Two', 'One');
  });

  it('agree on a tick and on taking it back', async () => {
    const { here, there, both } = await open('Milk', 'Bread');
    await tick(there, 'Milk');
    await agree(both, 'Bread', '✓ Milk');
    await tick(here, 'Milk');
    await agree(both, 'Bread', 'Milk');
  });

  it('agree on a title that was edited after a double click', async () => {
    const { here, there, both } = await open('Milk');
    const editor = await edit(there, 'Milk');
    await editor.fill('  Oat milk ');
    await editor.press('Enter');
    await agree(both, 'Oat milk');
    await editor.waitFor({ state: 'hidden' });
    expect(here.complaints).to.deep.equal([]);
  });

  it('save an edit when the editor is left', async () => {
    const { here, both } = await open('Milk');
    const editor = await edit(here, 'Milk');
    await editor.fill('Oat milk');
    await input(here).click();
    await agree(both, 'Oat milk');
  });

  it('forget an edit on Escape', async () => {
    const { here, both } = await open('Milk');
    const editor = await edit(here, 'Milk');
    await editor.fill('Oat milk');
    await editor.press('Escape');
    await editor.waitFor({ state: 'hidden' });
    await agree(both, 'Milk');
  });

  it('agree on a deletion', async () => {
    const { there, both } = await open('Milk', 'Bread');
    await destroy(there, 'Bread');
    await agree(both, 'Milk');
  });

  it('agree on clearing what is completed', async () => {
    const { here, there, both } = await open('Milk', 'Bread', 'Tea');
    await tick(here, 'Milk');
    await tick(here, 'Tea');
    await agree(both, '✓ Tea', 'Bread', '✓ Milk');
    await there.getByRole('button', { name: 'Clear completed' }).click();
    await agree(both, 'Bread');
    await there.getByRole('button', { name: 'Clear completed' }).waitFor({ state: 'hidden' });
  });

  it('agree on ticking all, and on unticking all', async () => {
    const { here, there, both } = await open('Milk', 'Bread');
    await tick(here, 'Milk');
    await shows(there, 'Bread', '✓ Milk');
    await there.getByRole('checkbox', { name: 'Mark all as done' }).click();
    await agree(both, '✓ Bread', '✓ Milk');
    await here.getByRole('checkbox', { name: 'Mark all as done' }).click();
    await agree(both, 'Bread', 'Milk');
  });

  it('count what is left', async () => {
    const { here, there } = await open('Milk', 'Bread');
    await there.getByText('2 items left').waitFor();
    await tick(here, 'Milk');
    await there.getByText('1 item left').waitFor();
  });

  it('let one rename what the other ticks', async () => {
    const { here, there, both } = await open('Milk');
    await shows(there, 'Milk');
    const editor = await edit(here, 'Milk');
    await editor.fill('Oat milk');
    await tick(there, 'Milk');
    await shows(here, '✓ Milk');
    await editor.press('Enter');
    await agree(both, '✓ Oat milk');
  });

  it('leave a text that is being typed alone when the other window changes the same todo', async () => {
    const { here, there, both } = await open('Milk');
    await shows(there, 'Milk');
    const mine = await edit(here, 'Milk');
    await mine.fill('Oat milk');
    const theirs = await edit(there, 'Milk');
    await theirs.fill('Soy milk');
    await theirs.press('Enter');
    await row(here, 'Soy milk').waitFor();
    expect(await mine.inputValue()).to.equal('Oat milk');
    await mine.press('Enter');
    await agree(both, 'Oat milk');
  });

  it('make a draft of a text whose todo the other window deletes', async () => {
    const { here, there, both } = await open('Milk');
    await shows(there, 'Milk');
    const editor = await edit(here, 'Milk');
    await editor.fill('Oat milk');
    await destroy(there, 'Milk');
    await agree(both);
    const draft = here.locator('.draft');
    expect(await draft.locator('.editor').inputValue()).to.equal('Oat milk');
    expect(await problem(draft).textContent()).to.include('deleted');
    await draft.getByRole('button', { name: 'Try again' }).click();
    await agree(both, 'Oat milk');
    await draft.waitFor({ state: 'detached' });
  });
});
