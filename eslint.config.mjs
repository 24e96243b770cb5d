// The recommended rules of ESLint and typescript-eslint, and a few of our own.
import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import borders from './test/support/eslint-borders.mjs';

const typescript = ['lib/**/*.ts', 'example/**/*.ts'];

export default tseslint.config(
  { ignores: ['dist/', 'docs/', 'example/data/', 'test/types/', '**/node_modules/'] },
  js.configs.recommended,
  {
    rules: {
      // A file is one noun, and nothing in it is nested deeply.
      'max-lines': ['error', { max: 250 }],
      'max-depth': ['error', 3],
      'no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'prefer-const': 'error',
      'no-var': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'arrow-parens': ['error', 'as-needed'],
    },
  },
  { files: ['**/*.{js,cjs,mjs}'], languageOptions: { globals: globals.node } },
  { files: ['**/*.{js,cjs}'], ignores: ['test/browser/**', 'test/support/**', 'example/public/**'], languageOptions: { sourceType: 'commonjs' } },
  { files: ['test/support/karma-lines.cjs'], languageOptions: { sourceType: 'commonjs' } },
  {
    files: ['test/browser/**/*.js', 'test/support/*.js'],
    languageOptions: { sourceType: 'module', globals: { ...globals.browser, ...globals.mocha, Backbone: false, _: false, io: false, $: false } },
    rules: {
      // A test marked `only` hides all others.
      'no-restricted-properties': ['error',
        { object: 'it', property: 'only' }, { object: 'describe', property: 'only' },
        { object: 'it', property: 'skip', message: 'Say why: skip(this, reason).' }],
    },
  },
  // Tests in Node also contain functions that run in the browser.
  { files: ['test/**/*.mjs'], languageOptions: { globals: { ...globals.mocha, ...globals.browser } } },
  { files: ['test/example/**', 'test/readme/**'], rules: { 'no-undef': 'off' } },
  {
    files: ['test/**/*.test.{js,mjs}'],
    rules: {
      'no-restricted-syntax': ['error', {
        selector: 'NewExpression[callee.name="Promise"] CallExpression[callee.name="setTimeout"]',
        message: 'A test waits for events, never for time.',
      }],
    },
  },
  // Plain scripts, which see each other's globals.
  {
    files: ['example/public/**/*.js'],
    languageOptions: { sourceType: 'script' },
    rules: { 'no-undef': 'off', 'no-unused-vars': ['error', { vars: 'local' }] },
  },
  ...tseslint.configs.recommended.map(config => ({ ...config, files: typescript })),
  {
    files: typescript,
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      // A function that returns a request's promise may be passed as a callback whose result is ignored.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      // The arguments of a message depend on the server, so rest arguments may be of any type.
      '@typescript-eslint/no-explicit-any': ['error', { ignoreRestArgs: true }],
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      'no-unused-vars': 'off',
    },
  },
  {
    files: ['lib/**/*.ts'],
    plugins: { borders },
    rules: {
      'borders/imports': 'error',
    },
  },
  {
    files: ['lib/**/*.ts'],
    ignores: ['lib/wire.ts'],
    rules: {
      'no-restricted-syntax': ['error', {
        selector: ':matches(Literal[value=/^iosync:/], TemplateElement[value.raw=/^(iosync)?:(?!:)/])',
        message: 'Names of events on the wire are made in lib/wire.ts.',
      }],
    },
  },
);
