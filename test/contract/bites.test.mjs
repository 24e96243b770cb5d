// That the contract bites: each of the stores in mistakes.mjs is found out by the promise that it breaks.
import assert from 'node:assert/strict';
import { companion, storeContract } from '../support/companion.mjs';
import { mistakes } from './mistakes.mjs';

const { memoryStore } = companion;

function createWrongStore({ within = () => ({}), outside = () => ({}) }) {
  const good = memoryStore({ log: () => {} });
  const transaction = work => good.transaction(documents => work({ ...documents, ...within(documents) }));
  const store = { ...good, transaction };
  for (const name of Object.keys(within(good))) {
    store[name] = name === 'list' ? within(good).list : (...args) => transaction(documents => documents[name](...args));
  }
  return Object.assign(store, outside(store));
}

/** The promises that a store does not keep. */
async function broken(open) {
  const titles = [];
  const running = [];
  storeContract({ open, once: true, test: (title, run) => running.push(run().catch(() => titles.push(title))) });
  await Promise.all(running);
  return titles;
}

describe('the contract', () => {
  it('is kept by a store that is wrapped, and right', async () => assert.deepEqual(await broken(() => createWrongStore({})), []));

  for (const [mistake, { found, ...wrong }] of Object.entries(mistakes)) {
    it(`finds a store that ${mistake}`, async () => {
      const titles = await broken(() => createWrongStore(wrong));
      assert.ok(titles.includes(found), `It broke: ${titles.join('; ') || 'nothing'}`);
    });
  }
});
