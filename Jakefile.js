// All chores of this repository as tasks: `jake` or `jake -T` lists them. A global jake works too, because tasks start only programs
// found relative to this file.
const { spawn } = require('node:child_process');
const { readdirSync } = require('node:fs');
const { join } = require('node:path');

/* global desc, jake, namespace, task */

const here = (...path) => join(__dirname, ...path);

// Runs a Node program and shows its output. If it fails, jake exits with the same code and prints nothing more.
function node(args, env = {}) {
  // The counts must be the last line of a test run, but Jake would print a line of its own below. Not set earlier: Jake would then also
  // hide the error for an unknown task.
  jake.program.opts.quiet = true;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: __dirname, stdio: 'inherit', env: { ...process.env, ...env } });
    child.on('error', reject);
    child.on('close', code => code === 0 ? resolve() : process.exit(code ?? 1));
  });
}

const rollup = bundle => () => node([here('node_modules/rollup/dist/bin/rollup'), '-c'], bundle && { BUNDLE: bundle });
const part = (name, ...args) => () => node([here('test/run', `${name}.mjs`), ...args]);

// `jake fuzz[7]` passes the seed 7.
const seeded = name => seed => part(name, ...(seed ? ['--seed', seed] : []))();

const sources = folder => readdirSync(here(folder), { recursive: true })
  .filter(name => /(?<!\.d)\.[jt]s$/.test(name))
  .map(name => join(folder, name));

desc('Lists the tasks.');
task('default', () => {
  jake.program.opts.quiet = true;
  console.log('backbone.iobind: edit lib, build dist, test both. The tasks are:\n');
  jake.showAllTaskDescriptions();
  console.log('\nA part of a task is named after a colon: jake test:browser. Builds go to dist, and are committed together with lib.');
});

namespace('build', () => {
  desc('Builds all of dist: both bundles, plain and minified, modules, types, and the companion.');
  task('all', rollup());

  desc('Builds dist/backbone.iosync.js and its minified form.');
  task('iosync', rollup('iosync'));

  desc('Builds dist/backbone.iobind.js and its minified form.');
  task('iobind', rollup('iobind'));

  desc('Builds the ES modules and the CommonJS files of the package.');
  task('modules', rollup('modules'));

  desc('Builds the type declarations.');
  task('types', rollup('types'));

  desc('Builds the companion, backbone.iobind/server, with its types.');
  task('server', rollup('server'));
});

desc('Starts Done., the example, and prints its address. PORT and DATA_DIR work as in its README.');
task('serve', () => node([here('example/app.js')]));

desc('Runs every part of the tests below, two at a time, and adds up their counts.');
task('test', part('all'));

namespace('test', () => {
  desc('Runs the browser tests on the plain bundles, then on the minified ones, in Chromium.');
  task('browser', part('bundles', '--browser', 'chrome'));

  desc('Runs the same in Firefox, if it is installed.');
  task('firefox', part('bundles', '--browser', 'firefox'));

  desc('Runs the browser tests on older versions of Backbone, Underscore, jQuery and Socket.IO, and on Lodash.');
  task('matrix', part('matrix'));

  desc('Tests the companion with real sockets, also in a child process that must survive.');
  task('server', part('mocha', 'server'));

  desc('Runs the contract suite on every store.');
  task('contract', part('mocha', 'contract'));

  desc('Tests live collections with events in any order, 10,000 times, and finds planted mistakes.');
  task('live', part('mocha', 'live'));

  desc('Loads the package in every supported way, and runs each in the browser.');
  task('loading', part('mocha', 'loading'));

  desc('Compiles lib, the example, and the claims of test/types: code that must compile for a user, and code that must not.');
  task('types', part('types'));

  desc('Builds afresh into a temporary folder and compares with dist, byte for byte.');
  task('dist', part('dist'));

  desc('Tests Done. in two real windows.');
  task('example', part('mocha', 'example'));

  desc('Extracts the code of README.md and runs it in two real windows.');
  task('readme', part('mocha', 'readme'));

  desc('Checks the packed package with publint and arethetypeswrong.');
  task('package', part('mocha', 'package'));
});

desc('Checks the source with ESLint, including rules of this repository.');
task('lint', part('lint'));

desc('Sends 300,000 mutated frames to a companion that must survive, in at most a minute; `jake fuzz[seed]` repeats a run.');
task('fuzz', seeded('fuzz'));

desc('Cuts connections of live collections and kills processes for a minute, then plants six mistakes; `jake chaos[seed]` repeats a run.');
task('chaos', seeded('chaos'));

namespace('bench', () => {
  desc('Compares live collections with other libraries, in five minutes on an idle machine: the table of README.md.');
  task('live', part('bench-live'));
});

desc('Measures both minified bundles, and compares the size with the budget and with README.md.');
task('size', part('size'));

desc('Writes the annotated source of the library and of the example to docs.');
task('docs', () => node([
  here('node_modules/docco/bin/docco'), '--output', 'docs', ...sources('lib'), ...sources('example'),
]));
