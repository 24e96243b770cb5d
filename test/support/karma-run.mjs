// One run of Karma: starts the hub, serves the chosen scripts and the tests, and resolves with the counts.
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import karma from 'karma';
import { findBrowser, findFirefox } from './browser.mjs';
import { startHub } from './hub.mjs';
import { pageScripts, root } from './page-scripts.mjs';

const require = createRequire(import.meta.url);

export async function runKarma({ choice, bundle, dist, browser = 'chrome', grep, verbose = false }) {
  const page = pageScripts({ choice, bundle, dist });
  const hub = await startHub();
  try {
    const config = karma.config.parseConfig(null, {
      ...fixed,
      ...await launcher(browser),
      files: files(page.scripts),
      client: {
        args: grep ? ['--grep', grep] : [],
        mocha: { timeout: 8000 },
        hub: hub.url,
        versions: page.versions,
        scripts: Object.fromEntries(page.scripts.map(({ name, path }) => [name, url(path)])),
      },
      lines: { verbose },
    }, { throwErrors: true });
    return await results(config);
  } finally {
    await hub.stop();
  }
}

const fixed = {
  basePath: root,
  port: 0,
  hostname: '127.0.0.1',
  singleRun: true,
  autoWatch: false,
  frameworks: ['mocha'],
  plugins: ['karma-mocha', 'karma-chrome-launcher', 'karma-firefox-launcher', require('./karma-lines.cjs')],
  reporters: ['lines'],
  logLevel: 'WARN',
  browserConsoleLogOptions: { level: 'debug', terminal: false },
  browserNoActivityTimeout: 60_000,
  browserDisconnectTolerance: 0,
  customContextFile: join(root, 'test/support/context.html'),
};

const files = scripts => [
  ...scripts.map(({ path }) => ({ pattern: path, watched: false })),
  { pattern: 'test/support/hooks.js', type: 'module', watched: false },
  { pattern: 'test/browser/**/*.test.js', type: 'module', watched: false },
  ...['test/support/*.js', 'test/browser/**/*.js', 'dist/*', 'node_modules/chai/index.js',
    'node_modules/socket.io-client/dist/*.js'].map(pattern => ({ pattern, included: false, watched: false })),
];

// As Karma serves a file: below its base path by that, others by their full path.
const url = path => relative(root, path).startsWith('..') ? `/absolute${path}` : `/base/${relative(root, path)}`;

async function launcher(browser) {
  if (browser === 'firefox') {
    process.env.FIREFOX_BIN ??= findFirefox();
    return { browsers: ['FirefoxHeadless'] };
  }
  const { path, args, env } = await findBrowser();
  process.env.CHROME_BIN = path;
  Object.assign(process.env, env);
  return { browsers: ['Chosen'], customLaunchers: { Chosen: { base: 'ChromeHeadless', flags: [...args, '--js-flags=--expose-gc'] } } };
}

// Karma counts a hook that failed as a failed test; what else went wrong shows in the exit code only.
function results(config) {
  return new Promise((resolve, reject) => {
    let counts = { passed: 0, failed: 0, skipped: 0 };
    const server = new karma.Server(config, exitCode => {
      if (exitCode && !counts.failed) counts.failed = 1;
      resolve(counts);
    });
    server.on('run_complete', (browsers, { success, failed, skipped }) => {
      counts = { passed: success, failed, skipped };
    });
    server.start().catch(reject);
  });
}
