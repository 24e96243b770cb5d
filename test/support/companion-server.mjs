// A companion for browser tests: the package's own server, whose backends the test declares by plain data. What arrives
// is told as by any other server; the store and the middleware answer.
//
//   { backends: { todos: { collection, model, … } }, event, batch, tick }   as for createBackend and listen
//
// Each backend stores in memory, and answers `reveal` with what its middleware sees of the request. A write with an
// attribute `refuse` is refused with that code. A user is who says so: `auth: { name, exp }`. The channel `~ann` is ann's
// alone, and `closed` is nobody's.
import { RemoteServer } from './server.mjs';

export class CompanionServer extends RemoteServer {
  async open(http) {
    const { companion } = await import('./companion.mjs');
    const { backends = { todos: {} }, event = 'backend', batch, tick } = this.options;
    this.backends = {};
    this.stores = {};
    for (const [name, options] of Object.entries(backends)) {
      const backend = this.backends[name] = companion.createBackend(options);
      backend.use('reveal', ({ options, channel, model }, res) => res.end({ options, channel, model }));
      const refuse = ({ model: { refuse } }, res, next) => (refuse ? res.error({ code: refuse, message: 'On purpose.' }) : next());
      backend.use('create', 'update', 'patch', 'delete', refuse);
      backend.use(this.stores[name] = companion.memoryStore());
    }
    this.revoke = user => companion.revoke(this.io, user);
    this.snapshot = (name, options) => companion.snapshot(this.io, name, options);
    return companion.listen(super.open(http), this.backends, {
      event,
      ...(batch !== undefined && { batch, tick }),
      origins: ['*'],
      authenticate: ({ auth: { name, exp } }) => {
        if (name === 'nobody') throw new companion.BackendError('unauthorized', 'Nobody is not let in.');
        return name === undefined ? undefined : { id: name, ...exp && { exp } };
      },
      authorize: (user, { channel }) => channel.startsWith('~') ? channel === `~${user?.id}` : channel !== 'closed',
      log: () => {},
    });
  }

  hear(socket) {
    socket.onAny((event, ...args) => {
      const hasAck = typeof args.at(-1) === 'function';
      if (hasAck) args.pop();
      this.tell('request', { event, args, hasAck, socket: socket.id });
    });
  }

  // As other code of the server's: backend.emit('created', …).
  announce(backend, event, attributes, options) {
    this.backends[backend].emit(event, attributes, options);
  }

  // As other code of the server's, or another program: store[method](…). Many are done by one call: [[method, …], …].
  async commit(backend, method, ...args) {
    if (typeof method === 'string') return this.stores[backend][method](...args);
    return this.stores[backend].transaction(async documents => {
      for (const [one, ...its] of method) await documents[one](...its);
    });
  }

  // How many are in rooms of shapes: one for each subscription of a connection.
  subscribers() {
    return [...this.io.of('/').adapter.rooms].filter(([room]) => room.startsWith('live ')).reduce((sum, [, { size }]) => sum + size, 0);
  }

  // [backend, channel] of each room that anybody is in, without the default channels.
  rooms() {
    return [...this.io.of('/').adapter.rooms.keys()].filter(room => room.startsWith('['))
      .map(room => JSON.parse(room).slice(1, 3)).filter(([, channel]) => channel);
  }
}
