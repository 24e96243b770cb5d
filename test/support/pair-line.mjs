// A page's socket and its line to a server of pair-server.mjs, in one process and without a network: the test delivers each message, in
// the order of its direction, cuts the line, and connects it again. Every message is JSON on its way. What the page's socket does at
// a cut, or while it is disconnected, is what Socket.IO 4.8 does.
//   const line = new Line(() => server, { id: 'ann' });
//   line.open(); line.up(); await settle(); line.down();

/** One page's connection: its messages on their way, each direction for itself, and both ends of it. */
export class Line {
  upward = [];
  downward = [];
  /** The server's end: of the connection that was opened last. */
  server = undefined;
  /** Ends of connections that were cut, which the server has not noticed yet. */
  ghosts = [];
  isOpening = false;

  /** `watch(socket, message)` sees what the server sends when it sends it. */
  constructor(find, auth, watch = () => {}) {
    this.find = find;
    this.auth = auth;
    this.watch = watch;
    this.page = new PageSocket(this);
  }

  get isIdle() {
    return !this.upward.length && !this.downward.length;
  }

  open() {
    if (this.page.connected || this.isOpening) return;
    this.isOpening = true;
    this.upward.push(JSON.stringify({ open: true }));
  }

  send(message) {
    this.upward.push(JSON.stringify(message));
  }

  tell(socket, message) {
    if (!socket.connected || this.server !== socket) return;
    const text = JSON.stringify(message);
    this.watch(socket, JSON.parse(text));
    this.downward.push(text);
  }

  /** Delivers the page's next message. */
  up() {
    const text = this.upward.shift();
    if (text === undefined) return false;
    const message = JSON.parse(text);
    if (message.open) void this.find().sockets.admit(this);
    else if (this.server.connected) this.server.receive(message);
    return true;
  }

  /** Delivers the server's next message. */
  down() {
    const text = this.downward.shift();
    if (text === undefined) return false;
    const message = JSON.parse(text);
    if (message.id || message.refused || message.end) this.isOpening = false;
    if (message.end) this.cut();
    else this.page.receive(message);
    return true;
  }

  /** Loses the server's next message for which `isMeant` holds, and nothing else. */
  lose(isMeant) {
    const index = this.downward.findIndex(text => isMeant(JSON.parse(text)));
    if (index >= 0) this.downward.splice(index, 1);
  }

  /** What is on its way is lost; the page knows, the server notices later. */
  cut() {
    this.upward = [];
    this.downward = [];
    this.isOpening = false;
    if (this.server?.connected) this.ghosts.push(this.server);
    this.server = undefined;
    this.page.lose();
  }

  /** The server notices. */
  notice() {
    for (const ghost of this.ghosts.splice(0)) ghost.end();
  }
}

/** What lib uses of a Socket.IO client's socket. */
class PageSocket {
  id = undefined;
  connected = false;
  acks = {};
  ids = 0;
  sendBuffer = [];
  anyListeners = [];
  byEvent = new Map();

  constructor(line) {
    this.line = line;
  }

  on(event, listener) {
    this.byEvent.set(event, [...this.listeners(event), listener]);
    return this;
  }

  removeListener(event, listener) {
    const left = this.listeners(event).filter(other => other !== listener);
    if (left.length) this.byEvent.set(event, left);
    else this.byEvent.delete(event);
    return this;
  }

  listeners(event) {
    return this.byEvent.get(event) ?? [];
  }

  listenersAny() {
    return this.anyListeners;
  }

  onAny(listener) {
    this.anyListeners = [...this.anyListeners, listener];
  }

  offAny(listener) {
    this.anyListeners = this.anyListeners.filter(other => other !== listener);
  }

  emit(event, ...args) {
    const message = { event, args };
    if (typeof args.at(-1) === 'function') {
      message.ack = this.ids;
      this.acks[this.ids] = args.pop();
      this.ids += 1;
    }
    if (this.connected) this.line.send(message);
    else this.sendBuffer.push(JSON.parse(JSON.stringify(message)));
    return this;
  }

  connect() {
    this.line.open();
    return this;
  }

  disconnect() {
    const { server } = this.line;
    this.line.cut();
    server?.end();
    return this;
  }

  receive({ id, event, ack, args, refused }) {
    if (refused) return;
    if (id) this.begin(id);
    else if (ack !== undefined) this.answer(ack, args);
    else {
      for (const listener of this.anyListeners) listener(event, ...args);
      for (const listener of this.listeners(event)) listener(...args);
    }
  }

  answer(ack, args) {
    const callback = this.acks[ack];
    delete this.acks[ack];
    callback?.(...args);
  }

  begin(id) {
    this.id = id;
    this.connected = true;
    for (const message of this.sendBuffer.splice(0)) this.line.send(message);
    for (const listener of this.listeners('connect')) listener();
  }

  lose() {
    if (!this.connected) return;
    this.connected = false;
    this.id = undefined;
    for (const listener of this.listeners('disconnect')) listener('transport close');
    for (const ack of Object.keys(this.acks)) if (!this.sendBuffer.some(message => message.ack === Number(ack))) delete this.acks[ack];
  }
}
