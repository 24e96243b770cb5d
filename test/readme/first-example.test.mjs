import { expect } from 'chai';
import { startExample } from '../support/readme.mjs';
import { closeWindows, openWindow } from '../support/windows.mjs';
import { createWorkspace } from '../support/workspace.mjs';

// As the README says: copy the server and the page, start, open two tabs.
describe("The README's first example", () => {
  let workspace, example;

  before(async () => {
    workspace = await createWorkspace();
    example = await startExample('first', workspace);
  });
  after(async () => {
    await closeWindows();
    await example?.stop();
    await workspace.remove();
  });

  it('keeps two windows in step, and greets a third with what there is', async () => {
    const [one, two] = await Promise.all([openWindow(example.url), openWindow(example.url)]);
    await one.locator('input').first().fill('milk');
    await one.locator('input').first().press('Enter');
    await one.getByText('milk').waitFor();
    await two.getByText('milk').waitFor();
    await two.locator('input').first().fill('bread');
    await two.locator('input').first().press('Enter');
    await one.getByText('bread').waitFor();
    const three = await openWindow(example.url);
    await three.getByText('milk').waitFor();
    for (const window of [one, two, three]) {
      expect(await window.getByText('milk').count()).to.equal(1);
      expect(window.errors.filter(error => !error.includes('404'))).to.deep.equal([]);
    }
  });
});
