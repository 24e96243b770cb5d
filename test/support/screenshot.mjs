// Takes the picture of the README: two windows of Done. side by side, one light and one dark, on the same list.
//
//     node test/support/screenshot.mjs [file]
import { fileURLToPath } from 'node:url';
import { World, add, agree, connection, end, tick } from '../example/support.mjs';

const file = process.argv[2] ?? fileURLToPath(new URL('../../example/screenshot.png', import.meta.url));
const size = { width: 560, height: 550 };

const titles = ['Ask Ana about the key', 'Book the train to Ghent', 'Water the plants', 'Buy bread'];

const world = new World();
try {
  const { url } = await world.server();
  const list = `${url}/weekend`;
  const light = await world.window(list, { viewport: size });
  const dark = await world.window(list, { viewport: size, colorScheme: 'dark' });
  await Promise.all([connection(light, 'live'), connection(dark, 'live')]);
  await add(light, ...titles);
  await tick(dark, 'Book the train to Ghent');
  await agree([light, dark], 'Buy bread', 'Water the plants', '✓ Book the train to Ghent', 'Ask Ana about the key');
  await sideBySide(await world.window('about:blank', { viewport: { width: size.width * 2, height: size.height } }), [light, dark]);
} finally {
  await world.close();
  await end();
}

async function sideBySide(page, windows) {
  const images = [];
  for (const window of windows) {
    // A pointer over a row, and a blinking cursor, would make each picture a different one.
    await window.mouse.move(0, 0);
    images.push((await window.screenshot({ caret: 'hide', animations: 'disabled' })).toString('base64'));
  }
  const figures = images.map(image => `<img src="data:image/png;base64,${image}">`).join('');
  await page.setContent(`<body style="margin:0;display:flex">${figures}</body>`);
  await page.waitForFunction(() => Array.from(document.images).every(image => image.complete));
  await page.screenshot({ path: file });
}
