// What a person sees in a window of Done., and does there.

// For a page's start: `readTodos` is the visible todos from top to bottom, the ticked ones with a "✓ " before the title.
export function readTodos() {
  window.readTodos = () =>
    Array.from(document.querySelectorAll('#todos > li:not([hidden])'), row =>
      (row.querySelector('.toggle').checked ? '✓ ' : '') + row.querySelector('.title').textContent);
}

// Resolves when the window shows exactly these todos, with no reload.
export async function shows(page, ...expected) {
  try {
    await page.waitForFunction(wanted => JSON.stringify(window.readTodos()) === wanted, JSON.stringify(expected));
  } catch (error) {
    const seen = await page.evaluate(() => window.readTodos());
    throw new Error(`expected to see ${JSON.stringify(expected)}, saw ${JSON.stringify(seen)}`, { cause: error });
  }
}

export const agree = (pages, ...expected) => Promise.all(pages.map(page => shows(page, ...expected)));

export const connection = (page, state) => page.locator(`#connection[data-state=${state}]`).waitFor();

export const row = (page, title) => page.locator('#todos > li').filter({ has: page.getByText(title, { exact: true }) });

export const problem = place => place.locator('.problem').filter({ hasText: /./ });

// Resolves when the element with this label has the keyboard's focus.
export const focusOn = (page, label) =>
  page.waitForFunction(wanted => document.activeElement?.getAttribute('aria-label') === wanted, label);

// ### What a person does

export const input = page => page.getByRole('textbox', { name: 'New todo' });

export async function type(page, title) {
  await input(page).fill(title);
  await input(page).press('Enter');
}

// Adds todos one by one; the last one is on top.
export async function add(page, ...titles) {
  for (const title of titles) {
    await type(page, title);
    await row(page, title).waitFor();
  }
}

export const tick = (page, title) => row(page, title).getByRole('checkbox').click();

export async function edit(page, title) {
  await row(page, title).locator('.title').dblclick();
  return page.locator('#todos .editor:visible');
}

export async function destroy(page, title) {
  await row(page, title).hover();
  await row(page, title).getByRole('button', { name: `Delete ${title}` }).click();
}

// Goes to another list, by its name.
export async function go(page, list) {
  await page.getByRole('textbox', { name: 'List' }).fill(list);
  await page.keyboard.press('Enter');
}

// Resolves when the window has this list, and all that is on it.
export async function opened(page, list) {
  await page.waitForFunction(list => app.view.place.list === list && app.view.state === 'open', list);
  await connection(page, 'live');
}

// Pulls the cable between a window and the server; `mend` puts it back.
export async function cut(page) {
  await page.route('**/socket.io/**', route => route.abort());
  await page.evaluate(() => void socket.io.engine.close());
  await connection(page, 'reconnecting');
}

export async function mend(page) {
  await page.unroute('**/socket.io/**');
  await connection(page, 'live');
}

// Changes then fail after half a second in place of ten, when nobody answers.
export const loseHopeSoon = page => page.evaluate(() => void (Backbone.ioSync.timeout = 500));

// What goes over this window's line from now on, as texts: by WebSocket, and by HTTP before that is open. `read()` resolves with what came.
export function listenIn(page) {
  const sent = [];
  const received = [];
  page.on('websocket', line => {
    line.on('framesent', ({ payload }) => sent.push(String(payload)));
    line.on('framereceived', ({ payload }) => received.push(String(payload)));
  });
  page.on('request', request => isPoll(request) && sent.push(request.postData() ?? ''));
  page.on('response', response => isPoll(response.request()) && received.push(response.text().catch(() => '')));
  return { sent: () => sent.join('\n'), read: async () => (await Promise.all(received)).join('\n') };
}

const isPoll = request => request.url().includes('transport=polling');

// Keeps what the sign of the connection says, and what the window shows at each such moment.
export const watchSign = page => page.evaluate(() => {
  const sign = document.querySelector('#connection');
  window.signs = [];
  const note = () => signs.push([sign.dataset.state, readTodos().join()]);
  new MutationObserver(() => signs.at(-1)?.[0] !== sign.dataset.state && note()).observe(sign, { attributeFilter: ['data-state'] });
});

export const signs = page => page.evaluate(() => signs);
