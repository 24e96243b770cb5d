// People who sign in to Done.: names that nobody has yet, and logins of programs.
import { expect } from 'chai';
import { ask, opened } from './support.mjs';

let people = 0;

export const newName = () => `ann-${(people += 1)}`;

// Over HTTP, as a program does. Resolves with the answer, and the cookie for the handshake of a socket.
export async function post(server, path, body, headers = {}) {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
  const response = await fetch(server.url + path, init);
  const [set] = response.headers.getSetCookie();
  return { status: response.status, answer: await response.json(), set, cookie: set?.split(';')[0] };
}

export const login = (server, name) => post(server, '/login', { name, password: passwordOf(name) });

export const passwordOf = name => `${name}'s own password`;

// A raw client that shows this cookie.
export async function clientWith(world, server, cookie) {
  const client = await world.client(server.url, { transports: ['websocket'], extraHeaders: cookie ? { cookie } : {} });
  expect((await ask(client, 'todos:read', {}))[0]).to.equal(null);
  return client;
}

// Types both, and presses Enter.
export async function trySigningIn(page, name, password = passwordOf(name)) {
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByLabel('Password').press('Enter');
}

export const signedIn = (page, name) => page.locator('#session .own').filter({ hasText: name }).waitFor();

// Resolves when the private list is there.
export async function signIn(page, name) {
  await trySigningIn(page, name);
  await signedIn(page, name);
  await opened(page, `~${name}`);
}
