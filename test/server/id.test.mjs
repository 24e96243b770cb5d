import { expect } from 'chai';
import { companion } from '../support/companion.mjs';

describe('The ids that a store makes', () => {
  it('are UUIDs, in the order in which they were made', async () => {
    const store = companion.memoryStore();
    const ids = [];
    for (let n = 0; n < 10_000; n += 1) ids.push((await store.create({ n })).id);
    for (const id of ids) expect(id).to.match(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(ids).to.deep.equal([...new Set(ids)].sort());
    expect((await store.list()).map(({ attributes }) => attributes.n)).to.deep.equal(ids.map((id, n) => n));
  });
});
