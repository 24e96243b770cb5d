// Builds every file in dist: the UMD bundles for script tags, AMD and CommonJS, plain and minified; the ES modules and CommonJS files of
// the package; the companion for Node; the types of all. Peers are never bundled. DIST_DIR is another folder to build into; BUNDLE (iosync,
// iobind, modules, types or server) builds only that part.
import fs from 'node:fs';
import json from '@rollup/plugin-json';
import terser from '@rollup/plugin-terser';
import typescript from '@rollup/plugin-typescript';
import dts from 'rollup-plugin-dts';

const { version } = JSON.parse(fs.readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const dir = process.env.DIST_DIR ?? 'dist';
const external = ['backbone'];
const compile = () => [json(), typescript({ noEmit: false, noEmitOnError: true })];

/** Shortens names that begin with an underscore: all are internal, except Socket.IO's `_opts` and two of Backbone's. */
const minify = () =>
  terser({
    ecma: 2017,
    compress: { passes: 3, unsafe: true, unsafe_arrows: true },
    mangle: { properties: { regex: /^_/, reserved: ['_opts', '_events', '_byId'] } },
  });

/** Keeps only the default export of an entry: a UMD module has one value, and ours is Backbone. */
const onlyDefault = entry => ({
  name: 'only-default',
  resolveId: id => (id === 'only-default' ? id : null),
  load: id => (id === 'only-default' ? `export { default } from './lib/${entry}.ts';` : null),
});

/**
 * Replaces Rollup's wrapper, which would set a global: our value is Backbone itself, so none is needed. The wrapper adds no lines, so the
 * source map stays correct.
 */
const wrapper = `(function (factory) {
  if (typeof exports === 'object') module.exports = factory(require('backbone'));
  else if (typeof define === 'function' && define.amd) define(['backbone'], factory);
  else factory(Backbone);
})(`.replace(/\n\s*/g, ' ');

const asUmd = {
  name: 'as-umd',
  renderChunk: code => ({
    code: code.replace('var Backbone = (', () => wrapper).replace(/\)\(Backbone\);\s*$/, ');\n'),
    map: null,
  }),
};

const umd = entry => {
  const output = (suffix, plugins = []) => ({
    file: `${dir}/backbone.${entry}${suffix}.js`,
    format: 'iife',
    name: 'Backbone',
    globals: { backbone: 'Backbone' },
    banner: `/*! backbone.${entry} ${version} | MIT license */`,
    sourcemap: true,
    strict: false,
    plugins: [asUmd, ...plugins],
  });
  return {
    input: 'only-default',
    external,
    treeshake: { propertyReadSideEffects: false },
    plugins: [onlyDefault(entry), ...compile()],
    output: [output(''), output('.min', [minify()])],
  };
};

const entries = {
  index: 'lib/index.ts',
  'backbone.iosync': 'lib/iosync.ts',
  'backbone.iobind': 'lib/iobind.ts',
  install: 'lib/install.ts',
};

/** Files too small to compile. */
const asset = (fileName, source) => ({
  name: 'asset',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName, source });
  },
});

/** The files for `import` and `require` of the package. The entries share one copy of their common code. */
const modules = [
  {
    input: entries,
    external,
    plugins: compile(),
    output: { dir, format: 'es', entryFileNames: '[name].mjs', chunkFileNames: 'shared.mjs' },
  },
  {
    input: { install: entries.install },
    external,
    plugins: [
      ...compile(),
      asset('index.js', "require('./backbone.iosync.js');\nmodule.exports = require('./backbone.iobind.js');\n"),
    ],
    output: { dir, format: 'cjs', entryFileNames: '[name].js' },
  },
];

/** In CommonJS the bundles export Backbone, whose types `types.d.ts` augments. */
const value = "import Backbone = require('backbone');\nimport './types';\nexport = Backbone;\n";
const types = [
  {
    input: entries,
    external,
    plugins: [dts()],
    output: { dir, format: 'es', entryFileNames: '[name].d.mts', chunkFileNames: 'shared.d.mts' },
  },
  {
    input: { install: entries.install, types: 'lib/types.ts' },
    external,
    plugins: [
      dts(),
      ...['index', 'backbone.iosync', 'backbone.iobind'].map(name => asset(`${name}.d.ts`, value)),
    ],
    output: { dir, format: 'es', entryFileNames: '[name].d.ts', chunkFileNames: 'shared.d.ts' },
  },
];

/** The companion. Its ES modules import the CommonJS files, because there must be only one copy of each class of stores and errors. */
const serverEntries = { index: 'lib/server/index.ts', contract: 'lib/server/contract.ts' };
const isOutside = id => !id.startsWith('.') && !id.startsWith('/');

const namedImports = {
  name: 'named-imports',
  generateBundle(_options, bundle) {
    for (const { isEntry, name, exports } of Object.values(bundle)) {
      if (!isEntry) continue;
      const source = `import exported from './${name}.js';\nexport const { ${exports.sort().join(', ')} } = exported;\n`;
      this.emitFile({ type: 'asset', fileName: `${name}.mjs`, source });
    }
  },
};

/** Shorter than Rollup's own replacement, which also looks for a page's script. */
const ownUrl = {
  name: 'own-url',
  resolveImportMeta: property => (property === 'url' ? "require('node:url').pathToFileURL(__filename).href" : null),
};

const server = [
  {
    input: serverEntries,
    external: isOutside,
    plugins: [typescript({ tsconfig: 'lib/server/tsconfig.json', noEmit: false, noEmitOnError: true }), ownUrl, namedImports],
    output: { dir: `${dir}/server`, format: 'cjs', entryFileNames: '[name].js', chunkFileNames: 'shared.js' },
  },
  {
    input: serverEntries,
    external: isOutside,
    plugins: [
      dts({ tsconfig: 'lib/server/tsconfig.json' }),
      ...Object.keys(serverEntries).map(name => asset(`${name}.d.mts`, `export * from './${name}.js';\n`)),
    ],
    output: { dir: `${dir}/server`, format: 'es', entryFileNames: '[name].d.ts', chunkFileNames: 'shared.d.ts' },
  },
];

const parts = { iosync: [umd('iosync')], iobind: [umd('iobind')], modules, types, server };
export default parts[process.env.BUNDLE] ?? Object.values(parts).flat();
