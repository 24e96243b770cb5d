// Two windows of a real browser on one list, while everything between them and the database fails in turn: at the end each has what the
// database has, document by document, as far as its user may see it.
/* global things, subscription, Backbone, _ */
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import { openProxy } from '../chaos/proxy.mjs';
import { Program } from '../chaos/process.mjs';
import { freePort } from '../support/daemon.mjs';
import { closeWindows, openWindow } from '../support/windows.mjs';
import { untilRow, usePostgres } from './sql-support.mjs';

describe('Two windows end with what the database has', function () {
  this.timeout(90_000);
  const postgres = usePostgres();
  const undo = [];
  let sql, node, lines, windows;

  before(async () => {
    const client = await postgres.client();
    await client.query('create table rights (name text primary key, level int not null)');
    await client.end();
  });

  beforeEach(async () => {
    sql = await postgres.client();
    await sql.query("delete from rights; insert into rights values ('ann', 2), ('bob', 2)");
    const port = await freePort();
    node = new Program('../server/live-child.mjs', { PORT: port, DATABASE: postgres.url });
    undo.push(() => node.kill());
    await node.start();
    await sql.query('delete from things');
    lines = await Promise.all([openProxy(() => port), openProxy(() => port)]);
    undo.push(...lines.map(line => () => line.close()));
    windows = await Promise.all(['ann', 'bob'].map((name, n) => openWindow(`http://127.0.0.1:${lines[n].port}/#${name}`)));
    for (const [n, window] of windows.entries()) await window.evaluate(async n => {
      await subscription.ready;
      for (const kind of ['x', 'y']) await things.create({ n, kind }, { wait: true });
    }, n);
  });

  afterEach(async () => {
    await closeWindows();
    for (const step of undo.splice(0).reverse()) await step();
  });

  // A window writes as fast as it can until `rest`, which resolves when all of it has ended: [method, outcome, …].
  const write = window => window.evaluate(() => {
    const outcomes = [];
    const pending = new Set();
    let count = 0;
    const begin = (method, model, ask) => {
      const request = ask({ timeout: 8_000 });
      const done = request.then(() => 'done', ({ code }) => code).then(outcome => { outcomes.push([method, outcome]); pending.delete(done); });
      pending.add(done);
    };
    const act = () => {
      const old = things.filter(one => !one.isNew());
      const one = old[count % (old.length || 1)];
      count += 1;
      if (pending.size > 10) return;
      if (!one || count % 3 === 0) {
        const model = things.add({ n: count, kind: count % 2 ? 'x' : 'y' });
        begin('create', model, options => model.save({}, options));
      } else if (count % 7 === 0) begin('delete', one, options => one.destroy(options));
      else begin('patch', one, options => one.save({ n: count }, { ...options, patch: true }));
    };
    const timer = setInterval(act, 20);
    window.rest = async () => {
      clearInterval(timer);
      while (pending.size) await Promise.all(pending);
      // What could not be made is a draft of the page's, which has to see to it.
      things.remove(things.filter(model => model.isNew()));
      return outcomes;
    };
  });

  // So does another program, which the nodes do not know.
  function writeBySql() {
    let isOver = false;
    let count = 0;
    const work = (async () => {
      while (!isOver) {
        count += 1;
        await sql.query("insert into things (id, attributes) values ($1, $2)", [`sql-${count}`, { n: count, kind: count % 2 ? 'x' : 'y' }]);
        await sql.query("update things set attributes = attributes || jsonb_build_object('sql', $1::int) where id = $2", [count, `sql-${count - 1}`]);
        await sql.query('delete from things where id = $1', [`sql-${count - 3}`]);
      }
    })();
    return async () => {
      isOver = true;
      await work;
    };
  }

  // { id: attributes } of what a user may see.
  async function seenBy(name) {
    const { rows } = await sql.query(`select id, attributes from things join rights on rights.name = $1
      where level = 2 or level = 1 and attributes->>'kind' = 'x' order by id`, [name]);
    return Object.fromEntries(rows.map(({ id, attributes }) => [id, attributes]));
  }

  const shownBy = window => window.evaluate(() => Object.fromEntries(things.map(({ id, attributes }) => [id, _.omit(attributes, 'id')])));

  // Waits until the windows say that they are what the server has, and looks whether that is so.
  async function agree(timeout = 15_000) {
    for (const [n, name] of ['ann', 'bob'].entries()) {
      let there;
      const isThere = there => subscription.state !== 'connecting' && subscription.state !== 'behind' &&
        _.isEqual(Object.fromEntries(things.map(({ id, attributes }) => [id, _.omit(attributes, 'id')])), there);
      // What a mute line has kept arrives when it is heard again, and is done then: the database is asked anew each second.
      for (let left = timeout / 1_000, isDone; left > 0 && !isDone; left -= 1) {
        there = await seenBy(name);
        isDone = await windows[n].waitForFunction(isThere, there, { timeout: 1_000 }).catch(() => false);
      }
      const shown = await shownBy(windows[n]);
      const ids = [...new Set([...Object.keys(shown), ...Object.keys(there)])].filter(id => !isDeepStrictEqual(shown[id], there[id]));
      expect(ids.map(id => [id, shown[id], there[id]]), name).to.deep.equal([]);
      expect(await windows[n].evaluate(() => subscription.state), name).to.equal(Object.keys(there).length ? 'live' : 'closed');
    }
    expect(Object.keys(await seenBy('ann')).length).to.be.above(3);
  }

  // Resolves when so much has been written by others.
  const written = async more => {
    const { rows: [{ seq }] } = await sql.query('select last_value as seq from iosync_seq');
    await untilRow(sql, 'select from iosync_seq where last_value > $1', [Number(seq) + more]);
  };

  const noticed = window => window.evaluate(() => new Promise(resolve => (Backbone.socket.connected ? Backbone.socket.once('disconnect', resolve) : resolve())));
  const back = window => window.evaluate(() => new Promise(resolve => (Backbone.socket.connected ? resolve() : Backbone.socket.once('connect', resolve))));

  // In each, both windows and another program write the whole time.
  const faults = {
    'after their server was killed, and started again': async () => {
      await node.kill();
      await Promise.all(windows.map(noticed));
      await written(20);
      await node.start();
      await Promise.all(windows.map(back));
    },
    'after the line of one was cut, again and again': async () => {
      for (let n = 0; n < 3; n += 1) {
        lines[1].cut();
        await noticed(windows[1]);
        await back(windows[1]);
        await written(10);
      }
    },
    'after the line of one was mute': async () => {
      lines[1].hole();
      await noticed(windows[1]);
      await written(20);
      lines[1].heal();
      await back(windows[1]);
    },
    'after one could speak, but heard nothing': async () => {
      lines[1].mute('down');
      await noticed(windows[1]);
      await written(20);
      lines[1].heal();
      await back(windows[1]);
    },
    "after all of the server's connections to the database were dropped": async () => {
      for (let n = 0; n < 3; n += 1) {
        await untilRow(sql, 'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()');
        await written(10);
      }
    },
    'after one may see less': async () => {
      await sql.query("update rights set level = 1 where name = 'bob'");
      await node.ask('revoke', 'bob');
      await written(20);
    },
    'after one may see nothing any more': async () => {
      await sql.query("update rights set level = 0 where name = 'bob'");
      await node.ask('revoke', 'bob');
      await written(20);
    },
  };

  for (const [name, happen] of Object.entries(faults)) {
    it(name, async () => {
      const rest = writeBySql();
      await Promise.all(windows.map(write));
      await written(20);
      await happen();
      await rest();
      const outcomes = await Promise.all(windows.map(window => window.evaluate(() => window.rest())));
      expect(outcomes[0].filter(([, outcome]) => outcome === 'done').length).to.be.above(3);
      await agree();
      for (const window of windows) expect(window.errors.filter(error => !/ERR_|WebSocket/.test(error))).to.deep.equal([]);
    });
  }

  it('which is seen to be wrong of a window that takes each message for the next one, and loses one', async () => {
    await windows[1].evaluate(() => {
      const { socket } = Backbone;
      const { onevent } = socket;
      socket.onevent = packet => {
        const [event, message] = packet.data;
        if (event !== 'things:changes') return onevent.call(socket, packet);
        if (!message.entries.some(({ id }) => id === 'lost')) onevent.call(socket, { ...packet, data: [event, { ...message, from: 0 }] });
      };
    });
    for (const [n, id] of ['lost', 'next'].entries()) {
      await sql.query('insert into things (id) values ($1)', [id]);
      await windows[n].waitForFunction(id => things.get(id), id);
    }
    expect((await agree(2_000).catch(error => error)).actual).to.deep.include(['lost', undefined, {}]);
  });
});
