// A companion for browser tests: the package's own server, whose backends the test declares by plain data. It reports to
// the test what arrives, as any other server here; the store and the middleware answer.
//
//   { backends: { todos: { collection, model, … } }, event, batch, tick }   as for createBackend and listen
//
// Each backend stores in memory, and answers `reveal` with what its middleware sees of the request. A write with an
// attribute `refuse` is refused with that code. Users log in by their name: `auth: { name, exp }`. The channel `~ann` is
// open only to ann, and `closed` to no user.
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

  // As other code on the server would: backend.emit('created', …).
  announce(backend, event, attributes, options) {
    this.backends[backend].emit(event, attributes, options);
  }

  // As other code on the server, or another program, would: store[method](…). A list [[method, …], …] is one transaction.
  async commit(backend, method, ...args) {
    if (typeof method === 'string') return this.stores[backend][method](...args);
    return this.stores[backend].transaction(async documents => {
      for (const [one, ...its] of method) await documents[one](...its);
    });
  }

  // The number of members of all rooms of live collections: one for each subscription of a connection.
  subscribers() {
    return [...this.io.of('/').adapter.rooms].filter(([room]) => room.startsWith('live ')).reduce((sum, [, { size }]) => sum + size, 0);
  }

  // [backend, channel] of each room that is not empty, without the default channels.
  rooms() {
    return [...this.io.of('/').adapter.rooms.keys()].filter(room => room.startsWith('['))
      .map(room => JSON.parse(room).slice(1, 3)).filter(([, channel]) => channel);
  }
}
