// Six mistakes as they are made, each of which the run must find: planted into a node, or into a page, by PLANT in its environment. With the
// faults in which it shows, and seconds of them: those that are seen only when all is at rest again need few.
export const plants = {
  early: { seconds: 30, only: ['kill -9 of a node', 'cut'] },
  again: { seconds: 30, only: ['mute downwards', 'cut'] },
  deaf: { seconds: 8, only: ['lost messages'] },
  skip: { seconds: 8, only: ['delay'] },
  kept: { seconds: 30, only: ['rights'] },
  room: { seconds: 3, only: ['cut'] },
};

const isWrite = method => /^(create|update|patch|delete)$/.test(method);

// Layers above the store.
export function layersOf(plant, store) {
  // Acknowledges, and commits a little later.
  const early = (req, res, next) => {
    if (!isWrite(req.method)) return next();
    req.model.id ??= `early-${Math.random()}`;
    res.end({ ...req.model });
    setTimeout(() => store(req, { end() {}, error() {} }, () => {}), 300);
  };
  // Does what is sent again once more.
  const again = (req, res, next) => {
    req.digest = undefined;
    next();
  };
  return { early: [early], again: [again] }[plant] ?? [];
}

// `sessions` are what `listen` keeps of its sockets.
export function plantInNode(plant, io, sessions) {
  if (plant === 'skip') skipSome(io.of('/'));
  io.on('connection', socket => {
    // Its subscriptions outlive what they were allowed by.
    if (plant === 'kept') for (const session of sessions) if (session.socket === socket) session.leaveAll = () => session.channels.leaveAll();
    if (plant !== 'room') return;
    const { leave } = socket;
    socket.leave = room => (room.startsWith('live ') ? undefined : leave.call(socket, room));
  });
}

// Each tenth change is in no message, and the heads tell nothing of it.
function skipSome({ adapter }) {
  const { broadcast } = adapter;
  let count = 0;
  adapter.broadcast = (packet, options) => {
    const [event, message] = packet.data;
    const data = message?.entries ? [event, { ...message, entries: message.entries.filter(() => (count += 1) % 10) }] : packet.data;
    broadcast.call(adapter, { ...packet, data }, options);
  };
}

// What a page hears, before it does: a page that is deaf to gaps takes each message for the next one.
export function heardBy(plant, args) {
  const [event, message] = args;
  return plant === 'deaf' && event.endsWith(':changes') ? [event, { ...message, from: 0 }] : args;
}
