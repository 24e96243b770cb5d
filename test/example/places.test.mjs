// The page and the server each derive a place's part of the todos from its address. If they differ, the cursor in the page is of no use:
// the page's subscription silently loads everything again.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import vm from 'node:vm';
import { expect } from 'chai';
import { require as requireSource } from 'tsx/cjs/api';
import { root } from '../support/page-scripts.mjs';

const { placeAt } = requireSource(join(root, 'example/server/lists.ts'), import.meta.url);
const script = await readFile(join(root, 'example/public/places.js'), 'utf8');
const readPath = vm.runInNewContext(`${script}\nreadPath`);

describe('A place of Done.', () => {
  for (const path of ['', 'active', 'groceries', 'groceries/completed', '~ann', 'search/milk', 'search/élan', 'search/𐐨x', 'search/active']) {
    it(`is the same part of the todos for page and server: /${path}`, () => {
      const { place } = readPath(path);
      expect(placeAt(`/${path}`).part).to.deep.equal(JSON.parse(JSON.stringify(place.part)));
    });
  }
});
