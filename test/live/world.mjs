// A run: a server, and pages on lines that the test holds in its hands. Each command does one thing; what comes of it in the same turn of
// the event loop follows at once, unless the next one is to come in between.
import { createClock } from '../support/clock.mjs';
import { Line } from '../support/pair-line.mjs';
import { PairServer } from '../support/pair-server.mjs';
import { Backbone } from './library.mjs';
import { checkEnd, checkRest, checkStep } from './checks.mjs';
import { users } from './commands.mjs';
import { Server, tick } from './server.mjs';
import { viewOf } from './rules.mjs';
import { Window } from './window.mjs';

export class World {
  clock = createClock();
  windows = [];
  faults = [];
  /** Subscriptions that are not of the run's commands. */
  others = 0;
  /** Of logins and rights. */
  changes = 0;
  logins = 0;
  #count = 0;

  constructor(beginning, options) {
    this.beginning = beginning;
    this.server = new Server(beginning, { createIo: () => new PairServer(), watch: () => this.note(), ...options });
  }

  /** Runs the commands, brings everything to rest, and throws what was not as it should be. */
  async run(commands) {
    const undo = this.clock.install();
    try {
      await this.begin();
      for (const { tight, ...command } of commands) {
        await this[command.do](command);
        if (!tight) await this.clock.settle();
        this.faults.push(...checkStep(this));
      }
      await this.rest();
      this.faults.push(...checkRest(this));
      await this.end();
      this.faults.push(...checkEnd(this));
    } finally {
      undo();
    }
    if (this.faults.length) throw new Error([...new Set(this.faults)].join('\n'));
  }

  async begin() {
    const { documents, lives, isWarm } = this.beginning;
    this.server.start();
    for (const one of documents) await this.write(one);
    for (const user of users) {
      const line = new Line(() => this.server.io, { id: user });
      this.windows.push(new Window(this, user, { line, socket: line.page, user }));
      line.open();
    }
    for (const one of lives) this.subscribe(one);
    if (isWarm) for (const page of this.windows.keys()) await this.deliver({ page });
  }

  viewOf({ window: { user }, ...wanted }) {
    return viewOf(this.server.documents, this.server.levelOf(user, wanted.channel), wanted);
  }

  get lives() {
    return this.windows.flatMap(({ lives }) => lives.filter(Boolean));
  }

  /** Something has changed of what is there, or may be seen. */
  note() {
    for (const live of this.lives) {
      const view = this.viewOf(live);
      live.wasRefused ||= !view;
      live.witness.note([...view?.keys() ?? []]);
    }
    for (const { one } of this.windows) one?.note();
  }

  subscribe(command) {
    this.windows[command.page].subscribe(command);
  }

  render(command) {
    this.rendered = Promise.all([this.rendered, this.windows[command.page].render(command)]);
  }

  follow(command) {
    this.windows[command.page].follow(command);
  }

  stop(command) {
    this.windows[command.page].stop(command);
  }

  save(command) {
    this.windows[command.page].save(command);
  }

  make(command) {
    this.windows[command.page].make(command);
  }

  destroy(command) {
    this.windows[command.page].destroy(command);
  }

  fetch(command) {
    this.windows[command.page].fetch(command);
  }

  write({ attributes, ...command }) {
    this.#count += 1;
    void this.server.write({ ...command, attributes: { ...attributes, w: `s${this.#count}` } });
  }

  rights({ user, channel, level }) {
    this.changes += 1;
    this.server.setRights(user, channel, level);
  }

  login({ page, user }) {
    const window = this.windows[page];
    this.changes += 1;
    this.logins += 1;
    Object.assign(window, { user });
    window.line.auth = { id: user };
    if (!window.socket.connected) window.line.cut();
    for (const { witness } of window.lives.filter(Boolean)) witness.excuse();
    if (window.socket.connected) window.socket.emit('iosync:auth', { id: user }, () => {});
    this.note();
  }

  /** The process is another one; its memory may be as well. */
  restart({ isNew }) {
    const { server, windows } = this;
    const before = [...server.documents.values()];
    server.release(true);
    server.io.close();
    for (const { line } of windows) line.cut();
    if (isNew) server.start();
    else server.start(server.store);
    if (isNew) for (const { witness } of this.lives) witness.forget();
    if (isNew) for (const { id, channel, attributes } of before) void server.store.create(attributes, { id, channel });
    this.changes += 1;
  }

  prune() {
    void this.server.prune();
  }

  cut({ page }) {
    this.windows[page].line.cut();
  }

  /** The server ends the connection. */
  drop({ page }) {
    this.windows[page].line.server?.close();
  }

  connect({ page }) {
    const { line } = this.windows[page];
    if (line.server && !line.server.connected && !line.isOpening) line.cut();
    line.open();
  }

  notice({ page }) {
    this.windows[page].line.notice();
  }

  up({ page }) {
    this.windows[page].line.up();
  }

  down({ page }) {
    this.windows[page].line.down();
  }

  async deliver({ page }) {
    const { line } = this.windows[page];
    for (let left = 1_000; left && !line.isIdle; left -= 1) {
      while (line.up() || line.down()) await this.clock.settle();
    }
    if (!line.isIdle) throw new Error('Messages without an end');
  }

  lose({ page }) {
    this.windows[page].line.lose(({ event }) => event === 'todos:changes');
  }

  slow() {
    this.server.isSlow = true;
  }

  release() {
    this.server.release();
  }

  async advance({ ms }) {
    this.server.release(true);
    await this.clock.advance(ms);
  }

  /** All lines are up, what is on its way has arrived, and two ticks have passed. */
  async rest() {
    this.server.release(true);
    for (const page of this.windows.keys()) this.notice({ page });
    await this.clock.settle();
    for (let left = 10; left && !this.windows.every(({ socket, line }) => socket.connected && line.isIdle); left -= 1) {
      for (const page of this.windows.keys()) {
        this.notice({ page });
        this.connect({ page });
        await this.deliver({ page });
      }
    }
    for (let ticks = 0; ticks < 2; ticks += 1) {
      await this.clock.advance(tick);
      for (const page of this.windows.keys()) await this.deliver({ page });
    }
  }

  /** Everything is stopped, then the server ends. */
  async end() {
    for (const [page, { lives }] of this.windows.entries()) {
      for (const place of lives.keys()) this.stop({ page, place });
      this.windows[page].unfollow();
      await this.deliver({ page });
    }
    this.left = this.server.left;
    Backbone.ioUnbindAll();
    this.server.io.close();
    for (const { line } of this.windows) line.cut();
    await this.clock.settle();
  }
}
