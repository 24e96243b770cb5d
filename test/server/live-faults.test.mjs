// What goes wrong on the way from a commit to a page, and beside each the mistake by which the page would be wrong from then on.
import { companion } from '../support/companion.mjs';
import { asked, change, fault, fill, tick, usePages } from './live-pages.mjs';
import { never } from './sql-support.mjs';

const { asLayer, memoryStore } = companion;

describe('A live collection is what the database has', () => {
  const { serve, page } = usePages();

  fault('after messages were lost', 'a page that takes each message for the next one', async isPlanted => {
    const { url, store } = await serve(memoryStore());
    await fill(store);
    let isLosing = false;
    const hear = message => (isLosing && message.entries.length ? undefined : { ...message, ...(isPlanted && { from: 0 }) });
    const one = await page(url, { hear });
    await one.subscription.ready;
    isLosing = true;
    await change(store);
    await one.told(3);
    isLosing = false;
    return { page: one, store };
  });

  fault('after one message was lost between others', 'a page that takes each message for the next one', async isPlanted => {
    const { url, store } = await serve(memoryStore(), { tick: never });
    await fill(store);
    let count = 0;
    const one = await page(url, { hear: message => ((count += 1) === 2 ? undefined : { ...message, ...(isPlanted && { from: 0 }) }) });
    await one.subscription.ready;
    await change(store);
    await one.told(3);
    return { page: one, store };
  }, asked);

  fault('after its node has heard of no commit', 'a node that does not look by itself', async isPlanted => {
    const deaf = asLayer({ ...memoryStore(), watch: () => () => {} });
    const { url, store } = await serve(deaf, { tick: isPlanted ? never : tick });
    await fill(store);
    const one = await page(url);
    await one.subscription.ready;
    await change(store);
    return { page: one, store };
  }, asked);

  fault('after others have committed while it was read', 'a server that lets the page in once it has read', async isPlanted => {
    const store = memoryStore();
    let isAsked = false;
    let before;
    // What it reads is what there was before they committed.
    const reading = async () => {
      if (!isAsked || before) return;
      before = await store.list();
      await change(store);
    };
    const head = async channel => (isPlanted && await reading(), store.head(channel));
    const list = async query => (await reading(), isAsked ? before : store.list(query));
    const { url } = await serve(asLayer({ ...store, head, list }));
    await fill(store);
    // The feed has begun before.
    await (await page(url)).subscription.ready;
    isAsked = true;
    let isIn = !isPlanted;
    const one = await page(url, { hear: message => (isIn ? message : undefined) });
    await one.subscription.ready;
    isAsked = false;
    isIn = true;
    return { page: one, store };
  });

  fault('after a message came when an answer had overtaken it', 'a page that takes what comes last for the newest', async isPlanted => {
    const { url, store } = await serve(memoryStore(), { tick: never });
    await fill(store);
    const late = [];
    let isHeld = true;
    const one = await page(url, { hear: message => (isHeld ? void late.push(message) : message) });
    await one.subscription.ready;
    await change(store);
    await one.told(3);
    isHeld = false;
    // What it hears next shows a gap, and it asks.
    await store.patch('a', { n: 3 });
    await store.patch('c', { n: 3 });
    await one.equals(store);
    const newer = isPlanted ? 1_000 : 0;
    // By its head it is new; its versions say what it is.
    for (const message of late) one.tell({ ...message, head: 1_000, entries: message.entries.map(entry => ({ ...entry, version: entry.version + newer })) });
    return { page: one, store };
  }, asked);

  fault('after an old message came for what had gone', 'a page that forgets what is gone', async isPlanted => {
    const { url, store } = await serve(memoryStore(), { tick: never });
    await fill(store);
    const late = [];
    const one = await page(url, { hear: message => (late.push(message), message) });
    await one.subscription.ready;
    await store.patch('b', { n: 2 });
    await store.delete('b');
    await one.equals(store);
    const newer = isPlanted ? 1 : 0;
    one.tell({ ...late[0], head: 1_000, entries: late[0].entries.map(entry => ({ ...entry, version: entry.version + newer })) });
    return { page: one, store };
  }, asked);
});
