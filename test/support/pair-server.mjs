// A server that `listen` takes, without a network: pages come by the lines of pair-line.mjs. What its sockets do with rooms and
// with what arrives late is what Socket.IO 4.8 does.
//   const server = new PairServer();              // listen(server, { todos })
import { EventEmitter } from 'node:events';

let count = 0;

class PairAdapter {
  rooms = new Map();

  add(room, socket) {
    if (!this.rooms.has(room)) this.rooms.set(room, new Set());
    this.rooms.get(room).add(socket);
  }

  remove(room, socket) {
    const members = this.rooms.get(room);
    if (members?.delete(socket) && !members.size) this.rooms.delete(room);
  }
}

/** What `listen` needs of a Socket.IO server. */
export class PairServer extends EventEmitter {
  _opts = {};
  httpServer = new EventEmitter();
  sockets = new PairNamespace();
  _nsps = new Map([['/', this.sockets]]);

  adapter() {
    return PairAdapter;
  }

  of() {
    return this.sockets;
  }

  /** As when the HTTP server has closed: no socket receives anything any more. */
  close() {
    for (const socket of [...this.sockets.sockets]) socket.end();
    this.httpServer.emit('close');
  }
}

class PairNamespace extends EventEmitter {
  adapter = new PairAdapter();
  sockets = new Set();
  guards = [];

  use(guard) {
    this.guards.push(guard);
  }

  get local() {
    return {
      to: room => ({
        except: but => ({
          emit: (...args) => {
            for (const socket of this.adapter.rooms.get(room) ?? []) if (![].concat(but).includes(socket.id)) socket.emit(...args);
          },
        }),
      }),
    };
  }

  /** Opens a connection. Whether it is accepted or refused, the page learns it on its line. */
  async admit(line) {
    const socket = new ServerSocket(this, line);
    line.server = socket;
    for (const guard of this.guards) {
      const error = await new Promise(resolve => guard(socket, resolve));
      if (error) return line.tell(socket, { refused: error.message });
    }
    if (!socket.connected) return;
    this.sockets.add(socket);
    this.adapter.add(socket.id, socket);
    line.tell(socket, { id: socket.id });
    super.emit('connection', socket);
  }
}

class ServerSocket extends EventEmitter {
  id = `s${count += 1}`;
  data = {};
  connected = true;
  rooms = new Set();
  middlewares = [];
  conn = { on() {}, transport: { writable: true }, close: () => this.close() };

  constructor(namespace, line) {
    super();
    this.namespace = namespace;
    this.line = line;
    this.handshake = { headers: {}, query: {}, auth: line.auth };
  }

  use(middleware) {
    this.middlewares.push(middleware);
  }

  join(room) {
    if (!this.connected) return;
    this.rooms.add(room);
    this.namespace.adapter.add(room, this);
  }

  leave(room) {
    this.rooms.delete(room);
    this.namespace.adapter.remove(room, this);
  }

  emit(event, ...args) {
    return this.line.tell(this, { event, args });
  }

  /** A message of the page's. */
  receive({ event, args, ack }) {
    let isAnswered = false;
    const answer = (...answers) => {
      if (!isAnswered && this.connected) this.line.tell(this, { ack, args: answers, event });
      isAnswered = true;
    };
    for (const middleware of this.middlewares) middleware([event, ...args, ...(ack === undefined ? [] : [answer])], () => {});
  }

  /** Ends the connection from the server's side. The page learns it after everything that was sent before. */
  close() {
    this.line.tell(this, { end: true });
    this.end();
  }

  /** The server notices that the connection has ended. */
  end() {
    if (!this.connected) return;
    this.connected = false;
    this.namespace.sockets.delete(this);
    for (const room of [...this.rooms, this.id]) this.leave(room);
    super.emit('disconnect', 'transport close');
  }
}
