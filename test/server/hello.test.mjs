// The hello, by which a page learns that this server is a companion, and what its backends are called.
import { once } from 'node:events';
import { expect } from 'chai';
import { todosOf, useServers } from './servers.mjs';

describe('The hello', () => {
  const { start, open, ask } = useServers();
  const hello = { v: 1, login: 0, backends: { todos: { collection: 'todos', model: 'todo', event: 'mine', live: true, once: true } } };

  // A client that has been greeted, and has asked nothing yet.
  async function greeted() {
    const { url } = await start({ todos: todosOf() }, { event: 'mine' });
    const client = open(url);
    const [said] = await once(client, 'iosync:hello');
    return { client, said };
  }

  it('is said on connecting, unasked', async () => {
    expect((await greeted()).said).to.deep.equal(hello);
  });

  it('is said once more before the first answer, for what was loaded late', async () => {
    const { client } = await greeted();
    const heard = [];
    client.on('iosync:hello', said => heard.push(said));
    for (let n = 0; n < 2; n += 1) heard.push(await ask(client, 'todos:read', {}));
    expect(heard).to.deep.equal([hello, [null, []], [null, []]]);
  });

  it('is said once more when the login was changed, since what was closed may be open by now', async () => {
    const { client } = await greeted();
    const again = once(client, 'iosync:hello');
    await ask(client, 'iosync:auth', {});
    expect(await again).to.deep.equal([{ ...hello, login: 1 }]);
  });

  it('is said when it is asked for, with a callback or without', async () => {
    const { client } = await greeted();
    expect(await ask(client, 'iosync:hello')).to.deep.equal([null, hello]);
    client.emit('iosync:hello');
    expect(await once(client, 'iosync:hello')).to.deep.equal([hello]);
  });
});
