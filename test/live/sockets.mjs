// The same run with real sockets, in which messages come when they come: nobody delivers them, and time passes by itself.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { io } from 'socket.io-client';
import { Backbone } from './library.mjs';
import { checkRest } from './checks.mjs';
import { users } from './commands.mjs';
import { Window } from './window.mjs';
import { World } from './world.mjs';

const tick = 40;
/** How long a run may take to come to rest, in ms: long enough for a busy machine. */
const patience = 20_000;
/** More than fit into two pages. */
const many = 1_100;

export class RealWorld extends World {
  clock = { install: () => () => {}, settle: () => new Promise(setImmediate), size: 0 };
  beats = [];

  constructor(beginning) {
    super(beginning, { createIo: () => (this.http = createServer()), ticks: tick });
  }

  async begin() {
    const { server, beginning: { documents, lives, isLarge } } = this;
    server.start();
    await this.open(0);
    this.port = this.http.address().port;
    for (const one of documents) this.write(one);
    if (isLarge) await server.store.transaction(async all => {
      for (let n = 0; n < many; n += 1) await all.create({ n: n % 4, w: `m${n}` }, { id: `m${n}` });
    });
    for (const user of users) this.windows.push(await this.windowOf(user));
    for (const one of lives) this.subscribe(one);
  }

  async open(port) {
    this.http.listen(port, '127.0.0.1');
    await once(this.http, 'listening');
  }

  /** With a collection that hears of nothing but ticks: while they come, there is something to wait for. */
  async windowOf(user) {
    const socket = io(`http://127.0.0.1:${this.port}`, { forceNew: true, transports: ['websocket'], reconnectionDelay: 5, reconnectionDelayMax: 20, auth: { id: user } });
    await once(socket, 'connect');
    const window = new Window(this, user, { line: {}, socket, user });
    const beat = new window.Todos();
    this.beats.push(beat.ioSubscribe({ channel: 'beat' }));
    this.others += 1;
    return window;
  }

  async restart({ isNew }) {
    const { server } = this;
    const before = [...server.documents.values()];
    await server.io.close();
    server.start(isNew ? undefined : server.store);
    const forget = () => this.lives.forEach(({ witness }) => witness.forget());
    if (isNew) forget();
    // What was told before is still being heard until then.
    if (isNew) for (const { socket } of this.windows) if (socket.connected) socket.once('disconnect', forget);
    if (isNew) for (const { id, channel, attributes } of before) void server.store.create(attributes, { id, channel });
    this.changes += 1;
    await this.open(this.port);
  }

  cut({ page }) {
    const { socket } = this.windows[page];
    // One that is being opened would be taken for slow by Socket.IO, for 20 s.
    if (socket.connected) socket.io.engine.close();
  }

  drop({ page }) {
    const { id } = this.windows[page].socket;
    for (const { socket } of this.server.inside.sessions) if (socket.id === id) socket.conn.close();
  }

  /** It connects by itself; here it may come to something else first. */
  async connect({ page }) {
    const { socket } = this.windows[page];
    if (!socket.connected) await once(socket, 'connect');
  }

  async rest() {
    // A page that is being made is not there yet.
    await this.rendered;
    await this.until(() => !checkRest(this).length);
    // What is right must stay so.
    let beats = 0;
    await this.until(() => (beats += 1) > 2 * this.windows.length);
  }

  /** Looks again whenever a page has heard something, which it does with each tick. */
  async until(test) {
    let timer;
    const isTrue = new Promise(resolve => {
      const look = () => test() && resolve();
      for (const window of this.windows) window.hear = look;
      timer = setTimeout(resolve, patience);
      look();
    });
    await isTrue;
    clearTimeout(timer);
    for (const window of this.windows) window.hear = () => {};
  }

  async end() {
    for (const [page, { lives, socket }] of this.windows.entries()) {
      for (const place of lives.keys()) this.stop({ page, place });
      this.windows[page].unfollow();
      this.beats[page].stop();
      await new Promise(resolve => socket.emit('iosync:hello', resolve));
    }
    this.left = this.server.left;
    Backbone.ioUnbindAll();
    for (const { socket } of this.windows) socket.disconnect();
    await this.server.io.close();
  }
}
