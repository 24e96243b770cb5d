// Finds a Chromium to test in: CHROME_BIN, else one that is installed, else one that npm carries.
// Promises { path, args, env } as Karma and playwright-core want them. Nothing is fetched while one is installed.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, isAbsolute, join } from 'node:path';
import { fetchBrowser } from './fetch-browser.mjs';

const require = createRequire(import.meta.url);

// Without these a Chromium on a machine with no network looks up its maker's hosts all the time; in containers
// /dev/shm is too small for it.
const quiet = [
  '--disable-dev-shm-usage', '--disable-gpu', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--disable-quic', '--no-first-run',
];

export async function findBrowser() {
  const installed = chromeFromEnvironment() ?? installedBrowser('karma-chrome-launcher', ['Chrome', 'Chromium']);
  const browser = installed ? { path: installed, args: [], env: {} } : await fetchBrowser();
  return { ...browser, args: [...sandbox(), ...quiet, ...browser.args] };
}

export const findFirefox = () => installedBrowser('karma-firefox-launcher', ['Firefox']) ?? onPath('firefox-esr');

function chromeFromEnvironment() {
  const named = process.env.CHROME_BIN;
  if (!named) return undefined;
  const path = isAbsolute(named) ? named : onPath(named);
  if (!path || !existsSync(path)) throw new Error(`CHROME_BIN names no program: ${named}`);
  return path;
}

// Karma's launchers know where browsers are installed on Linux, macOS and Windows; on Windows they name a path even
// where there is no browser.
function installedBrowser(launcher, names) {
  return names
    .map(name => require(launcher)[`launcher:${name}`][1].prototype.DEFAULT_CMD[process.platform])
    .map(command => command && (isAbsolute(command) ? command : onPath(command)))
    .find(path => path && existsSync(path));
}

function onPath(command) {
  return (process.env.PATH ?? '').split(delimiter).map(folder => join(folder, command)).find(existsSync);
}

// Chromium refuses to start as root with its sandbox on; any other user should keep it.
const sandbox = () => process.getuid?.() === 0 ? ['--no-sandbox'] : [];
