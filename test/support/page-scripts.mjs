// The scripts of a page in the order of their tags, and the versions they stand for.
// A version that a choice names comes from test/matrix, what it does not name (or names as '') from the repository.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
const matrix = join(root, 'test/matrix/node_modules');

const files = {
  jquery: ['dist/jquery.js'],
  underscore: ['underscore-umd.js', 'underscore.js'],
  lodash: ['lodash.js'],
  backbone: ['backbone.js'],
  'socket.io-client': ['dist/socket.io.js'],
};

// choice: { jquery?, underscore?, lodash?, backbone?, 'socket.io-client'? } of versions as in test/matrix/package.json.
export function pageScripts({ choice = {}, bundle = 'plain', dist = join(root, 'dist') } = {}) {
  const names = [
    ...('jquery' in choice ? ['jquery'] : []), 'lodash' in choice ? 'lodash' : 'underscore', 'backbone', 'socket.io-client',
  ];
  const libraries = names.map(name => library(name, choice[name]));
  const end = bundle === 'min' ? '.min.js' : '.js';
  return {
    versions: { jquery: null, bundle, ...Object.fromEntries(libraries.map(({ name, version }) => [name, version])) },
    scripts: [
      ...libraries,
      ...['iosync', 'iobind'].map(name => ({ name, path: built(join(dist, `backbone.${name}${end}`)) })),
    ],
  };
}

function library(name, version) {
  const folder = version ? join(matrix, `${name}-${version}`) : join(root, 'node_modules', name);
  const file = files[name].map(path => join(folder, path)).find(existsSync);
  if (!file) throw new Error(`${name} ${version ?? ''} is not installed in ${dirname(folder)}`);
  return { name, path: file, version: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version };
}

// Karma would only warn about a script that is not there.
function built(path) {
  if (!existsSync(path)) throw new Error(`${path} is missing: run npx jake build:all`);
  return path;
}
