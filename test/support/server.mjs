// One real Socket.IO server whose handlers live elsewhere (in a browser test): what arrives is passed to `tell`,
// and everything else happens when a method is called. Promises that kill() ends it as a crash would.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const ACK = 3;

export class RemoteServer {
  connections = new Set();
  pending = new Map();
  calls = 0;

  constructor(options, tell) {
    this.options = options;
    this.tell = tell;
  }

  async start() {
    const { port = 0 } = this.options;
    this.http = createServer();
    this.http.on('connection', connection => {
      this.connections.add(connection);
      connection.on('close', () => this.connections.delete(connection));
    });
    this.io = await this.open(this.http);
    this.io.on('connection', socket => this.accept(socket));
    this.http.listen(port, '127.0.0.1');
    await once(this.http, 'listening');
    this.options.port = this.http.address().port;
    return this.options.port;
  }

  open(http) {
    const { port, ...options } = this.options;
    // Socket.IO 2's client asks with credentials, which an origin of '*' does not allow.
    const cors = { origin: true, credentials: true };
    return new Server(http, { cors, serveClient: false, ...options });
  }

  accept(socket) {
    this.hear(socket);
    socket.on('disconnect', reason => this.tell('disconnect', { socket: socket.id, reason }));
    this.tell('connection', { socket: socket.id, auth: socket.handshake.auth });
  }

  hear(socket) {
    // Socket.IO's own ack function sends one answer only; here a test must be able to send a second.
    socket.ack = id => (...args) => socket.packet({ type: ACK, id, data: args });
    socket.onAny((event, ...args) => {
      const ack = typeof args.at(-1) === 'function' ? args.pop() : undefined;
      const call = ++this.calls;
      if (ack) this.pending.set(call, ack);
      this.tell('request', { call, event, args, hasAck: Boolean(ack), socket: socket.id });
    });
  }

  // An answer to a request from before a restart goes nowhere, as it would without us.
  answer(call, args) {
    this.pending.get(call)?.(...args);
  }

  push(event, args) {
    this.io.emit(event, ...args);
  }

  async pushWithAck(event, args) {
    return this.io.timeout(5000).emitWithAck(event, ...args);
  }

  sockets() {
    return [...this.io.of('/').sockets.keys()];
  }

  // As io.disconnectSockets(): the client is told, and does not reconnect by itself.
  disconnectClients(close = false) {
    this.io.disconnectSockets(close);
  }

  // As a proxy would: the connections end, the server lives, clients come back by themselves.
  dropClients() {
    for (const connection of this.connections) connection.destroy();
  }

  async kill() {
    if (!this.http.listening) return;
    const closed = once(this.http, 'close');
    this.http.close();
    this.dropClients();
    await closed;
    await this.io.close();
  }

  stop() {
    return this.kill();
  }

  async restart() {
    await this.kill();
    this.pending.clear();
    return this.start();
  }
}
