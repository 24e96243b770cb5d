// Windows of one real Chromium, for tests that run in Node. Each window has its own cookies and storage.
import { chromium } from 'playwright-core';
import { findBrowser } from './browser.mjs';

let browser;
const contexts = [];

// A window at `url`, with `errors`: what the page threw or logged as an error.
export async function openWindow(url, options = {}) {
  browser ??= launch();
  const context = await (await browser).newContext(options);
  contexts.push(context);
  const window = await context.newPage();
  const errors = [];
  window.on('pageerror', error => errors.push(error.stack));
  window.on('console', message => message.type() === 'error' && errors.push(message.text()));
  if (url) await window.goto(url);
  return Object.assign(window, { errors });
}

// For an afterEach.
export async function closeWindows() {
  await Promise.all(contexts.splice(0).map(context => context.close()));
}

export async function closeBrowser() {
  await (await browser)?.close();
  browser = undefined;
}

async function launch() {
  const { path, args, env } = await findBrowser();
  return chromium.launch({ executablePath: path, args, env: { ...process.env, ...env } });
}
