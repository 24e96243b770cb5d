// The browser's end of one test server: what it has received, how it answers, and methods that break its connections.
// Requests are kept in order of arrival; handlers answer at once, next() hands a request to the test.

export class ServerHandle {
  // Every request so far: { event, args, hasAck, socket, answer(...args) }; args without the ack function.
  received = [];
  // The ids of sockets that connected and disconnected, in order, since the start.
  connections = [];
  disconnections = [];

  #handlers = new Map();
  #read = new Map();
  #waiting = [];
  #stopped = false;
  #call;

  constructor(port, call) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.#call = call;
  }

  // handler(data, reply, request): reply may be called later, twice, or never.
  handle(event, handler) {
    this.#handlers.set(event, handler);
    return this;
  }

  // The next request of that event that next() has not returned yet, whether it arrived already or not.
  next(event) {
    const read = this.#read.get(event) ?? 0;
    this.#read.set(event, read + 1);
    return this.#until(() => this.received.filter(request => request.event === event)[read]);
  }

  // The n-th connection, counted from 1: connected(2) waits for the first reconnect.
  connected(n = 1) {
    return this.#until(() => this.connections[n - 1]);
  }

  disconnected(n = 1) {
    return this.#until(() => this.disconnections[n - 1]);
  }

  push = (event, ...args) => this.#call('push', event, args);
  pushWithAck = (event, ...args) => this.#call('pushWithAck', event, args);
  sockets = () => this.#call('sockets');
  disconnectClients = close => this.#call('disconnectClients', close);
  dropClients = () => this.#call('dropClients');
  kill = () => this.#call('kill');
  // Of a companion.
  announce = (backend, event, attributes, options = {}) => this.#call('announce', backend, event, attributes, options);
  rooms = () => this.#call('rooms');
  revoke = user => this.#call('revoke', user);
  commit = (backend, ...args) => this.#call('commit', backend, ...args);
  snapshot = (backend, options = {}) => this.#call('snapshot', backend, options);
  subscribers = () => this.#call('subscribers');
  restart = () => this.#call('restart');

  async stop() {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#call('stop');
  }

  hear(kind, message) {
    if (kind === 'connection') this.connections.push(message.socket);
    if (kind === 'disconnect') this.disconnections.push(message.socket);
    if (kind === 'request') this.#take(message);
    this.#waiting = this.#waiting.filter(isStillWaiting => isStillWaiting());
  }

  #take({ call, ...message }) {
    const answer = message.hasAck
      ? async (...args) => { if (!this.#stopped) await this.#call('answer', call, args); }
      : () => { throw new Error(`${message.event} came without an ack function and cannot be answered`); };
    const request = { ...message, answer };
    this.received.push(request);
    const handler = this.#handlers.get(request.event);
    // In a microtask of its own, so that an error in a handler fails the test and nothing else.
    if (handler) queueMicrotask(() => handler(request.args[0], answer, request));
  }

  #until(find) {
    return new Promise(resolve => {
      const isStillWaiting = () => {
        const found = find();
        if (found) resolve(found);
        return !found;
      };
      if (isStillWaiting()) this.#waiting.push(isStillWaiting);
    });
  }
}
