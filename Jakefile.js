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
  console.log('\nOne part of a task is named after a colon: jake test:browser. Builds go to dist, and are committed with lib.');
});

namespace('build', () => {
  desc('Builds everything that dist holds: both bundles, plain and minified, modules, types, and the companion.');
  task('all', rollup());

  desc('Builds dist/backbone.iosync.js and its minified form.');
  task('iosync', rollup('iosync'));

  desc('Builds dist/backbone.iobind.js and its minified form.');
  task('iobind', rollup('iobind'));

  desc('Builds the ES modules, and the CommonJS forms of the package.');
  task('modules', rollup('modules'));

  desc('Builds the type declarations.');
  task('types', rollup('types'));

  desc('Builds the companion, backbone.iobind/server, with its types.');
  task('server', rollup('server'));
});

desc('Starts Done., the example, and says where it is. PORT and DATA_DIR as in its README.');
task('serve', () => node([here('example/app.js')]));

desc('Runs every part of the tests below, two at a time, and adds up their counts.');
task('test', part('all'));

namespace('test', () => {
  desc('Runs the browser tests on the plain bundles, then on the minified ones, in Chromium.');
  task('browser', part('bundles', '--browser', 'chrome'));

  desc('The same in Firefox, where one is installed.');
  task('firefox', part('bundles', '--browser', 'firefox'));

  desc('Runs the browser tests on older versions of Backbone, Underscore, jQuery and Socket.IO, and on Lodash.');
  task('matrix', part('matrix'));

  desc('Tests the companion with real sockets, and in front of a child process that must live.');
  task('server', part('mocha', 'server'));

  desc('Runs the contract suite on every store.');
  task('contract', part('mocha', 'contract'));

  desc('Has everything happen to live collections, in any order, 10,000 times, and finds planted mistakes.');
  task('live', part('mocha', 'live'));

  desc('Loads the package in every supported way, and executes each in the browser.');
  task('loading', part('mocha', 'loading'));

  desc('Compiles lib, and the claims of test/types: what must compile for a user, and what must not.');
  task('types', part('types'));

  desc('Builds afresh into a temporary folder and compares with dist, byte for byte.');
  task('dist', part('dist'));

  desc('Uses Done. in two real windows.');
  task('example', part('mocha', 'example'));

  desc('Extracts the code of README.md and runs it in two real windows.');
  task('readme', part('mocha', 'readme'));

  desc('Examines the packed package with publint and arethetypeswrong.');
  task('package', part('mocha', 'package'));
});

desc('Examines the source with ESLint, and the rules of this repository that ESLint has no words for.');
task('lint', part('lint'));

desc('Shoots 300,000 mutated frames at a companion that must live, in at most a minute; `jake fuzz[seed]` repeats a run.');
task('fuzz', seeded('fuzz'));

desc('Cuts, mutes, stops and kills what live collections stand on, for a minute, then plants six mistakes; `jake chaos[seed]` repeats a run.');
task('chaos', seeded('chaos'));

namespace('bench', () => {
  desc('Measures live collections beside what else there is, in five minutes on an idle machine: the table of README.md.');
  task('live', part('bench-live'));
});

desc('Weighs both minified bundles, and compares with the budget and with what README.md says.');
task('size', part('size'));

desc('Writes the annotated source of the library and of the example to docs.');
task('docs', () => node([
  here('node_modules/docco/bin/docco'), '--output', 'docs', ...sources('lib'), ...sources('example'),
]));
