// That the property notices mistakes: each of these is found within the runs that it has.
import { expect } from 'chai';
import { findPlants } from './plants.mjs';
import { check } from './property.mjs';

describe('Whatever happens to live collections shows', function () {
  this.timeout(600_000);

  it('mistakes of all kinds', async () => {
    const found = {};
    const plants = Object.entries(await findPlants());
    for (const [name, plant] of plants) {
      const undo = plant();
      try {
        const { failed, numRuns } = await check({ endOnFailure: true });
        found[name] = failed;
        console.log(`${failed ? `found by run ${numRuns}` : 'not found'}: ${name}`);
      } finally {
        undo();
      }
    }
    expect(found).to.deep.equal(Object.fromEntries(plants.map(([name]) => [name, true])));
  });
});
